/** The scales of a plot: one per unit and limits, on the left or on the right. */

import { valueAxis, valueRange } from "/static/viewer/axis.js";

const LOGARITHMIC = 3; // uPlot's numbers of distributions
const SYMMETRIC = 4;

/**
 * Gives the scale of each series, and each scale with its side: series whose fields
 * agree in unit, limits and kind of scale share one.
 */
export function findScales(series) {
  const scales = new Map();
  const keys = series.map(({ config }) => {
    const identity = identify(config);
    if (!scales.has(identity)) scales.set(identity, { key: `y${scales.size || ""}`, config, members: 0 });
    scales.get(identity).members += 1;
    return scales.get(identity).key;
  });
  const found = [...scales.values()];
  found.forEach((scale, index) => {
    const placement = scale.config.custom?.axisPlacement ?? "auto";
    scale.side = placement === "right" || (placement === "auto" && index > 0) ? "right" : "left";
    scale.hidden = placement === "hidden";
  });
  return { keys, scales: found };
}

function identify({ unit, min, max, custom = {} }) {
  const { axisPlacement = "auto", axisSoftMin, axisSoftMax, axisLabel = "", axisCenteredZero, scaleDistribution } = custom;
  return JSON.stringify([unit, min, max, axisPlacement, axisSoftMin, axisSoftMax, axisLabel, axisCenteredZero, scaleDistribution]);
}

/** Gives uPlot's options of a scale. */
export function scaleOptions({ config, percent }, Plot) {
  const { type, log = 10, linearThreshold = 1 } = config.custom?.scaleDistribution ?? {};
  if (type === "log") return { distr: LOGARITHMIC, log, range: logRange(config, log, Plot) };
  if (type === "symlog") return { distr: SYMMETRIC, asinh: linearThreshold };
  return { range: percent ? () => [0, 1] : valueRange(config) };
}

// What is not above zero has no logarithm: the scale begins at the least that has.
function logRange(config, log, Plot) {
  return (_plot, low, high) => {
    const least = config.min > 0 ? config.min : low > 0 ? low : Math.min(1, high > 0 ? high / 1000 : 1);
    const most = config.max > 0 ? config.max : high > least ? high : least * log;
    return Plot.rangeLog(least, most, log, true);
  };
}

/** Gives uPlot's options of a scale's axis. */
export function axisOptions({ key, config, side, hidden, percent }, ink, isFirst) {
  const shown = percent ? { ...config, unit: "percentunit" } : config;
  const label = config.custom?.axisLabel;
  return {
    ...valueAxis(shown, ink),
    scale: key,
    side: side === "right" ? 1 : 3,
    show: !hidden,
    ...(label && { label, labelSize: 16, labelGap: 2, labelFont: '11px system-ui, -apple-system, "Segoe UI", sans-serif' }),
    grid: { show: isFirst && config.custom?.axisGridShow !== false, stroke: ink.grid, width: 1 },
  };
}
