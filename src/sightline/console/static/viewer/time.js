/** Time ranges: relative (`now-15m`) or absolute, as Grafana writes them in addresses. */

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_592_000, y: 31_536_000 };

/** The ranges that the picker offers, as `[from, words]`; each ends now. */
export const PRESETS = [
  ["now-5m", "Last 5 minutes"],
  ["now-15m", "Last 15 minutes"],
  ["now-30m", "Last 30 minutes"],
  ["now-1h", "Last 1 hour"],
  ["now-3h", "Last 3 hours"],
  ["now-6h", "Last 6 hours"],
  ["now-12h", "Last 12 hours"],
  ["now-24h", "Last 24 hours"],
  ["now-2d", "Last 2 days"],
  ["now-7d", "Last 7 days"],
  ["now-30d", "Last 30 days"],
];

/** The refresh intervals that are offered. */
export const REFRESHES = ["", "5s", "10s", "30s", "1m", "5m", "15m", "1h"];

/** Gives a Prometheus-like duration (`30s`, `1m`) in seconds; 0 when there is none. */
export function parseInterval(text) {
  const match = String(text ?? "").match(/^>?(\d+(?:\.\d+)?)(ms|[smhdwMy])$/);
  if (!match) return 0;
  return match[2] === "ms" ? match[1] / 1000 : match[1] * UNITS[match[2]];
}

/** Gives the Unix seconds that a range's end means, or null when it means none. */
export function parseMoment(text, nowSeconds) {
  const relative = text.match(/^now(?:([+-])(\d+)([smhdwMy]))?$/);
  if (relative) {
    const [, sign, count, unit] = relative;
    return sign ? nowSeconds + (sign === "-" ? -1 : 1) * count * UNITS[unit] : nowSeconds;
  }
  if (/^\d{10,}$/.test(text)) return Number(text) / 1000;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** Gives `{from, to}` in Unix seconds for a range, or the fallback's when it is none. */
export function resolveRange(range, fallback, nowSeconds = Date.now() / 1000) {
  const [from, to] = [parseMoment(range.from, nowSeconds), parseMoment(range.to, nowSeconds)];
  if (from === null || to === null || from >= to) {
    return { from: parseMoment(fallback.from, nowSeconds) ?? nowSeconds - 3600, to: nowSeconds };
  }
  return { from, to };
}

/** Writes a range for people: a preset's words, or both ends. */
export function describeRange(range, timeZone) {
  const preset = PRESETS.find(([from]) => from === range.from && range.to === "now");
  if (preset) return preset[1];
  const write = (text) => {
    const seconds = parseMoment(text, Date.now() / 1000);
    return text.startsWith("now") || seconds === null ? text : writeInstant(seconds, timeZone);
  };
  return `${write(range.from)} to ${write(range.to)}`;
}

/** Writes Unix seconds as `2026-11-24 08:15:00` in a zone (`utc`, `browser`, a name). */
export function writeInstant(seconds, timeZone) {
  return new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone: zoneName(timeZone),
  }).format(new Date(seconds * 1000));
}

/** Gives the name that `Intl` wants for Grafana's word for a time zone. */
export function zoneName(timeZone) {
  if (timeZone === "utc") return "UTC";
  if (!timeZone || timeZone === "browser" || !isZone(timeZone)) return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return timeZone;
}

function isZone(name) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false; // an address may say anything
  }
}

/** Gives the Unix seconds of a date and time as a wall clock in a zone shows it, or null. */
export function parseInZone(text, timeZone) {
  const milliseconds = Date.parse(`${text.trim().replace(" ", "T")}Z`);
  if (Number.isNaN(milliseconds)) return null;
  const wanted = milliseconds / 1000;
  // The offset is that of the moment itself; two looks settle it, also around a change.
  let seconds = wanted;
  for (let look = 0; look < 2; look += 1) seconds = wanted - offsetAt(seconds, timeZone);
  return seconds;
}

function offsetAt(seconds, timeZone) {
  return Date.parse(`${writeInstant(seconds, timeZone).replace(" ", "T")}Z`) / 1000 - Math.floor(seconds);
}
