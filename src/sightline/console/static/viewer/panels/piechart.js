/** Pie chart: shares of a whole, as a disc or a ring, with their words beside it. */

import { h, svg } from "/static/dom.js";
import { formatNumber } from "/static/viewer/format.js";
import { lineColor } from "/static/viewer/fields.js";
import { reduceSeries } from "/static/viewer/panels/values.js";
import { hideTooltip, showTooltip } from "/static/viewer/tooltip.js";

const RADIUS = 90;
const HOLE = 54;

export function render(body, context) {
  const { options = {} } = context.panel;
  const slices = reduceSeries(context)
    .map((slice, index) => ({ ...slice, number: Math.max(0, slice.shown.number ?? 0), color: slice.shown.color && slice.config.color?.mode !== "palette-classic" ? slice.shown.color : lineColor(slice.config, index, slice.values) }))
    .filter(({ number }) => Number.isFinite(number));
  if (options.sort !== "none") slices.sort((a, b) => (options.sort === "asc" ? a.number - b.number : b.number - a.number));
  const total = slices.reduce((sum, { number }) => sum + number, 0);
  const percent = (number) => (total > 0 ? formatNumber(number / total, "percentunit", 1) : "0%");
  const hole = options.pieType === "donut" ? HOLE : 0;
  let from = 0;
  const label = `${context.panel.title ?? "Pie chart"}: ${slices.slice(0, 12).map(({ name, number }) => `${name} ${percent(number)}`).join(", ")}`;
  body.classList.add("pie", options.legend?.placement === "right" ? "pie-right" : "pie-bottom");
  body.append(
    svg("svg", { viewBox: "-100 -100 200 200", role: "img", "aria-label": label }, slices.map(({ name, number, color, shown }) => {
      const part = total > 0 ? number / total : 0;
      const path = svg("path", { d: wedge(from, from + part, hole), fill: color, class: "slice", "data-value": number,
        onpointermove: (event) => showTooltip({ x: event.clientX, y: event.clientY }, name, [{ name: percent(number), text: shown.text, color }]), onpointerleave: hideTooltip });
      from += part;
      return path;
    })),
    options.legend?.showLegend === false ? "" : h("ul", { class: "legend" }, slices.map(({ name, number, color, shown }) => h("li", {},
      h("span", { class: "swatch", style: { "background-color": color } }), h("span", { class: "legend-name", title: name }, name),
      h("span", { class: "legend-calc" }, (options.legend?.values ?? ["percent"]).map((one) => (one === "value" ? shown.text : percent(number))).join(" · "))))));
}

function wedge(from, to, hole) {
  if (to - from >= 0.99999) return `M0,-${RADIUS}A${RADIUS},${RADIUS} 0 1 1 -0.01,-${RADIUS}Z${hole ? `M0,-${hole}A${hole},${hole} 0 1 0 0.01,-${hole}Z` : ""}`;
  const at = (part, radius) => `${(radius * Math.sin(2 * Math.PI * part)).toFixed(2)},${(-radius * Math.cos(2 * Math.PI * part)).toFixed(2)}`;
  const large = to - from > 0.5 ? 1 : 0;
  return hole
    ? `M${at(from, RADIUS)}A${RADIUS},${RADIUS} 0 ${large} 1 ${at(to, RADIUS)}L${at(to, hole)}A${hole},${hole} 0 ${large} 0 ${at(from, hole)}Z`
    : `M0,0L${at(from, RADIUS)}A${RADIUS},${RADIUS} 0 ${large} 1 ${at(to, RADIUS)}Z`;
}
