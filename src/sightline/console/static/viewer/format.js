/** Numbers with their units, written as Grafana writes them. */

const MISSING = "–";

/**
 * Writes a number in a Grafana unit.
 *
 * @param {number|null} number what to write; null and NaN give a dash.
 * @param {string} unit Grafana's id of the unit; an unknown id becomes a suffix.
 * @param {number} [decimals] how many digits follow the point; by default three
 *   digits count in all, and whole numbers stay whole.
 * @param {string} [timeZone] for the units that are dates.
 */
export function formatNumber(number, unit = "none", decimals = undefined, timeZone = "UTC") {
  if (number === null || number === undefined || Number.isNaN(number)) return MISSING;
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "-∞";
  const write = UNITS[unit] ?? suffixed(` ${unit.replace(/^suffix:/, "")}`);
  return write(number, decimals ?? undefined, timeZone);
}

/** Says whether a unit is written with prefixes of 1024, so that axes step by them. */
export function isBinaryUnit(unit) {
  return ["bytes", "binBps", "bits", "kbytes", "mbytes", "gbytes", "binbps"].includes(unit);
}

/** Writes a number with its digits alone. */
export function formatDigits(number, decimals = automaticDecimals(number)) {
  const factor = 10 ** Math.max(0, decimals);
  // Adding 0 turns -0 into 0.
  const rounded = Math.round(number * factor) / factor + 0;
  // An exponent is kept as it is: padding would break it.
  return String(rounded).includes("e") ? String(rounded) : rounded.toFixed(Math.max(0, decimals));
}

function automaticDecimals(number) {
  if (Number.isInteger(number)) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number))));
}

// Steps by a factor until the number fits; the size before rounding decides.
function scaled(factor, signs, after = "") {
  return (number, decimals) => {
    let [size, step] = [number, 0];
    for (; Math.abs(size) >= factor && step < signs.length - 1; step += 1) size /= factor;
    return `${formatDigits(size, decimals)}${signs[step]}${after}`;
  };
}

const COUNTS = ["", " K", " Mil", " Bil", " Tri", " Quadr", " Quint", " Sext", " Sept"];
const SHORT_COUNTS = ["", "K", "M", "B", "T"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const DECIMAL = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
const ONE = DECIMAL.indexOf("");

const rate = (sign) => scaled(1000, SHORT_COUNTS, ` ${sign}`);
const binary = (sign) => scaled(1024, BINARY.map((prefix) => ` ${prefix}${sign}`));
const suffixed = (suffix) => (number, decimals) => `${formatDigits(number, decimals)}${suffix}`;
const either = (yes, no) => (number) => (number === 0 ? no : yes);

// The minus stands before the currency's sign.
function currency(sign) {
  const write = scaled(1000, SHORT_COUNTS);
  return (number, decimals) => `${number < 0 ? "-" : ""}${sign}${write(Math.abs(number), decimals)}`;
}

// Prefixes go down, too: half a byte is 500 mB.
function decimal(sign) {
  return (number, decimals) => {
    if (number === 0) return `${formatDigits(0, decimals)} ${sign}`;
    let step = ONE;
    const size = () => number / 1000 ** (step - ONE);
    while (Math.abs(size()) >= 1000 && step < DECIMAL.length - 1) step += 1;
    while (Math.abs(size()) < 1 && step > 0) step -= 1;
    return `${formatDigits(size(), decimals)} ${DECIMAL[step]}${sign}`;
  };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365 * DAY;
// From the largest down: from where it is used, its length, its name, its plural.
const SECONDS = [
  [YEAR, 31_556_900, "year", "years"],
  [WEEK, WEEK, "week", "weeks"],
  [DAY, DAY, "day", "days"],
  [HOUR, HOUR, "hour", "hours"],
  [MINUTE, MINUTE, "min", "mins"],
  [1, 1, "s", "s"],
  [1e-3, 1e-3, "ms", "ms"],
  [1e-6, 1e-6, "µs", "µs"],
  [0, 1e-9, "ns", "ns"],
];
// Grafana counts no weeks when it starts from milliseconds, and has another year.
const MILLISECONDS = [
  [YEAR, YEAR, "year", "years"],
  ...SECONDS.slice(2, 6),
  [0, 1e-3, "ms", "ms"],
].map(([from, length, ...names]) => [from * 1000, length * 1000, ...names]);

function time(steps, zero) {
  return (number, decimals) => {
    if (number === 0) return zero(decimals);
    const [, length, one, many] = steps.find(([from]) => Math.abs(number) >= from);
    const size = number / length;
    return `${formatDigits(size, decimals)} ${Math.abs(size) <= 1 ? one : many}`;
  };
}

function dateTime(milliseconds, _decimals, timeZone) {
  const moment = new Date(milliseconds);
  if (Number.isNaN(moment.getTime())) return "Invalid date";
  const parts = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone: timeZone === "browser" ? undefined : timeZone,
  });
  return parts.format(moment);
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const RELATIVE_STEPS = [
  [YEAR, "year"],
  [30 * DAY, "month"],
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
  [0, "second"],
];

function fromNow(milliseconds) {
  const seconds = (milliseconds - Date.now()) / 1000;
  const [length, name] = RELATIVE_STEPS.find(([from]) => Math.abs(seconds) >= from);
  return RELATIVE.format(Math.round(seconds / (length || 1)), name);
}

// A unit's own prefix is where its numbers start: half a kibibyte is 512 B.
function prefixed(sign, base, prefixes, start) {
  return (number, decimals) => {
    let step = start;
    const size = () => number / base ** (step - start);
    while (number !== 0 && Math.abs(size()) >= base && step < prefixes.length - 1) step += 1;
    while (number !== 0 && Math.abs(size()) < 1 && step > 0) step -= 1;
    return `${formatDigits(size(), decimals)} ${prefixes[step]}${sign}`;
  };
}

const binaryFrom = (sign, start) => prefixed(sign, 1024, BINARY, start);
const decimalFrom = (sign, start) => prefixed(sign, 1000, DECIMAL, ONE + start);

const steps = (sign, table) => time(table, (decimals) => `${formatDigits(0, decimals)} ${sign}`);
const MICROSECONDS = [[1e6, 1e6, "s", "s"], [1e3, 1e3, "ms", "ms"], [0, 1, "µs", "µs"]];
const NANOSECONDS = [
  [8.64e13, 8.64e13, "day", "days"], [3.6e12, 3.6e12, "hour", "hours"], [6e10, 6e10, "min", "mins"],
  [1e9, 1e9, "s", "s"], [1e6, 1e6, "ms", "ms"], [1e3, 1e3, "µs", "µs"], [0, 1, "ns", "ns"],
];
const MINUTES = [[604_800, 525_948, "year", "years"], [10_080, 10_080, "week", "weeks"], [1440, 1440, "day", "days"], [60, 60, "hour", "hours"], [0, 1, "min", "min"]];
const HOURS = [[8760, 8760, "year", "years"], [168, 168, "week", "weeks"], [24, 24, "day", "days"], [0, 1, "hour", "hour"]];
const DAYS = [[365, 365, "year", "years"], [7, 7, "week", "weeks"], [0, 1, "day", "days"]];

const PARTS = [[YEAR, "year"], [30 * DAY, "month"], [WEEK, "week"], [DAY, "day"], [HOUR, "hour"], [MINUTE, "minute"], [1, "second"], [1e-3, "millisecond"]];

// From the largest part on, as many more parts as there are decimals.
function parts(toSeconds, more) {
  return (number, decimals = more) => {
    if (number === 0) return `0 ${toSeconds === 1 ? "seconds" : "milliseconds"}`;
    let rest = Math.abs(number) * toSeconds;
    const written = [];
    for (const [length, name] of PARTS) {
      const count = Math.floor(rest / length + 1e-9);
      rest -= count * length;
      if (written.length === 0 && count === 0) continue;
      written.push(`${count} ${name}${count === 1 ? "" : "s"}`);
      if (written.length > decimals) break;
    }
    return written.join(", ") + (number < 0 ? " ago" : "");
  };
}

function clock(number) {
  const seconds = Math.abs(number);
  const pad = (count) => String(Math.floor(count)).padStart(2, "0");
  return `${pad(seconds / HOUR)}:${pad((seconds % HOUR) / MINUTE)}:${pad(seconds % MINUTE)}${number < 0 ? " ago" : ""}`;
}

/** Every unit that the viewer writes; the keys are Grafana's ids. */
export const UNITS = {
  none: (number, decimals) => formatDigits(number, decimals),
  short: scaled(1000, COUNTS),
  percent: suffixed("%"),
  percentunit: (number, decimals) => `${formatDigits(number * 100, decimals)}%`,
  bytes: binary("B"),
  decbytes: decimal("B"),
  Bps: decimal("B/s"),
  bps: decimal("b/s"),
  binBps: binary("B/s"),
  hertz: decimal("Hz"),
  rothz: decimal("Hz"),
  rotrpm: suffixed(" rpm"),
  pps: decimal("p/s"),
  iops: rate("io/s"),
  mps: rate("msg/s"),
  rpm: rate("rd/m"),
  wpm: rate("wr/m"),
  epm: rate("evts/m"),
  sishort: decimal(""),
  locale: (number, decimals) => number.toLocaleString("en-US", { maximumFractionDigits: decimals ?? 3 }),
  sci: (number, decimals) => number.toExponential(decimals),
  bits: binary("b"),
  decbits: decimal("b"),
  kbytes: binaryFrom("B", 1),
  mbytes: binaryFrom("B", 2),
  gbytes: binaryFrom("B", 3),
  deckbytes: decimalFrom("B", 1),
  decmbytes: decimalFrom("B", 2),
  decgbytes: decimalFrom("B", 3),
  KBs: decimalFrom("B/s", 1),
  MBs: decimalFrom("B/s", 2),
  GBs: decimalFrom("B/s", 3),
  Kbits: decimalFrom("b/s", 1),
  Mbits: decimalFrom("b/s", 2),
  Gbits: decimalFrom("b/s", 3),
  binbps: binary("b/s"),
  celsius: suffixed(" °C"),
  fahrenheit: suffixed(" °F"),
  kelvin: suffixed(" K"),
  humidity: suffixed(" %H"),
  volt: decimal("V"),
  amp: decimal("A"),
  watt: decimal("W"),
  watth: decimal("Wh"),
  joule: decimal("J"),
  ns: steps("ns", NANOSECONDS),
  µs: steps("µs", MICROSECONDS),
  m: steps("min", MINUTES),
  h: steps("hour", HOURS),
  d: steps("day", DAYS),
  dtdurations: parts(1, 0),
  dtdurationms: parts(1e-3, 0),
  dthms: clock,
  ms: time(MILLISECONDS, (decimals) => `${formatDigits(0, decimals)} ms`),
  s: time(SECONDS, () => "0 s"),
  reqps: rate("req/s"),
  ops: rate("ops/s"),
  cps: rate("c/s"),
  rps: rate("rd/s"),
  wps: rate("wr/s"),
  eps: rate("evt/s"),
  cpm: rate("c/m"),
  opm: rate("ops/m"),
  reqpm: rate("req/m"),
  currencyUSD: currency("$"),
  currencyEUR: currency("€"),
  currencyGBP: currency("£"),
  bool: either("True", "False"),
  bool_on_off: either("On", "Off"),
  bool_yes_no: either("Yes", "No"),
  dateTimeAsIso: dateTime,
  dateTimeFromNow: fromNow,
};
