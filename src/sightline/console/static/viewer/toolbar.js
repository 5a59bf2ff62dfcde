/** The dashboard's toolbar: variables, range, zone, refresh, and the wall display. */

import { h, icon } from "/static/dom.js";
import { renderVariable } from "/static/viewer/choosing.js";
import { renderRangePicker, renderRefresh, renderZone, renderZoomOut } from "/static/viewer/controls.js";
import { resolveRange } from "/static/viewer/time.js";

const FOCUSABLE = "summary, button, select, input";

/**
 * Draws the toolbar anew.
 *
 * @param {object} view the open dashboard: `{toolbar, state, variables, dashboard}`.
 * @param {{update: function(object): void, refresh: function(): void}} acts
 */
export function renderToolbar(view, { update, refresh }) {
  const { toolbar, state, variables, dashboard } = view;
  // What is being typed is not replaced under the hands.
  if (toolbar.querySelector(".range[open]") || toolbar.querySelector("input:not([type=checkbox], [type=radio]):focus")) return;
  const open = toolbar.querySelector(".variable[open]")?.dataset.variable;
  const focused = [...toolbar.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const choose = (variable) => (chosen) => {
    if (!variable.multi) closeMenus({});
    update({ variables: new Map([...variables].map(([name, one]) => [name, name === variable.name ? chosen : one.chosen])) });
  };
  const choosePart = (part) => {
    closeMenus({});
    update(part);
  };
  toolbar.replaceChildren(
    ...[...variables.values()].map((variable) => renderVariable(variable, choose(variable)) ?? ""),
    h("span", { class: "toolbar-space" }),
    renderRangePicker(state, state.timeZone, choosePart, renderZone(state.timeZone, dashboard.timezone, choosePart)),
    renderZoomOut(() => choosePart(widen(state, dashboard))),
    renderRefresh(state.refresh, refresh, (every) => choosePart({ refresh: every })),
    h("button", { type: "button", class: "control", "aria-label": "Show the panels alone, for a wall display", title: "Wall display", onclick: () => choosePart({ kiosk: true }) }, icon("screen")),
  );
  const reopened = open && toolbar.querySelector(`[data-variable="${CSS.escape(open)}"]`);
  if (reopened) reopened.open = true;
  if (focused >= 0) toolbar.querySelectorAll(FOCUSABLE)[focused]?.focus();
}

function widen(state, dashboard) {
  const { from, to } = resolveRange(state, dashboard.time ?? {});
  const half = (to - from) / 2;
  return { from: String(Math.round((from - half) * 1000)), to: String(Math.round(Math.min(to + half, Date.now() / 1000) * 1000)) };
}

/** Closes open menus: a click beside one closes it, and so does the Escape key. */
export function closeMenus({ target, key }) {
  for (const menu of document.querySelectorAll("details.control[open], details.panel-about[open], details.panel-menu[open]")) {
    if (key !== "Escape" && menu.contains(target ?? null)) continue;
    menu.open = false;
    if (key === "Escape") menu.querySelector("summary").focus();
  }
}
