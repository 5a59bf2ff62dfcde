/** Fields: a series or a column with its configuration, and how its values look. */

import { resolveColor, seriesColor } from "/static/viewer/colors.js";
import { formatNumber } from "/static/viewer/format.js";
import { describeStep, findMapping, findStep, severityOf } from "/static/viewer/thresholds.js";

/** Gives the configuration of one field: the defaults, then every override that fits. */
export function resolveConfig(field, fieldConfig = {}) {
  const config = structuredClone(fieldConfig.defaults ?? {});
  for (const { matcher, properties } of fieldConfig.overrides ?? []) {
    if (!MATCHERS[matcher.id]?.(field, matcher.options)) continue;
    for (const { id, value } of properties) assign(config, id.split("."), value);
  }
  return config;
}

function assign(target, [key, ...rest], setting) {
  if (rest.length === 0) target[key] = setting;
  else assign((target[key] ??= {}), rest, setting);
}

const MATCHERS = {
  byName: (field, name) => field.name === name || field.originalName === name,
  byRegexp: (field, pattern) => new RegExp(pattern.replace(/^\/|\/$/g, "")).test(field.name),
  byFrameRefID: (field, refId) => field.refId === refId,
  byType: (field, type) => field.type === type,
};

/** The override matchers that are understood. */
export const SUPPORTED_MATCHERS = Object.keys(MATCHERS);

/**
 * Gives what a value looks like.
 *
 * @returns {{number: *, text: string, color: string|null, severity: string, note: string}}
 *   `color` is what its mapping or threshold says, `severity` what that colour means,
 *   and `note` the threshold in words where it means something bad.
 */
export function display(value, config, timeZone = "UTC") {
  const mapping = findMapping(value, config.mappings);
  const numeric = typeof value === "number" || value === null;
  const missing = numeric && (value === null || Number.isNaN(value));
  const step = numeric && !missing ? findStep(value, config) : null;
  const raw = numeric ? formatNumber(value, config.unit, config.decimals ?? undefined, timeZone) : String(value);
  const named = mapping?.color ?? (config.color?.mode === "fixed" ? config.color.fixedColor : step?.color);
  const severity = severityOf(named);
  return {
    number: value,
    text: mapping?.text ?? (missing && config.noValue ? config.noValue : raw),
    color: named ? resolveColor(named) : null,
    severity,
    note: severity && !mapping ? describeStep(step, config) : "",
  };
}

/** Gives the colour of a series: fixed, by its last value, or by its place. */
export function lineColor(config, index, lastNumber) {
  const mode = config.color?.mode ?? "palette-classic";
  if (mode === "fixed" || mode === "shades") return resolveColor(config.color.fixedColor);
  if (mode === "thresholds") return resolveColor(findStep(lastNumber, config)?.color ?? "green");
  return seriesColor(index);
}
