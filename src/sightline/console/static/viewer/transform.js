/** Tables from series, and the transformations that we know. */

/**
 * Gives one table per query: a column of times, one per label, one of values.
 *
 * A frame is `{refId, fields}`, a field `{name, type, values, refId}`; the value column
 * carries its query's letter when there are several, as in Grafana.
 */
export function tabulate(series) {
  const refIds = [...new Set(series.map((one) => one.refId))];
  return refIds.map((refId) => {
    const rows = series.filter((one) => one.refId === refId);
    const labels = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))].filter(
      (label) => label !== "__name__" || rows.some((row) => row.labels.__name__),
    );
    const column = (name, type, pick) => ({ name, originalName: name, type, refId, values: rows.map(pick) });
    return {
      refId,
      fields: [
        column("Time", "time", (row) => (row.times.at(-1) ?? 0) * 1000),
        ...labels.map((label) => column(label, "string", (row) => row.labels[label] ?? "")),
        column(refIds.length > 1 ? `Value #${refId}` : "Value", "number", (row) => row.values.at(-1) ?? null),
      ],
    };
  });
}

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
  joinByField: (frames, { byField, mode = "outer" }) => {
    const joined = join(frames, [byField]);
    return [mode === "inner" ? keepComplete(joined, frames) : joined];
  },
  organize: (frames, options) => frames.map((frame) => organize(frame, options)),
  filterFieldsByName: (frames, { include, exclude }) =>
    frames.map((frame) => ({ ...frame, fields: frame.fields.filter((field) => isWanted(field.name, include, exclude)) })),
  sortBy: (frames, { sort = [] }) => frames.map((frame) => sortFrame(frame, sort[0])),
};

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
  const fits = (rule) => rule?.names?.includes(name) || (rule?.pattern && new RegExp(rule.pattern).test(name));
  return (!include || fits(include)) && !fits(exclude);
}

function sortFrame(frame, rule) {
  const field = frame.fields.find(({ name }) => name === rule?.field);
  return field ? pickRows(frame, sortedRows(field, rule.desc)) : frame;
}

/** Gives the numbers of a column's rows in order; what is missing comes last. */
export function sortedRows(field, descending) {
  const rows = field.values.map((_, row) => row);
  const compare = (a, b) => {
    const [one, other] = [field.values[a], field.values[b]];
    if (one === null || other === null) return (one === null) - (other === null);
    const order = typeof one === "number" ? one - other : String(one).localeCompare(String(other), undefined, { numeric: true });
    return descending ? -order : order;
  };
  return rows.toSorted(compare);
}

function pickRows(frame, rows) {
  return { ...frame, fields: frame.fields.map((field) => ({ ...field, values: rows.map((row) => field.values[row]) })) };
}
