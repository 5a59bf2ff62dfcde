/** Histograms over time: Prometheus' classic buckets, and its native ones. */

/**
 * Reads native histograms, as `[time, buckets]` with buckets `{low, high, count}`.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
 */
export function readHistograms(rows) {
  return rows.map(([time, { buckets = [] }]) => [
    time,
    buckets.map(([, low, high, count]) => ({ low: Number(low), high: Number(high), count: Number(count) })),
  ]);
}

/**
 * Gives the cells of a heatmap: `{bands, cells}`, from native or classic histograms, or
 * from any series, whose names are then the bands.
 *
 * A band is `{low, high, label}`, the lowest first; a cell `{time, band, count}`.
 */
export function findCells(series, nameOf) {
  if (series.some((one) => one.histograms?.length > 0)) return fromNative(series);
  const isClassic = series.length > 0 && series.every(({ labels }) => "le" in labels);
  return isClassic ? fromClassic(series) : fromSeries(series, nameOf);
}

function fromNative(series) {
  const counts = new Map();
  const bands = new Map();
  for (const { histograms } of series) {
    for (const [time, buckets] of histograms) {
      for (const { low, high, count } of buckets) {
        const key = `${low} ${high}`;
        bands.set(key, { low, high, label: null });
        const cell = `${time} ${key}`;
        counts.set(cell, { time, key, count: (counts.get(cell)?.count ?? 0) + count });
      }
    }
  }
  const sorted = [...bands].toSorted(([, a], [, b]) => a.low - b.low || a.high - b.high);
  const places = new Map(sorted.map(([key], index) => [key, index]));
  return {
    bands: sorted.map(([, band]) => band),
    cells: [...counts.values()].map(({ time, key, count }) => ({ time, band: places.get(key), count })),
  };
}

// Classic buckets count everything up to their bound: each gives up what the one below has.
function fromClassic(series) {
  const byBound = new Map();
  for (const { labels, times, values } of series) {
    const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
    const sums = byBound.get(bound) ?? new Map();
    times.forEach((time, at) => sums.set(time, (sums.get(time) ?? 0) + (values[at] ?? 0)));
    byBound.set(bound, sums);
  }
  const bounds = [...byBound.keys()].toSorted((a, b) => a - b);
  const bands = bounds.map((high, index) => ({ low: index > 0 ? bounds[index - 1] : 0, high, label: null }));
  const cells = bounds.flatMap((bound, band) =>
    [...byBound.get(bound)].map(([time, sum]) => ({
      time, band, count: Math.max(0, sum - (band > 0 ? (byBound.get(bounds[band - 1]).get(time) ?? 0) : 0)),
    })));
  return { bands, cells };
}

function fromSeries(series, nameOf) {
  return {
    bands: series.map((one, index) => ({ low: index, high: index + 1, label: nameOf(one) })),
    cells: series.flatMap(({ times, values }, band) =>
      times.map((time, at) => ({ time, band, count: values[at] ?? 0 }))),
  };
}
