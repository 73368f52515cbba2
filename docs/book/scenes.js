// Behind each link that opens a scene in the lab: a button that shows the same scene below the
// paragraph. The lab is loaded when somebody asks for it, and never before.
"use strict";

for (const link of document.querySelectorAll('.content a[href^="the-lab.html#"]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "scene-button";
  button.textContent = "Show it here";
  let scene = null;
  button.addEventListener("click", () => {
    if (scene) {
      scene.remove();
      scene = null;
    } else {
      scene = document.createElement("iframe");
      scene.className = "scene";
      scene.title = `The lab: ${link.textContent}`;
      scene.src = link.href;
      link.closest("p").after(scene);
    }
    button.textContent = scene ? "Close it" : "Show it here";
    button.setAttribute("aria-expanded", String(scene !== null));
  });
  button.setAttribute("aria-expanded", "false");
  link.after(button);
}
