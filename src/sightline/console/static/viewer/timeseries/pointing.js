/** Pointing at a plot: the tooltip, the cursor by arrow keys, the zoom by dragging. */

import { annotationsAt } from "/static/viewer/annotations.js";
import { resolveColor } from "/static/viewer/colors.js";
import { display } from "/static/viewer/fields.js";
import { reduceValues } from "/static/viewer/reduce.js";
import { writeInstant } from "/static/viewer/time.js";
import { hideTooltip, showTooltip } from "/static/viewer/tooltip.js";

const LEAST_PIXELS = 4;

/** Tells the dashboard of the range that was dragged over. */
export function zoom(plot, { zoom: choose }) {
  if (plot.select.width < LEAST_PIXELS) return;
  choose(plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x"));
}

/** Shows every series at the cursor's time; other plots show the cursor alone. */
export function point(plot, view) {
  const { canvas, context, times } = view;
  const active = canvas.matches(":hover") || canvas === document.activeElement;
  const { idx, left, top } = plot.cursor;
  if (!active) return;
  if (idx === null || idx === undefined || left < 0) return hideTooltip();
  const rows = findRows(plot, view, idx);
  for (const one of annotationsAt(context.annotations, times[idx], context.plan.step)) {
    rows.push({ name: `${one.title} ${one.text}`.trim(), text: "fired", color: resolveColor(one.color) });
  }
  const box = plot.over.getBoundingClientRect();
  showTooltip({ x: box.left + left, y: box.top + Math.max(0, top) }, writeInstant(times[idx], context.timeZone), rows);
}

function findRows(plot, { context, series, columns, shown, places }, idx) {
  const { mode = "multi", sort = "none", hideZeros = false } = context.panel.options?.tooltip ?? {};
  if (mode === "none") return [];
  const focused = plot.series.findIndex((line, at) => at > 0 && line._focus);
  const rows = series
    .map((one, index) => ({
      name: one.name, color: one.color, number: columns[index][idx] ?? null, nearest: places[index] === focused,
      text: display(columns[index][idx] ?? null, one.config).text, visible: shown.isShown(index) && !one.config.custom?.hideFrom?.tooltip,
    }))
    .filter((row) => row.visible && row.number !== null && !(hideZeros && row.number === 0));
  if (mode === "single" && rows.some(({ nearest }) => nearest)) return rows.filter(({ nearest }) => nearest);
  return sort === "none" ? rows : rows.toSorted((a, b) => (sort === "asc" ? a.number - b.number : b.number - a.number));
}

/** Says the plot in words, and moves its cursor by the arrow keys. */
export function describe(view) {
  const { canvas, series, context, times } = view;
  const latest = series.slice(0, 12).map((one) => `${one.name} ${display(reduceValues(one.values), one.config).text}`);
  canvas.setAttribute("aria-label", `${context.panel.title ?? "Plot"}: ${series.length} series; latest: ${latest.join(", ")}`);
  canvas.addEventListener("pointerleave", hideTooltip);
  canvas.addEventListener("blur", hideTooltip);
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") hideTooltip();
    if (!step) return;
    event.preventDefault();
    const { plot } = view;
    const at = Math.min(times.length - 1, Math.max(0, (plot.cursor.idx ?? times.length) + step));
    plot.setCursor({ left: plot.valToPos(times[at], "x"), top: plot.over.clientHeight / 2 });
  });
}
