// The exercises: a scenario that fails, a question, and one change that the checker judges.

import { element, fill, labelled, select, withCode } from "./elements.js";
import { notice } from "./engine.js";
import { asHash, changed, flipped, settingOf, valueOf } from "./scenario.js";
import { Trace } from "./trace.js";

const STATES = 500_000;
const KEPT = "hyaline-lab-solved";

/** Which exercises were solved here; a browser may keep nothing. */
function kept() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEPT) ?? "[]"));
  } catch {
    return new Set();
  }
}

/** The view of all exercises, and of one. */
export class Exercises {
  constructor(catalogue, engine, moved) {
    this.catalogue = catalogue;
    this.engine = engine;
    this.moved = moved;
    this.solved = kept();
    this.list = element("ol", { class: "exercise-list" });
    this.one = element("section", { class: "exercise", "aria-live": "off" });
    this.trace = new Trace(catalogue, (path) => this.walk(this.scenario, path));
    this.shown = element(
      "div",
      { class: "view exercises" },
      element("h2", {}, "Exercises"),
      element("p", {}, "Each hangs or loses something. Find out why, and repair it."),
      this.list,
      this.one,
      this.trace.shown,
    );
    this.draw();
  }

  draw() {
    const item = ({ title }, number) => element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          "aria-current": number === this.number ? "true" : null,
          onclick: () => this.open(number),
        },
        title,
        this.solved.has(title) ? element("span", { class: "solved" }, " ✓ solved") : null,
      ),
    );
    fill(this.list, ...this.catalogue.exercises.map(item));
  }

  /** Shows an exercise, by its number from 0. */
  async open(number) {
    this.number = this.catalogue.exercises[number] ? number : 0;
    const exercise = this.catalogue.exercises[this.number];
    this.moved(asHash({ view: "exercises", exercise: this.number + 1 }));
    this.scenario = exercise.scenario;
    this.draw();
    this.result = element("div", { class: "result-of-repair", "aria-live": "polite" });
    const hint = element(
      "details",
      {},
      element("summary", {}, "A hint"),
      element("p", {}, ...withCode(exercise.hint)),
    );
    const href = asHash({ view: "scenario", scenario: exercise.scenario });
    fill(
      this.one,
      element("h3", {}, `${this.number + 1}. ${exercise.title}`),
      element("p", { class: "question" }, ...withCode(exercise.question)),
      element("p", { class: "faint" }, ...this.told(exercise.scenario)),
      this.repair(exercise),
      this.result,
      hint,
      element("p", {}, element("a", { href }, "Open it as a scenario")),
    );
    this.trace.shown.hidden = true;
    try {
      const { answer } = await this.engine.answer(exercise.scenario, STATES, false);
      if (exercise !== this.catalogue.exercises[this.number]) return;
      await this.walk(exercise.scenario, answer.path, answer.answer.answer);
    } catch (error) {
      fill(this.result, notice(error));
    }
  }

  told(scenario) {
    const side = (one) => `${one} (${valueOf(scenario, one)}) \`${scenario[`${one}-program`]}\``;
    const sizes = scenario.buffers
      ?? `${valueOf(scenario, "send-buffer")}/${valueOf(scenario, "receive-buffer")}`;
    const tickets = `${valueOf(scenario, "tickets")} tickets`;
    return withCode(`${side("client")}, ${side("server")}, buffers ${sizes}, ${tickets}`);
  }

  async walk(scenario, path, heading) {
    const walk = await this.engine.walk(scenario, path);
    const place = heading ? undefined : path.steps.length;
    this.trace.show({ walk, path, scenario, heading: heading ?? "A trace of your own", place });
  }

  repair({ repair, scenario }) {
    const form = (children, repaired) => element(
      "form",
      { class: "repair", onsubmit: (event) => {
        event.preventDefault();
        this.judge(repaired());
      } },
      ...children,
      element("button", { type: "submit", class: "check" }, "Repair, and check"),
    );
    if (repair.by === "row") return this.byRow(form, repair, scenario);
    return this.bySwitch(form, repair, scenario);
  }

  bySwitch(form, { at }, scenario) {
    const text = valueOf(scenario, at);
    const options = this.catalogue.switches.flatMap(({ name, values }) => {
      const now = settingOf(this.catalogue, text, name);
      const others = values.filter((value) => value !== now);
      return others.map((value) => [`${name}=${value}`, `${name}: ${now} → ${value}`]);
    });
    const chosen = select({ name: "repair" }, options, null);
    return form([labelled(`One switch of the ${at}`, chosen)], () => {
      const [name, value] = chosen.value.split("=");
      return changed(scenario, { [at]: flipped(this.catalogue, text, name, value) });
    });
  }

  byRow(form, { rows }, scenario) {
    const [key] = ["client-lacks", "server-lacks"].filter((one) => scenario[one]);
    const options = rows.map((row) => [row, row]);
    const chosen = select({ name: "repair" }, options, null);
    return form([labelled("The row that is put back", chosen)], () => {
      const isIt = scenario[key].startsWith(chosen.value);
      return isIt ? changed(scenario, { [key]: "" }) : scenario;
    });
  }

  /** Has the checker judge a repaired scenario. */
  async judge(scenario) {
    const exercise = this.catalogue.exercises[this.number];
    fill(this.result, element("p", {}, "Exploring every interleaving…"));
    try {
      const { answer } = await this.engine.answer(scenario, STATES, false);
      const isSolved = answer.answer.outcome === "holds";
      const words = isSolved ? "Solved" : "Not yet";
      fill(
        this.result,
        element(
          "p",
          { class: isSolved ? "headline good" : "headline bad" },
          `${words}: ${answer.answer.answer}`,
        ),
        isSolved ? element("p", {}, ...withCode(exercise.lesson)) : null,
      );
      this.scenario = scenario;
      if (isSolved) this.keep(exercise.title);
      const heading = isSolved ? "One of its runs" : "The shortest trace to it";
      await this.walk(scenario, answer.path, heading);
    } catch (error) {
      fill(this.result, notice(error));
    }
  }

  keep(title) {
    this.solved.add(title);
    this.draw();
    try {
      localStorage.setItem(KEPT, JSON.stringify([...this.solved]));
    } catch {
      // The page says so as long as it is open.
    }
  }
}
