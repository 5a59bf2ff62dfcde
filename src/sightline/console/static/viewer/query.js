/** A panel's queries: their step, their variables, and what Prometheus answers. */

import { askPrometheus } from "/static/api.js";
import { parseInterval } from "/static/viewer/time.js";

const MAXIMUM_POINTS = 11_000; // Prometheus refuses more points per series than this.
const PIXELS_PER_POINT = 2;
const ALL = "$__all";
// Steps that people can read; a step between two of them becomes the larger.
const ROUND_STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600,
  43_200, 86_400, 604_800, 2_592_000,
];

/**
 * Plans a panel's queries for a range and a width.
 *
 * @returns {{start: number, end: number, at: number, step: number, range: number,
 *   rateInterval: number}} seconds; `start` and `end` are aligned to `step`.
 */
export function planQueries({ from, to }, pixels, panel, scrapeInterval) {
  const range = to - from;
  const asked = [panel.interval, ...(panel.targets ?? []).map((target) => target.interval)];
  const smallest = Math.max(scrapeInterval, ...asked.map(parseInterval));
  const raw = Math.max(smallest, (range * PIXELS_PER_POINT) / pixels, range / MAXIMUM_POINTS);
  const step = raw === smallest ? smallest : Math.max(smallest, roundUp(raw));
  return {
    start: Math.floor(from / step) * step,
    end: Math.floor(to / step) * step,
    at: to,
    step,
    range,
    rateInterval: Math.max(4 * scrapeInterval, step + scrapeInterval),
  };
}

function roundUp(seconds) {
  return ROUND_STEPS.find((step) => step >= seconds) ?? seconds;
}

/** Puts variables and Grafana's own (`$__interval` and its kin) into a text. */
export function interpolate(text, plan, variables) {
  const builtin = {
    __interval: duration(plan.step),
    __interval_ms: String(Math.round(plan.step * 1000)),
    __rate_interval: duration(plan.rateInterval),
    __range: duration(Math.round(plan.range)),
    __range_s: String(Math.round(plan.range)),
    __range_ms: String(Math.round(plan.range * 1000)),
  };
  return text.replace(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+)\]\]/g, (whole, braced, format, bare, square) => {
    const name = braced ?? bare ?? square;
    if (name in builtin) return builtin[name];
    const variable = variables.get(name);
    return variable ? writeVariable(variable, format) : whole;
  });
}

function duration(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Math.round(seconds)}s`;
}

function writeVariable({ chosen, options, multi, includeAll, allValue }, format) {
  if (chosen.includes(ALL)) {
    if (allValue) return allValue;
    return alternatives(options, format);
  }
  if (format === "raw") return chosen.join(",");
  if (!multi && !includeAll && format !== "regex") return escapeString(chosen[0] ?? "");
  return alternatives(chosen, format);
}

function alternatives(values, format) {
  if (format === "raw" || format === "csv") return values.join(",");
  if (format === "pipe") return values.join("|");
  const escaped = values.map(escapeRegex);
  return escaped.length === 1 ? escaped[0] : `(${escaped.join("|")})`;
}

// Twice: once for the regular expression, once for the PromQL string that holds it.
function escapeRegex(value) {
  return escapeString(value.replace(/[\\^$*+?.()|[\]{}]/g, "\\$&"));
}

function escapeString(value) {
  return value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
}

/**
 * Asks all of a panel's queries.
 *
 * @returns {Promise<{series: object[], warnings: string[]}>} one entry per series, in
 *   the order of the queries: `{refId, target, labels, times, values}`.
 */
export async function runQueries(panel, plan, variables, signal) {
  const targets = (panel.targets ?? []).filter((target) => !target.hide && target.expr);
  const answers = await Promise.all(targets.map((target) => runOne(target, plan, variables, signal)));
  return {
    series: answers.flatMap(({ series }) => series),
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
  };
}

async function runOne(target, plan, variables, signal) {
  const query = interpolate(target.expr, plan, variables);
  const instant = target.instant && !target.range;
  const { result, warnings } = instant
    ? await askPrometheus("query", { query, time: plan.at }, signal)
    : await askPrometheus("query_range", { query, start: plan.start, end: plan.end, step: plan.step }, signal);
  return { warnings, series: READERS[result.resultType](result.result).map((one) => ({ ...one, target, refId: target.refId })) };
}

const READERS = {
  matrix: (rows) =>
    rows.map(({ metric, values = [] }) => ({
      labels: metric,
      times: values.map(([time]) => time),
      values: values.map(([, text]) => readNumber(text)),
    })),
  vector: (rows) =>
    rows.map(({ metric, value = [0, "NaN"] }) => ({
      labels: metric,
      times: [value[0]],
      values: [readNumber(value[1])],
    })),
  scalar: ([time, text]) => [{ labels: {}, times: [time], values: [readNumber(text)] }],
  string: () => [],
};

// NaN is how Prometheus says that there is no answer; a plot shows a gap for it.
function readNumber(text) {
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  const number = Number(text);
  return Number.isNaN(number) ? null : number;
}

/** Gives the name of a series: its legend template filled, or its labels. */
export function nameSeries({ target, labels }, variables, plan) {
  const template = target.legendFormat ?? "";
  if (template === "" || template === "__auto") return writeLabels(labels);
  return interpolate(template, plan, variables).replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label) => labels[label] ?? "");
}

function writeLabels({ __name__: name = "", ...labels }) {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  if (pairs.length === 0) return name || "Value";
  return `${name}{${pairs.join(", ")}}`;
}
