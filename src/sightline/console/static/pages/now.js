/** The first page, for whoever is on call: what is wrong, who knows, what to do. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { writeAgo, writeDuration, writeMoment } from "/static/durations.js";
import { readKnown } from "/static/links.js";
import { isHeartbeat, renderAlert, sortAlerts } from "/static/pages/alert-list.js";
import { renderFirstChecks } from "/static/pages/first-checks.js";
import { CHANNELS, renderNotification } from "/static/pages/notification-list.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";
import { formatNumber } from "/static/viewer/format.js";

const RECENT = 4;
const MOST_SHOWN = 8;
const SLOW_REFRESH = 60_000;
const find = (id) => document.querySelector(id);
const failed = (section) => (error) => replaceContent(find(section), renderNote("This cannot be said now", error.message, "failed"));
const latest = { alerts: [], notifications: [] };

startShell();
const built = await getJson("/api/dashboards").catch(() => ({ dashboards: [], runbooks: [] }));
const known = readKnown(built);

find("#dashboards").replaceChildren(
  built.dashboards.length === 0 ? renderNote("No dashboards", "The build folder has none.") :
    h("ul", { class: "box links" }, built.dashboards.map(({ uid, title, panel_count: count }) =>
      h("li", {}, h("a", { href: `/d/${uid}` }, title), h("span", { class: "quiet" }, `${count} panels`)))));

keepFresh("/api/alerts", ({ alerts, problems }) => {
  latest.alerts = alerts;
  showVerdict(alerts, problems);
  showAlerts(alerts, problems);
}, (error) => {
  find("#verdict").textContent = "Alerts are unknown";
  find("#verdict").dataset.state = "unknown";
  failed("#alerts")(error);
});

function showVerdict(alerts, problems) {
  const firing = alerts.filter((alert) => alert.state === "firing" && !isHeartbeat(alert));
  const urgent = firing.filter(({ priority }) => priority === "P0").length;
  const words = firing.length === 0 ? "Nothing is firing" : `${firing.length} ${firing.length === 1 ? "alert is" : "alerts are"} firing`;
  find("#verdict").textContent = urgent === 0 ? words : urgent === firing.length ? `${words}, P0` : `${words}, ${urgent} of them P0`;
  find("#verdict").dataset.state = firing.length > 0 ? "firing" : problems.length > 0 ? "unknown" : "calm";
}

function showAlerts(alerts, problems) {
  const urgent = sortAlerts(alerts.filter((alert) => !isHeartbeat(alert)));
  const notes = problems.map((problem) => renderNote("Something is not known", problem, "failed"));
  replaceContent(find("#alerts"), notes, urgent.length === 0
    ? renderNote("All quiet", alerts.some(isHeartbeat) ? "The watchdog fires, so alerts do get through." : "The watchdog is not seen: alerts might not get through.")
    : h("ul", { class: "list" }, urgent.slice(0, MOST_SHOWN).map((alert, index) => renderAlert(alert, known, [
      renderTold(alert), index === 0 && alert.state === "firing" && renderFirstChecks(alert, known)]))),
    urgent.length > MOST_SHOWN && h("p", { class: "quiet more" }, h("a", { href: "/alerts" }, `and ${urgent.length - MOST_SHOWN} more`)));
}

// Who was told since it began, each channel once and the first time.
function renderTold(alert) {
  const mine = latest.notifications.filter(({ labels, state, received_at: at }) => state === "firing" && labels.alertname === alert.name
    && (!labels.service || labels.service === alert.service) && at >= alert.since);
  const first = new Map(mine.toSorted((a, b) => b.received_at - a.received_at).map((one) => [one.channel, one.received_at]));
  const told = [...first].map(([channel, at]) => `${CHANNELS[channel] ?? channel} after ${writeDuration(at - alert.since)}`);
  const nobody = alert.silenced_by.length > 0 ? "Silenced: nobody is told." : alert.inhibited_by.length > 0 ? "Its cause is told instead." : alert.state === "pending" ? "Nobody is told yet." : "No notification was seen here.";
  return h("p", { class: "alert-text quiet told" }, told.length > 0 ? `Told: ${told.toReversed().join(", ")}.` : nobody);
}

keepFresh("/api/inbox", ({ notifications }) => {
  latest.notifications = notifications;
  replaceContent(find("#pages"), notifications.length === 0
    ? renderNote("Nobody was told anything", "Notifications appear here as they arrive.")
    : h("ul", { class: "list" }, notifications.slice(0, RECENT).map((one) => renderNotification(one, known))));
}, failed("#pages"));

find("#lines").replaceChildren(renderNote("Verifying …", "Every server, rule and panel is looked at."));
keepFresh("/api/verification", ({ lines, at }) => {
  find("#lines-age").textContent = `verified ${writeAgo(at)}`;
  find("#lines-age").title = writeMoment(at);
  replaceContent(find("#lines"), h("ul", { class: "lines" }, lines.map(renderLine)));
}, failed("#lines"), SLOW_REFRESH);

const MARKS = { "✅": ["passed", "✓"], "❌": ["failed", "✕"], "⚠": ["not-checked", "?"] };

// The guide's line; its mark is drawn by us, because not every screen has emoji.
function renderLine(line) {
  const [sign] = line;
  const [state, mark] = MARKS[sign] ?? ["not-checked", "?"];
  return h("li", { "data-state": state }, h("span", { class: "line-mark", "aria-hidden": "true" }, mark), h("span", { class: "hidden" }, state), line.slice(sign.length).trim());
}

keepFresh("/api/slos", ({ slos }) => {
  const risky = slos.filter(isAtRisk).toSorted((a, b) => (a.budget_remaining ?? 2) - (b.budget_remaining ?? 2));
  replaceContent(find("#budgets"), risky.length === 0
    ? renderNote("None", `${slos.length} objectives, each with more than half of its budget or not yet measured.`)
    : h("ul", { class: "links" }, risky.map((slo) => h("li", {}, h("a", { href: `/slos/${slo.name}` }, slo.title || slo.name),
      h("span", { class: slo.budget_remaining <= 0 ? "bad" : "quiet" }, writeRisk(slo))))));
}, failed("#budgets"), SLOW_REFRESH);

function writeRisk({ budget_remaining: left, seconds_to_exhaustion: forecast }) {
  const words = `${formatNumber(left, "percentunit", 0)} left`;
  return left > 0 && forecast?.expected ? `${words}, spent in ${writeDuration(forecast.expected)}` : words;
}

function isAtRisk(slo) {
  const soon = slo.seconds_to_exhaustion?.expected;
  return !slo.reported_only && slo.budget_remaining !== null && (slo.budget_remaining < 0.5 || (soon !== null && soon !== undefined && soon < 3 * 86_400));
}

keepFresh("/api/components", ({ components }) => {
  const bad = components.filter((component) => !component.is_ready);
  find("#health").textContent = components.length === 0 ? "" : bad.length === 0 ? `all ${components.length} are ready` : `${bad.length} of ${components.length} not ready`;
  replaceContent(find("#components"), components.length === 0
    ? renderNote("No local stack", "This console watches servers that were started elsewhere.")
    : h("ul", { class: "components" }, components.map((component) => h("li", { class: "component", "data-state": bad.includes(component) ? "bad" : "good" },
      h("span", { class: "component-mark", "aria-hidden": "true" }, bad.includes(component) ? "✕" : "✓"),
      h("span", { class: "component-name", title: component.name }, component.name),
      h("span", { class: "quiet", title: `${component.state}, version ${component.version}` },
        component.is_ready ? (component.port ?? "") : component.state)))));
}, failed("#components"));
