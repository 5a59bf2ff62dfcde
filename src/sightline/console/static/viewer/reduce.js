/** How many values become one. */

const present = (values) => values.filter((value) => value !== null && !Number.isNaN(value));
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const orNull = (pick) => (values) => {
  const numbers = present(values);
  return numbers.length === 0 ? null : pick(numbers);
};

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
  diff: { label: "Difference", compute: orNull((numbers) => numbers.at(-1) - numbers[0]) },
};

/** Reduces values with the first reducer asked for; Grafana's default is the last value. */
export function reduceValues(values, calcs = []) {
  return (REDUCERS[calcs[0]] ?? REDUCERS.lastNotNull).compute(values);
}
