/** Transformations that compute: reducing, grouping, filtering, adding columns. */

import { COMPARISONS, readPattern } from "/static/viewer/patterns.js";
import { pickRows } from "/static/viewer/frames.js";
import { REDUCERS } from "/static/viewer/reduce.js";

const numbers = ({ fields }) => fields.filter(({ type }) => type === "number");
const height = ({ fields }) => fields[0]?.values.length ?? 0;
const typeOf = (values) => (values.every((one) => one === null || typeof one === "number") ? "number" : "string");
const makeField = (name, values, more = {}) => ({ name, originalName: name, type: typeOf(values), values, ...more });

/** One row per column of numbers, or one row per table, with a column per reducer. */
export function reduceFrames(frames, { reducers = ["lastNotNull"], mode = "seriesToRows", labelsToFields: withLabels = false }) {
  const known = reducers.filter((id) => id in REDUCERS);
  if (mode === "reduceFields") {
    return frames.map((frame) => ({ ...frame, fields: numbers(frame).map((field) => ({ ...field, values: [REDUCERS[known[0]].compute(field.values)] })) }));
  }
  const fields = frames.flatMap(numbers);
  const labels = withLabels ? [...new Set(fields.flatMap((field) => Object.keys(field.labels ?? {})))] : [];
  return [{
    refId: "reduced",
    fields: [
      makeField("Field", fields.map(({ name }) => name)),
      ...labels.map((label) => makeField(label, fields.map((field) => field.labels?.[label] ?? ""))),
      ...known.map((id) => makeField(REDUCERS[id].label.replace(" *", ""), fields.map(({ values }) => REDUCERS[id].compute(values)))),
    ],
  }];
}

/** One row per group of equal cells; other columns are reduced, or left out. */
export function groupBy(frames, { fields: rules = {} }) {
  return frames.map((frame) => {
    const keys = frame.fields.filter(({ name }) => rules[name]?.operation === "groupby");
    if (keys.length === 0) return frame;
    const groups = new Map();
    for (let row = 0; row < height(frame); row += 1) {
      const id = JSON.stringify(keys.map(({ values }) => values[row]));
      groups.set(id, [...(groups.get(id) ?? []), row]);
    }
    const members = [...groups.values()];
    const reduced = frame.fields.flatMap((field) => {
      const rule = rules[field.name];
      if (rule?.operation !== "aggregate") return [];
      return (rule.aggregations ?? []).filter((id) => id in REDUCERS).map((id) =>
        makeField(`${field.name} (${id})`, members.map((rows) => REDUCERS[id].compute(rows.map((row) => field.values[row])))));
    });
    return { ...frame, fields: [...keys.map((field) => ({ ...field, values: members.map(([row]) => field.values[row]) })), ...reduced] };
  });
}

const TESTS = {
  greater: COMPARISONS.gt, greaterOrEqual: COMPARISONS.gte, lower: COMPARISONS.lt, lowerOrEqual: COMPARISONS.lte,
  equal: (a, b) => String(a) === String(b), notEqual: (a, b) => String(a) !== String(b),
  isNull: (a) => a === null, isNotNull: (a) => a !== null,
  regex: (a, b) => readPattern(b).test(String(a)), substring: (a, b) => String(a).includes(String(b)),
  between: (a, _, { from, to }) => a >= from && a <= to,
};

/** Keeps the rows that fit the conditions, or drops them. */
export function filterByValue(frames, { filters = [], type = "include", match = "any" }) {
  return frames.map((frame) => {
    const tests = filters.flatMap(({ fieldName, config = {} }) => {
      const field = frame.fields.find(({ name }) => name === fieldName);
      const test = TESTS[config.id];
      return field && test ? [(row) => test(field.values[row], config.options?.value, config.options ?? {})] : [];
    });
    if (tests.length === 0) return frame;
    const fits = (row) => (match === "all" ? tests.every((test) => test(row)) : tests.some((test) => test(row)));
    return pickRows(frame, Array.from({ length: height(frame) }, (_, row) => row).filter((row) => fits(row) === (type === "include")));
  });
}

const OPERATIONS = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => (b === 0 ? null : a / b) };

/** Adds a column that is computed from others. */
export function calculateField(frames, { mode = "reduceRow", reduce = {}, binary = {}, alias, replaceFields = false }) {
  return frames.map((frame) => {
    const rows = Array.from({ length: height(frame) }, (_, row) => row);
    const added = mode === "binary" ? computeBinary(frame, rows, binary, alias) : computeRow(frame, rows, reduce, alias);
    const kept = replaceFields ? frame.fields.filter(({ type }) => type === "time") : frame.fields;
    return { ...frame, fields: [...kept, added] };
  });
}

function computeBinary(frame, rows, { left, right, operator = "+" }, alias) {
  const read = (side) => {
    const name = typeof side === "object" ? (side?.matcher?.options ?? side?.fixed) : side;
    const field = frame.fields.find((one) => one.name === name);
    return (row) => (field ? field.values[row] : Number(name));
  };
  const [a, b] = [read(left), read(right)];
  const compute = OPERATIONS[operator] ?? OPERATIONS["+"];
  const values = rows.map((row) => (a(row) === null || b(row) === null ? null : compute(a(row), b(row))));
  return makeField(alias || `${left?.matcher?.options ?? left} ${operator} ${right?.matcher?.options ?? right}`, values, { type: "number" });
}

function computeRow(frame, rows, { reducer = "sum", include }, alias) {
  const fields = numbers(frame).filter(({ name }) => !include?.length || include.includes(name));
  const { compute, label } = REDUCERS[reducer] ?? REDUCERS.sum;
  return makeField(alias || label, rows.map((row) => compute(fields.map(({ values }) => values[row]))), { type: "number" });
}

/** Renames columns by a pattern with groups. */
export function renameByRegex(frames, { regex = "", renamePattern = "" }) {
  const pattern = readPattern(regex);
  return frames.map((frame) => ({ ...frame, fields: frame.fields.map((field) => ({ ...field, originalName: field.name, name: field.type === "time" ? field.name : field.name.replace(pattern, renamePattern) })) }));
}

/** Turns the labels of columns into columns of their own. */
export function labelsToFields(frames, { keepLabels, valueLabel }) {
  const fields = frames.flatMap((frame) => numbers(frame).map((field) => [frame, field]));
  const labels = [...new Set(fields.flatMap(([, { labels: own = {} }]) => Object.keys(own)))]
    .filter((label) => label !== "__name__" && label !== valueLabel && (!keepLabels?.length || keepLabels.includes(label)));
  return fields.map(([frame, field]) => ({
    ...frame,
    fields: [
      ...frame.fields.filter(({ type }) => type === "time"),
      ...labels.map((label) => makeField(label, field.values.map(() => field.labels?.[label] ?? ""))),
      { ...field, name: (valueLabel && field.labels?.[valueLabel]) || "Value", labels: {} },
    ],
  }));
}

/** Puts every sample of every series into one long table. */
export function seriesToRows(frames) {
  const rows = frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === "time");
    return numbers(frame).flatMap((field) => field.values.map((value, row) => [time?.values[row] ?? 0, field.name, value]));
  }).toSorted(([a], [b]) => b - a);
  return [{
    refId: "rows",
    fields: [
      { name: "Time", type: "time", values: rows.map(([time]) => time) },
      makeField("Metric", rows.map(([, name]) => name)),
      makeField("Value", rows.map(([, , value]) => value), { type: "number" }),
    ],
  }];
}
