/** The dashboard's toolbar: time range, refresh, and the way back from a zoom. */

import { h, icon } from "/static/dom.js";
import { PRESETS, REFRESHES, describeRange, parseInZone, parseMoment, resolveRange, writeInstant } from "/static/viewer/time.js";

/**
 * Gives the picker of the time range.
 *
 * @param {{from: string, to: string}} range as the address has it.
 * @param {function({from: string, to: string}): void} onchoose hears the new range.
 * @param {HTMLElement} zone the choice of a time zone, which stands below the range.
 */
export function renderRangePicker(range, timeZone, onchoose, zone) {
  const resolved = resolveRange(range, range);
  const from = h("input", { id: "range-from", value: editable(range.from, resolved.from, timeZone), autocomplete: "off", spellcheck: "false" });
  const to = h("input", { id: "range-to", value: editable(range.to, resolved.to, timeZone), autocomplete: "off", spellcheck: "false" });
  const problem = h("p", { class: "field-problem", role: "alert" });
  const submit = (event) => {
    event.preventDefault();
    const [start, end] = [readMoment(from.value, timeZone), readMoment(to.value, timeZone)];
    if (start === null || end === null) problem.textContent = "Write a time such as 2026-11-24 08:15:00, or now-6h.";
    else if (parseMoment(start, Date.now() / 1000) >= parseMoment(end, Date.now() / 1000)) problem.textContent = "The range must begin before it ends.";
    else onchoose({ from: start, to: end });
  };
  return h("details", { class: "control range" },
    h("summary", { "aria-label": `Time range: ${describeRange(range, timeZone)}` }, icon("clock"),
      h("span", { class: "control-value" }, describeRange(range, timeZone)), icon("chevron")),
    h("div", { class: "menu range-menu" },
      h("form", { class: "range-form", onsubmit: submit },
        h("label", { for: "range-from" }, "From"), from,
        h("label", { for: "range-to" }, "To"), to,
        problem,
        h("button", { type: "submit", class: "primary" }, "Apply"), zone),
      h("div", { class: "presets", role: "group", "aria-label": "Relative ranges" },
        PRESETS.map(([preset, words]) => h("button", {
          type: "button", class: "menu-item",
          "aria-current": preset === range.from && range.to === "now" ? "true" : null,
          onclick: () => onchoose({ from: preset, to: "now" }),
        }, words)))));
}

function editable(text, seconds, timeZone) {
  return text.startsWith("now") ? text : writeInstant(seconds, timeZone);
}

// Absolute times are typed in the dashboard's zone and kept as milliseconds.
function readMoment(text, timeZone) {
  const trimmed = text.trim();
  if (trimmed.startsWith("now")) return parseMoment(trimmed, 0) === null ? null : trimmed;
  const seconds = parseInZone(trimmed, timeZone);
  return seconds === null ? null : String(Math.round(seconds * 1000));
}

const ZONES = ["browser", "utc"];
const ZONE_WORDS = { browser: "Browser time", utc: "UTC" };

/** Gives the choice of a time zone: the browser's, UTC, the dashboard's, or any other. */
export function renderZone(timeZone, saved, onchoose) {
  const offered = [...new Set([...ZONES, ...(saved ? [saved] : []), timeZone, ...Intl.supportedValuesOf("timeZone")])];
  return h("label", { class: "zone" }, "Time zone",
    h("select", { class: "control", onchange: (event) => onchoose({ timeZone: event.target.value, isZoneChosen: true }) },
      offered.map((zone) => h("option", { value: zone, selected: zone === timeZone }, ZONE_WORDS[zone] ?? zone))));
}

/** Gives the button that widens the range to twice its length. */
export function renderZoomOut(onzoom) {
  return h("button", { type: "button", class: "control", "aria-label": "Zoom out", title: "Zoom out", onclick: onzoom }, icon("zoomOut"));
}

/** Gives the refresh button and its interval. */
export function renderRefresh(refresh, onrefresh, onchoose) {
  const offered = REFRESHES.includes(refresh) ? REFRESHES : [...REFRESHES, refresh];
  return h("div", { class: "control-group" },
    h("button", { type: "button", class: "control", "aria-label": "Refresh now", title: "Refresh now", onclick: onrefresh }, icon("refresh")),
    h("select", { class: "control", "aria-label": "Refresh every", onchange: (event) => onchoose(event.target.value) },
      offered.map((option) => h("option", { value: option, selected: option === refresh }, option || "Off"))));
}
