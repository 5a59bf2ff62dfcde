/** The tooltip of plots: every series at the cursor's time, the nearest one marked. */

import { h } from "/static/dom.js";

const MAXIMUM_ROWS = 18;
const GAP = 14;

let element = null;

/**
 * Shows the tooltip beside a point of the window.
 *
 * @param {{x: number, y: number}} point in window pixels.
 * @param {string} title the time, or the state.
 * @param {{name: string, text: string, color: string, nearest?: boolean}[]} rows
 */
export function showTooltip(point, title, rows) {
  element ??= document.body.appendChild(h("div", { class: "tooltip", role: "presentation" }));
  const hidden = rows.length - MAXIMUM_ROWS;
  element.replaceChildren(
    h("div", { class: "tooltip-title" }, title),
    ...rows.slice(0, MAXIMUM_ROWS).map((row) =>
      h("div", { class: row.nearest ? "tooltip-row nearest" : "tooltip-row" },
        h("span", { class: "swatch", style: { "background-color": row.color } }),
        h("span", { class: "tooltip-name" }, row.name),
        h("span", { class: "tooltip-value" }, row.text))),
    hidden > 0 ? h("div", { class: "quiet" }, `and ${hidden} more`) : "",
  );
  element.hidden = false;
  place(point);
}

function place({ x, y }) {
  const { width, height } = element.getBoundingClientRect();
  const left = x + GAP + width > innerWidth ? x - GAP - width : x + GAP;
  const top = Math.min(Math.max(8, y - height / 2), innerHeight - height - 8);
  element.style.setProperty("transform", `translate(${Math.max(8, Math.round(left))}px, ${Math.round(top)}px)`);
}

/** Takes the tooltip away. */
export function hideTooltip() {
  if (element) element.hidden = true;
}
