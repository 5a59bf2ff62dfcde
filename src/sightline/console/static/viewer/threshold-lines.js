/** Thresholds drawn into a plot, as lines and areas. */

import { fade } from "/static/viewer/colors.js";
import { absoluteSteps } from "/static/viewer/thresholds.js";

/** The styles that are understood. */
export const SUPPORTED_THRESHOLD_STYLES = ["off", "line", "dashed", "area", "line+area", "dashed+area"];

const modeOf = (config) => config.custom?.thresholdsStyle?.mode ?? "off";

/**
 * Draws a field's thresholds below its series.
 *
 * A threshold never stretches the axis: far above the values it would flatten them. As
 * in Grafana, it shows when the values come near it.
 */
export function drawThresholds(plot, config, resolveColor, scale = "y") {
  const mode = modeOf(config);
  if (mode === "off") return;
  const steps = absoluteSteps(config);
  if (plot.scales[scale].min === null || plot.scales[scale].min === undefined) return;
  const { ctx, bbox } = plot;
  const y = (number) => Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(number, scale, true)));
  const inside = (number) => number >= plot.scales[scale].min && number <= plot.scales[scale].max;
  ctx.save();
  steps.forEach((step, index) => {
    const color = resolveColor(step.color);
    const from = step.value ?? plot.scales[scale].min;
    const to = steps[index + 1]?.value ?? plot.scales[scale].max;
    if (mode.includes("area") && (index > 0 || /red|orange|yellow/.test(step.color))) {
      ctx.fillStyle = fade(color, 0.08);
      ctx.fillRect(bbox.left, y(to), bbox.width, y(from) - y(to));
    }
    if (!/line|dashed/.test(mode) || step.value === null || !inside(step.value)) return;
    ctx.strokeStyle = fade(color, 0.85);
    ctx.lineWidth = devicePixelRatio * 1.5;
    ctx.setLineDash(mode.startsWith("dashed") ? [6 * devicePixelRatio, 5 * devicePixelRatio] : []);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y(step.value));
    ctx.lineTo(bbox.left + bbox.width, y(step.value));
    ctx.stroke();
  });
  ctx.restore();
}
