// Elements of the page, in one expression each.

/**
 * An element of this name. What begins with `on` is a listener, `class` the classes; what is true
 * or false is set as it is, null is left out, and all else is an attribute.
 *
 * @param {string} name
 * @param {Record<string, any>} attributes
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (typeof value === "boolean") made.toggleAttribute(key, value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Puts these in the place of whatever an element holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
  return parent;
}

/** A text in which what stands between backticks is code. */
export function withCode(text) {
  return text
    .split("`")
    .map((part, number) => (number % 2 === 1 ? element("code", {}, part) : part))
    .filter((part) => part !== "");
}

/** A select with these options, each `[value, label]`. */
export function select(attributes, options, chosen) {
  const made = element("select", attributes);
  for (const [value, label] of options) {
    made.append(element("option", { value, selected: value === chosen }, label));
  }
  return made;
}

let numbers = 0;

/** An identifier that no other element has. */
export function identifier(word) {
  numbers += 1;
  return `${word}-${numbers}`;
}

/** A control with its label before it. */
export function labelled(label, control, hint) {
  const id = identifier("control");
  control.id = id;
  const note = hint ? element("small", { id: `${id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return element("div", { class: "field" }, element("label", { for: id }, label), control, note);
}

export const SIDES = ["client", "server"];
