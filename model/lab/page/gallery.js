// The hazards: those that the model shows, each checked here with its cause and without, and what
// is known of the others.

import { element, fill, withCode } from "./elements.js";
import { asHash } from "./scenario.js";

const STATES = 1_000_000;

/** What is found in a version of a scene, in words, and whether it is as it has to be. */
function judged(scene, isEndangered, { answer }, milliseconds) {
  const failed = answer.results.filter((line) => line.verdict === "fails");
  const isFound = failed.some((line) => line.property === scene.property);
  const isGood = isEndangered
    ? isFound
    : ["holds", "hangs-over-tcp"].includes(answer.outcome);
  const time = `${Math.max(1, Math.round(milliseconds))} ms`;
  return { isGood, words: `${answer.answer} (${time})` };
}

/** The view of all hazards. */
export class Gallery {
  constructor(catalogue, engine) {
    this.engine = engine;
    const shown = catalogue.hazards.filter((hazard) => hazard.scene);
    const others = catalogue.hazards.filter((hazard) => !hazard.scene);
    this.cards = shown.map((hazard) => this.card(hazard));
    this.said = element("p", { role: "status", class: "summary" });
    this.shown = element(
      "div",
      { class: "view gallery" },
      element("h2", {}, "Hazards of TLS 1.3 over TCP"),
      element(
        "p",
        {},
        "Each scene is checked in this page: with its cause, where it has to be found, and as this "
        + "library ships, where it has to be gone.",
      ),
      this.said,
      element("div", { class: "cards" }, ...this.cards.map((card) => card.shown)),
      element("h2", {}, "Outside of the model"),
      element("ul", { class: "outside" }, ...others.map((hazard) => this.other(hazard))),
    );
  }

  card(hazard) {
    const { scene } = hazard;
    const line = (word, scenario) => {
      const found = element("span", { class: "found" }, "not checked yet");
      const href = asHash({ view: "scenario", scenario });
      const shown = element(
        "li",
        { class: "version" },
        element("a", { href, "aria-label": `${hazard.number} ${word}: open` }, word),
        " ",
        found,
      );
      return { shown, found, scenario };
    };
    const versions = {
      endangered: line("with its cause", scene.endangered),
      shipped: line("as it ships", scene.shipped),
    };
    const shown = element(
      "article",
      { class: "card panel", id: hazard.number },
      element("h3", {}, element("span", { class: "number" }, hazard.number), ` ${hazard.title}`),
      element("p", {}, ...withCode(hazard.story)),
      element("p", { class: "cause" }, "Its cause: ", ...withCode(scene.cause), "."),
      element("ul", { class: "versions" }, versions.endangered.shown, versions.shipped.shown),
      this.known(hazard),
    );
    return { hazard, shown, versions };
  }

  known(hazard) {
    const link = (address) => element(
      "a",
      { href: address, target: "_blank", rel: "noreferrer" },
      address.replace("https://github.com/", "").replace("/issues/", "#"),
    );
    return element(
      "details",
      {},
      element("summary", {}, "What ships instead, who is concerned, and reports"),
      element("p", {}, ...withCode(hazard.shipped)),
      element("ul", {}, ...hazard.libraries.map((one) => element("li", {}, one))),
      element("p", { class: "links" }, ...hazard.links.flatMap((one) => [link(one), " "])),
    );
  }

  other(hazard) {
    return element(
      "li",
      {},
      element(
        "details",
        {},
        element("summary", {}, `${hazard.number}: ${hazard.title}`),
        element("p", {}, ...withCode(hazard.story)),
        element("p", {}, "Not in the model: ", ...withCode(hazard.outside ?? "")),
        this.known(hazard),
      ),
    );
  }

  /** Checks each scene, once. */
  async open() {
    if (this.begun) return;
    this.begun = true;
    let good = 0;
    const all = this.cards.length;
    for (const { hazard, versions } of this.cards) {
      const isEndangered = await this.check(hazard.scene, versions.endangered, true);
      const isShipped = await this.check(hazard.scene, versions.shipped, false);
      good += isEndangered && isShipped ? 1 : 0;
      this.said.textContent = `${good} of ${all} are found with their cause, and gone without.`;
    }
    this.said.classList.add(good === all ? "good" : "bad");
  }

  async check(scene, version, isEndangered) {
    try {
      const asked = await this.engine.answer(version.scenario, STATES, false);
      const { isGood, words } = judged(scene, isEndangered, asked.answer, asked.milliseconds);
      const mark = element("span", { class: "mark" }, isGood ? "✓ " : "✕ ");
      fill(version.found, mark, ...withCode(words));
      version.found.classList.add(isGood ? "good" : "bad");
      return isGood;
    } catch (error) {
      this.begun = false;
      fill(version.found, error.message);
      return false;
    }
  }
}
