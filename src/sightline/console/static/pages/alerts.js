/** The page of alerts: firing and pending, with what to do about each. */

import { h } from "/static/dom.js";
import { loadKnown } from "/static/links.js";
import { isHeartbeat, renderAlert, sortAlerts } from "/static/pages/alert-list.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";

const NOTHING = {
  Firing: "Nothing is firing.",
  Pending: "Nothing waits for its time to fire.",
  Heartbeat: "The watchdog does not fire: alerts might not get through.",
};
const list = document.querySelector("#alerts");

startShell();
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
