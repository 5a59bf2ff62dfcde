/** Patterns and comparisons as rules in dashboards write them. */

/** How a rule may compare numbers, by Grafana's words. */
export const COMPARISONS = {
  gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b, eq: (a, b) => a === b, neq: (a, b) => a !== b,
};

/** Reads a pattern as Grafana writes it: `/a.b/i`, or the bare expression. */
export function readPattern(text) {
  const match = String(text).match(/^\/(.*)\/([a-z]*)$/s);
  try {
    return match ? new RegExp(match[1], match[2].replace("g", "")) : new RegExp(text);
  } catch {
    return /(?!)/; // a pattern that cannot be read fits nothing
  }
}
