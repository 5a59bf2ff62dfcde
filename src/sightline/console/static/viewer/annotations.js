/** Annotations: when something happened, drawn behind every plot. */

import { askPrometheus } from "/static/api.js";
import { fade, resolveColor } from "/static/viewer/colors.js";
import { interpolate } from "/static/viewer/interpolate.js";
import { parseInterval } from "/static/viewer/time.js";

const POINTS = 300;

/** Asks a dashboard's annotation queries; gives regions `{from, to, title, text, color}`. */
export async function loadAnnotations(dashboard, range, scrapeInterval, variables, signal) {
  const asked = (dashboard.annotations?.list ?? []).filter((one) => one.enable && !one.builtIn && one.expr);
  const answers = await Promise.all(asked.map((one) => loadOne(one, range, scrapeInterval, variables, signal)));
  return answers.flat();
}

async function loadOne(annotation, { from, to }, scrapeInterval, variables, signal) {
  const step = Math.max(scrapeInterval, Math.min(parseInterval(annotation.step) || Infinity, (to - from) / POINTS), (to - from) / (POINTS * 4));
  const plan = { step, range: to - from, rateInterval: 4 * scrapeInterval };
  const query = interpolate(annotation.expr, plan, variables);
  const { result } = await askPrometheus("query_range", { query, start: from, end: to, step }, signal);
  return result.result.flatMap(({ metric, values }) =>
    findRegions(values, step).map((region) => ({
      ...region,
      color: annotation.iconColor ?? "blue",
      title: fill(annotation.titleFormat || annotation.name, metric),
      text: fill(annotation.textFormat ?? "", metric),
    })));
}

function findRegions(values, step) {
  const regions = [];
  for (const [time, text] of values) {
    if (Number(text) === 0) continue;
    const last = regions.at(-1);
    if (last && time - last.to <= step * 1.5) last.to = time;
    else regions.push({ from: time, to: time });
  }
  return regions;
}

function fill(template, labels) {
  return template.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label) => labels[label] ?? "").trim();
}

/** Draws regions into a plot: an edge, and a fill so faint that a long one tints little. */
export function drawAnnotations(plot, regions) {
  const { ctx, bbox } = plot;
  const x = (time) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(time, "x", true)));
  ctx.save();
  for (const { from, to, color } of unite(regions)) {
    const shade = resolveColor(color);
    const [left, right] = [x(from), x(to)];
    ctx.fillStyle = fade(shade, 0.04);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = fade(shade, 0.7);
    ctx.fillRect(left, bbox.top + bbox.height - 3 * devicePixelRatio, Math.max(2, right - left), 3 * devicePixelRatio);
  }
  ctx.restore();
}

// Ten alerts at once must not drown the plot in their colour: what overlaps is one.
function unite(regions) {
  const united = [];
  for (const region of regions.toSorted((a, b) => a.color.localeCompare(b.color) || a.from - b.from)) {
    const last = united.at(-1);
    if (last?.color === region.color && region.from <= last.to) last.to = Math.max(last.to, region.to);
    else united.push({ ...region });
  }
  return united;
}

/** Gives the regions at a time, for the tooltip. */
export function annotationsAt(regions, time, step) {
  return regions.filter(({ from, to }) => time >= from - step && time <= to + step);
}
