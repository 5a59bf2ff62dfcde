/** Spans and points of time in the words of people. */

const STEPS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
];

/** Writes seconds with at most two units: `45s`, `2m 10s`, `3h 5m`. */
export function writeDuration(seconds) {
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [size, sign] of STEPS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${sign}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(" ") || "0s";
}

/** Writes how long ago a Unix time was. */
export function writeAgo(unixSeconds, nowSeconds = Date.now() / 1000) {
  return `${writeDuration(nowSeconds - unixSeconds)} ago`;
}

/** Writes a Unix time as a local date and time with its zone, for titles and details. */
export function writeMoment(unixSeconds) {
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    timeStyle: "medium",
  }).format(new Date(unixSeconds * 1000));
}
