// The view of a relay in the middle: three libraries, two programs, and what the relay does between.

import { SIDES, element, fill, labelled, select, withCode } from "./elements.js";
import { Stopped, notice } from "./engine.js";
import { ProgramEditor } from "./program.js";
import { KINDS, MARKS } from "./verdict.js";

/** At how many snapshots a search gives up, and how many it may have if one asks for more. */
const STATES = 1_000_000;
const MORE_STATES = 5_000_000;

/** What is checked first: three libraries that do not read while they write. */
const BEGINNING = {
  "client-program": "write*3 read close",
  "server-program": "write*3 read close",
  client: "openssl",
  relay: "openssl",
  server: "openssl",
};

const ENDS = ["client", "relay", "server"];

/** Keys whose values are numbers, and those whose values are words, as where none is written. */
const NUMBERS = { "send-buffer": 1, "receive-buffer": 1, tickets: 0 };
const WORDS = {
  client: "hyaline",
  relay: "hyaline",
  server: "hyaline",
  copying: "threads",
  buffers: "",
  reset: "keeps",
  "client-program": "close",
  "server-program": "close",
};

/** Who the ends of each connection are. */
const NAMES = {
  downstream: { client: "client", server: "relay, towards the client" },
  upstream: { client: "relay, towards the server", server: "server" },
};

function valueOf(asked, key) {
  return asked[key] ?? NUMBERS[key] ?? WORDS[key];
}

/** What is asked, without what is as it is where nothing is written. */
function tidied(asked) {
  const kept = Object.entries(asked).filter(([key, value]) => {
    const isUsual = value === (NUMBERS[key] ?? WORDS[key]);
    return value !== undefined && (key.endsWith("-program") || !isUsual);
  });
  return Object.fromEntries(kept);
}

/** What an address asks about a relay; nothing where it has no program. */
function ofHash(hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const asked = {};
  for (const [key, value] of words) {
    if (Object.hasOwn(NUMBERS, key)) asked[key] = Number(value);
    else if (Object.hasOwn(WORDS, key)) asked[key] = value;
  }
  return "client-program" in asked ? tidied(asked) : null;
}

/** The part of an address that stands for what is asked. */
function asHash(asked) {
  const pairs = Object.entries(asked).map(([key, value]) => [key, String(value)]);
  return `#${new URLSearchParams([["view", "relay"], ...pairs])}`;
}

/** The view. */
export class Relays {
  constructor(catalogue, engine, moved) {
    this.catalogue = catalogue;
    this.engine = engine;
    this.moved = moved;
    this.asked = {};
    const editor = (side) => {
      return new ProgramEditor(side, (text) => this.set({ [`${side}-program`]: text }, true));
    };
    this.programs = { client: editor("client"), server: editor("server") };
    this.libraries = Object.fromEntries(ENDS.map((end) => [end, element("div")]));
    this.between = element("div", { class: "between-form" });
    this.verdict = element("section", { class: "verdict panel", "aria-label": "Verdict" });
    this.said = element("div", { class: "said", "aria-live": "polite", "aria-atomic": "true" });
    this.grounds = element("div", { class: "grounds" });
    fill(this.verdict, this.said, this.grounds);
    this.drawn = element("section", { class: "relay-trace panel", "aria-label": "Trace" });
    this.note = element("span", { class: "faint", role: "status" });
    this.runs = 0;
    this.shown = element("div", { class: "view relays" }, this.form(), this.verdict, this.drawn);
    this.verdict.hidden = true;
    this.drawn.hidden = true;
  }

  form() {
    const end = (side) => element(
      "fieldset",
      { class: `panel end-${side}` },
      element("legend", {}, side === "client" ? "Client" : "Server"),
      this.libraries[side],
      this.programs[side].shown,
    );
    const middle = element(
      "fieldset",
      { class: "panel middle" },
      element("legend", {}, "The relay between them"),
      this.libraries.relay,
      this.between,
    );
    const check = element("button", { type: "submit", class: "check" }, "Check");
    return element(
      "form",
      { onsubmit: (event) => {
        event.preventDefault();
        this.run();
      } },
      element("h2", {}, "A relay in the middle"),
      element(
        "p",
        { class: "faint" },
        "It ends TLS on two connections, and copies both ways: a proxy. Its calls follow from what "
        + "its calls have returned.",
      ),
      element("div", { class: "setup" }, end("client"), middle, end("server")),
      element("div", { class: "actions" }, check, this.note),
    );
  }

  /** Shows what an address asks for; what was checked stays where it asks for nothing. */
  open(hash) {
    const asked = ofHash(hash);
    const isSame = JSON.stringify(asked) === JSON.stringify(this.checked);
    if (this.checked && (!asked || isSame)) return null;
    this.asked = asked ?? BEGINNING;
    for (const side of SIDES) this.programs[side].show(valueOf(this.asked, `${side}-program`));
    this.draw();
    return this.run();
  }

  set(changes, isDrawn) {
    this.asked = tidied({ ...this.asked, ...changes });
    if (!isDrawn) this.draw();
    this.changed();
  }

  changed() {
    const isSame = JSON.stringify(this.asked) === JSON.stringify(this.checked);
    this.shown.classList.toggle("stale", !isSame);
    this.note.textContent = isSame ? "" : "Changed: press Check.";
  }

  draw() {
    const name = document.activeElement?.getAttribute("name");
    for (const end of ENDS) {
      const now = valueOf(this.asked, end);
      const known = this.catalogue.profiles.map((one) => [one.name, one.name]);
      const isKnown = known.some(([value]) => value === now);
      const title = this.catalogue.profiles.find((one) => one.name === now)?.title;
      const chosen = this.choice(end, isKnown ? known : [...known, [now, now]]);
      fill(this.libraries[end], labelled(`TLS library of the ${end}`, chosen, title));
    }
    const { copyings, buffers, resets } = this.catalogue;
    const copying = this.choice("copying", copyings);
    const sizes = buffers.map((one) => [one.name, `${one.name} (${one.send}/${one.receive})`]);
    const isByName = valueOf(this.asked, "buffers") !== "";
    fill(
      this.between,
      labelled("It copies by", copying),
      labelled("Buffers of both connections", this.choice("buffers", [["", "by number"], ...sizes])),
      isByName ? null : this.number("send-buffer", "Each send queue, in records"),
      isByName ? null : this.number("receive-buffer", "Each receive queue, in records"),
      this.number("tickets", "Tickets on each connection"),
      labelled("An arriving RST", this.choice("reset", resets.map((word) => [word, word]))),
    );
    if (name) this.shown.querySelector(`[name="${name}"]`)?.focus();
  }

  choice(key, options) {
    const onchange = (event) => {
      const isBuffers = key === "buffers" && event.target.value !== "";
      const none = isBuffers ? { "send-buffer": undefined, "receive-buffer": undefined } : {};
      this.set({ [key]: event.target.value, ...none });
    };
    return select({ name: key, onchange }, options, valueOf(this.asked, key));
  }

  number(key, label) {
    const onchange = (event) => this.set({ [key]: Number(event.target.value) });
    const value = valueOf(this.asked, key);
    const attributes = { type: "number", name: key, min: 0, max: 8, value, onchange };
    return labelled(label, element("input", attributes));
  }

  /** Checks what the form says, and then what would heal it. */
  async run(states = STATES) {
    this.engine.stop();
    this.runs += 1;
    const [number, asked] = [this.runs, this.asked];
    this.checked = asked;
    this.changed();
    this.moved(asHash(asked));
    this.waits();
    try {
      const { answer: found, milliseconds } = await this.engine.relay(asked, states, false);
      if (number !== this.runs) return;
      this.show(found, milliseconds, states);
      if (found.answer.outcome === "fails") await this.heal(number, asked, states);
    } catch (error) {
      if (number === this.runs) this.failed(error, states);
    }
  }

  waits() {
    const stop = { type: "button", onclick: () => this.engine.stop() };
    this.verdict.hidden = false;
    this.drawn.hidden = true;
    this.verdict.className = "verdict panel waits";
    fill(this.said, element("p", {}, "Exploring every interleaving of both connections… "));
    fill(this.grounds, element("button", stop, "Stop"));
  }

  failed(error, states) {
    const isStopped = error instanceof Stopped;
    const text = isStopped ? "Stopped: nothing is known of this relay." : error.message;
    this.verdict.className = "verdict panel unfinished";
    fill(this.said, element("p", { class: "headline" }, text));
    fill(this.grounds, text.startsWith("unfinished") ? this.more(states) : null);
  }

  /** A button that searches on, where the search may have more. */
  more(states) {
    if (states >= MORE_STATES) return null;
    const words = `Search on, up to ${MORE_STATES.toLocaleString("en")} snapshots`;
    return element("button", { type: "button", onclick: () => this.run(MORE_STATES) }, words);
  }

  show(found, milliseconds, states) {
    const { answer, owing, states_at_most: most } = found;
    const list = (lines) => element(
      "ul",
      {},
      ...lines.map((line) => element("li", {}, ...withCode(line))),
    );
    const headline = answer.answer.charAt(0).toUpperCase() + answer.answer.slice(1);
    const count = (number) => number.toLocaleString("en");
    const counted = `${count(answer.states)} snapshots, ${Math.ceil(milliseconds)} ms`;
    this.verdict.className = `verdict panel ${answer.outcome}`;
    fill(
      this.said,
      element(
        "p",
        { class: "kind" },
        element("span", { class: "mark", "aria-hidden": "true" }, MARKS[answer.outcome]),
        KINDS[answer.outcome],
      ),
      element("p", { class: "headline" }, ...withCode(headline)),
    );
    this.healing = element("div", { class: "healing" });
    fill(
      this.grounds,
      answer.outcome === "unfinished" ? this.more(states) : null,
      answer.explanation.length ? element("h3", {}, "Because") : null,
      answer.explanation.length ? list(answer.explanation) : null,
      owing ? element("p", {}, owing) : null,
      this.healing,
      element("p", { class: "faint" }, ...withCode(answer.scenario)),
      element("p", { class: "faint" }, `${counted}; a search gives up at ${count(most)}.`),
    );
    this.draws(found);
  }

  /** The picture of the trace, and its steps in words for who does not see it. */
  draws({ answer, picture }) {
    const source = `data:image/svg+xml,${encodeURIComponent(picture)}`;
    const { trace } = answer;
    const words = ({ link, ends }) => {
      const both = SIDES.filter((side) => ends[side]);
      return both.map((side) => `${NAMES[link][side]}: ${ends[side]}`).join("; ");
    };
    const steps = trace
      ? element(
        "details",
        {},
        element("summary", {}, `Its ${trace.steps.length} steps in words`),
        element("ol", {}, ...trace.steps.map((step) => element("li", {}, words(step)))),
      )
      : null;
    this.drawn.hidden = false;
    fill(
      this.drawn,
      element("h3", {}, trace ? "The shortest way there" : "One of its runs"),
      element(
        "div",
        { class: "picture", tabindex: "0", role: "group", "aria-label": "Picture of the trace" },
        element("img", { src: source, alt: `${answer.answer}: a chart of three lanes` }),
      ),
      steps,
    );
  }

  async heal(number, asked, states) {
    fill(this.healing, element("p", { class: "faint" }, "Trying our library at each end…"));
    const asking = this.engine.relay(asked, states, true);
    const { answer: found, error } = await asking.catch((error) => ({ answer: null, error }));
    if (number !== this.runs) return;
    if (error && !(error instanceof Stopped)) return fill(this.healing, notice(error));
    if (!found?.heals) return fill(this.healing);
    const lines = [...found.heals, ...(found.besides ? [found.besides] : [])];
    fill(
      this.healing,
      element("h3", {}, "What would heal it"),
      element("ul", {}, ...lines.map((line) => element("li", {}, line))),
    );
  }
}
