/** A panel's numbers as a table and as CSV. */

/**
 * Gives what a panel shows as `{heads, rows}`: a column of times and one per series, or
 * the columns of its table.
 */
export function tabulatePanel({ series, frames, names }) {
  if (frames) return fromFrames(frames);
  const times = [...new Set(series.flatMap((one) => one.times))].toSorted((a, b) => a - b);
  const columns = series.map((one) => new Map(one.times.map((time, at) => [time, one.values[at]])));
  return {
    heads: ["Time", ...names],
    rows: times.map((time) => [new Date(time * 1000).toISOString(), ...columns.map((column) => column.get(time) ?? null)]),
  };
}

function fromFrames([{ fields } = { fields: [] }]) {
  return {
    heads: fields.map(({ name }) => name),
    rows: (fields[0]?.values ?? []).map((_, row) => fields.map(({ type, values }) => (type === "time" ? new Date(values[row]).toISOString() : values[row]))),
  };
}

/** Writes a table as CSV (RFC 4180). */
export function writeCsv({ heads, rows }) {
  return [heads, ...rows].map((row) => row.map(writeCell).join(",")).join("\r\n") + "\r\n";
}

function writeCell(cell) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  // A label's text must not become a formula where the file is opened.
  const text = /^[=+@\-\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Gives a file to the reader. */
export function offerFile(name, text, type = "text/csv") {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
