/** Thresholds and value mappings: what a number means. */

import { formatNumber } from "/static/viewer/format.js";
import { readPattern } from "/static/viewer/patterns.js";

/**
 * Gives the step that a number is in.
 *
 * @returns {{color: string, value: number|null, index: number}|null} `value` is the
 *   step's lower bound in the field's own unit; null when there are no steps.
 */
export function findStep(number, config) {
  const steps = absoluteSteps(config);
  if (steps.length === 0) return null;
  if (number === null || Number.isNaN(number)) return steps[0];
  return steps.findLast((step) => step.value === null || number >= step.value) ?? steps[0];
}

/** Gives the steps with bounds in the field's unit, percentages resolved. */
export function absoluteSteps({ thresholds, min = 0, max = 100 }) {
  const steps = thresholds?.steps ?? [];
  const percent = thresholds?.mode === "percentage";
  return steps.map(({ color, value }, index) => ({
    color,
    index,
    value: index === 0 || value === null || value === undefined ? null
      : percent ? min + ((max - min) * value) / 100 : value,
  }));
}

/** Says in words which numbers are in a step, so that colour is not the only signal. */
export function describeStep(step, config) {
  if (!step) return "";
  const write = (number) => formatNumber(number, config.unit, config.decimals ?? undefined);
  if (step.value !== null) return `≥ ${write(step.value)}`;
  const next = absoluteSteps(config)[1];
  return next ? `< ${write(next.value)}` : "";
}

/** Gives how bad a colour means: `critical`, `warning` or nothing. */
export function severityOf(colorName = "") {
  if (/red$/.test(colorName)) return "critical";
  return /(orange|yellow)$/.test(colorName) ? "warning" : "";
}

/** Gives the mapping that fits a value, as `{text, color}`, or null. */
export function findMapping(number, mappings = []) {
  for (const { type, options } of mappings) {
    const result = MAPPINGS[type]?.(number, options);
    if (result) return result;
  }
  return null;
}

const MAPPINGS = {
  value: (number, options) => options[String(number)] ?? null,
  range: (number, { from, to, result }) =>
    typeof number === "number" && number >= (from ?? -Infinity) && number <= (to ?? Infinity) ? result : null,
  regex: (number, { pattern, result }) =>
    typeof number === "string" && readPattern(pattern).test(number) ? result : null,
  special: (number, { match, result }) => (SPECIALS[match]?.(number) ? result : null),
};

const SPECIALS = {
  null: (number) => number === null,
  nan: (number) => Number.isNaN(number),
  "null+nan": (number) => number === null || Number.isNaN(number),
  empty: (number) => number === "",
  true: (number) => number === true,
  false: (number) => number === false,
};

/** The kinds of mapping that are understood. */
export const SUPPORTED_MAPPINGS = Object.keys(MAPPINGS);
