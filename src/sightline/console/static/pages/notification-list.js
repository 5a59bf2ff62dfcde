/** Notifications as they arrived at the receivers. */

import { h } from "/static/dom.js";
import { writeAgo, writeDuration, writeMoment } from "/static/durations.js";
import { renderLink } from "/static/links.js";
import { renderPriority } from "/static/pages/alert-list.js";

export const CHANNELS = { pagerduty: "PagerDuty", webhook: "Webhook", email: "E-mail" };

/** Gives one notification as a list item. */
export function renderNotification(notification, known) {
  const { labels } = notification;
  return h("li", { class: `alert alert-${notification.state}`, "data-channel": notification.channel },
    h("div", { class: "alert-head" },
      renderPriority(labels.priority),
      h("div", { class: "alert-what" },
        h("strong", { class: "alert-name" }, notification.title),
        h("span", { class: `state state-${notification.state}` }, notification.state)),
      h("time", { class: "alert-since", datetime: new Date(notification.received_at * 1000).toISOString(), title: writeMoment(notification.received_at) },
        writeAgo(notification.received_at))),
    h("div", { class: "alert-foot" },
      h("span", { class: "channel" }, CHANNELS[notification.channel] ?? notification.channel),
      notification.seconds_after_fault !== null && h("span", { class: "chip after-fault" },
        `${writeDuration(notification.seconds_after_fault)} after ${notification.fault} began`),
      labels.service && h("span", { class: "label" }, labels.service),
      renderLink(notification.runbook_url, "Runbook", known),
      renderLink(notification.dashboard_url, "Dashboard", known),
      notification.body && h("details", { class: "notification-body" }, h("summary", {}, "Text"), h("pre", {}, notification.body))),
    notification.problems.length > 0 && h("ul", { class: "problems" }, notification.problems.map((problem) => h("li", {}, problem))));
}
