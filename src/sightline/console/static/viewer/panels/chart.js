/** Bars beside or upon one another, as SVG: what bar charts and histograms draw. */

import { h, svg } from "/static/dom.js";
import { display } from "/static/viewer/fields.js";
import { formatNumber } from "/static/viewer/format.js";
import { hideTooltip, showTooltip } from "/static/viewer/tooltip.js";

const HEIGHT = 200;
const WIDTH = 600;
const LINES = 4;

/**
 * Gives a chart of bars.
 *
 * @param {string[]} categories the words below the bars.
 * @param {{name: string, color: string, config: object, values: number[]}[]} groups
 * @param {{title: string, stacked: boolean, showValue: boolean}} options
 */
export function renderBars(categories, groups, { title, stacked, showValue }) {
  const sums = categories.map((_, at) => groups.reduce((sum, { values }) => sum + Math.max(0, values[at] ?? 0), 0));
  const numbers = stacked ? sums : groups.flatMap(({ values }) => values.filter((one) => Number.isFinite(one)));
  const { config } = groups[0] ?? { config: {} };
  const low = config.min ?? Math.min(0, ...numbers);
  const high = config.max ?? (Math.max(0, ...numbers) || 1);
  const y = (number) => HEIGHT - ((number - low) / (high - low || 1)) * HEIGHT;
  const slot = WIDTH / Math.max(1, categories.length);
  const width = (slot * 0.8) / (stacked ? 1 : Math.max(1, groups.length));
  const bars = categories.flatMap((category, at) => {
    let below = 0;
    return groups.map((group, index) => {
      const number = group.values[at];
      if (number === null || number === undefined) return null;
      const base = stacked ? below : 0;
      below += stacked ? Math.max(0, number) : 0;
      const [top, bottom] = [y(Math.max(base, base + number)), y(Math.min(base, base + number))];
      const text = display(number, group.config).text;
      return svg("rect", {
        class: "bar", x: at * slot + slot * 0.1 + (stacked ? 0 : index * width), y: top, width: Math.max(0.5, width - 1), height: Math.max(0.5, bottom - top), fill: group.color, "data-value": number,
        onpointermove: (event) => showTooltip({ x: event.clientX, y: event.clientY }, category, [{ name: group.name, text, color: group.color }]),
        onpointerleave: hideTooltip,
      });
    });
  });
  const ticks = Array.from({ length: LINES + 1 }, (_, tick) => low + ((high - low) * tick) / LINES);
  const summary = categories.slice(0, 12).map((category, at) => `${category} ${groups.map(({ values, config: own }) => display(values[at] ?? null, own).text).join(" and ")}`);
  return h("div", { class: "chart", role: "img", "aria-label": `${title}: ${summary.join(", ")}` },
    h("div", { class: "chart-scale", "aria-hidden": "true" }, ticks.toReversed().map((tick) => h("span", {}, formatNumber(tick, config.unit, config.decimals ?? undefined)))),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ticks.map((tick) => svg("line", { x1: 0, x2: WIDTH, y1: y(tick), y2: y(tick), class: "chart-line" })), bars.filter(Boolean)),
    h("div", { class: "chart-names", "aria-hidden": "true" }, categories.map((category, at) => h("span", { title: category },
      showValue && h("b", {}, display(stacked ? sums[at] : (groups[0]?.values[at] ?? null), config).text), category))));
}
