/** The plots' axes: widths, steps and labels. */

import { formatNumber, isBinaryUnit } from "/static/viewer/format.js";
import { zoneName } from "/static/viewer/time.js";

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, Ubuntu, Cantarell, sans-serif';
const POWERS_OF_TWO = Array.from({ length: 70 }, (_, power) => 2 ** (power - 4));
const DAY = 86_400;
const MOST_DECIMALS = 6;

/** Gives the axis of times. */
export function timeAxis(timeZone, ink) {
  const zone = zoneName(timeZone);
  const formats = new Map();
  const write = (seconds, options) => {
    const key = JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour12: false, ...options }));
    return formats.get(key).format(new Date(seconds * 1000));
  };
  return {
    stroke: ink.text,
    font: FONT,
    size: 24,
    gap: 3,
    space: 70,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { show: false },
    values: ({ scales: { x } }, splits) =>
      splits.map((seconds) => (isAtEdge(seconds, x) ? "" : write(seconds, timeFormat(x, splits)))),
  };
}

// A label at the very left would run into those of the values.
function isAtEdge(seconds, { min, max }) {
  return (seconds - min) / (max - min) < 0.03;
}

function timeFormat({ min, max }, splits) {
  const step = splits.length > 1 ? splits[1] - splits[0] : max - min;
  if (step < 60) return { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  if (max - min <= DAY) return { hour: "2-digit", minute: "2-digit" };
  if (step < DAY) return { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" };
  return { day: "2-digit", month: "2-digit" };
}

/** Gives the axis of values; its width fits its labels. */
export function valueAxis(config, ink) {
  return {
    stroke: ink.text,
    font: FONT,
    gap: 6,
    size: (plot, labels) => (labels ? 14 + Math.ceil(widest(plot, labels)) : 40),
    space: 28,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { show: false },
    ...(isBinaryUnit(config.unit) && { incrs: POWERS_OF_TWO }),
    values: (_, splits) => splits.map((split) => writeTick(split, config)),
  };
}

// A tick has the digits that say it exactly, and no more.
function writeTick(number, { unit, decimals }) {
  if (Number.isInteger(decimals)) return formatNumber(number, unit, decimals);
  const exact = Number.parseFloat(formatNumber(number, unit, MOST_DECIMALS));
  for (let digits = 0; digits < MOST_DECIMALS; digits += 1) {
    const label = formatNumber(number, unit, digits);
    if (Number.parseFloat(label) === exact) return label;
  }
  return formatNumber(number, unit, MOST_DECIMALS);
}

function widest(plot, labels) {
  plot.ctx.save();
  plot.ctx.font = FONT;
  const width = Math.max(...labels.map((label) => plot.ctx.measureText(label ?? "").width));
  plot.ctx.restore();
  return width;
}

/** Gives a value scale's range: the field's limits, else the numbers' with some air. */
export function valueRange(config) {
  return (_plot, low, high) => {
    const numbers = [low, high].filter((number) => number !== null && Number.isFinite(number));
    let [min, max] = numbers.length > 0 ? [Math.min(...numbers), Math.max(...numbers)] : [0, 1];
    min = Math.min(min, config.custom?.axisSoftMin ?? min);
    max = Math.max(max, config.custom?.axisSoftMax ?? max);
    if (min === max) [min, max] = min === 0 ? [0, 1] : [Math.min(0, min * 1.5), Math.max(0, max * 1.5)];
    if (config.custom?.axisCenteredZero) [min, max] = [-Math.max(Math.abs(min), Math.abs(max)), Math.max(Math.abs(min), Math.abs(max))];
    const air = (max - min) * 0.08;
    // An area that does not stand on zero would lie about its size.
    const grounded = min >= 0 && (config.custom?.fillOpacity > 0 || min < max / 2);
    return [
      config.min ?? (grounded ? 0 : min - air),
      config.max ?? max + air,
    ];
  };
}
