// The page: its views, and which of them the address asks for.

import { element, fill } from "./elements.js";
import { Engine, notice } from "./engine.js";
import { Exercises } from "./exercises.js";
import { Gallery } from "./gallery.js";
import { Laboratory } from "./laboratory.js";
import { Relays } from "./relays.js";
import { ofHash } from "./scenario.js";

const VIEWS = [
  ["scenario", "Scenario"],
  ["relay", "Relay"],
  ["hazards", "Hazards"],
  ["exercises", "Exercises"],
];

/** After how many milliseconds the address follows. */
const FOLLOWS_AFTER = 150;

/** The page. */
class Page {
  constructor(catalogue, engine) {
    const moved = (hash) => this.moved(hash);
    this.views = {
      scenario: new Laboratory(catalogue, engine, moved),
      relay: new Relays(catalogue, engine, moved),
      hazards: new Gallery(catalogue, engine),
      exercises: new Exercises(catalogue, engine, moved),
    };
    this.tabs = Object.fromEntries(VIEWS.map(([name, label]) => [name, this.tab(name, label)]));
    fill(document.querySelector(".tabs"), ...Object.values(this.tabs));
    const panel = ([name]) => element(
      "div",
      { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` },
      this.views[name].shown,
    );
    this.panels = Object.fromEntries(VIEWS.map((view) => [view[0], panel(view)]));
    fill(document.getElementById("main"), ...Object.values(this.panels));
    fill(
      document.querySelector(".bottom"),
      element("p", {}, catalogue.assumptions),
      element("p", {}, `Table ${catalogue.fingerprint}, world ${catalogue.world}.`),
    );
    document.addEventListener("keydown", (event) => this.pressed(event));
    window.addEventListener("hashchange", () => this.open(location.hash));
  }

  tab(name, label) {
    const choose = () => {
      if (name !== this.view) this.open(this.hashes?.[name] ?? `#view=${name}`, true);
    };
    return element(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, onclick: choose,
        "aria-controls": `panel-${name}` },
      label,
    );
  }

  /** Shows what an address asks for. */
  open(hash, isMoved) {
    const asked = ofHash(hash);
    const view = Object.hasOwn(this.views, asked.view) ? asked.view : "scenario";
    const isFirst = this.view === undefined;
    this.view = view;
    for (const [name] of VIEWS) {
      this.panels[name].hidden = name !== view;
      this.tabs[name].setAttribute("aria-selected", String(name === view));
      this.tabs[name].tabIndex = name === view ? 0 : -1;
    }
    if (isMoved) this.moved(hash);
    const laboratory = this.views.scenario;
    if (view === "relay") this.views.relay.open(hash);
    else if (view === "hazards") this.views.hazards.open();
    else if (view === "exercises") this.views.exercises.open(Number(asked.exercise ?? 1) - 1);
    else if (asked.scenario || isFirst || !laboratory.checked) laboratory.open(asked);
    if (view === "scenario" && !isFirst && !isMoved) window.scrollTo({ top: 0 });
  }

  /**
   * The address follows what is shown, without a new entry in the history: soon, since browsers
   * refuse an address that changes with every movement of a slider.
   */
  moved(hash) {
    this.hashes = { ...this.hashes, [ofHash(hash).view]: hash };
    clearTimeout(this.follows);
    this.follows = setTimeout(() => {
      const shown = this.hashes[this.view];
      if (shown) history.replaceState(null, "", shown);
    }, FOLLOWS_AFTER);
  }

  pressed(event) {
    const { target, key } = event;
    if (target.getAttribute?.("role") === "tab") return this.pressedTab(event);
    const isOwn = target.closest?.("input, select, textarea");
    const isModified = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (isOwn || isModified || event.defaultPrevented) return;
    const trace = this.views[this.view]?.trace;
    if (trace?.pressed(key)) event.preventDefault();
  }

  pressedTab(event) {
    const names = VIEWS.map(([name]) => name);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const place = (names.indexOf(this.view) + step + names.length) % names.length;
    this.tabs[names[place]].click();
    this.tabs[names[place]].focus();
    event.preventDefault();
  }
}

async function begin() {
  try {
    const engine = await Engine.load();
    const page = new Page(await engine.catalogue(), engine);
    page.open(location.hash);
    document.body.dataset.ready = "true";
  } catch (error) {
    fill(document.getElementById("main"), notice(error));
  }
}

begin();
