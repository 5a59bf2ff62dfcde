/** Heatmap: how many fell into each band at each time, by the strength of a colour. */

import { h } from "/static/dom.js";
import { timeAxis } from "/static/viewer/axis.js";
import { isLightTheme } from "/static/viewer/colors.js";
import { display, resolveConfig } from "/static/viewer/fields.js";
import { formatNumber } from "/static/viewer/format.js";
import { findCells } from "/static/viewer/histograms.js";
import { loadPlot } from "/static/viewer/plot.js";
import { nameSeries } from "/static/viewer/query.js";
import { heatColor } from "/static/viewer/schemes.js";
import { writeInstant, zoneName } from "/static/viewer/time.js";
import { zoom } from "/static/viewer/timeseries/pointing.js";
import { hideTooltip, showTooltip } from "/static/viewer/tooltip.js";

const MOST_LABELS = 12;

export async function render(body, context) {
  const Plot = await loadPlot();
  const { panel, series, plan, variables } = context;
  const { bands, cells } = findCells(series, (one) => nameSeries(one, variables, plan));
  const config = resolveConfig({ name: "Count", type: "number" }, panel.fieldConfig);
  const unit = panel.options?.yAxis?.unit ?? panel.yAxis?.format ?? config.unit;
  const most = cells.reduce((high, { count }) => Math.max(high, count), 0);
  const view = { context, bands, cells, most, config, write: (band) => band.label ?? formatNumber(band.high, unit) };
  body.classList.add("timeseries", "legend-bottom");
  const canvas = h("div", { class: "plot", tabindex: "0", role: "img", "aria-label": `${panel.title ?? "Heatmap"}: ${bands.length} bands, the most in one cell ${display(most, config).text}` });
  body.append(canvas);
  view.canvas = canvas;
  canvas.addEventListener("pointerleave", hideTooltip);
  const times = [...new Set(cells.map(({ time }) => time))].toSorted((a, b) => a - b);
  const plot = new Plot(plotOptions(view, Plot), [times, times.map(() => null)], canvas);
  return { resize: () => plot.setSize(size(canvas)), destroy: () => {
    hideTooltip();
    plot.destroy();
  } };
}

function size(canvas) {
  return { width: Math.max(80, canvas.clientWidth), height: Math.max(60, canvas.clientHeight) };
}

function plotOptions(view, Plot) {
  const { context, bands } = view;
  const ink = isLightTheme() ? { text: "#5c6773", grid: "transparent" } : { text: "#96a1ae", grid: "transparent" };
  const every = Math.ceil(bands.length / MOST_LABELS);
  return {
    ...size(view.canvas),
    padding: [10, 18, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), zoneName(context.timeZone)),
    scales: { x: { range: () => [context.plan.at - context.plan.range, context.plan.at] }, y: { range: () => [0, Math.max(1, bands.length)] } },
    axes: [timeAxis(context.timeZone, ink), {
      stroke: ink.text, size: 70, grid: { show: false }, ticks: { show: false }, font: "11px system-ui, sans-serif",
      splits: () => bands.map((_, index) => index + 0.5).filter((_, index) => index % every === 0),
      values: (_, splits) => splits.map((split) => view.write(bands[Math.floor(split)])),
    }],
    series: [{}, { show: true, scale: "y", paths: () => null, points: { show: false } }],
    cursor: { ...(context.syncKey && { sync: { key: context.syncKey } }), drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
    hooks: { draw: [(plot) => paint(plot, view)], setSelect: [(plot) => zoom(plot, context)], setCursor: [(plot) => point(plot, view)] },
  };
}

function paint(plot, { context, cells, most }) {
  const { ctx, bbox } = plot;
  const scheme = context.panel.options?.color?.scheme ?? context.panel.color?.colorScheme;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { time, band, count } of cells) {
    if (count <= 0) continue;
    const left = plot.valToPos(time - context.plan.step, "x", true);
    const right = plot.valToPos(time, "x", true);
    const top = plot.valToPos(band + 1, "y", true);
    ctx.fillStyle = heatColor(scheme, Math.sqrt(count / (most || 1)), isLightTheme());
    ctx.fillRect(left, top, Math.max(1, right - left - 1), Math.max(1, plot.valToPos(band, "y", true) - top - 1));
  }
  ctx.restore();
}

function point(plot, view) {
  const { canvas, cells, bands, context } = view;
  const { idx, left, top } = plot.cursor;
  if (!canvas.matches(":hover") && canvas !== document.activeElement) return;
  if (idx === null || idx === undefined || left < 0) return hideTooltip();
  const time = plot.data[0][idx];
  const band = Math.floor(plot.posToVal(top, "y"));
  const found = cells.filter((cell) => cell.time === time && cell.count > 0).toSorted((a, b) => b.band - a.band);
  const box = plot.over.getBoundingClientRect();
  showTooltip({ x: box.left + left, y: box.top + Math.max(0, top) }, writeInstant(time, context.timeZone), found.map((cell) => ({
    name: `≤ ${view.write(bands[cell.band])}`, text: display(cell.count, view.config).text, nearest: cell.band === band,
    color: heatColor(context.panel.options?.color?.scheme, Math.sqrt(cell.count / (view.most || 1)), isLightTheme()),
  })));
}
