/** The page of objectives: how each stands, and how their budgets went. */

import { h } from "/static/dom.js";
import { writeAgo } from "/static/durations.js";
import { BURN_WINDOWS, renderBudget, renderBurn, renderForecast, renderShare, renderTarget } from "/static/pages/objective-parts.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";
import { embedPanel } from "/static/viewer/embed.js";

const REFRESH = 30_000;
const table = h("section", { "aria-label": "Objectives" });
const curve = h("section", {});

startShell();
document.querySelector("#content-region").replaceChildren(table, curve);

keepFresh("/api/slos", ({ slos, at }) => {
  document.querySelector("#tools").replaceChildren(h("span", { class: "quiet" }, `read ${writeAgo(at)}`));
  replaceContent(table, slos.length === 0 ? renderNote("No objectives", "The spec declares none.") :
    h("div", { class: "box scroll", tabindex: "0", role: "region", "aria-label": "Objectives, table" }, h("table", { class: "facts" },
      h("thead", {}, h("tr", {},
        ["Objective", "Target", "Rolling", "This month", "Budget left"].map((title) => h("th", { scope: "col" }, title)),
        BURN_WINDOWS.map((window) => h("th", { scope: "col", class: "number" }, `Burn ${window}`)),
        ["Spent in", "Gate"].map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, slos.map(renderRow)))));
}, (error) => replaceContent(table, renderNote("The objectives cannot be read", error.message, "failed")), REFRESH);

function renderRow(slo) {
  return h("tr", { "data-slo": slo.name },
    h("th", { scope: "row" }, h("a", { href: `/slos/${slo.name}` }, slo.title || slo.name), h("div", { class: "quiet" }, slo.service)),
    h("td", { class: "number" }, renderTarget(slo.objective)),
    h("td", { class: "number" }, renderShare(slo.error_ratio, slo.objective), h("div", { class: "quiet" }, slo.window)),
    h("td", { class: "number" }, renderShare(slo.month.error_ratio, slo.objective)),
    h("td", {}, renderBudget(slo)),
    BURN_WINDOWS.map((window) => h("td", { class: "number" }, renderBurn(slo.burn[window]?.burn))),
    h("td", {}, renderForecast(slo)),
    h("td", {}, slo.reported_only ? h("span", { class: "quiet" }, "reported only") : h("span", { class: slo.gate === "blocked" ? "bad" : slo.gate === "open" ? "good" : "odd", title: slo.action || null }, slo.gate)));
}

embedPanel(curve, {
  id: 1, type: "timeseries", title: "Error budget left, by objective",
  targets: [{ refId: "A", expr: "slo:error_budget_remaining:ratio", legendFormat: "{{slo}}" }],
  fieldConfig: { defaults: { unit: "percentunit", custom: { lineWidth: 1.5, thresholdsStyle: { mode: "dashed" } }, thresholds: { mode: "absolute", steps: [{ color: "red", value: null }, { color: "green", value: 0 }] } }, overrides: [] },
  options: { legend: { showLegend: true, displayMode: "list", placement: "bottom" }, tooltip: { sort: "asc" } },
}, { from: "now-30d", to: "now", height: 320, heading: "Burn-down over 30 days" });
