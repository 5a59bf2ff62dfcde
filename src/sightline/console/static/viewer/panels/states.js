/** Bands of states: what each series was at a time, side by side. */

import { h } from "/static/dom.js";
import { inkOn, mixed, resolveColor } from "/static/viewer/colors.js";
import { display, lineColor, resolveConfig } from "/static/viewer/fields.js";
import { renderLegend } from "/static/viewer/legend.js";
import { nameSeries } from "/static/viewer/query.js";
import { writeDuration } from "/static/durations.js";
import { writeInstant } from "/static/viewer/time.js";
import { hideTooltip, showTooltip } from "/static/viewer/tooltip.js";

const TICKS = 5;

/**
 * Draws one band per series.
 *
 * @param {boolean} merges whether neighbours that look the same are one span.
 */
export function renderStates(body, context, { merges }) {
  const { panel, plan, timeZone } = context;
  body.classList.add("states");
  const rows = context.series.map((one, index) => describeSeries(one, index, context, merges));
  body.append(
    h("div", { class: "states-grid", tabindex: "0", role: "region", "aria-label": `${panel.title}, states over time` },
      rows.map((row) => [h("div", { class: "states-name", title: row.name }, row.name), renderBand(row, context)]),
      h("div", { class: "states-axis", "aria-hidden": "true" }, Array.from({ length: TICKS }, (_, tick) =>
        h("span", {}, writeInstant(plan.start + ((plan.end - plan.start) * tick) / (TICKS - 1), timeZone).slice(11, 16))))),
    renderStateLegend(rows, panel.options?.legend) ?? "",
  );
}

function describeSeries(one, index, context, merges) {
  const name = nameSeries(one, context.variables, context.plan);
  const config = resolveConfig({ name, refId: one.refId, type: "number", values: one.values }, context.panel.fieldConfig);
  return { name: config.displayName ?? name, spans: findSpans(one, config, context.plan, index, merges) };
}

// A missing sample ends a span.
function findSpans({ times, values }, config, { step, end }, index, merges) {
  const spans = [];
  times.forEach((time, at) => {
    if (values[at] === null) return;
    const shown = display(values[at], config);
    const last = spans.at(-1);
    if (merges && last && last.text === shown.text && time - last.end < step * 0.5) last.end = Math.min(time + step, end);
    else spans.push({ start: time, end: Math.min(time + step, end), text: shown.text, color: shown.color ?? lineColor(config, index, [values[at]]), number: values[at] });
  });
  return spans;
}

function renderBand({ name, spans }, { plan, panel, timeZone }) {
  const part = (time) => (time - plan.start) / (plan.end - plan.start || 1);
  const opacity = (panel.fieldConfig?.defaults?.custom?.fillOpacity ?? 80) / 100;
  const summary = spans.map(({ text, start, end }) => `${text} for ${writeDuration(end - start)}`).slice(-6).join(", ");
  return h("div", { class: "states-band", role: "img", "aria-label": `${name}: ${summary || "no data"}` },
    spans.map((span) => h("div", {
      class: "states-span",
      "data-value": span.number,
      style: { "--from": part(span.start), "--to": part(span.end), "background-color": mixed(span.color, opacity), color: inkOn(mixed(span.color, opacity)) },
      onpointermove: (event) => showTooltip({ x: event.clientX, y: event.clientY },
        `${writeInstant(span.start, timeZone)} to ${writeInstant(span.end, timeZone).slice(11)}`,
        [{ name, text: `${span.text} for ${writeDuration(span.end - span.start)}`, color: span.color }]),
      onpointerleave: hideTooltip,
    }, panel.options?.showValue === "never" ? "" : h("span", {}, span.text))));
}

function renderStateLegend(rows, options) {
  const states = new Map(rows.flatMap(({ spans }) => spans.map((span) => [span.text, span.color])));
  const entries = [...states].map(([name, color]) => ({ name, color: color ?? resolveColor("text"), values: [], config: {} }));
  return renderLegend(entries, { ...options, calcs: [], displayMode: options?.displayMode === "hidden" ? "hidden" : "list" });
}
