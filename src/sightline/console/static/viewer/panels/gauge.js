/** Gauge: an arc from the least to the greatest value, thresholds on its rim. */

import { h, svg } from "/static/dom.js";
import { readable, resolveColor } from "/static/viewer/colors.js";
import { formatNumber } from "/static/viewer/format.js";
import { reduceSeries } from "/static/viewer/panels/values.js";
import { absoluteSteps } from "/static/viewer/thresholds.js";

const [CENTRE_X, CENTRE_Y] = [100, 96];
const START = -200; // degrees; 220 of them in all, open at the bottom
const SWEEP = 220;

export function render(body, context) {
  const { options = {} } = context.panel;
  const values = reduceSeries(context);
  body.classList.add("gauge");
  body.append(...values.map((value) => renderGauge(value, options, values.length > 1)));
}

function renderGauge({ name, config, shown }, options, isOneOfMany) {
  const { min = 0, max = config.unit === "percentunit" ? 1 : 100 } = config;
  const part = (number) => Math.min(1, Math.max(0, (number - min) / (max - min || 1)));
  const color = shown.color ?? resolveColor("text");
  const steps = absoluteSteps({ ...config, min, max });
  const label = `${name}: ${shown.text}, from ${formatNumber(min, config.unit)} to ${formatNumber(max, config.unit)}`;
  return h("figure", { class: "gauge-one" },
    svg("svg", { viewBox: "0 0 200 136", role: "img", "aria-label": label },
      arc(76, 0, 1, "var(--track)", 16),
      shown.number !== null && arc(76, 0, Math.max(0.004, part(shown.number)), color, 16),
      options.showThresholdMarkers !== false && steps.map((step, index) =>
        arc(89, part(step.value ?? min), part(steps[index + 1]?.value ?? max), resolveColor(step.color), 3)),
      svg("text", { x: CENTRE_X, y: 104, class: "gauge-value", fill: readable(color), "data-value": shown.number }, shown.text),
      shown.severity && svg("text", { x: CENTRE_X, y: 126, class: "gauge-note" }, `${shown.severity === "critical" ? "◆" : "▲"} ${shown.note || shown.severity}`)),
    isOneOfMany && h("figcaption", {}, name));
}

function arc(radius, from, to, color, width) {
  const point = (part) => {
    const angle = ((START + SWEEP * part) * Math.PI) / 180;
    return `${(CENTRE_X + radius * Math.cos(angle)).toFixed(2)} ${(CENTRE_Y + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = (to - from) * SWEEP > 180 ? 1 : 0;
  return svg("path", { d: `M${point(from)}A${radius} ${radius} 0 ${large} 1 ${point(to)}`, fill: "none", style: { stroke: color }, "stroke-width": width });
}
