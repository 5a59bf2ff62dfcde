/** Legends: a list or a table with calculations; a click shows one series alone. */

import { h } from "/static/dom.js";
import { display } from "/static/viewer/fields.js";
import { REDUCERS } from "/static/viewer/reduce.js";

/**
 * Gives a panel's legend, or null when it has none.
 *
 * @param {{name: string, color: string, values: number[], config: object}[]} series
 * @param {object} options Grafana's `legend` options.
 * @param {{isShown: function(number): boolean, toggle: function(number, boolean): void}}
 *   shown which series are drawn; `toggle` adds to the choice when its flag is set.
 */
export function renderLegend(series, options = {}, shown = null) {
  if (options.showLegend === false || options.displayMode === "hidden") return null;
  const calcs = (options.calcs ?? []).filter((id) => id in REDUCERS);
  const entries = sortEntries(series.map((one, index) => ({ one, index })).filter(({ one }) => !one.config.custom?.hideFrom?.legend), options);
  const legend = options.displayMode === "table" || calcs.length > 0 && options.placement === "right"
    ? renderTable(entries, calcs, shown)
    : renderList(entries, calcs, shown);
  if (options.width > 0 && options.placement === "right") legend.style.setProperty("width", `${options.width}px`);
  return legend;
}

// Grafana names the column by its words: "Last *", "Max", or "Name".
function sortEntries(entries, { sortBy, sortDesc = false }) {
  const id = Object.keys(REDUCERS).find((one) => REDUCERS[one].label === sortBy || LABELS[one] === sortBy);
  if (sortBy !== "Name" && !id) return entries;
  const key = ({ one }) => (id ? (REDUCERS[id].compute(one.values) ?? -Infinity) : one.name);
  const compare = (a, b) => (id ? key(a) - key(b) : String(key(a)).localeCompare(String(key(b)), undefined, { numeric: true }));
  return entries.toSorted((a, b) => (sortDesc ? compare(b, a) : compare(a, b)));
}

const LABELS = { lastNotNull: "Last *", last: "Last", firstNotNull: "First *", first: "First" };

function renderList(entries, calcs, shown) {
  return h("ul", { class: "legend" }, entries.map(({ one, index }) =>
    h("li", {}, renderEntry(one, index, shown),
      calcs.map((id) => h("span", { class: "legend-calc" }, `${REDUCERS[id].label}: ${calculate(one, id)}`)))));
}

function renderTable(entries, calcs, shown) {
  return h("div", { class: "legend legend-table", tabindex: "0", role: "region", "aria-label": "Legend" },
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Name"),
        calcs.map((id) => h("th", { scope: "col", class: "number" }, REDUCERS[id].label)))),
      h("tbody", {}, entries.map(({ one, index }) => h("tr", {},
        h("th", { scope: "row" }, renderEntry(one, index, shown)),
        calcs.map((id) => h("td", { class: "number" }, calculate(one, id))))))));
}

function renderEntry(one, index, shown) {
  return h("button", {
    type: "button",
    "data-series": index,
    class: shown?.isShown(index) === false ? "legend-entry off" : "legend-entry",
    "aria-pressed": String(shown?.isShown(index) !== false),
    title: `${one.name}. Click to see it alone, with Ctrl to add or remove it.`,
    onclick: (event) => shown?.toggle(index, event.ctrlKey || event.metaKey || event.shiftKey),
  }, h("span", { class: "swatch", style: { "background-color": one.color } }), h("span", { class: "legend-name" }, one.name));
}

function calculate({ values, config }, id) {
  return display(REDUCERS[id].compute(values), config).text;
}
