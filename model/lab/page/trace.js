// A walk as a sequence that is scrubbed: by a slider, by keys, by its list of steps. At each place
// another step may be chosen.

import { Diagrams } from "./diagrams.js";
import { SIDES, element, fill, identifier } from "./elements.js";
import { Stage } from "./stage.js";

const RFC = "https://www.rfc-editor.org/rfc/rfc9846";

/** The words of both ends, of a step. */
function words(ends) {
  return SIDES.filter((side) => ends[side]).map((side) => `${side}: ${ends[side]}`).join("; ");
}

/** Names that follow each other, each once with how often: without a row, a machine may circle. */
function counted(names) {
  const runs = [];
  for (const name of names) {
    if (runs.at(-1)?.name === name) runs.at(-1).count += 1;
    else runs.push({ name, count: 1 });
  }
  return runs;
}

/** A walk, and a place in it. */
export class Trace {
  constructor(catalogue, branch, leaveOut) {
    this.rows = new Map(catalogue.rows.map((row) => [row.name, row]));
    this.branch = branch;
    this.leaveOut = leaveOut;
    this.diagrams = new Diagrams(catalogue);
    this.onplace = () => {};
    this.heading = element("h3", { id: identifier("trace") });
    this.back = element("p", { class: "faint" });
    this.slider = element("input", {
      type: "range",
      min: "0",
      step: "1",
      class: "slider",
      "aria-label": "place in the trace",
      oninput: () => this.go(Number(this.slider.value)),
    });
    this.said = element("p", { class: "step-said", "aria-live": "polite" });
    this.stages = element("div", { class: "stages" });
    this.fired = element("section", { class: "fired", "aria-label": "Rows of the table" });
    this.choices = element("section", { class: "choices", "aria-label": "What can happen here" });
    this.steps = element("ol", { class: "steps", "aria-label": "Steps" });
    const button = (label, symbol, to) => element(
      "button",
      { type: "button", "aria-label": label, title: label, onclick: () => this.go(to()) },
      symbol,
    );
    this.shown = element(
      "section",
      { class: "trace panel", "aria-labelledby": this.heading.id },
      this.heading,
      this.back,
      element(
        "div",
        { class: "player" },
        button("first step (Home)", "|◀", () => 0),
        button("one step back (left arrow)", "◀", () => this.place - 1),
        this.slider,
        button("one step on (right arrow)", "▶", () => this.place + 1),
        button("last step (End)", "▶|", () => this.last),
      ),
      this.said,
      element(
        "div",
        { class: "trace-body" },
        element(
          "div",
          { class: "trace-main" },
          this.stages,
          this.choices,
          this.fired,
          this.diagrams.shown,
        ),
        this.steps,
      ),
    );
    this.shown.hidden = true;
    this.place = 0;
    this.last = 0;
  }

  /** Shows a walk, from this place on. */
  show({ walk, path, scenario, heading, place, back }) {
    this.walk = walk;
    this.path = path;
    this.shown.hidden = false;
    this.heading.textContent = heading;
    fill(this.back, ...(back ?? []));
    const { frames, beside } = walk;
    const over = { tls: "TLS", tcp: "plain TCP" };
    const other = walk.over === "tls" ? "tcp" : "tls";
    const isOver = frames.at(-1).next.length === 0;
    const after = isOver ? beside.frames.length - 1 - beside.places.at(-1) : 0;
    this.end = frames.length - 1;
    this.last = this.end + after;
    this.slider.max = String(this.last);
    const capacities = { ...beside, send_capacity: walk.send_capacity };
    const second = { ...capacities, receive_capacity: walk.receive_capacity, over: other };
    this.first = new Stage(walk, scenario, `Over ${over[walk.over]}`);
    this.second = new Stage(second, scenario, `The same programs over ${over[other]}`);
    this.note = element("p", { class: "faint", "aria-live": "polite" });
    fill(
      this.stages,
      element("h4", { class: "over" }, `Over ${over[walk.over]}`),
      this.first.shown,
      element("h4", { class: "over" }, `The same programs over ${over[other]}, in step`),
      this.second.shown,
      this.note,
    );
    this.list();
    this.go(place ?? this.end);
  }

  /** The list of steps: those of the handshake are folded. */
  list() {
    const { frames } = this.walk;
    const isLater = (end) => end.calls.length > 1;
    const begins = (frame) => SIDES.some((side) => isLater(frame.ends[side]));
    const begun = frames.findIndex(begins);
    this.handshake = begun > 4 ? begun - 1 : 0;
    const items = frames.slice(1).map((frame, number) => element(
      "li",
      { class: number < this.handshake ? "of-handshake" : "" },
      element(
        "button",
        {
          type: "button",
          "data-place": number + 1,
          "aria-label": `step ${number + 1}: ${words(frame.step.ends)}`,
          onclick: () => this.go(number + 1),
        },
        element("span", { class: "number" }, String(number + 1)),
        ...SIDES.map((side) => element("span", { class: side }, frame.step.ends[side])),
      ),
    ));
    const fold = element(
      "button",
      { type: "button", class: "fold", "aria-expanded": "false", onclick: () => {
        const isFolded = this.steps.classList.toggle("folded");
        fold.setAttribute("aria-expanded", String(!isFolded));
      } },
      `the handshake: ${this.handshake} steps`,
    );
    this.steps.classList.toggle("folded", this.handshake > 0);
    fill(
      this.steps,
      element(
        "li",
        { class: "head", "aria-hidden": "true" },
        element("span", { class: "number" }),
        ...SIDES.map((side) => element("span", {}, side)),
      ),
      this.handshake > 0 ? element("li", {}, fold) : null,
      ...items,
    );
  }

  /** Goes to a place; beyond the end of the walk, what is beside it goes on. */
  go(place) {
    this.place = Math.max(0, Math.min(place, this.last));
    const { frames, beside, never_return: never } = this.walk;
    const own = Math.min(this.place, this.end);
    const isBeyond = this.place > this.end;
    const besides = beside.places[own] + this.place - own;
    const isOver = frames[own].next.length === 0;
    const none = { client: [], server: [] };
    this.first.show(frames[own], frames[own - 1], isOver ? never : none);
    const isBesideOver = besides === beside.frames.length - 1 && isOver;
    this.second.show(
      beside.frames[besides],
      beside.frames[besides - 1],
      isBesideOver ? beside.never_return : none,
    );
    this.slider.value = String(this.place);
    this.say(frames[own], own, isOver);
    this.noteBeside(isOver, besides);
    this.showRows(frames[own], isBeyond);
    this.showChoices(frames[own], own, isBeyond);
    this.diagrams.show(frames[own], frames[own - 1], this.rows);
    this.mark(own);
    this.onplace(this.place);
  }

  say(frame, own, isOver) {
    const { over, never_return: never } = this.walk;
    const step = frame.step ? words(frame.step.ends) : "nothing has happened yet";
    const stuck = SIDES.flatMap((side) => never[side].map((call) => `the ${side}'s ${call}`));
    const returns = stuck.length > 1 ? "never return" : "never returns";
    const last = stuck.length > 0
      ? ` Nothing can happen any more: ${stuck.join(" and ")} ${returns}.`
      : " The run is over: every call has returned.";
    const text = `Step ${own} of ${this.walk.frames.length - 1}: ${step}.`;
    this.said.textContent = text + (isOver ? last : "");
    this.shown.classList.toggle("stuck", isOver && stuck.length > 0);
    this.slider.setAttribute("aria-valuetext", `${over}: ${text}`);
  }

  noteBeside(isOver, besides) {
    const { beside } = this.walk;
    const left = beside.frames.length - 1 - besides;
    const stuck = SIDES.flatMap((side) => beside.never_return[side]);
    const over = this.walk.over === "tls" ? "Over plain TCP" : "Over TLS";
    const ended = stuck.length > 0 ? `${over} they hang too.` : `${over} every call has returned.`;
    const goesOn = `${over} they go on, ${left} steps more: press ▶.`;
    this.note.textContent = !isOver ? "" : left > 0 ? goesOn : ended;
  }

  showRows(frame, isBeyond) {
    const item = (side) => ({ name, count }) => {
      const row = this.rows.get(name);
      if (!row) return element("li", {}, element("span", { class: "who" }, side), name);
      const sections = row.sections.map((section) => element(
        "a",
        { href: `${RFC}#section-${section}`, target: "_blank", rel: "noreferrer" },
        `RFC 9846 § ${section}`,
      ));
      return element(
        "li",
        { class: row.otherwise ? "otherwise" : "" },
        element(
          "span",
          { class: "who" },
          `${side}, ${row.machine}${count > 1 ? `, ${count} times` : ""}`,
        ),
        element("code", {}, name.slice(row.machine.length + 2)),
        element("span", { class: "source" }, ...sections, ...row.reasons.map((one) => ` ${one}`)),
        this.leaveOut && !row.otherwise ? this.remover(side, name) : null,
      );
    };
    const rows = frame.step && !isBeyond
      ? SIDES.flatMap((side) => counted(frame.step.rows[side]).map(item(side)))
      : [];
    fill(
      this.fired,
      element("h4", {}, "The rows of the table that fire in this step"),
      rows.length > 0
        ? element("ul", {}, ...rows)
        : element("p", { class: "faint" }, "None: the network moves, or plain TCP."),
    );
  }

  /** A button that checks what comes of a table without a row. */
  remover(side, name) {
    const attributes = {
      type: "button",
      class: "remover",
      "aria-label": `leave this row out at the ${side}: ${name}`,
      onclick: () => this.leaveOut(side, name),
    };
    return element("button", attributes, `Leave it out at the ${side}`);
  }

  showChoices(frame, own, isBeyond) {
    const taken = this.path.steps[own];
    const item = ({ ends }, number) => element(
      "button",
      {
        type: "button",
        class: number === taken ? "choice taken" : "choice",
        onclick: () => this.choose(own, number, taken),
      },
      words(ends),
      number === taken ? element("span", { class: "note" }, " (the trace)") : null,
    );
    const buttons = isBeyond ? [] : frame.next.map(item);
    fill(
      this.choices,
      element("h4", {}, "What can happen here"),
      buttons.length > 0
        ? element("div", { class: "choice-list" }, ...buttons)
        : element("p", { class: "faint" }, "Nothing."),
    );
  }

  choose(own, number, taken) {
    if (number === taken) return this.go(own + 1);
    const steps = [...this.path.steps.slice(0, own), number];
    return this.branch({ over: this.path.over, steps });
  }

  mark(own) {
    for (const button of this.steps.querySelectorAll("[data-place]")) {
      const isHere = Number(button.dataset.place) === own;
      if (isHere) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      if (isHere) {
        const { offsetTop, offsetHeight } = button.parentElement;
        const middle = offsetTop - this.steps.offsetTop - this.steps.clientHeight / 2;
        this.steps.scrollTop = middle + offsetHeight / 2;
      }
    }
  }

  /** Whether a key is one that moves, and if so moves. */
  pressed(key) {
    if (this.shown.hidden) return false;
    const places = {
      ArrowLeft: () => this.place - 1,
      ArrowRight: () => this.place + 1,
      Home: () => 0,
      End: () => this.last,
    };
    if (!(key in places)) return false;
    this.go(places[key]());
    return true;
  }
}
