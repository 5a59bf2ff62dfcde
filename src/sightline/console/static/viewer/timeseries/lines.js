/** How a series is drawn: line, area, bars or points. */

import { fade } from "/static/viewer/colors.js";

const PATHS = {
  linear: (Plot) => Plot.paths.linear(),
  smooth: (Plot) => Plot.paths.spline(),
  stepBefore: (Plot) => Plot.paths.stepped({ align: -1 }),
  stepAfter: (Plot) => Plot.paths.stepped({ align: 1 }),
  bars: (Plot, { barWidthFactor = 0.6, barAlignment = 0 }) => Plot.paths.bars({ size: [barWidthFactor, 60], align: barAlignment }),
  points: () => () => null,
};

/** Gives uPlot's options of one series. */
export function lineOptions({ name, config, color, column }, { show, fading, scale }, Plot) {
  const custom = config.custom ?? {};
  const style = custom.drawStyle ?? "line";
  const opacity = ((custom.fillOpacity ?? 0) / 100) * (style === "bars" ? 1 : fading);
  const kind = style === "line" ? (custom.lineInterpolation ?? "linear") : style;
  return {
    label: name,
    show,
    scale,
    stroke: color,
    width: style === "points" ? 0 : (custom.lineWidth ?? 1),
    fill: opacity > 0 ? fillOf(color, opacity, custom.gradientMode) : undefined,
    spanGaps: custom.spanNulls === true,
    dash: dashOf(custom.lineStyle),
    paths: (PATHS[kind] ?? PATHS.linear)(Plot, custom),
    points: pointsOf(style, custom, column),
  };
}

function dashOf({ fill, dash } = {}) {
  if (fill === "dash") return dash ?? [10, 10];
  return fill === "dot" ? (dash ?? [0, 10]) : undefined;
}

function pointsOf(style, { showPoints = "auto", pointSize = 5 }, column) {
  if (style === "points" || showPoints === "always") return { show: true, size: pointSize };
  if (style === "bars" || showPoints === "never") return { show: false, filter: () => null };
  // A sample between two gaps has no line: without a point nobody would see it.
  const lonely = findLonely(column);
  return { show: false, size: pointSize, filter: () => (lonely.length > 0 ? lonely : null) };
}

function findLonely(column) {
  const lonely = [];
  column.forEach((value, at) => {
    if (value !== null && (column[at - 1] ?? null) === null && (column[at + 1] ?? null) === null) lonely.push(at);
  });
  return lonely;
}

function fillOf(color, opacity, gradientMode) {
  if (gradientMode !== "opacity" && gradientMode !== "hue") return fade(color, opacity);
  return (plot) => {
    const gradient = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
    gradient.addColorStop(0, fade(color, opacity));
    gradient.addColorStop(1, fade(color, gradientMode === "hue" ? opacity * 0.4 : 0));
    return gradient;
  };
}
