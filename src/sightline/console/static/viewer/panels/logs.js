/** Logs: rows of time and words, the newest first. */

import { h } from "/static/dom.js";
import { formatNumber } from "/static/viewer/format.js";

export const takesFrames = true;

const MOST_LINES = 500;

export function render(body, { panel, frames, timeZone }) {
  const lines = frames.flatMap(readLines).toSorted((a, b) => b.time - a.time);
  const ordered = panel.options?.sortOrder === "Ascending" ? lines.toReversed() : lines;
  body.classList.add("log-lines");
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", `${panel.title ?? ""}, lines`);
  body.append(h("ol", {}, ordered.slice(0, MOST_LINES).map(({ time, words }) => h("li", {},
    panel.options?.showTime !== false && h("time", {}, formatNumber(time, "dateTimeAsIso", undefined, timeZone)), h("span", {}, words)))));
}

// A line is what a row says: its words, or its labels and its number.
function readLines({ name, fields }) {
  const time = fields.find(({ type }) => type === "time");
  const words = fields.filter(({ type }) => type === "string");
  const numbers = fields.filter(({ type }) => type === "number");
  return (time?.values ?? []).map((moment, row) => ({
    time: moment,
    words: [name, ...words.map((field) => `${field.name}=${field.values[row]}`), ...numbers.map(({ values }) => values[row])].filter((part) => part !== undefined && part !== "").join(" "),
  }));
}
