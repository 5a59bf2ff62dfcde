/** One objective: its budget, its burn by window, its forecast, month and period. */

import { h } from "/static/dom.js";
import { renderBudget, renderBurn, renderForecast, renderShare, renderTarget } from "/static/pages/objective-parts.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";
import { formatNumber } from "/static/viewer/format.js";
import { embedPanel } from "/static/viewer/embed.js";

const REFRESH = 30_000;
const name = decodeURIComponent(location.pathname.split("/")[2]);
const [facts, burn, left, rate] = Array.from({ length: 4 }, () => h("section", {}));
let isPlotted = false;

startShell();
document.title = `${name} · sightline`;
document.querySelector("#title").textContent = name;
document.querySelector("#tools").replaceChildren(h("a", { href: "/slos" }, "All SLOs"));
document.querySelector("#content-region").replaceChildren(facts, burn, left, rate);

keepFresh("/api/slos", ({ slos }) => {
  const slo = slos.find((one) => one.name === name);
  if (!slo) return facts.replaceChildren(renderNote("There is no such objective", `The spec declares none called ${name}.`, "failed"));
  document.querySelector("#title").textContent = slo.title || name;
  replaceContent(facts, renderFacts(slo));
  replaceContent(burn, renderWindows(slo));
  if (!isPlotted) plot(slo);
  isPlotted = true;
}, (error) => replaceContent(facts, renderNote("It cannot be read", error.message, "failed")), REFRESH);

function renderFacts(slo) {
  const month = slo.month;
  const events = month.events_total === null ? "not measured" : `${formatNumber(month.events_bad, "short")} bad of ${formatNumber(month.events_total, "short")}`;
  const pairs = [
    ["Promised", [renderTarget(slo.objective), ` over ${slo.window}`]],
    ["Rolling period", renderShare(slo.error_ratio, slo.objective)],
    ["This month", [renderShare(month.error_ratio, slo.objective), ` · ${events} · ${formatNumber(month.budget_remaining, "percentunit", 1)} of its budget left · ${month.zone}`]],
    ["Budget left", renderBudget(slo)],
    ["Spent in", renderForecast(slo)],
    ["Gate", [slo.reported_only ? "reported only" : slo.gate, slo.action ? `: ${slo.action}` : ""]],
    ["Can be told from chance", slo.verdict_words || "not measured"],
    ["Service", `${slo.service}, ${slo.team}`],
  ];
  return h("div", { class: "box padded" }, h("dl", { class: "pairs" }, pairs.map(([term, words]) => [h("dt", {}, term), h("dd", {}, words)])));
}

function renderWindows(slo) {
  const windows = Object.entries(slo.burn).toSorted(([, a], [, b]) => a.seconds - b.seconds);
  return [h("h2", {}, "Burn by window"),
    h("p", { class: "quiet" }, "How many times faster than allowed the budget is spent: 1 spends all of it in exactly its period."),
    h("ul", { class: "burns box" }, windows.map(([window, { burn: factor }]) => h("li", {}, h("span", { class: "quiet" }, window), renderBurn(factor))))];
}

function plot(slo) {
  const budget = { color: "red", value: null };
  const selector = `{slo=${JSON.stringify(name)}}`;
  embedPanel(left, panel(1, "Error budget left", `slo:error_budget_remaining:ratio${selector}`, [budget, { color: "green", value: 0 }]),
    { from: `now-${slo.window}`, to: "now", height: 260, heading: "Burn-down" });
  embedPanel(rate, panel(2, "Error ratio, over five minutes and an hour", `{__name__=~"slo:sli_error:ratio(5m|1h)",slo=${JSON.stringify(name)}}`,
    [{ color: "green", value: null }, { color: "red", value: 1 - slo.objective }]), { from: "now-24h", to: "now", height: 260, heading: "The last day" });
}

function panel(id, title, expr, steps) {
  return {
    id, type: "timeseries", title, targets: [{ refId: "A", expr, legendFormat: id === 1 ? title : "{{__name__}}" }],
    fieldConfig: { defaults: { unit: "percentunit", thresholds: { mode: "absolute", steps }, custom: { lineWidth: 1.5, fillOpacity: 8, thresholdsStyle: { mode: "dashed" } } }, overrides: [] },
    options: { legend: { showLegend: true, displayMode: "list", placement: "bottom", calcs: ["lastNotNull"] } },
  };
}
