/** Series reduced to single values: what stat, gauge and bar gauge draw. */

import { h } from "/static/dom.js";
import { display, lineColor, resolveConfig } from "/static/viewer/fields.js";
import { nameSeries } from "/static/viewer/query.js";
import { reduceValues } from "/static/viewer/reduce.js";

/** Gives one `{name, config, values, shown}` per series of a panel. */
export function reduceSeries({ panel, series, variables, plan, timeZone }) {
  const calcs = panel.options?.reduceOptions?.calcs;
  return series.map((one, index) => {
    const name = nameSeries(one, variables, plan);
    const config = resolveConfig({ name, refId: one.refId, type: "number" }, panel.fieldConfig);
    const shown = display(reduceValues(one.values, calcs), config, timeZone);
    const mode = config.color?.mode ?? "thresholds";
    if (mode.startsWith("palette") && !config.mappings?.length) shown.color = lineColor(config, index, shown.number);
    return { name: config.displayName ?? name, config, values: one.values, shown };
  });
}

/** Gives a mark and its words for a bad value, so that colour is not the only signal. */
export function renderSeverity({ severity, note }) {
  if (!severity) return null;
  return h("span", { class: `severity ${severity}` },
    h("span", { "aria-hidden": "true" }, severity === "critical" ? "◆" : "▲"),
    h("span", { class: "hidden" }, severity),
    note && h("span", { class: "severity-note" }, note));
}
