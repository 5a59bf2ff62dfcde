/** Tables: made of series, turned into series again, and their rows in order. */

/**
 * Gives a panel's tables: one per query that asks for a table or for the latest values
 * alone, else one per series.
 */
export function findFrames(series, nameOf) {
  if (series.some(({ frame }) => frame)) return [...new Set(series.map(({ frame }) => frame))];
  const isTable = ({ target = {} }) => target.format === "table" || (target.instant && !target.range);
  if (series.every(isTable)) return tabulate(series);
  return series.map((one) => ({
    refId: one.refId,
    name: nameOf(one),
    fields: [
      { name: "Time", type: "time", refId: one.refId, values: one.times.map((time) => time * 1000) },
      { name: nameOf(one), type: "number", refId: one.refId, labels: one.labels, values: one.values },
    ],
  }));
}

/** Gives the series that tables hold: every column of numbers, over its times if it has some. */
export function findSeries(frames) {
  return frames.flatMap(({ refId, fields }) => {
    const time = fields.find(({ type }) => type === "time");
    return fields.filter(({ type }) => type === "number").map((field) => ({
      refId: field.refId ?? refId,
      target: {},
      name: field.name,
      labels: field.labels ?? {},
      times: time ? time.values.map((moment) => moment / 1000) : field.values.map((_, row) => row),
      values: field.values,
      rows: fields,
    }));
  });
}

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

/** Gives a table with these rows alone, in this order. */
export function pickRows(frame, rows) {
  return { ...frame, fields: frame.fields.map((field) => ({ ...field, values: rows.map((row) => field.values[row]) })) };
}
