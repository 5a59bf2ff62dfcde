/** A panel's queries: their step, their variables, and what Prometheus answers. */

import { askPrometheus, getJson } from "/static/api.js";
import { readHistograms } from "/static/viewer/histograms.js";
import { findSeries } from "/static/viewer/frames.js";
import { interpolate } from "/static/viewer/interpolate.js";
import { parseInterval } from "/static/viewer/time.js";

const MAXIMUM_POINTS = 11_000; // Prometheus refuses more points per series than this.
const PIXELS_PER_POINT = 2;
// Steps that people can read; a step between two of them becomes the larger.
const ROUND_STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600,
  43_200, 86_400, 604_800, 2_592_000,
];

/**
 * Plans a panel's queries for a range and a width.
 *
 * @returns {{start: number, end: number, from: number, at: number, step: number,
 *   range: number, rateInterval: number}} seconds; `start` and `end` are aligned to `step`.
 */
export function planQueries({ from, to }, pixels, panel, scrapeInterval) {
  const range = to - from;
  const asked = [panel.interval, ...(panel.targets ?? []).map((target) => target.interval)];
  const smallest = Math.max(scrapeInterval, ...asked.map(parseInterval));
  const points = panel.maxDataPoints > 0 ? panel.maxDataPoints : pixels / PIXELS_PER_POINT;
  const raw = Math.max(smallest, range / points, range / MAXIMUM_POINTS);
  const step = raw === smallest ? smallest : Math.max(smallest, roundUp(raw));
  return {
    start: Math.floor(from / step) * step,
    end: Math.floor(to / step) * step,
    from,
    at: to,
    step,
    range,
    rateInterval: Math.max(4 * scrapeInterval, step + scrapeInterval),
  };
}

function roundUp(seconds) {
  return ROUND_STEPS.find((step) => step >= seconds) ?? seconds;
}

/** A panel's queries that ask something else than Prometheus, in words; or null. */
export function findForeignSource(panel, variables) {
  const kinds = [panel.datasource, ...(panel.targets ?? []).map(({ datasource }) => datasource)]
    .map((source) => (typeof source === "object" ? source?.type : null))
    .filter((kind) => kind && !["prometheus", "datasource", "grafana", "-- Mixed --"].includes(kind) && !kind.startsWith("$"));
  const named = panel.targets?.some(({ expr, rawSql }) => expr || rawSql);
  return named || kinds.length === 0 ? null : interpolate(kinds[0], {}, variables, "text");
}

/**
 * Asks all of a panel's queries.
 *
 * @param {object} how `{plan, variables, signal, anew, uid}`; `anew`: an answer that the
 *   console still has does not do; `uid` of the dashboard, for queries that are run by name.
 * @returns {Promise<{series: object[], warnings: string[], queries: object[]}>} one
 *   entry per series, in the order of the queries:
 *   `{refId, target, labels, times, values, histograms?}`.
 */
export async function runQueries(panel, { plan, variables, signal, anew = false, uid = "" }) {
  const targets = (panel.targets ?? []).filter((target) => !target.hide && (target.expr || target.rawSql));
  const begin = performance.now();
  const run = (target) => (target.expr ? runOne(target, plan, variables, signal, anew) : runNamed(uid, panel, target, plan, signal));
  const answers = await Promise.all(targets.map(run));
  return {
    series: answers.flatMap(({ series }) => series),
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
    queries: answers.map(({ query, instant }, at) => ({ refId: targets[at].refId, query, instant, milliseconds: performance.now() - begin })),
  };
}

async function runOne(target, plan, variables, signal, anew) {
  const query = interpolate(target.expr, plan, variables);
  const instant = Boolean(target.instant && !target.range);
  const { result, warnings } = instant
    ? await askPrometheus("query", { query, time: plan.at }, signal, anew)
    : await askPrometheus("query_range", { query, start: plan.start, end: plan.end, step: plan.step }, signal, anew);
  const read = READERS[result.resultType](result.result);
  return { warnings, query, instant, series: read.map((one) => ({ ...one, target, refId: target.refId })) };
}

// SQL stays on the server: only the names of the dashboard, panel and query are sent.
async function runNamed(uid, panel, { refId, rawSql }, { from, at, step }, signal) {
  const name = [uid, String(panel.copyOf?.id ?? panel.id), refId].map(encodeURIComponent).join("/");
  const { fields } = await getJson(`/api/sql/${name}?${new URLSearchParams({ from, to: at, step })}`, signal);
  const frame = { refId, name: refId, fields: fields.map((field) => ({ ...field, originalName: field.name, refId })) };
  const series = findSeries([frame]);
  return { warnings: [], query: rawSql, instant: true, series: series.map((one) => ({ ...one, frame })) };
}

const READERS = {
  matrix: (rows) =>
    rows.map(({ metric, values = [], histograms = [] }) => ({
      labels: metric,
      times: values.map(([time]) => time),
      values: values.map(([, text]) => readNumber(text)),
      histograms: readHistograms(histograms),
    })),
  vector: (rows) =>
    rows.map(({ metric, value = [0, "NaN"], histogram }) => ({
      labels: metric,
      times: [value[0]],
      values: [readNumber(value[1])],
      histograms: readHistograms(histogram ? [histogram] : []),
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
export function nameSeries({ target = {}, labels, name }, variables, plan) {
  if (name !== undefined) return name;
  const template = target.legendFormat ?? "";
  if (template === "" || template === "__auto") return writeLabels(labels);
  return interpolate(template, plan, variables, "text").replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label) => labels[label] ?? "");
}

function writeLabels({ __name__: name = "", ...labels }) {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  if (pairs.length === 0) return name || "Value";
  return `${name}{${pairs.join(", ")}}`;
}
