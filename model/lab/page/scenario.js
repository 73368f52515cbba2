// A scenario as the checker reads it (the keys of `hyaline scenario --file`), and as an address.

/** What is checked first. */
export const BEGINNING = {
  client: "openssl",
  server: "openssl",
  "client-program": "write*4 close",
  "server-program": "read*4 close",
  buffers: "minimal",
  tickets: 3,
};

/** Keys whose values are numbers, and what they are where none is written. */
export const NUMBERS = {
  "send-buffer": 1,
  "receive-buffer": 1,
  tickets: 0,
  "record-cells": 1,
  inbox: 2,
  "early-data": 0,
};

/** Keys whose values are words, and what they are where none is written. */
export const WORDS = {
  client: "hyaline",
  server: "hyaline",
  "client-program": "close",
  "server-program": "close",
  buffers: "",
  "client-certificate": "none",
  reset: "keeps",
  vanishing: "never",
  timers: "quiescent",
  "client-lacks": "",
  "server-lacks": "",
};

/** Keys that are set or not. */
export const MARKS = ["retry", "resumed", "early-data-rejected"];

/** The value of a key, written or not. */
export function valueOf(scenario, key) {
  return scenario[key] ?? NUMBERS[key] ?? WORDS[key] ?? false;
}

/** The scenario without what is as it is where nothing is written. */
export function tidied(scenario) {
  const kept = Object.entries(scenario).filter(([key, value]) => {
    const isProgram = key.endsWith("-program");
    const isUsual = value === (NUMBERS[key] ?? WORDS[key] ?? false);
    return value !== undefined && value !== null && (isProgram || !isUsual);
  });
  return Object.fromEntries(kept);
}

/** With some keys changed. */
export function changed(scenario, changes) {
  return tidied({ ...scenario, ...changes });
}

/** The name of a profile, and the switches that are flipped behind it. */
export function partsOfProfile(text) {
  const [name, ...flips] = text.split(",");
  return { name, flips: new Map(flips.map((flip) => flip.split("="))) };
}

/** The profile of this name with these switches flipped. */
export function profileOf({ name, flips }) {
  return [name, ...[...flips].map(([key, value]) => `${key}=${value}`)].join(",");
}

/** The profile with one switch set: not written where the library has it so. */
export function flipped(catalogue, text, name, value) {
  const parts = partsOfProfile(text);
  const profile = catalogue.profiles.find((one) => one.name === parts.name);
  const usual = profile?.settings.find(([known]) => known === name)?.[1];
  if (usual === value) parts.flips.delete(name);
  else parts.flips.set(name, value);
  return profileOf(parts);
}

/** How a switch stands in a profile. */
export function settingOf(catalogue, text, name) {
  const parts = partsOfProfile(text);
  const profile = catalogue.profiles.find((one) => one.name === parts.name);
  return parts.flips.get(name) ?? profile?.settings.find(([known]) => known === name)?.[1];
}

/** The part of an address that stands for a view of the page. */
export function asHash({ view, scenario, path, place, exercise, states }) {
  const words = new URLSearchParams();
  if (view && view !== "scenario") words.set("view", view);
  if (exercise) words.set("exercise", exercise);
  for (const [key, value] of Object.entries(scenario ?? {})) words.set(key, String(value));
  if (path) words.set("path", `${path.over}.${path.steps.join(".")}`);
  if (place) words.set("place", String(place));
  if (states) words.set("states", String(states));
  return `#${words}`;
}

/** What such a part says. What is no key of a scenario is left out. */
export function ofHash(hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const scenario = {};
  for (const [key, value] of words) {
    if (Object.hasOwn(NUMBERS, key)) scenario[key] = Number(value);
    else if (Object.hasOwn(WORDS, key)) scenario[key] = value;
    else if (MARKS.includes(key)) scenario[key] = value === "true";
  }
  const [over, ...steps] = (words.get("path") ?? "").split(".");
  const isPath = ["tls", "tcp"].includes(over);
  return {
    view: words.get("view") ?? "scenario",
    exercise: words.get("exercise"),
    scenario: "client-program" in scenario ? tidied(scenario) : null,
    path: isPath ? { over, steps: steps.filter((step) => step !== "").map(Number) } : null,
    place: Number(words.get("place") ?? Number.NaN),
    states: Number(words.get("states") ?? 0),
  };
}

/** The parts of a program, each by itself: calls, brackets and commas; between two callers stands
 *  `|` or `&`. A call that is repeated stands as often. What a bracket is repeated belongs to it. */
export function callsOf(program) {
  const parts = program.match(/[([,]|[)\]][^\s()[\],]*|[^\s()[\],]+/g) ?? [];
  return parts.flatMap((part) => {
    const [, call, count] = /^([^)\]*]+)\*(\d{1,2})$/.exec(part) ?? [null, part, 1];
    return Array.from({ length: Number(count) }, () => call);
  });
}

/** Whether a part of a program is no call: a bracket, a comma, or what stands between callers. */
export function isMark(part) {
  return /^[()[\],|&]/.test(part);
}

/** The program of these parts, with repeated calls written once. */
export function programOf(calls) {
  const runs = [];
  for (const call of calls) {
    const last = runs.at(-1);
    if (last?.call === call && !isMark(call)) last.count += 1;
    else runs.push({ call, count: 1 });
  }
  const words = runs.map(({ call, count }) => (count > 1 ? `${call}*${count}` : call)).join(" ");
  return words.replace(/([([]) /g, "$1").replace(/ ([)\],])/g, "$1");
}
