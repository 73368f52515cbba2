// The machines as diagrams: the state in which one stands is lit, and the way that it took last.

import { SIDES, element, fill, labelled, select } from "./elements.js";

const FOLLOWS = "whichever moves";

/** One diagram, of a machine of one end. */
export class Diagrams {
  constructor(catalogue) {
    const diagrams = catalogue.machines.map(({ name, diagram }) => [name, diagram]);
    this.diagrams = new Map(diagrams);
    const names = catalogue.machines.map((machine) => machine.name);
    const ofSide = (side) => names.filter((name) => !SIDES.includes(name) || name === side);
    const options = SIDES.flatMap((side) => ofSide(side).map((name) => `${side}: ${name}`));
    this.chosen = select(
      { onchange: () => this.draw() },
      [FOLLOWS, ...options].map((option) => [option, option]),
      FOLLOWS,
    );
    this.caption = element("p", { class: "faint" });
    this.picture = element("div", { class: "picture", tabindex: "0", role: "group",
      "aria-label": "diagram of a machine" });
    this.shown = element(
      "details",
      { class: "diagrams", ontoggle: () => this.draw() },
      element("summary", {}, "The machines as diagrams"),
      labelled("Machine", this.chosen),
      this.caption,
      this.picture,
    );
    this.moves = { side: "client", name: "client" };
  }

  /** Shows a place of a walk; `rows` are those of the table, by name. */
  show(frame, before, rows) {
    this.frame = frame;
    this.before = before;
    for (const side of SIDES) {
      const machines = frame.ends[side].machines;
      const isMoved = ({ state }, number) => before?.ends[side].machines[number]?.state !== state;
      const fired = (frame.step?.rows[side] ?? []).map((name) => rows.get(name)?.machine);
      const moved = before ? machines.find(isMoved)?.machine : undefined;
      const name = moved ?? fired.find((one) => one !== undefined);
      if (name) this.moves = { side, name };
    }
    this.draw();
  }

  draw() {
    if (!this.shown.open || !this.frame) return;
    const [side, name] = this.chosen.value === FOLLOWS
      ? [this.moves.side, this.moves.name]
      : this.chosen.value.split(": ");
    const stateIn = (frame) => {
      return frame?.ends[side].machines.find(({ machine }) => machine === name)?.state;
    };
    const [now, before] = [stateIn(this.frame), stateIn(this.before)];
    if (now === undefined) {
      this.caption.textContent = "Plain TCP has no machines.";
      fill(this.picture);
      return;
    }
    this.caption.textContent = `The machine ${name} of the ${side} stands in ${now}.`;
    if (this.drawn !== name) this.picture.innerHTML = this.diagrams.get(name);
    this.drawn = name;
    for (const state of this.picture.querySelectorAll(".state")) {
      state.classList.toggle("lit", state.dataset.state === now);
    }
    for (const edge of this.picture.querySelectorAll(".edge")) {
      const { from, to } = edge.dataset;
      edge.classList.toggle("taken", from === before && to === now && from !== to);
    }
    this.reveal();
  }

  /** Scrolls the picture, and nothing else, to the state that is lit. */
  reveal() {
    const lit = this.picture.querySelector(".lit")?.getBoundingClientRect();
    const frame = this.picture.getBoundingClientRect();
    if (!lit || (lit.top >= frame.top && lit.bottom <= frame.bottom)) return;
    this.picture.scrollTop += lit.top - frame.top - frame.height / 2;
  }
}
