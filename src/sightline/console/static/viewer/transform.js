/** Transformations: tables made of tables, as Grafana applies them. */

import { readPattern } from "/static/viewer/patterns.js";
import { pickRows, sortedRows } from "/static/viewer/frames.js";
import { calculateField, filterByValue, groupBy, labelsToFields, reduceFrames, renameByRegex, seriesToRows } from "/static/viewer/transformations.js";

/** Applies transformations in order; an unknown one is an error that names it. */
export function transform(frames, transformations = []) {
  return transformations
    .filter(({ disabled }) => !disabled)
    .reduce((current, { id, options }) => {
      const apply = TRANSFORMATIONS[id];
      if (!apply) throw new Error(`The transformation "${id}" is not supported here.`);
      return apply(current, options ?? {});
    }, frames);
}

const TRANSFORMATIONS = {
  merge: (frames) => [join(frames, sharedNames(frames))],
  joinByField: joinByField,
  seriesToColumns: joinByField,
  concatenate: (frames) => [{ refId: "concatenated", fields: frames.flatMap(({ fields }) => fields) }],
  organize: (frames, options) => frames.map((frame) => organize(frame, options)),
  filterFieldsByName: (frames, { include, exclude }) =>
    frames.map((frame) => ({ ...frame, fields: frame.fields.filter((field) => isWanted(field.name, include, exclude)) })),
  filterByRefId: (frames, { include }) => frames.filter(({ refId }) => readPattern(include ?? "").test(refId)),
  filterByValue,
  sortBy: (frames, { sort = [] }) => frames.map((frame) => sortFrame(frame, sort[0])),
  limit: (frames, { limitField = 10 }) => frames.map((frame) => pickRows(frame, Array.from({ length: Math.min(Number(limitField), height(frame)) }, (_, row) => row))),
  reduce: reduceFrames,
  groupBy,
  calculateField,
  renameByRegex,
  labelsToFields,
  seriesToRows,
  prepareTimeSeries: (frames) => frames,
};

const height = ({ fields }) => fields[0]?.values.length ?? 0;

function joinByField(frames, { byField = "Time", mode = "outer" }) {
  const joined = join(frames, [byField]);
  return [mode === "inner" ? keepComplete(joined, frames) : joined];
}

/** The transformations that are understood. */
export const SUPPORTED_TRANSFORMATIONS = Object.keys(TRANSFORMATIONS);

// Merging matches on every column that is no value and that all tables have.
function sharedNames(frames) {
  const names = frames.map(({ fields }) => fields.filter(({ type }) => type !== "number").map(({ name }) => name));
  return (names[0] ?? []).filter((name) => name !== "Time" && names.every((one) => one.includes(name)));
}

function join(frames, keys) {
  const rows = new Map();
  const columns = new Map();
  for (const frame of frames) {
    for (const field of frame.fields) if (!columns.has(field.name)) columns.set(field.name, field);
    const identity = keys.map((key) => frame.fields.find(({ name }) => name === key));
    const height = frame.fields[0]?.values.length ?? 0;
    for (let row = 0; row < height; row += 1) {
      const id = JSON.stringify(identity.map((field) => field?.values[row] ?? null));
      if (!rows.has(id)) rows.set(id, {});
      for (const field of frame.fields) rows.get(id)[field.name] ??= field.values[row];
    }
  }
  const records = [...rows.values()];
  const fields = [...columns.values()].map((field) => ({
    ...field,
    values: records.map((record) => record[field.name] ?? (field.type === "number" ? null : "")),
  }));
  return { refId: "merged", fields };
}

function keepComplete(joined, frames) {
  const numbers = joined.fields.filter(({ type }) => type === "number");
  const kept = (joined.fields[0]?.values ?? [])
    .map((_, row) => row)
    .filter((row) => frames.length < 2 || numbers.every((field) => field.values[row] !== null));
  return pickRows(joined, kept);
}

function organize(frame, { excludeByName = {}, includeByName = {}, indexByName = {}, renameByName = {} }) {
  const included = Object.keys(includeByName).filter((name) => includeByName[name]);
  const place = (field) => indexByName[field.originalName] ?? indexByName[field.name] ?? Number.MAX_SAFE_INTEGER;
  const fields = frame.fields
    .filter(({ name }) => !excludeByName[name] && (included.length === 0 || included.includes(name)))
    .toSorted((a, b) => place(a) - place(b))
    .map((field) => ({ ...field, originalName: field.name, name: renameByName[field.name] || field.name }));
  return { ...frame, fields };
}

function isWanted(name, include, exclude) {
  const fits = (rule) => rule?.names?.includes(name) || (rule?.pattern && readPattern(rule.pattern).test(name));
  return (!include || fits(include)) && !fits(exclude);
}

function sortFrame(frame, rule) {
  const field = frame.fields.find(({ name }) => name === rule?.field);
  return field ? pickRows(frame, sortedRows(field, rule.desc)) : frame;
}
