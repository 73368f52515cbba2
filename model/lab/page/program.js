// The editor of one side's program: a line of text, and the same calls as chips, to be added,
// dragged and removed.

import { element, fill, identifier, labelled } from "./elements.js";
import { callsOf, isMark, programOf } from "./scenario.js";

/** The calls that there are, and what each does. */
const CALLS = [
  ["read", "reads one record"],
  ["write", "writes one record"],
  ["plain-read", "reads one record in plaintext, before the handshake"],
  ["plain-write", "writes one record in plaintext, before the handshake"],
  ["try-read", "reads one record, or gives up at its deadline"],
  ["try-write", "writes one record, or gives up at its deadline"],
  ["update-key", "has both ends take new keys"],
  ["half-close", "ends the sending direction"],
  ["close", "ends both directions; the last call"],
];

/** What stands between calls, and what it means. */
const MARKS = {
  "|": "between two callers",
  "&": "between two callers",
  "(": "begins what is repeated",
  ")": "ends what is repeated",
  "[": "begins a choice",
  "]": "ends a choice",
  ",": "between alternatives",
};

/** A part of a program for who hears it. */
function meaningOf(part) {
  return isMark(part) ? `${part}: ${MARKS[part[0]]}` : part;
}

const KIND = "text/x-hyaline-call";

/** The editor of a side's program. */
export class ProgramEditor {
  constructor(side, changed) {
    this.changed = changed;
    this.text = element("input", {
      type: "text",
      spellcheck: "false",
      autocomplete: "off",
      class: "program-text",
      oninput: () => this.retyped(),
    });
    this.chips = element("ol", {
      class: "chips",
      "aria-label": `calls of the ${side}`,
      ondragover: (event) => this.draggedOver(event),
      ondragleave: () => this.marked(null),
      ondrop: (event) => this.dropped(event),
    });
    this.note = element("p", { class: "unseen", id: identifier("note") });
    fill(
      this.note,
      "On a call, Delete removes it, and Alt with an arrow key moves it.",
    );
    const adding = CALLS.map(([call, meaning]) => this.adder(side, call, meaning));
    this.shown = element(
      "div",
      { class: "program" },
      labelled(`Program of the ${side}`, this.text),
      this.chips,
      element(
        "div",
        { class: "adders", role: "group", "aria-label": `add a call at the ${side}` },
        ...adding,
      ),
      this.note,
    );
  }

  adder(side, call, meaning) {
    return element(
      "button",
      {
        type: "button",
        class: "adder",
        draggable: "true",
        title: meaning,
        "aria-label": `add ${call} at the ${side}: ${meaning}`,
        ondragstart: (event) => event.dataTransfer.setData(KIND, JSON.stringify({ call })),
        onclick: () => this.added(call),
      },
      `+ ${call}`,
    );
  }

  /** Shows a program that was written elsewhere. */
  show(program) {
    this.calls = callsOf(program);
    this.text.value = program;
    this.draw();
  }

  retyped() {
    this.calls = callsOf(this.text.value);
    this.draw();
    this.changed(this.text.value);
  }

  /** Shows these calls, and says so. */
  set(calls) {
    this.calls = calls;
    this.text.value = programOf(calls);
    this.draw();
    this.changed(this.text.value);
  }

  /** Behind all calls, but before a close. */
  added(call) {
    const end = this.calls.at(-1) === "close" ? this.calls.length - 1 : this.calls.length;
    this.set(this.calls.toSpliced(call === "close" ? this.calls.length : end, 0, call));
  }

  draw() {
    fill(this.chips, ...this.calls.map((call, place) => this.chip(call, place)));
  }

  chip(call, place) {
    const isBetween = isMark(call);
    const label = meaningOf(call);
    const button = element(
      "button",
      {
        type: "button",
        class: isBetween ? "chip between" : `chip call-${call}`,
        draggable: "true",
        "aria-label": `${place + 1}: ${label}`,
        "aria-describedby": this.note.id,
        ondragstart: (event) => event.dataTransfer.setData(KIND, JSON.stringify({ place })),
        onkeydown: (event) => this.pressed(event, place),
      },
      call,
      element(
        "span",
        {
          class: "remove",
          "aria-hidden": "true",
          title: "remove",
          onclick: () => this.set(this.calls.toSpliced(place, 1)),
        },
        "×",
      ),
    );
    return element("li", {}, button);
  }

  pressed(event, place) {
    const moves = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.set(this.calls.toSpliced(place, 1));
      this.focus(Math.min(place, this.calls.length - 1));
    } else if (event.altKey && event.key in moves) {
      event.preventDefault();
      const to = place + moves[event.key];
      if (to >= 0 && to < this.calls.length) {
        this.set(this.calls.toSpliced(place, 1).toSpliced(to, 0, this.calls[place]));
        this.focus(to);
      }
    }
    event.stopPropagation();
  }

  focus(place) {
    this.chips.querySelectorAll("button")[place]?.focus();
  }

  /** The place at which something would be put that is dragged here. */
  placeOf(event) {
    const chips = [...this.chips.querySelectorAll("button")];
    const isBehind = (chip) => {
      const { left, width, top, bottom } = chip.getBoundingClientRect();
      const isAbove = event.clientY > bottom;
      return isAbove || (event.clientY >= top && event.clientX > left + width / 2);
    };
    return chips.filter(isBehind).length;
  }

  draggedOver(event) {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    this.marked(this.placeOf(event));
  }

  marked(place) {
    [...this.chips.children].forEach((chip, number) => {
      chip.classList.toggle("before-drop", number === place);
    });
    this.chips.classList.toggle("behind-drop", place === this.chips.children.length);
  }

  dropped(event) {
    const text = event.dataTransfer.getData(KIND);
    if (text === "") return;
    event.preventDefault();
    const to = this.placeOf(event);
    this.marked(null);
    const { call, place } = JSON.parse(text);
    if (call !== undefined) return this.set(this.calls.toSpliced(to, 0, call));
    const moved = this.calls.toSpliced(place, 1);
    this.set(moved.toSpliced(to > place ? to - 1 : to, 0, this.calls[place]));
  }
}
