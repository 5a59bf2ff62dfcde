/** How many values become one. */

const present = (values) => values.filter((value) => value !== null && !Number.isNaN(value));
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const orNull = (pick) => (values) => {
  const numbers = present(values);
  return numbers.length === 0 ? null : pick(numbers);
};

// Between two numbers nothing is interpolated: as in Grafana, the lower one counts.
function percentile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}

function variance(numbers) {
  const mean = total(numbers) / numbers.length;
  return total(numbers.map((one) => (one - mean) ** 2)) / numbers.length;
}

// What a counter grew by; where it falls it was reset and grew from zero.
function growth(numbers) {
  return numbers.slice(1).reduce((sum, one, at) => sum + (one >= numbers[at] ? one - numbers[at] : one), 0);
}

/** Every reducer, by Grafana's id: its name for people, and what it computes. */
export const REDUCERS = {
  lastNotNull: { label: "Last", compute: orNull((numbers) => numbers.at(-1)) },
  last: { label: "Last *", compute: (values) => values.at(-1) ?? null },
  firstNotNull: { label: "First", compute: orNull((numbers) => numbers[0]) },
  first: { label: "First *", compute: (values) => values[0] ?? null },
  mean: { label: "Mean", compute: orNull((numbers) => total(numbers) / numbers.length) },
  min: { label: "Min", compute: orNull((numbers) => numbers.reduce((a, b) => Math.min(a, b))) },
  max: { label: "Max", compute: orNull((numbers) => numbers.reduce((a, b) => Math.max(a, b))) },
  sum: { label: "Total", compute: orNull(total) },
  count: { label: "Count", compute: (values) => values.length },
  range: {
    label: "Range",
    compute: orNull((numbers) => numbers.reduce((a, b) => Math.max(a, b)) - numbers.reduce((a, b) => Math.min(a, b))),
  },
  median: { label: "Median", compute: orNull((numbers) => percentile(numbers, 0.5)) },
  p95: { label: "95th %", compute: orNull((numbers) => percentile(numbers, 0.95)) },
  p99: { label: "99th %", compute: orNull((numbers) => percentile(numbers, 0.99)) },
  stdDev: { label: "StdDev", compute: orNull((numbers) => Math.sqrt(variance(numbers))) },
  variance: { label: "Variance", compute: orNull(variance) },
  delta: { label: "Delta", compute: orNull(growth) },
  step: { label: "Step", compute: orNull((numbers) => numbers.slice(1).reduce((least, one, at) => Math.min(least, one - numbers[at]), Infinity)) },
  diffperc: { label: "Difference %", compute: orNull((numbers) => (numbers.at(-1) - numbers[0]) / numbers[0]) },
  changeCount: { label: "Changes", compute: (values) => present(values).filter((one, at, all) => at > 0 && one !== all[at - 1]).length },
  distinctCount: { label: "Distinct", compute: (values) => new Set(values).size },
  logmin: { label: "Min (above zero)", compute: orNull((numbers) => numbers.filter((one) => one > 0).reduce((a, b) => Math.min(a, b), Infinity)) },
  allIsZero: { label: "All zero", compute: (values) => Number(present(values).every((one) => one === 0)) },
  allIsNull: { label: "All nulls", compute: (values) => Number(present(values).length === 0) },
  diff: { label: "Difference", compute: orNull((numbers) => numbers.at(-1) - numbers[0]) },
};

/** Reduces values with the first reducer asked for; Grafana's default is the last value. */
export function reduceValues(values, calcs = []) {
  return (REDUCERS[calcs[0]] ?? REDUCERS.lastNotNull).compute(values);
}
