/** The dashboard's grid: rows that fold, and panels at the places of the JSON. */

import { h, icon } from "/static/dom.js";

// These stand in pairs on a narrow screen.
const SMALL_TYPES = ["stat", "gauge"];

/**
 * Gives the sections of a dashboard, as `{row, panels}`: what stands under each row,
 * whether the JSON keeps it inside the row (collapsed) or after it.
 */
export function findSections(panels) {
  const sections = [{ row: null, panels: [] }];
  for (const panel of panels) {
    if (panel.type === "row") sections.push({ row: panel, panels: [...(panel.panels ?? [])] });
    else sections.at(-1).panels.push(panel);
  }
  return sections.filter(({ row, panels: inside }) => row || inside.length > 0);
}

/**
 * Gives one section's element; `ontoggle` hears whether it is open now.
 *
 * @param {function(object): string} nameOf gives a row's title.
 * @param {Map<number, HTMLElement>} frames a panel's element by its id.
 */
export function renderSection({ row, panels }, frames, nameOf, ontoggle) {
  const top = Math.min(...panels.map(({ gridPos }) => gridPos?.y ?? 0));
  const grid = h("div", { class: "grid", id: row ? `row-${row.id}` : null });
  for (const panel of panels) {
    const { x = 0, y = 0, w = 12, h: height = 8 } = panel.gridPos ?? {};
    const frame = frames.get(panel.id);
    for (const [name, setting] of Object.entries({ x: x + 1, y: y - top + 1, w, h: height })) {
      frame.style.setProperty(`--${name}`, setting);
    }
    if (w <= 8 && SMALL_TYPES.includes(panel.type)) frame.classList.add("small");
    grid.append(frame);
  }
  if (!row) return h("section", { class: "section" }, grid);
  return h("section", { class: "section" }, renderRowTitle(row, nameOf(row), panels.length, grid, ontoggle), grid);
}

function renderRowTitle(row, title, count, grid, ontoggle) {
  const button = h("button", {
    type: "button", class: "row-toggle", "aria-controls": grid.id, "aria-expanded": String(!row.collapsed),
    onclick: () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      grid.hidden = !open;
      ontoggle(open);
    },
  }, icon("chevron"), title, h("span", { class: "quiet row-count" }, `${count} ${count === 1 ? "panel" : "panels"}`));
  grid.hidden = row.collapsed ?? false;
  return h("h2", { class: "row-title" }, button);
}
