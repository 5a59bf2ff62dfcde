/** A small line without axes, as SVG: the trend behind a single number. */

import { svg } from "/static/dom.js";

const WIDTH = 200;
const HEIGHT = 50;

/** Gives the sparkline of values; it is decoration, the number beside it says it all. */
export function renderSparkline(values, color) {
  const numbers = values.filter((value) => value !== null && Number.isFinite(value));
  if (numbers.length < 2) return null;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const x = (index) => (index / (values.length - 1)) * WIDTH;
  const y = (value) => (high === low ? HEIGHT / 2 : HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4));
  const runs = split(values).map((run) => run.map(([index, value]) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`));
  return svg("svg", { class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    runs.map((points) => [
      svg("path", { d: `M${points[0].split(",")[0]},${HEIGHT} L${points.join(" ")} L${points.at(-1).split(",")[0]},${HEIGHT}Z`, fill: color, "fill-opacity": "0.14" }),
      svg("path", { d: `M${points.join(" ")}`, fill: "none", stroke: color, "stroke-width": "1.5", "vector-effect": "non-scaling-stroke" }),
    ]));
}

// A gap in the values is a gap in the line.
function split(values) {
  const runs = [];
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) return;
    if (index === 0 || values[index - 1] === null || runs.length === 0) runs.push([]);
    runs.at(-1).push([index, value]);
  });
  return runs;
}
