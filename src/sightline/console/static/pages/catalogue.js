/** The page of what uses what: each signal with its panels, alerts, SLOs, runbooks. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { renderNote, startShell } from "/static/shell.js";

const KINDS = { panel: "Panels", alert: "Alerts", slo: "SLOs", runbook: "Runbooks" };
const region = document.querySelector("#content-region");
const address = new URL(location.href);

startShell();
const search = h("input", {
  type: "search", class: "search", "aria-label": "Find a signal, metric, panel or alert", placeholder: "Find a signal, metric, panel, alert …",
  value: address.searchParams.get("q") ?? "", autocomplete: "off", spellcheck: "false", oninput: () => show(),
});
const count = h("span", { class: "quiet", role: "status" });
document.querySelector("#tools").replaceChildren(count, search);

let entries = [];
try {
  entries = (await getJson("/api/signals")).signals.map((signal) => ({ signal, text: JSON.stringify(signal).toLowerCase() }));
  show();
} catch (error) {
  region.replaceChildren(renderNote("The catalogue cannot be read", error.message, "failed"));
}

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter(({ text }) => words.every((word) => text.includes(word)));
  if (search.value) address.searchParams.set("q", search.value);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
  count.textContent = `${found.length} of ${entries.length} signals`;
  region.replaceChildren(found.length === 0 ? renderNote("Nothing is called so", "Try a part of a metric's or an alert's name.")
    : h("ul", { class: "list signals" }, found.map(({ signal }) => renderSignal(signal))));
}

function renderSignal(signal) {
  const uses = Object.keys(KINDS).map((kind) => [kind, unique(signal.uses.filter((use) => use.kind === kind))]);
  return h("li", { class: "signal", id: signal.name, "data-signal": signal.name },
    h("div", { class: "signal-head" }, h("h2", {}, signal.title), h("code", {}, signal.name), h("span", { class: "chip" }, signal.unit), signal.service && h("span", { class: "chip" }, signal.service)),
    h("p", { class: "quiet" }, signal.description),
    h("div", { class: "uses" }, uses.map(([kind, found]) => h("div", {}, h("h3", {}, KINDS[kind], h("span", { class: "count" }, found.length)),
      h("ul", {}, found.map((use) => h("li", {}, h("a", { href: use.address }, use.name), use.detail && h("span", { class: "quiet" }, ` ${use.detail}`))))))),
    h("details", {}, h("summary", { class: "quiet" }, `Reads ${signal.metrics.length} metrics, declared at ${signal.place}`),
      h("pre", { class: "code", tabindex: "0" }, signal.query),
      h("p", { class: "quiet" }, signal.record ? `Recorded as ${signal.record}. ` : "", `Metrics: ${signal.metrics.join(", ") || "none that can be told"}.`, signal.source ? ` Source: ${signal.source}.` : "")));
}

function unique(uses) {
  return [...new Map(uses.map((use) => [use.address + use.name, use])).values()];
}
