/** Time series: lines, areas, bars or points over time, on uPlot. */

import { h } from "/static/dom.js";
import { fade, isLightTheme, resolveColor } from "/static/viewer/colors.js";
import { annotationsAt, drawAnnotations } from "/static/viewer/annotations.js";
import { timeAxis, valueAxis, valueRange } from "/static/viewer/axis.js";
import { display, lineColor, resolveConfig } from "/static/viewer/fields.js";
import { renderLegend } from "/static/viewer/legend.js";
import { loadPlot } from "/static/viewer/plot.js";
import { nameSeries } from "/static/viewer/query.js";
import { reduceValues } from "/static/viewer/reduce.js";
import { drawThresholds } from "/static/viewer/threshold-lines.js";
import { writeInstant, zoneName } from "/static/viewer/time.js";
import { hideTooltip, showTooltip } from "/static/viewer/tooltip.js";
import { align, stack } from "/static/viewer/aligned.js";

const CLEAR_AREAS = 3;

// Which series somebody hid outlives a refresh.
const hiddenSeries = new Map();

export async function render(body, context) {
  const Plot = await loadPlot();
  const series = describeSeries(context);
  const { times, columns } = align(context.series, context.plan);
  const stacked = series[0]?.config.custom?.stacking?.mode === "normal";
  const drawn = stacked ? stack(columns) : columns;
  const view = { body, context, series, times, columns, drawn, stacked, shown: null, plot: null };
  view.shown = shownSeries(view);
  layout(view);
  view.plot = new Plot(plotOptions(view, Plot), order(view), view.canvas);
  describe(view);
  return {
    resize: () => view.plot.setSize(size(view)),
    destroy: () => {
      hideTooltip();
      view.plot.destroy();
    },
  };
}

function describeSeries({ panel, series, variables, plan }) {
  return series.map((one, index) => {
    const name = nameSeries(one, variables, plan);
    const config = resolveConfig({ name, refId: one.refId, type: "number" }, panel.fieldConfig);
    const color = lineColor(config, index, reduceValues(one.values));
    return { name: config.displayName ?? name, config, color, values: one.values };
  });
}

function layout(view) {
  const { body, context } = view;
  const options = context.panel.options?.legend;
  view.canvas = h("div", { class: "plot", tabindex: "0", role: "img" });
  view.legend = renderLegend(view.series, options, view.shown);
  body.classList.add("timeseries", options?.placement === "right" ? "legend-right" : "legend-bottom");
  body.append(view.canvas, view.legend ?? "");
}

function size({ canvas }) {
  return { width: Math.max(80, canvas.clientWidth), height: Math.max(60, canvas.clientHeight) };
}

// Stacked series are drawn from the top one down, or the sums would hide the parts.
function order({ times, drawn, stacked }) {
  return [times, ...(stacked ? drawn.toReversed() : drawn)];
}

const place = ({ series, stacked }, index) => (stacked ? series.length - index : index + 1);

function plotOptions(view, Plot) {
  const { context, series } = view;
  const config = series[0]?.config ?? context.panel.fieldConfig?.defaults ?? {};
  const ink = isLightTheme() ? { text: "#5c6773", grid: "rgba(30, 40, 55, 0.07)" } : { text: "#96a1ae", grid: "rgba(200, 215, 235, 0.07)" };
  // Many areas over one another would turn into mud: together they stay faint.
  const fading = view.stacked ? 1 : Math.min(1, CLEAR_AREAS / series.length);
  const lines = series.map((one, index) => lineOptions(one, { show: view.shown.isShown(index), fading }, Plot));
  return {
    ...size(view),
    padding: [10, 18, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), zoneName(context.timeZone)),
    scales: {
      x: { range: () => [context.range.from, context.range.to] },
      y: { range: valueRange(config) },
    },
    axes: [timeAxis(context.timeZone, ink), valueAxis(config, ink)],
    series: [{}, ...(view.stacked ? lines.toReversed() : lines)],
    cursor: {
      sync: { key: context.syncKey },
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { size: 7 },
      y: false,
    },
    hooks: {
      drawClear: [
        (plot) => drawAnnotations(plot, context.annotations),
        (plot) => drawThresholds(plot, config, resolveColor),
      ],
      setSelect: [(plot) => zoom(plot, context)],
      setCursor: [(plot) => point(plot, view)],
    },
  };
}

function lineOptions({ name, config, color }, { show, fading }, Plot) {
  const custom = config.custom ?? {};
  const opacity = ((custom.fillOpacity ?? 0) / 100) * fading;
  const path = PATHS[custom.drawStyle === "bars" ? "bars" : (custom.lineInterpolation ?? "linear")] ?? PATHS.linear;
  return {
    label: name,
    show,
    stroke: color,
    width: custom.drawStyle === "points" ? 0 : (custom.lineWidth ?? 1),
    fill: opacity > 0 ? fillOf(color, opacity, custom.gradientMode) : undefined,
    spanGaps: custom.spanNulls === true,
    dash: custom.lineStyle?.fill === "dash" ? (custom.lineStyle.dash ?? [10, 10]) : undefined,
    paths: path(Plot),
    points: { show: custom.drawStyle === "points" || custom.showPoints === "always", size: custom.pointSize ?? 5 },
  };
}

const PATHS = {
  linear: (Plot) => Plot.paths.linear(),
  smooth: (Plot) => Plot.paths.spline(),
  stepBefore: (Plot) => Plot.paths.stepped({ align: -1 }),
  stepAfter: (Plot) => Plot.paths.stepped({ align: 1 }),
  bars: (Plot) => Plot.paths.bars({ size: [0.7, 60] }),
};

function fillOf(color, opacity, gradientMode) {
  if (gradientMode !== "opacity") return fade(color, opacity);
  return (plot) => {
    const gradient = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
    gradient.addColorStop(0, fade(color, opacity));
    gradient.addColorStop(1, fade(color, 0));
    return gradient;
  };
}

function zoom(plot, { zoom: choose }) {
  if (plot.select.width < 4) return;
  choose(plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x"));
}

// The cursor is shared by all plots; the tooltip belongs to the one that is pointed at.
function point(plot, view) {
  const { canvas, context, series, columns } = view;
  const active = canvas.matches(":hover") || canvas === document.activeElement;
  const { idx, left, top } = plot.cursor;
  if (!active) return;
  if (idx === null || idx === undefined || left < 0) return hideTooltip();
  const focused = plot.series.findIndex((line, at) => at > 0 && line._focus);
  const rows = series
    .map((one, index) => ({
      name: one.name, color: one.color, number: columns[index][idx] ?? null, nearest: place(view, index) === focused,
      text: display(columns[index][idx] ?? null, one.config).text, visible: view.shown.isShown(index),
    }))
    .filter((row) => row.visible && row.number !== null);
  if (context.panel.options?.tooltip?.sort !== "none") rows.sort((a, b) => b.number - a.number);
  for (const one of annotationsAt(context.annotations, view.times[idx], context.plan.step)) {
    rows.push({ name: `${one.title} ${one.text}`.trim(), text: "fired", color: resolveColor(one.color) });
  }
  const box = plot.over.getBoundingClientRect();
  showTooltip({ x: box.left + left, y: box.top + Math.max(0, top) }, writeInstant(view.times[idx], context.timeZone), rows);
}

function shownSeries(view) {
  const hidden = hiddenSeries.get(view.context.panel.id) ?? new Set();
  hiddenSeries.set(view.context.panel.id, hidden);
  const names = () => view.series.map(({ name }) => name);
  return {
    isShown: (index) => !hidden.has(view.series[index].name),
    toggle: (index, adds) => {
      const name = view.series[index].name;
      const alone = names().every((one) => hidden.has(one) !== (one === name));
      if (adds) hidden[hidden.has(name) ? "delete" : "add"](name);
      else {
        hidden.clear();
        if (!alone) for (const one of names()) if (one !== name) hidden.add(one);
      }
      view.series.forEach((_, at) => view.plot.setSeries(place(view, at), { show: view.shown.isShown(at) }));
      const legend = renderLegend(view.series, view.context.panel.options?.legend, view.shown);
      view.legend.replaceWith(legend);
      view.legend = legend;
      legend.querySelectorAll(".legend-entry")[index].focus();
    },
  };
}

// The plot in words, and its cursor by the arrow keys.
function describe(view) {
  const { canvas, plot, series, context } = view;
  const latest = series.slice(0, 12).map((one) => `${one.name} ${display(reduceValues(one.values), one.config).text}`);
  canvas.setAttribute("aria-label", `${context.panel.title}: ${series.length} series; latest: ${latest.join(", ")}`);
  canvas.addEventListener("pointerleave", hideTooltip);
  canvas.addEventListener("blur", hideTooltip);
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") hideTooltip();
    if (!step) return;
    event.preventDefault();
    const at = Math.min(view.times.length - 1, Math.max(0, (plot.cursor.idx ?? view.times.length) + step));
    plot.setCursor({ left: plot.valToPos(view.times[at], "x"), top: plot.over.clientHeight / 2 });
  });
}
