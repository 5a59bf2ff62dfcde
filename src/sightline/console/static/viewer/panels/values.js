/** Series reduced to single values: what stat, gauge and bar gauge draw. */

import { h } from "/static/dom.js";
import { display, lineColor, resolveConfig } from "/static/viewer/fields.js";
import { nameSeries } from "/static/viewer/query.js";
import { readPattern } from "/static/viewer/patterns.js";
import { REDUCERS, reduceValues } from "/static/viewer/reduce.js";

const MOST_VALUES = 25;

/** Gives one `{name, config, values, shown}` per series of a panel. */
export function reduceSeries({ panel, series, variables, plan, timeZone }) {
  const { calcs, values: everyRow = false, limit = MOST_VALUES, fields = "" } = panel.options?.reduceOptions ?? {};
  const wanted = series.filter((one) => !/^\/.*\/$/.test(fields) || readPattern(fields).test(nameSeries(one, variables, plan)));
  const single = everyRow ? wanted.flatMap((one) => splitRows(one, variables, plan)).slice(0, limit) : wanted;
  return single.map((one, index) => {
    const name = nameSeries(one, variables, plan);
    const field = { name, refId: one.refId, type: "number", values: one.values };
    const config = withLimits(resolveConfig(field, panel.fieldConfig), one.values);
    const shown = display(reduceValues(one.values, calcs), config, timeZone);
    const mode = config.color?.mode ?? "thresholds";
    if (mode.startsWith("palette") && !config.mappings?.length) shown.color = lineColor(config, index, one.values);
    return { name: config.displayName ?? name, config, values: one.values, labels: one.labels ?? {}, shown };
  });
}

// Every value of its own: named by the row's words, or by its series.
function splitRows(one, variables, plan) {
  const words = (row) => (one.rows ?? []).filter(({ type }) => type === "string").map(({ values }) => values[row]).join(" ");
  return one.values.map((value, row) => ({ ...one, name: words(row) || nameSeries(one, variables, plan), values: [value] }));
}

// A scheme of colours needs limits; a field without any has those of its numbers.
function withLimits(config, values) {
  if (!config.fieldMinMax && !config.color?.mode?.startsWith("continuous")) return config;
  return { ...config, min: config.min ?? REDUCERS.min.compute(values) ?? 0, max: config.max ?? REDUCERS.max.compute(values) ?? 100 };
}

/** Gives a mark and its words for a bad value, so that colour is not the only signal. */
export function renderSeverity({ severity, note }) {
  if (!severity) return null;
  return h("span", { class: `severity ${severity}` },
    h("span", { "aria-hidden": "true" }, severity === "critical" ? "◆" : "▲"),
    h("span", { class: "hidden" }, severity),
    note && h("span", { class: "severity-note" }, note));
}
