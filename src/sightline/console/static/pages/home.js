/** The first page: what is wrong, what was paged, the dashboards, the components. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { readKnown } from "/static/links.js";
import { isHeartbeat, renderAlert, sortAlerts } from "/static/pages/alert-list.js";
import { renderNotification } from "/static/pages/notification-list.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";

const RECENT = 4;
const find = (id) => document.querySelector(id);
const failed = (section) => (error) => replaceContent(find(section), renderNote("This cannot be said now", error.message, "failed"));

startShell();
const built = await getJson("/api/dashboards").catch(() => ({ dashboards: [], runbooks: [] }));
const known = readKnown(built);

find("#dashboards").replaceChildren(
  built.dashboards.length === 0 ? renderNote("No dashboards", "The build folder has none.") :
    h("ul", { class: "cards" }, built.dashboards.map(({ uid, title, description, panel_count: count }) =>
      h("li", {}, h("a", { class: "card", href: `/d/${uid}` },
        h("strong", {}, title), h("span", { class: "quiet" }, description), h("span", { class: "card-foot" }, `${count} panels`))))));

keepFresh("/api/alerts", ({ alerts }) => {
  const urgent = sortAlerts(alerts.filter((alert) => !isHeartbeat(alert)));
  const firing = urgent.filter(({ state }) => state === "firing");
  find("#verdict").textContent = firing.length === 0
    ? "Nothing is firing"
    : `${firing.length} ${firing.length === 1 ? "alert is" : "alerts are"} firing`;
  find("#verdict").dataset.state = firing.length === 0 ? "calm" : "firing";
  replaceContent(find("#alerts"), urgent.length === 0
    ? renderNote("All quiet", alerts.some(isHeartbeat) ? "The watchdog fires, so alerts do get through." : "The watchdog is not seen: alerts might not get through.")
    : h("ul", { class: "list" }, urgent.slice(0, 6).map((alert) => renderAlert(alert, known))));
}, (error) => {
  find("#verdict").textContent = "Alerts are unknown";
  find("#verdict").dataset.state = "unknown";
  failed("#alerts")(error);
});

keepFresh("/api/inbox", ({ notifications }) => replaceContent(find("#pages"), notifications.length === 0
  ? renderNote("Nobody was told anything", "Notifications appear here as they arrive.")
  : h("ul", { class: "list" }, notifications.slice(0, RECENT).map((one) => renderNotification(one, known)))), failed("#pages"));

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
