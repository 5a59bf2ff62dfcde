/** Series on one common axis of times, as plots need them. */

/**
 * Gives `{times, columns}`: every step of the plan, and per series its values there.
 * A step without a sample is a gap (`null`).
 */
export function align(series, { start, end, step }) {
  const count = Math.max(1, Math.round((end - start) / step) + 1);
  const times = Array.from({ length: count }, (_, index) => start + index * step);
  const columns = series.map((one) => {
    const column = new Array(count).fill(null);
    one.times.forEach((time, at) => {
      const index = Math.round((time - start) / step);
      if (index >= 0 && index < count) column[index] = one.values[at];
    });
    return column;
  });
  return { times, columns };
}
