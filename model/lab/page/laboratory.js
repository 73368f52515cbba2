// The view of a scenario: what is checked, the answer, and the trace.

import { element, fill } from "./elements.js";
import { Stopped, notice } from "./engine.js";
import { BEGINNING, asHash, changed } from "./scenario.js";
import { Setup } from "./setup.js";
import { Trace } from "./trace.js";
import { Verdict } from "./verdict.js";

/** At how many snapshots a search gives up, and how many it may have if one asks for more. */
const STATES = 500_000;
const MORE_STATES = 5_000_000;

/** What stands above a trace, by the outcome of its check. */
const HEADINGS = {
  fails: "The shortest trace to it",
  "hangs-over-tcp": "The shortest trace to the hang over plain TCP",
  holds: "One of its runs",
  unfinished: "One of its runs",
};

/** The view of a scenario. */
export class Laboratory {
  constructor(catalogue, engine, moved) {
    this.engine = engine;
    this.moved = moved;
    this.setup = new Setup(catalogue, (scenario) => this.changed(scenario));
    this.verdict = new Verdict(catalogue, (scenario) => this.open({ scenario }));
    this.trace = new Trace(catalogue, (path) => this.branch(path), (side, row) => {
      this.open({ scenario: changed(this.checked, { [`${side}-lacks`]: row }) });
    });
    this.trace.onplace = (place) => this.placed(place);
    this.check = element("button", { type: "submit", class: "check" }, "Check");
    this.share = element("button", { type: "button", onclick: () => this.copy() }, "Copy a link");
    this.note = element("span", { class: "faint", role: "status" });
    const form = element(
      "form",
      { onsubmit: (event) => {
        event.preventDefault();
        this.run();
      } },
      this.setup.shown,
      element("div", { class: "actions" }, this.check, this.share, this.note),
    );
    this.shown = element(
      "div",
      { class: "view laboratory" },
      form,
      this.verdict.shown,
      this.trace.shown,
    );
    this.runs = 0;
  }

  /** What an address asks for. */
  open({ scenario, path, place, states }) {
    this.setup.show(scenario ?? BEGINNING);
    return this.run(path, Number.isNaN(place) ? undefined : place, states || STATES);
  }

  changed(scenario) {
    const isSame = JSON.stringify(scenario) === JSON.stringify(this.checked);
    this.shown.classList.toggle("stale", !isSame);
    this.note.textContent = isSame ? "" : "Changed: press Check.";
  }

  /** Checks what the form says; then shows the trace, or this path if there is one. */
  async run(path, place, states = STATES) {
    this.engine.stop();
    this.runs += 1;
    const [number, scenario] = [this.runs, this.setup.scenario];
    this.checked = scenario;
    this.states = states === STATES ? undefined : states;
    this.changed(scenario);
    this.verdict.waits(() => this.engine.stop());
    try {
      const { answer, milliseconds } = await this.engine.answer(scenario, states, false);
      if (number !== this.runs) return;
      this.found = answer;
      this.verdict.show(scenario, answer, milliseconds);
      this.offerMore(answer.answer.outcome, states);
      await this.walk(path ?? answer.path, place);
      if (answer.answer.outcome === "fails") await this.heal(number, scenario, states);
    } catch (error) {
      if (number !== this.runs) return;
      this.failed(error);
      if (error.message.startsWith("unfinished")) this.offerMore("unfinished", states);
    }
  }

  failed(error) {
    const isStopped = error instanceof Stopped;
    const text = isStopped ? "Stopped: nothing is known of this scenario." : error.message;
    this.verdict.failed(text);
    this.trace.shown.hidden = true;
  }

  offerMore(outcome, states) {
    if (outcome !== "unfinished" || states >= MORE_STATES) return;
    const words = `Search on, up to ${MORE_STATES.toLocaleString("en")} snapshots`;
    const run = () => this.run(undefined, undefined, MORE_STATES);
    this.verdict.rest.prepend(element("button", { type: "button", onclick: run }, words));
  }

  async heal(number, scenario, states) {
    this.verdict.triesToHeal();
    const asking = this.engine.answer(scenario, states, true);
    const { answer, error } = await asking.catch((error) => ({ answer: null, error }));
    if (number !== this.runs) return;
    // The verdict stands, whatever becomes of this search.
    if (error && !(error instanceof Stopped)) fill(this.verdict.healing, notice(error));
    else if (answer === null) fill(this.verdict.healing);
    else this.verdict.showHeals(scenario, answer);
  }

  /** Walks a path. */
  async walk(path, place) {
    const [number, found] = [this.runs, this.found];
    // Where the programs choose, a trace is one of the worst alternative.
    const { client, server } = found.programs;
    const programs = { "client-program": client, "server-program": server };
    const scenario = changed(this.checked, programs);
    const walk = await this.engine.walk(scenario, path);
    if (number !== this.runs) return;
    const isFound = JSON.stringify(path) === JSON.stringify(found.path);
    this.path = isFound ? undefined : path;
    const heading = isFound ? HEADINGS[found.answer.outcome] : "A trace of your own";
    const attributes = { type: "button", class: "quiet", onclick: () => this.walk(found.path) };
    const back = isFound
      ? ["Step with the arrow keys, Home and End; choose another step to leave the trace."]
      : [element("button", attributes, "Back to the trace that was found")];
    this.trace.show({ walk, path, scenario, heading, place, back });
  }

  async branch(path) {
    try {
      await this.walk(path, path.steps.length);
    } catch (error) {
      this.failed(error);
    }
  }

  placed(place) {
    this.place = place === this.trace.end ? undefined : place;
    this.moved(this.hash());
  }

  hash() {
    const { checked: scenario, path, place, states } = this;
    return asHash({ view: "scenario", scenario, path, place, states });
  }

  async copy() {
    const address = location.href.split("#")[0] + this.hash();
    this.moved(this.hash());
    try {
      await navigator.clipboard.writeText(address);
      this.note.textContent = "The link is copied.";
    } catch {
      this.note.textContent = "The address of this page is the link.";
    }
  }
}
