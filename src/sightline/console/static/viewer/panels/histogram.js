/** Histogram: how many of the numbers lie in each stretch. */

import { formatNumber } from "/static/viewer/format.js";
import { lineColor, resolveConfig } from "/static/viewer/fields.js";
import { renderBars } from "/static/viewer/panels/chart.js";

const BUCKETS = 30;
const ROUND = [1, 2, 2.5, 5, 10];

export function render(body, { panel, series }) {
  const config = resolveConfig({ name: "Count", type: "number" }, panel.fieldConfig);
  const numbers = series.flatMap(({ values }) => values.filter((one) => Number.isFinite(one)));
  const size = panel.options?.bucketSize > 0 ? panel.options.bucketSize : roundSize(numbers, panel.options?.bucketCount ?? BUCKETS);
  const start = Math.floor(Math.min(...numbers, Infinity) / size);
  const count = numbers.length === 0 ? 0 : Math.floor(Math.max(...numbers) / size) - start + 1;
  const values = Array.from({ length: count }, () => 0);
  for (const number of numbers) values[Math.floor(number / size) - start] += 1;
  const categories = values.map((_, at) => formatNumber((start + at) * size, config.unit, config.decimals ?? undefined));
  body.classList.add("bars");
  body.append(renderBars(categories, [{ name: "Count", color: lineColor({ ...config, color: { mode: "palette-classic" } }, 0, values), config: { unit: "short" }, values }], { title: panel.title ?? "Histogram", stacked: false, showValue: false }));
}

function roundSize(numbers, buckets) {
  const span = numbers.length === 0 ? 1 : Math.max(...numbers) - Math.min(...numbers) || Math.abs(numbers[0]) || 1;
  const power = 10 ** Math.floor(Math.log10(span / buckets));
  return ROUND.map((one) => one * power).find((size) => span / size <= buckets) ?? power * 10;
}
