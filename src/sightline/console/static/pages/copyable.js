/** Words to take away, with the button that copies them. */

import { h } from "/static/dom.js";

/** Gives the words in a box with its button. */
export function renderCopyable(words) {
  const copy = h("button", { type: "button", class: "control", onclick: async () => {
    await navigator.clipboard.writeText(words);
    copy.textContent = "Copied";
  } }, "Copy");
  return h("div", { class: "copyable" }, h("pre", { class: "code", tabindex: "0" }, words), copy);
}
