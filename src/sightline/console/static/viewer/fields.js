/** Fields: a series or a column with its configuration, and how its values look. */

import { resolveColor, seriesColor } from "/static/viewer/colors.js";
import { formatNumber } from "/static/viewer/format.js";
import { COMPARISONS, readPattern } from "/static/viewer/patterns.js";
import { REDUCERS } from "/static/viewer/reduce.js";
import { schemeColor } from "/static/viewer/schemes.js";
import { describeStep, findMapping, findStep, severityOf } from "/static/viewer/thresholds.js";

/** Gives the configuration of one field: the defaults, then every override that fits. */
export function resolveConfig(field, fieldConfig = {}) {
  const config = structuredClone(fieldConfig.defaults ?? {});
  for (const { matcher, properties } of fieldConfig.overrides ?? []) {
    if (!MATCHERS[matcher?.id]?.(field, matcher.options)) continue;
    for (const { id, value } of properties ?? []) assign(config, id.split("."), value);
  }
  return config;
}

function assign(target, [key, ...rest], setting) {
  if (rest.length === 0) target[key] = setting;
  else assign((target[key] ??= {}), rest, setting);
}

const MATCHERS = {
  byName: (field, name) => field.name === name || field.originalName === name,
  byNames: (field, { names = [], mode = "include" } = {}) => names.includes(field.name) === (mode !== "exclude"),
  byRegexp: (field, pattern) => readPattern(pattern).test(field.name),
  byFrameRefID: (field, refId) => field.refId === refId,
  byType: (field, type) => field.type === type,
  byTypes: (field, types) => types.includes(field.type),
  byValue: (field, { reducer, op, value } = {}) => {
    const found = REDUCERS[reducer]?.compute(field.values ?? []);
    return COMPARISONS[op]?.(found, value) ?? false;
  },
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
  const along = mapping?.color || !numeric || missing ? null : schemeColor(config.color?.mode, partOf(value, config), resolveColor);
  const severity = along ? "" : severityOf(named);
  return {
    number: value,
    text: mapping?.text ?? (missing && config.noValue ? config.noValue : raw),
    color: along ?? (named ? resolveColor(named) : null),
    severity,
    note: severity && !mapping ? describeStep(step, config) : "",
  };
}

// Where a number lies between the field's limits.
function partOf(number, { min = 0, max = 100 }) {
  return (number - min) / (max - min || 1);
}

/** Gives the colour of a series: fixed, by its numbers, or by its place. */
export function lineColor(config, index, values) {
  const mode = config.color?.mode ?? "palette-classic";
  if (mode === "fixed" || mode === "shades") return resolveColor(config.color.fixedColor);
  const number = (REDUCERS[config.color?.seriesBy] ?? REDUCERS.lastNotNull).compute(values);
  if (mode === "thresholds") return resolveColor(findStep(number, config)?.color ?? "green");
  return schemeColor(mode, partOf(number, config), resolveColor) ?? seriesColor(index);
}
