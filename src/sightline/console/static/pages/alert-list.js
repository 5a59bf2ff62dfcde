/** Alerts as people read them: what, where, since when, what to do. */

import { h } from "/static/dom.js";
import { writeDuration, writeMoment } from "/static/durations.js";
import { renderLink } from "/static/links.js";

/**
 * Gives one alert as a list item.
 *
 * @param {Array} more what stands below its words.
 */
export function renderAlert(alert, known, more = []) {
  const seconds = Date.now() / 1000 - alert.since;
  const state = isHeartbeat(alert) && alert.state === "firing" ? "alive" : alert.state;
  return h("li", { class: `alert alert-${state}`, "data-alert": alert.name },
    h("div", { class: "alert-head" },
      renderPriority(alert.priority),
      h("div", { class: "alert-what" },
        h("a", { class: "alert-name", href: alertAddress(alert) }, alert.name),
        alert.service && h("span", { class: "chip" }, alert.service),
        h("span", { class: `state state-${state}` }, state),
        alert.silenced_by.length > 0 && h("span", { class: "state state-silenced" }, "silenced"),
        alert.inhibited_by.length > 0 && h("span", { class: "state state-silenced" }, "inhibited")),
      h("time", { class: "alert-since", datetime: new Date(alert.since * 1000).toISOString(), title: writeMoment(alert.since) }, `for ${writeDuration(seconds)}`)),
    h("p", { class: "alert-summary" }, alert.summary || "This alert says nothing about itself."),
    alert.description && alert.description !== alert.summary && h("p", { class: "alert-text quiet" }, alert.description),
    more,
    h("div", { class: "alert-foot" },
      renderLink(alert.runbook_url, "Runbook", known),
      renderLink(alert.dashboard_url, "Dashboard", known),
      renderLabels(alert.labels)));
}

/** Gives the address of the page that says why an alert fires. */
export function alertAddress({ name, labels }) {
  const { alertname, ...rest } = labels;
  return `/alerts/${encodeURIComponent(name)}?${new URLSearchParams(rest)}`;
}

/** Gives a priority's badge; its words are for those who do not see its colour. */
export function renderPriority(priority) {
  return h("span", { class: `priority priority-${priority || "none"}`, title: PRIORITIES[priority] ?? "No priority" }, priority || "–");
}

const PRIORITIES = { P0: "P0: now", P1: "P1: within the half hour", P2: "P2: today", P3: "P3: on dashboards only" };
const SHOWN_ELSEWHERE = ["alertname", "priority", "service", "severity"];

function renderLabels(labels) {
  const rest = Object.entries(labels).filter(([name]) => !SHOWN_ELSEWHERE.includes(name));
  return rest.map(([name, text]) => h("span", { class: "label" }, `${name}=${text}`));
}

/** Sorts alerts: firing before pending, the most urgent first, then the newest. */
export function sortAlerts(alerts) {
  const rank = ({ state, priority }) => `${state === "firing" ? 0 : 1}${priority || "P9"}`;
  return alerts.toSorted((a, b) => rank(a).localeCompare(rank(b)) || b.since - a.since);
}

/** Says whether an alert is the heartbeat, which fires for as long as all is well. */
export function isHeartbeat(alert) {
  return alert.name === "Watchdog";
}
