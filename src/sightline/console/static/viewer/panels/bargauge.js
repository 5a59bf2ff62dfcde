/** Bar gauge: one bar per series, coloured by its threshold. */

import { h } from "/static/dom.js";
import { fade, readable, resolveColor } from "/static/viewer/colors.js";
import { reduceSeries, renderSeverity } from "/static/viewer/panels/values.js";
import { absoluteSteps } from "/static/viewer/thresholds.js";

export function render(body, context) {
  const { options = {} } = context.panel;
  const values = reduceSeries(context);
  const vertical = options.orientation === "vertical";
  body.classList.add("bargauge", vertical ? "bargauge-vertical" : "bargauge-horizontal");
  const limits = findLimits(values);
  body.append(...values.map((value) => renderBar(value, options, limits)));
}

// Bars share one scale: the field's limits, else everything that is shown.
function findLimits(values) {
  const numbers = values.map(({ shown }) => shown.number).filter((number) => Number.isFinite(number));
  const steps = values.flatMap(({ config }) => absoluteSteps(config).map((step) => step.value ?? 0));
  return { low: Math.min(0, ...numbers), high: Math.max(...numbers, ...steps, 0) || 1 };
}

function renderBar({ name, config, shown }, options, { low, high }) {
  const { min = low, max = config.unit === "percentunit" && high <= 1 ? 1 : high } = config;
  const part = (number) => Math.min(1, Math.max(0, (number - min) / (max - min || 1)));
  const color = shown.color ?? resolveColor("text");
  const marks = absoluteSteps({ ...config, min, max }).filter((step) => step.value !== null && step.value > min && step.value < max);
  return h("div", { class: "bar-row" },
    h("div", { class: "bar-name", title: name }, name),
    h("div", { class: "bar-track", role: "meter", "aria-label": name, "aria-valuemin": min, "aria-valuemax": max, "aria-valuenow": shown.number ?? min, "aria-valuetext": shown.text },
      h("div", { class: `bar-fill bar-${options.displayMode ?? "gradient"}`, style: { "--part": part(shown.number ?? min), "--bar": color, "--bar-faint": fade(color, 0.45) } }),
      marks.map((step) => h("div", { class: "bar-mark", style: { "--part": part(step.value), "background-color": resolveColor(step.color) } }))),
    h("div", { class: "bar-value", style: { color: readable(color) }, "data-value": shown.number }, renderSeverity(shown), shown.text));
}
