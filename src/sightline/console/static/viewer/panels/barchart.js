/** Bar chart: a bar per row and column of numbers, named by the first words of the row. */

import { h } from "/static/dom.js";
import { display, lineColor, resolveConfig } from "/static/viewer/fields.js";
import { renderLegend } from "/static/viewer/legend.js";
import { renderBars } from "/static/viewer/panels/chart.js";
import { reduceValues } from "/static/viewer/reduce.js";
import { writeInstant } from "/static/viewer/time.js";

export const takesFrames = true;

const MOST_BARS = 100;

export function render(body, context) {
  const { panel, frames } = context;
  const { options = {} } = panel;
  const { categories, fields } = arrange(frames, options, context);
  const groups = fields.map((field, index) => {
    const config = resolveConfig(field, panel.fieldConfig);
    return { name: config.displayName ?? field.name, config, values: field.values.slice(0, MOST_BARS), color: lineColor(config, index, field.values) };
  }).filter(({ config }) => !config.custom?.hideFrom?.viz);
  body.classList.add("bars", options.orientation === "horizontal" ? "bars-horizontal" : "bars-vertical");
  const shown = categories.slice(0, MOST_BARS);
  body.append(options.orientation === "horizontal" ? renderRows(shown, groups)
    : renderBars(shown, groups, { title: panel.title ?? "Bar chart", stacked: options.stacking && options.stacking !== "none", showValue: options.showValue === "always" || (options.showValue !== "never" && shown.length <= 12) }),
  groups.length > 1 ? (renderLegend(groups, options.legend) ?? "") : "");
}

// A table names its rows; series have their last number each.
function arrange(frames, { xField }, { timeZone }) {
  const [frame] = frames;
  const names = frame?.fields.find(({ name, type }) => (xField ? name === xField : type === "string"));
  const numbers = frame?.fields.filter(({ type }) => type === "number") ?? [];
  if (names && frames.length === 1) return { categories: names.values.map(String), fields: numbers };
  if (frames.length === 1) {
    const time = frame.fields.find(({ type }) => type === "time");
    return { categories: (time?.values ?? []).map((moment) => writeInstant(moment / 1000, timeZone)), fields: numbers };
  }
  const each = frames.flatMap(({ fields }) => fields.filter(({ type }) => type === "number"));
  return { categories: each.map(({ name }) => name), fields: [{ name: "Value", type: "number", refId: frame?.refId, values: each.map(({ values }) => reduceValues(values)) }] };
}

function renderRows(categories, groups) {
  const high = Math.max(...groups.flatMap(({ values }) => values.map((one) => one ?? 0)), 0) || 1;
  return h("div", { class: "bargauge bargauge-horizontal" }, categories.map((category, at) => h("div", { class: "bar-row" },
    h("div", { class: "bar-name", title: category }, category),
    h("div", { class: "bar-stack" }, groups.map(({ name, color, values }) => h("div", { class: "bar-track", role: "meter", "aria-label": `${category}, ${name}`, "aria-valuemin": 0, "aria-valuemax": high, "aria-valuenow": values[at] ?? 0 },
      h("div", { class: "bar-fill", style: { "--part": Math.max(0, values[at] ?? 0) / high, "--bar": color } })))),
    h("div", { class: "bar-value", "data-value": groups[0]?.values[at] }, groups.map(({ values, config }) => display(values[at] ?? null, config).text).join(" · ")))));
}
