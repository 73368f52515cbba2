// The answer in words: whose fault it is, why, and what heals it.

import { element, fill, withCode } from "./elements.js";
import { changed, flipped, valueOf } from "./scenario.js";

export const MARKS = { holds: "✓", "hangs-over-tcp": "↻", fails: "✕", unfinished: "?" };

export const KINDS = {
  holds: "Holds",
  "hangs-over-tcp": "Not TLS",
  fails: "Fails",
  unfinished: "Unfinished: no pass",
};

/** A small change as it is written by the checker, as changes of a scenario; nothing if unknown. */
export function changesOf(catalogue, scenario, words) {
  const [, setting, place] = /^`(.+)` at (the client|the server|both ends)$/.exec(words) ?? [];
  if (setting) {
    const [name, value] = setting.split("=");
    const sides = place === "both ends" ? ["client", "server"] : [place.replace("the ", "")];
    return Object.fromEntries(sides.map((side) => {
      return [side, flipped(catalogue, valueOf(scenario, side), name, value)];
    }));
  }
  if (words === "no tickets") return { tickets: 0 };
  if (words === "no early data") return { "early-data": 0 };
  const [, queue, count] = /^(send|receive) queues of (\d+) records?$/.exec(words) ?? [];
  if (!queue) return null;
  const named = catalogue.buffers.find((one) => one.name === valueOf(scenario, "buffers"));
  const sizes = { buffers: "" };
  for (const one of ["send", "receive"]) {
    const now = named ? named[one] : valueOf(scenario, `${one}-buffer`);
    sizes[`${one}-buffer`] = one === queue ? Number(count) : now;
  }
  return sizes;
}

/** The card with the answer. */
export class Verdict {
  constructor(catalogue, apply) {
    this.catalogue = catalogue;
    this.apply = apply;
    this.live = element("div", { class: "said", "aria-live": "polite", "aria-atomic": "true" });
    this.rest = element("div", { class: "grounds" });
    this.healing = element("section", { class: "healing", "aria-label": "What would heal it" });
    this.shown = element("section", { class: "verdict panel", "aria-label": "Verdict" });
    fill(this.shown, this.live, this.rest, this.healing);
    this.shown.hidden = true;
  }

  /** While it is being looked for. */
  waits(stop) {
    this.shown.hidden = false;
    this.shown.className = "verdict panel waits";
    const button = element("button", { type: "button", onclick: stop }, "Stop");
    fill(this.live, element("p", {}, "Exploring every interleaving… "));
    fill(this.rest, button);
    fill(this.healing);
  }

  failed(text) {
    this.shown.hidden = false;
    this.shown.className = "verdict panel unfinished";
    fill(this.live, element("p", { class: "headline" }, text));
    fill(this.rest);
    fill(this.healing);
  }

  show(scenario, found, milliseconds) {
    this.scenario = scenario;
    const { answer, title, states_at_most: most } = found;
    this.shown.className = `verdict panel ${answer.outcome}`;
    const headline = answer.answer.charAt(0).toUpperCase() + answer.answer.slice(1);
    fill(
      this.live,
      element(
        "p",
        { class: "kind" },
        element("span", { class: "mark", "aria-hidden": "true" }, MARKS[answer.outcome]),
        KINDS[answer.outcome],
      ),
      element("p", { class: "headline" }, ...withCode(headline)),
    );
    const states = answer.results[0]?.states ?? 0;
    const counted = `${states.toLocaleString("en")} snapshots, ${Math.ceil(milliseconds)} ms`;
    const bound = `gives up at ${most.toLocaleString("en")}`;
    fill(
      this.rest,
      answer.alternatives ? this.alternatives(answer.alternatives) : null,
      answer.explanation.length ? this.because(answer.explanation) : null,
      element("p", { class: "faint" }, ...withCode(title)),
      element("p", { class: "faint" }, `${counted}; a search ${bound}.`),
      this.results(answer),
    );
    fill(this.healing);
  }

  /** Of each alternative what came of it, and a button that asks for it alone. */
  alternatives(all) {
    const item = (one) => {
      const { client_program: client, server_program: server, outcome, answer } = one;
      const programs = { "client-program": client, "server-program": server };
      const attributes = {
        type: "button",
        "aria-label": `check ${client} with ${server} alone`,
        onclick: () => this.apply(changed(this.scenario, programs)),
      };
      const words = withCode(`\`${client}\` with \`${server}\`: ${answer}`);
      const alone = element("button", attributes, "Check it alone");
      return element("li", { class: outcome }, ...words, " ", alone);
    };
    return element(
      "div",
      { class: "alternatives" },
      element("h3", {}, "Alternatives"),
      element("ul", {}, ...all.map(item)),
      element("p", { class: "faint" }, "All below is about the worst of them."),
    );
  }

  because(lines) {
    const list = lines.map((line) => element("li", {}, ...withCode(line)));
    return element("div", {}, element("h3", {}, "Because"), element("ul", {}, ...list));
  }

  results(answer) {
    const outcome = ({ client, server }) => element(
      "tr",
      {},
      element("td", {}, client.join(", ")),
      element("td", {}, server.join(", ")),
    );
    const outcomes = (title, list) => element(
      "table",
      {},
      element("caption", {}, `${title}: the result of each call, the handshake's first`),
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "client"),
        element("th", { scope: "col" }, "server"),
      ),
      ...(list ?? []).map(outcome),
    );
    const property = (line) => element(
      "tr",
      { class: line.verdict },
      element("td", {}, line.property),
      element("td", {}, line.verdict),
    );
    return element(
      "details",
      { class: "results" },
      element("summary", {}, "All properties, and all outcomes"),
      outcomes("Over plain TCP", answer.tcp),
      outcomes("Over TLS", answer.tls),
      element(
        "table",
        {},
        element("caption", {}, "Properties"),
        ...answer.results.map(property),
      ),
    );
  }

  /** While small changes are tried. */
  triesToHeal() {
    fill(
      this.healing,
      element("h3", {}, "What would heal it"),
      element("p", { class: "faint" }, "Trying every small change…"),
    );
  }

  /** What heals it, each with a button that makes the change. */
  showHeals(scenario, found) {
    const { heals } = found.answer;
    if (!heals) return fill(this.healing);
    const item = (set) => {
      const changes = set.map((words) => changesOf(this.catalogue, scenario, words));
      const isKnown = changes.every((one) => one !== null);
      const next = changed(scenario, Object.assign({}, ...changes));
      const words = set.join(", and ");
      const button = element(
        "button",
        { type: "button", "aria-label": `try ${words}`, onclick: () => this.apply(next) },
        "Try it",
      );
      return element("li", {}, ...withCode(words), " ", isKnown ? button : null);
    };
    fill(
      this.healing,
      element("h3", {}, "What would heal it"),
      heals.changes.length ? element("ul", {}, ...heals.changes.map(item)) : null,
      element("p", { class: "faint" }, found.tried ?? ""),
    );
    return this.healing;
  }
}
