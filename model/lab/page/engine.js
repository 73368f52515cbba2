// The checker, in workers of its own: a long search never keeps the page from answering.

import { element } from "./elements.js";

/** What was stopped before it was answered. */
export class Stopped extends Error {}

/** One worker, and what it was asked. */
class Lane {
  constructor(module, address) {
    this.module = module;
    this.address = address;
    this.waiting = new Map();
    this.asked = 0;
    this.start();
  }

  start() {
    this.worker = new Worker(this.address);
    this.worker.onmessage = ({ data }) => this.answered(data);
    this.worker.onerror = (event) => this.stop(new Error(event.message || "the worker failed"));
    this.worker.postMessage({ module: this.module });
  }

  answered({ id, answer, error, isLost, milliseconds }) {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve({ answer, milliseconds });
    else waiting?.reject(new Error(error));
    if (isLost) this.stop(new Error(error));
  }

  ask(question, parameters) {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, question, parameters });
    });
  }

  /** Ends whatever goes on, and begins anew. */
  stop(error) {
    this.worker.terminate();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    this.start();
    for (const { reject } of waiting) reject(error);
  }
}

/** The checker: one lane that searches, and one that walks meanwhile. */
export class Engine {
  constructor(module, address) {
    this.searching = new Lane(module, address);
    this.walking = new Lane(module, address);
  }

  /** The checker that stands in the page. */
  static async load() {
    const text = document.getElementById("engine-module").textContent;
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = await new Response(stream).arrayBuffer();
    const source = document.getElementById("engine-worker").textContent;
    const script = new Blob([source], { type: "text/javascript" });
    return new Engine(await WebAssembly.compile(bytes), URL.createObjectURL(script));
  }

  async catalogue() {
    return (await this.walking.ask("catalogue", [])).answer;
  }

  /** The answer to a scenario, with the milliseconds that it took. */
  answer(scenario, statesAtMost, withHeals) {
    const parameters = [JSON.stringify(scenario), statesAtMost, withHeals];
    return this.searching.ask("answer", parameters);
  }

  /** The answer about a relay, with the milliseconds that it took. */
  relay(asked, statesAtMost, withHeals) {
    return this.searching.ask("relay", [JSON.stringify(asked), statesAtMost, withHeals]);
  }

  async walk(scenario, path) {
    const parameters = [JSON.stringify(scenario), JSON.stringify(path)];
    return (await this.walking.ask("walk", parameters)).answer;
  }

  stop() {
    this.searching.stop(new Stopped("stopped"));
  }
}

/** What an error says, as a notice. */
export function notice(error) {
  return element("p", { class: "notice", role: "alert" }, String(error.message ?? error));
}
