// What the worker does: it gets the module first, and then answers one question after the other.

self.onmessage = ({ data }) => {
  if (data.module) {
    wasm_bindgen.initSync({ module: data.module });
    return;
  }
  const { id, question, parameters } = data;
  const begun = performance.now();
  try {
    const answer = JSON.parse(wasm_bindgen[question](...parameters));
    self.postMessage({ id, answer, milliseconds: performance.now() - begun });
  } catch (error) {
    // An error that is no text is none of ours: the module cannot be used any more.
    const isOurs = typeof error === "string";
    const text = isOurs ? error : `the checker gave up (${error.message ?? error})`;
    self.postMessage({ id, error: text, isLost: !isOurs });
  }
};
