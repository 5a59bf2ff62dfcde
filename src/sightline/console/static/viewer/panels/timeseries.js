/** Time series: lines, areas, bars or points over time, on uPlot. */

import { h } from "/static/dom.js";
import { align } from "/static/viewer/aligned.js";
import { drawAnnotations } from "/static/viewer/annotations.js";
import { timeAxis } from "/static/viewer/axis.js";
import { isLightTheme, resolveColor } from "/static/viewer/colors.js";
import { lineColor, resolveConfig } from "/static/viewer/fields.js";
import { renderLegend } from "/static/viewer/legend.js";
import { loadPlot } from "/static/viewer/plot.js";
import { nameSeries } from "/static/viewer/query.js";
import { drawThresholds } from "/static/viewer/threshold-lines.js";
import { zoneName } from "/static/viewer/time.js";
import { lineOptions } from "/static/viewer/timeseries/lines.js";
import { describe, point, zoom } from "/static/viewer/timeseries/pointing.js";
import { axisOptions, findScales, scaleOptions } from "/static/viewer/timeseries/scales.js";
import { arrange } from "/static/viewer/timeseries/stacks.js";
import { hideTooltip } from "/static/viewer/tooltip.js";

const CLEAR_AREAS = 3;

// Which series somebody hid outlives a refresh.
const hiddenSeries = new Map();

export async function render(body, context) {
  const Plot = await loadPlot();
  const series = describeSeries(context);
  const { times, columns } = align(series, context.plan);
  const view = { body, context, series, times, columns, plot: null, places: [] };
  view.shown = shownSeries(view, () => drawPlot(view, Plot));
  layout(view);
  drawPlot(view, Plot);
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
  const described = series.map((one, index) => {
    const name = nameSeries(one, variables, plan);
    const config = resolveConfig({ name, refId: one.refId, type: "number", values: one.values }, panel.fieldConfig);
    return { ...one, name: config.displayName ?? name, config, color: lineColor(config, index, one.values) };
  });
  return described.filter(({ config }) => !config.custom?.hideFrom?.viz);
}

function layout(view) {
  const { body, context, series } = view;
  const options = context.panel.options?.legend;
  view.canvas = h("div", { class: "plot", tabindex: "0", role: "img" });
  view.legend = renderLegend(series, options, view.shown);
  body.classList.add("timeseries", options?.placement === "right" ? "legend-right" : "legend-bottom");
  body.append(view.canvas, view.legend ?? "");
}

function drawPlot(view, Plot) {
  view.plot?.destroy();
  const { series, columns, shown } = view;
  const arranged = arrange(series, columns, series.map((_, index) => shown.isShown(index)));
  // Stacked bars are painted from the tallest down, or the sums would hide the parts.
  const order = series.map((_, index) => index);
  if (series.some(({ config }) => config.custom?.drawStyle === "bars" && config.custom?.stacking?.mode !== "none")) order.reverse();
  view.places = order.map((_, index) => order.indexOf(index) + 1);
  const options = plotOptions(view, arranged, order, Plot);
  view.plot = new Plot(options, [view.times, ...order.map((index) => arranged.columns[index])], view.canvas);
}

function size({ canvas }) {
  return { width: Math.max(80, canvas.clientWidth), height: Math.max(60, canvas.clientHeight) };
}

function plotOptions(view, { bands, percent }, order, Plot) {
  const { context, series, shown, places } = view;
  const ink = isLightTheme() ? { text: "#5c6773", grid: "rgba(30, 40, 55, 0.07)" } : { text: "#96a1ae", grid: "rgba(200, 215, 235, 0.07)" };
  // Many areas over one another would turn into mud: together they stay faint.
  const fading = bands.length > 0 ? 1 : Math.min(1, CLEAR_AREAS / series.length);
  const { keys, scales } = findScales(series);
  for (const scale of scales) scale.percent = keys.some((key, at) => key === scale.key && percent[at]);
  const lines = order.map((index) => lineOptions({ ...series[index], column: view.columns[index] }, { show: shown.isShown(index), fading, scale: keys[index] }, Plot));
  return {
    ...size(view),
    padding: [10, scales.some(({ side }) => side === "right") ? 4 : 18, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), zoneName(context.timeZone)),
    scales: {
      x: { range: () => [context.plan.at - context.plan.range, context.plan.at] },
      ...Object.fromEntries(scales.map((scale) => [scale.key, scaleOptions(scale, Plot)])),
    },
    axes: [timeAxis(context.timeZone, ink), ...scales.map((scale, index) => axisOptions(scale, ink, index === 0))],
    series: [{}, ...lines],
    bands: bands.map(([upper, lower]) => ({ series: [places[upper], places[lower]] })),
    cursor: {
      ...(context.syncKey && { sync: { key: context.syncKey } }),
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { size: 7 },
      y: false,
    },
    hooks: {
      drawClear: [
        (plot) => drawAnnotations(plot, context.annotations),
        (plot) => scales.forEach(({ key, config }) => drawThresholds(plot, config, resolveColor, key)),
      ],
      setSelect: [(plot) => zoom(plot, context)],
      setCursor: [(plot) => point(plot, view)],
    },
  };
}

function shownSeries(view, redraw) {
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
      redraw();
      const legend = renderLegend(view.series, view.context.panel.options?.legend, view.shown);
      view.legend.replaceWith(legend);
      view.legend = legend;
      legend.querySelector(`[data-series="${index}"]`)?.focus();
    },
  };
}
