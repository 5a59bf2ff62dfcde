/** Stat: one big number per series, its trend behind it. */

import { h } from "/static/dom.js";
import { formatNumber } from "/static/viewer/format.js";
import { renderLinked } from "/static/viewer/links.js";
import { REDUCERS } from "/static/viewer/reduce.js";
import { inkOn, readable, resolveColor } from "/static/viewer/colors.js";
import { renderSparkline } from "/static/viewer/sparkline.js";
import { reduceSeries, renderSeverity } from "/static/viewer/panels/values.js";

export function render(body, context) {
  const { options = {} } = context.panel;
  const values = reduceSeries(context);
  body.classList.add("stat", `stat-${options.orientation ?? "auto"}`);
  body.append(...values.map((value) => renderTile(value, options, values.length > 1, context)));
}

function renderTile({ name, values, labels, config, shown }, options, isOneOfMany, context) {
  const { colorMode = "value", graphMode = "area", textMode = "auto" } = options;
  const base = shown.color ?? resolveColor("text");
  const filled = colorMode.startsWith("background") && shown.color !== null;
  const ink = filled ? inkOn(base) : colorMode === "none" ? resolveColor("text") : readable(base);
  const withName = textMode === "value_and_name" || textMode === "name" || (textMode === "auto" && isOneOfMany);
  const percent = options.showPercentChange ? REDUCERS.diffperc.compute(values) : null;
  return h("div", {
    class: filled ? "tile filled" : "tile",
    style: { color: ink, "background-color": filled ? base : null },
  },
    h("div", { class: "tile-text" },
      withName && h("div", { class: "tile-name" }, name),
      !["name", "none"].includes(textMode) && h("div", { class: "tile-value", "data-value": shown.number },
        renderLinked(config.links, splitUnit(shown.text), { ...context, value: shown, labels, name })),
      percent !== null && Number.isFinite(percent) && h("div", { class: "tile-change" }, `${percent >= 0 ? "▲" : "▼"} ${formatNumber(Math.abs(percent), "percentunit", 1)}`)),
    colorMode !== "none" && renderSeverity(shown),
    graphMode === "area" && renderSparkline(values, filled ? ink : (shown.color ?? "var(--quiet)")));
}

/** Gives a text with its unit set smaller than its digits. */
export function splitUnit(text) {
  const match = text.match(/^([-+]?[$€£]?[\d.,]+)(\s?\D.*)$/);
  return match ? [match[1], h("span", { class: "unit" }, match[2])] : [text];
}
