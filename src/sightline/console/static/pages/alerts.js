/** The page of alerts: what fires and waits, and every rule with its way to people. */

import { h } from "/static/dom.js";
import { writeDuration } from "/static/durations.js";
import { loadKnown } from "/static/links.js";
import { isHeartbeat, renderAlert, renderPriority, sortAlerts } from "/static/pages/alert-list.js";
import { renderChannels, renderProof } from "/static/pages/rule-parts.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";

const NOTHING = {
  Firing: "Nothing is firing.",
  Pending: "Nothing waits for its time to fire.",
  Heartbeat: "The watchdog does not fire: alerts might not get through.",
};
const RULES_REFRESH = 30_000;
const list = h("div", {});
const rules = h("section", { class: "rules", "aria-labelledby": "rules-title" });

startShell();
document.querySelector("#content-region").replaceChildren(list, rules);
const known = await loadKnown();

keepFresh("/api/alerts", ({ alerts, problems }) => {
  const groups = [
    ["Firing", alerts.filter((alert) => alert.state === "firing" && !isHeartbeat(alert))],
    ["Pending", alerts.filter((alert) => alert.state === "pending")],
    ["Heartbeat", alerts.filter(isHeartbeat)],
  ];
  replaceContent(list,
    problems.map((problem) => renderNote("Something is not known", problem, "failed")),
    groups.map(([title, members]) => h("section", { "aria-label": title },
      h("h2", {}, title, h("span", { class: "count" }, members.length)),
      members.length === 0
        ? h("p", { class: "quiet nothing" }, NOTHING[title])
        : h("ul", { class: "list" }, sortAlerts(members).map((alert) => renderAlert(alert, known))))));
}, (error) => replaceContent(list, renderNote("Alerts cannot be read", error.message, "failed")));

keepFresh("/api/rules", ({ rules: found, problems }) => {
  const sorted = found.toSorted((a, b) => (a.labels.priority ?? "P9").localeCompare(b.labels.priority ?? "P9") || a.name.localeCompare(b.name));
  replaceContent(rules,
    h("h2", { id: "rules-title" }, "Every rule", h("span", { class: "count" }, found.length)),
    problems.map((problem) => renderNote("Something is not known", problem, "failed")),
    h("div", { class: "box scroll", tabindex: "0", role: "region", "aria-labelledby": "rules-title" }, h("table", { class: "facts" },
      h("thead", {}, h("tr", {}, ["Alert", "State", "Priority", "Waits", "Worst case to page", "Told by", "Proof"].map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, sorted.map(renderRule)))));
}, (error) => replaceContent(rules, renderNote("The rules cannot be read", error.message, "failed")), RULES_REFRESH);

function renderRule(rule) {
  const broken = rule.health === "err";
  return h("tr", { "data-rule": rule.name },
    h("th", { scope: "row" }, h("a", { href: `/alerts/${encodeURIComponent(rule.name)}` }, rule.name)),
    h("td", {}, h("span", { class: `state state-${broken ? "firing" : rule.state}`, title: rule.last_error || null }, broken ? "cannot be evaluated" : rule.state)),
    h("td", {}, renderPriority(rule.labels.priority)),
    h("td", { class: "number" }, writeDuration(rule.for_seconds)),
    h("td", { class: "number" }, rule.worst_seconds === null ? h("span", { class: "quiet" }, "never paged") : writeDuration(rule.worst_seconds)),
    h("td", {}, renderChannels(rule.stops)),
    h("td", {}, renderProof(rule.proof)));
}
