// One place of a walk: both ends, and the four queues between them.

import { SIDES, element, fill } from "./elements.js";
import { callsOf } from "./scenario.js";

/** What kind of record this is, for its colour. */
function kindOf(name) {
  if (name.startsWith("data")) return "data";
  if (name.startsWith("alert")) return "alert";
  if (["NewSessionTicket", "KeyUpdate", "close_notify"].some((one) => name.startsWith(one))) {
    return "control";
  }
  return "handshake";
}

/** A short form of a name, for a narrow place; the whole name is its title. */
const SHORT = new Map([
  ["NewSessionTicket", "ticket"],
  ["KeyUpdate(requested)", "KeyUpdate?"],
  ["change_cipher_spec", "ccs"],
  ["EncryptedExtensions", "Extensions"],
  ["CertificateVerify", "Verify"],
  ["CertificateRequest", "CertRequest"],
]);

function record(name) {
  return element(
    "span",
    { class: `record ${kindOf(name)}`, title: name },
    SHORT.get(name) ?? name,
  );
}

/** A queue: as many places as it holds. They stay, so that what changes is seen to change. */
class QueueBar {
  constructor(side, name, capacity) {
    this.label = `${side}'s ${name}`;
    this.capacity = capacity;
    this.places = Array.from({ length: capacity }, () => element("li", { class: "slot" }));
    this.marks = element("span", { class: "flags" });
    this.fill = element("span", { class: "level" });
    this.list = element("ol", { class: "slots" }, ...this.places);
    const none = element("span", { class: "none" }, "no queue");
    this.shown = element(
      "div",
      { class: "queue" },
      element("span", { class: "queue-name" }, name, this.fill),
      element("div", { class: "queue-bar" }, capacity === 0 ? none : this.list, this.marks),
    );
  }

  show(records, marks) {
    this.places.forEach((place, number) => {
      const name = records[number];
      if (place.dataset.record === name) return;
      place.dataset.record = name ?? "";
      place.classList.toggle("full", name !== undefined);
      fill(place, name === undefined ? null : record(name));
    });
    const isFull = this.capacity > 0 && records.length >= this.capacity;
    this.shown.classList.toggle("is-full", isFull);
    this.fill.textContent = ` ${records.length}/${this.capacity}${isFull ? ", full" : ""}`;
    this.list.setAttribute("aria-label", `${this.label}: ${records.join(", ") || "empty"}`);
    fill(this.marks, ...marks.map(([word, kind]) => {
      return element("span", { class: `flag ${kind}` }, word);
    }));
  }
}

/** A call, and what became of it. */
function call({ call: name, result, caller }, isStuck) {
  const state = result === null ? (isStuck ? "stuck" : "pending") : result === "ok" ? "ok" : "bad";
  const words = { stuck: "never returns", pending: "waits", ok: "ok", bad: result };
  const mark = { stuck: "∞", pending: "…", ok: "✓", bad: "!" }[state];
  return element(
    "li",
    { class: `call ${state}` },
    element("span", { class: "mark", "aria-hidden": "true" }, mark),
    caller ? `${caller}: ${name}` : name,
    element("span", { class: state === "ok" ? "unseen" : "result" }, ` ${words[state]}`),
  );
}

/** The stage: it is made for one walk, and shows any place of it. */
export class Stage {
  constructor(walk, scenario, label) {
    this.walk = walk;
    this.scenario = scenario;
    this.queues = {};
    for (const side of SIDES) {
      this.queues[side] = {
        send: new QueueBar(side, "send queue", walk.send_capacity),
        receive: new QueueBar(side, "receive queue", walk.receive_capacity),
      };
    }
    this.ends = { client: element("section"), server: element("section") };
    for (const side of SIDES) this.ends[side].className = `end ${side}`;
    this.shown = element(
      "div",
      { class: "stage", role: "group", "aria-label": label },
      this.ends.client,
      element(
        "div",
        { class: "wires" },
        this.wire("client", "server"),
        this.wire("server", "client"),
      ),
      this.ends.server,
    );
  }

  wire(from, to) {
    const arrow = element("span", { class: "arrow", "aria-hidden": "true" });
    return element(
      "div",
      { class: `wire from-${from}` },
      this.queues[from].send.shown,
      arrow,
      this.queues[to].receive.shown,
    );
  }

  /** Shows a place; `before` is the place before it, to say what is new. */
  show(frame, before, neverReturn) {
    for (const side of SIDES) {
      const { send, receive, fin_queued: queued, ...rest } = frame.queues[side];
      this.queues[side].send.show(send, queued ? [["FIN", "fin"]] : []);
      const marks = [];
      if (rest.fin_arrived) marks.push(["FIN", "fin"]);
      if (rest.reset_coming) marks.push(["RST on its way", "reset"]);
      this.queues[side].receive.show(receive, marks);
      this.showEnd(side, frame.ends[side], before?.ends[side], neverReturn[side]);
      this.ends[side].classList.toggle("acts", Boolean(frame.step?.ends[side]));
    }
  }

  showEnd(side, end, before, stuck) {
    const program = callsOf(this.scenario[`${side}-program`] ?? "close");
    const isOne = !program.some((word) => word === "|" || word === "&");
    const written = end.calls.filter((one) => one.call !== "finish-handshake");
    const left = isOne ? program.slice(written.length) : [];
    const later = (name) => element("li", { class: "call later" }, name);
    const calls = end.calls.map((one) => call(one, stuck.includes(one.call)));
    const title = side === "client" ? "Client" : "Server";
    const name = this.walk.over === "tls" ? this.scenario[side] ?? "hyaline" : "plain TCP";
    fill(
      this.ends[side],
      element("h4", {}, title, element("span", { class: "library" }, ` ${name}`)),
      element(
        "ol",
        { class: "calls", "aria-label": `calls of the ${side}` },
        ...calls,
        ...left.map(later),
      ),
      this.walk.over === "tls" ? this.inside(end, before) : null,
    );
  }

  /** What is inside of an endpoint of TLS. */
  inside(end, before) {
    const held = [];
    if (end.outbox.length > 0) {
      const records = end.outbox.map(record);
      held.push(element("p", { class: "held" }, "sealed, unsent: ", ...records));
    }
    if (end.unread > 0) {
      held.push(element("p", { class: "held" }, `opened, unread: ${end.unread} data`));
    }
    const machine = ({ machine: name, state }, number) => {
      const isNew = before && before.machines[number]?.state !== state;
      return element(
        "div",
        { class: isNew ? "machine moved" : "machine" },
        element("dt", {}, name),
        element("dd", {}, state),
      );
    };
    const machines = element("dl", { class: "machines" }, ...end.machines.map(machine));
    return element("div", {}, ...held, machines);
  }
}
