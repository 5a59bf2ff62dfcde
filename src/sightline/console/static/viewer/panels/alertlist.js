/** Alert list: the alerts that fire or wait, as the alerts' own page shows them. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { writeDuration } from "/static/durations.js";
import { alertAddress, isHeartbeat, renderPriority, sortAlerts } from "/static/pages/alert-list.js";
import { interpolate } from "/static/viewer/interpolate.js";

export const needsQueries = false;

const MATCHER = /^\s*([\w.]+)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/;

export async function render(body, { panel, plan, variables }) {
  const { options = {} } = panel;
  const { alerts } = await getJson("/api/alerts");
  const wanted = sortAlerts(alerts.filter((alert) => !isHeartbeat(alert) && isWanted(alert, options, (text) => interpolate(text, plan, variables))));
  body.classList.add("alert-rows");
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", `${panel.title ?? ""}, alerts`);
  if (options.viewMode === "stat") return body.append(h("div", { class: "tile" }, h("div", { class: "tile-text" }, h("div", { class: "tile-value", "data-value": wanted.length }, String(wanted.length)))));
  body.append(wanted.length === 0 ? h("p", { class: "quiet" }, "No alert.") : h("ul", {}, wanted.slice(0, options.maxItems ?? 20).map((alert) => h("li", {},
    renderPriority(alert.priority), h("a", { href: alertAddress(alert) }, alert.name), h("span", { class: "quiet" }, alert.service),
    h("span", { class: `state state-${alert.state}` }, alert.state), h("span", { class: "quiet" }, `for ${writeDuration(Date.now() / 1000 - alert.since)}`)))));
}

function isWanted(alert, { stateFilter = {}, alertName = "", alertInstanceLabelFilter = "" }, fill) {
  const states = Object.values(stateFilter).some(Boolean) ? stateFilter : { firing: true, pending: true };
  if (!states[alert.state] && !(alert.state === "firing" && states.error)) return false;
  if (alertName && !alert.name.toLowerCase().includes(fill(alertName).toLowerCase())) return false;
  return fill(alertInstanceLabelFilter).replace(/^\{|\}$/g, "").split(",").filter((one) => one.trim()).every((one) => fits(alert.labels, one));
}

function fits(labels, text) {
  const [, label, sign, pattern] = text.match(MATCHER) ?? [];
  if (!label) return true;
  const found = labels[label] ?? "";
  const same = sign.endsWith("~") ? new RegExp(`^(?:${pattern})$`).test(found) : found === pattern;
  return same !== sign.startsWith("!");
}
