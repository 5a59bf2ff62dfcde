/** Parts of an objective as the pages show them. */

import { h } from "/static/dom.js";
import { writeDuration } from "/static/durations.js";
import { formatNumber } from "/static/viewer/format.js";

/** The windows whose burn is shown in tables. */
export const BURN_WINDOWS = ["1h", "6h", "3d"];

// The factors of the SRE workbook's tiers: from where somebody is paged, or ticketed.
const PAGED = 6;
const TICKETED = 1;

/** Gives a target as it was written: 99.95%. */
export function renderTarget(target) {
  return `${Number((target * 100).toPrecision(12))}%`;
}

/** Gives the good share, one digit finer than its target, rounded down: 99.999 % is not all. */
export function renderShare(errorRatio, target) {
  if (errorRatio === null) return h("span", { class: "quiet" }, "not measured");
  const digits = Math.max(2, (renderTarget(target).split(".")[1]?.length ?? 1));
  const scale = 10 ** digits;
  return `${(Math.floor((1 - errorRatio) * 100 * scale + 1e-6) / scale).toFixed(digits)}%`;
}

/** Gives what is left of the budget, as a bar and a number. */
export function renderBudget({ budget_remaining: left, coverage, is_measured: isMeasured }) {
  if (left === null) return h("span", { class: "quiet" }, "not measured");
  const words = formatNumber(left, "percentunit", 1);
  const note = isMeasured ? "" : ` (${formatNumber(coverage, "percentunit", 0)} measured)`;
  return h("div", { class: "budget" },
    h("div", { class: "budget-track", role: "meter", "aria-label": "Budget left", "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": Math.min(1, Math.max(0, left)), "aria-valuetext": words },
      h("div", { class: `budget-fill ${left <= 0 ? "spent" : left < 0.25 ? "low" : ""}`, style: { "--part": Math.min(1, Math.max(0, left)) } })),
    h("span", { class: left <= 0 ? "bad" : left < 0.25 ? "odd" : "", "data-value": left }, words, h("span", { class: "quiet" }, note)));
}

/** Gives a burn rate, marked where a tier would page or ticket for it. */
export function renderBurn(burn) {
  if (burn === null || burn === undefined) return h("span", { class: "quiet" }, "–");
  const look = burn >= PAGED ? "bad" : burn > TICKETED ? "odd" : "";
  const mark = burn >= PAGED ? "◆ " : burn > TICKETED ? "▲ " : "";
  return h("span", { class: look, "data-value": burn }, mark, formatNumber(burn, "none", burn < 10 ? 1 : 0));
}

/** Gives when the budget is spent, and between which times that is sure. */
export function renderForecast({ seconds_to_exhaustion: forecast, reported_only: reportedOnly }) {
  if (!forecast || reportedOnly) return h("span", { class: "quiet" }, "–");
  const write = (seconds) => (seconds === null ? "never" : seconds === 0 ? "spent" : writeDuration(seconds));
  const sure = `between ${write(forecast.soonest)} and ${write(forecast.latest)}`;
  return h("span", { title: sure, class: forecast.expected === null ? "quiet" : "odd" }, write(forecast.expected));
}
