// What is checked: two programs, the two libraries below them, and what is between.

import { SIDES, element, fill, labelled, select, withCode } from "./elements.js";
import { ProgramEditor } from "./program.js";
import { changed, flipped, partsOfProfile, settingOf, valueOf } from "./scenario.js";

/** What the words of a scenario mean. */
const MEANINGS = {
  none: "the server does not ask",
  good: "the server asks, and accepts it",
  rejected: "the server asks, and rejects it",
  declined: "asked, the client has none and may go on",
  missing: "asked, the client has none and may not go on",
  keeps: "what is unread stays readable",
  discards: "what is unread is lost",
  never: "no host vanishes",
  unprobed: "a host may vanish",
  probed: "a host may vanish; keep-alives tell",
  quiescent: "when nothing else can happen",
  any: "at any moment",
};

/** The form of a scenario. */
export class Setup {
  constructor(catalogue, onchange) {
    this.catalogue = catalogue;
    this.onchange = onchange;
    this.scenario = {};
    const editor = (side) => {
      return new ProgramEditor(side, (text) => this.set({ [`${side}-program`]: text }, true));
    };
    this.programs = { client: editor("client"), server: editor("server") };
    this.ends = { client: element("div"), server: element("div") };
    this.between = element("div", { class: "between-form" });
    this.more = element("details", { class: "more" });
    this.shown = element(
      "div",
      { class: "setup" },
      ...SIDES.map((side) => this.end(side)),
      element(
        "fieldset",
        { class: "panel middle" },
        element("legend", {}, "Between them"),
        this.between,
        this.more,
      ),
    );
  }

  end(side) {
    return element(
      "fieldset",
      { class: `panel end-${side}` },
      element("legend", {}, side === "client" ? "Client" : "Server"),
      this.ends[side],
      this.programs[side].shown,
    );
  }

  /** Shows a scenario that comes from elsewhere. */
  show(scenario) {
    this.scenario = { ...scenario };
    for (const side of SIDES) this.programs[side].show(valueOf(scenario, `${side}-program`));
    this.draw();
  }

  set(changes, isDrawn) {
    this.scenario = changed(this.scenario, changes);
    if (!isDrawn) this.redrawn();
    this.onchange(this.scenario);
  }

  /** Draws again, with the focus where it was. */
  redrawn() {
    const name = document.activeElement?.getAttribute("name");
    this.draw();
    if (name) this.shown.querySelector(`[name="${name}"]`)?.focus();
  }

  draw() {
    for (const side of SIDES) this.drawEnd(side);
    this.drawBetween();
    this.drawMore();
  }

  drawEnd(side) {
    const { name, flips } = partsOfProfile(valueOf(this.scenario, side));
    const profile = this.catalogue.profiles.find((one) => one.name === name);
    const chosen = select(
      { name: side, onchange: (event) => this.set({ [side]: event.target.value }) },
      this.catalogue.profiles.map((one) => [one.name, one.name]),
      name,
    );
    const count = flips.size > 0 ? `, ${flips.size} flipped` : "";
    const wasOpen = this.ends[side].querySelector("details.switches")?.open ?? false;
    fill(
      this.ends[side],
      labelled(`TLS library of the ${side}`, chosen, profile?.title),
      element(
        "details",
        { class: "switches", open: wasOpen || flips.size > 0 },
        element("summary", {}, `Its policy: ${this.catalogue.switches.length} switches${count}`),
        element("div", { class: "grid" }, ...this.switches(side, flips)),
      ),
      profile?.known.length ? this.claims(profile) : null,
      this.lacking(side),
    );
  }

  switches(side, flips) {
    const text = valueOf(this.scenario, side);
    return this.catalogue.switches.map(({ name, values }) => {
      const chosen = select(
        {
          name: `${side}-${name}`,
          class: flips.has(name) ? "flipped" : "",
          onchange: (event) => {
            this.set({ [side]: flipped(this.catalogue, text, name, event.target.value) });
          },
        },
        values.map((value) => [value, value]),
        settingOf(this.catalogue, text, name),
      );
      return labelled(name, chosen);
    });
  }

  claims(profile) {
    const line = ({ switch: setting, evidence, claim }) => element(
      "li",
      {},
      setting ? element("code", {}, setting) : null,
      setting ? " " : null,
      ...withCode(claim),
      element("span", { class: "evidence" }, ` ${evidence}`),
    );
    return element(
      "details",
      { class: "claims" },
      element("summary", {}, `What is known of ${profile.name}, and how`),
      element("ul", {}, ...profile.known.map(line)),
    );
  }

  /** A row that is left out of this end's table, with a button that puts it back. */
  lacking(side) {
    const key = `${side}-lacks`;
    const row = valueOf(this.scenario, key);
    if (!row) return null;
    return element(
      "p",
      { class: "lacks" },
      "A row of its table is left out: ",
      element("code", {}, row),
      " ",
      element("button", { type: "button", onclick: () => this.set({ [key]: "" }) }, "Put it back"),
    );
  }

  number(key, label, most, least = 0) {
    const attributes = {
      type: "number",
      name: key,
      min: least,
      max: most,
      value: valueOf(this.scenario, key),
      onchange: (event) => this.set({ [key]: Number(event.target.value) }),
    };
    return labelled(label, element("input", attributes));
  }

  word(key, label, words) {
    const meaning = (word) => (MEANINGS[word] ? `${word}: ${MEANINGS[word]}` : word);
    const attributes = {
      name: key,
      onchange: (event) => this.set({ [key]: event.target.value }),
    };
    const options = words.map((word) => [word, meaning(word)]);
    return labelled(label, select(attributes, options, valueOf(this.scenario, key)));
  }

  mark(key, label) {
    const attributes = {
      type: "checkbox",
      name: key,
      checked: valueOf(this.scenario, key),
      onchange: (event) => this.set({ [key]: event.target.checked }),
    };
    const shown = labelled(label, element("input", attributes));
    shown.classList.add("mark");
    return shown;
  }

  drawBetween() {
    const name = valueOf(this.scenario, "buffers");
    const named = this.catalogue.buffers.find((one) => one.name === name);
    const options = this.catalogue.buffers.map((one) => {
      return [one.name, `${one.name} (${one.send}/${one.receive})`];
    });
    const choose = (event) => {
      const buffers = event.target.value;
      const none = { "send-buffer": undefined, "receive-buffer": undefined };
      this.set({ buffers, ...(buffers === "" ? {} : none) });
    };
    fill(
      this.between,
      labelled(
        "Buffers",
        select(
          { name: "buffers", onchange: choose },
          [["", "by number"], ...options],
          name,
        ),
        named?.meaning,
      ),
      name ? null : this.number("send-buffer", "Each send queue, in records", 8),
      name ? null : this.number("receive-buffer", "Each receive queue, in records", 8),
      this.number("tickets", "Tickets that the server sends", 8),
    );
  }

  drawMore() {
    const { certificates, resets, vanishings, timers } = this.catalogue;
    fill(
      this.more,
      element("summary", {}, "More"),
      element(
        "div",
        { class: "grid" },
        this.word("client-certificate", "Certificate of the client", certificates),
        this.word("reset", "An arriving RST", resets),
        this.word("vanishing", "Vanishing hosts", vanishings),
        this.word("timers", "Timers expire", timers),
        this.number("record-cells", "Cells of a record", 2, 1),
        this.number("inbox", "Inbox, in records", 8),
        this.mark("retry", "The server asks for another key share"),
        this.mark("resumed", "The handshake resumes a session"),
        this.number("early-data", "Early data of the client, in records", 4),
        this.mark("early-data-rejected", "The server rejects early data"),
      ),
    );
  }
}
