/** Variables in texts: the dashboard's own, and Grafana's built-in ones. */

const ALL = "$__all";
const REFERENCE = /\$\{([\w.]+)(?::([^}]+))?\}|\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]/g;

/**
 * Puts variables and Grafana's own (`$__interval` and its kin) into a text.
 *
 * @param {Map<string, object>} variables by name, each with what was chosen.
 * @param {string} fallback the format where a reference names none: for PromQL (the
 *   default), or `text` for titles, or `url` for addresses.
 */
export function interpolate(text, plan, variables, fallback = "promql") {
  return String(text ?? "").replace(REFERENCE, (whole, braced, format, bare, square, squareFormat) => {
    const name = braced ?? bare ?? square;
    const builtin = BUILTIN[name]?.(plan, format);
    if (builtin !== undefined) return builtin;
    const variable = variables.get(name);
    return variable ? writeVariable(variable, format ?? squareFormat ?? fallback) : whole;
  });
}

const BUILTIN = {
  __interval: ({ step }) => duration(step),
  __interval_ms: ({ step }) => String(Math.round(step * 1000)),
  __rate_interval: ({ rateInterval }) => duration(rateInterval),
  __range: ({ range }) => duration(Math.round(range)),
  __range_s: ({ range }) => String(Math.round(range)),
  __range_ms: ({ range }) => String(Math.round(range * 1000)),
  __from: ({ from }, format) => writeMoment(from, format),
  __to: ({ at }, format) => writeMoment(at, format),
  __org: () => "1",
};

function duration(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Math.round(seconds)}s`;
}

function writeMoment(seconds, format = "") {
  if (seconds === undefined) return undefined;
  if (format === "date:seconds") return String(Math.round(seconds));
  return format.startsWith("date") ? new Date(seconds * 1000).toISOString() : String(Math.round(seconds * 1000));
}

function writeVariable(variable, format) {
  const { chosen, options, multi, includeAll, allValue } = variable;
  const isAll = chosen.includes(ALL);
  if (isAll && allValue && format !== "text") return allValue;
  const values = isAll ? options : chosen;
  if (format === "text") return isAll ? "All" : chosen.map((one) => variable.texts?.get(one) ?? one).join(" + ");
  const write = FORMATS[format];
  if (write) return write(values, variable);
  if (!isAll && !multi && !includeAll) return escapeString(values[0] ?? "");
  return alternatives(values);
}

const FORMATS = {
  raw: (values) => values.join(","),
  csv: (values) => values.join(","),
  pipe: (values) => values.join("|"),
  regex: (values) => alternatives(values),
  glob: (values) => (values.length > 1 ? `{${values.join(",")}}` : (values[0] ?? "")),
  json: (values) => JSON.stringify(values.length > 1 ? values : (values[0] ?? "")),
  singlequote: (values) => values.map((one) => `'${one.replaceAll("'", "\\'")}'`).join(","),
  doublequote: (values) => values.map((one) => `"${one.replaceAll('"', '\\"')}"`).join(","),
  percentencode: (values) => encodeURIComponent(values.join(",")),
  queryparam: (values, { name }) => values.map((one) => `var-${encodeURIComponent(name)}=${encodeURIComponent(one)}`).join("&"),
  url: (values) => encodeURIComponent(values.join(",")),
};

function alternatives(values) {
  const escaped = values.map(escapeRegex);
  return escaped.length === 1 ? escaped[0] : `(${escaped.join("|")})`;
}

// Twice: once for the regular expression, once for the PromQL string that holds it.
function escapeRegex(value) {
  return escapeString(value.replace(/[\\^$*+?.()|[\]{}]/g, "\\$&"));
}

function escapeString(value) {
  return value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
}
