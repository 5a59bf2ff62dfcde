/** One alert: its state, why it fires, when it did, and how it gets to people. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { writeDuration, writeMoment } from "/static/durations.js";
import { loadKnown, renderLink } from "/static/links.js";
import { alertAddress, renderAlert, renderPriority } from "/static/pages/alert-list.js";
import { renderCopyable } from "/static/pages/copyable.js";
import { CHANNELS } from "/static/pages/notification-list.js";
import { findComparison, renderOperand } from "/static/pages/operands.js";
import { renderProof } from "/static/pages/rule-parts.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";
import { embedPanel } from "/static/viewer/embed.js";

const SLOW_REFRESH = 30_000;
const MOST_EPISODES = 12;
const MOST_MEASURED = 6;
const name = decodeURIComponent(location.pathname.split("/")[2]);
const labels = Object.fromEntries(new URLSearchParams(location.search));
const [instances, why, curve, paging, history] = Array.from({ length: 5 }, () => h("section", {}));
let plotted = "";

startShell();
document.title = `${name} · sightline`;
document.querySelector("#title").textContent = name;
document.querySelector("#content-region").replaceChildren(instances, why, curve, paging, history);
const known = await loadKnown();

const failed = (section, words) => (error) => replaceContent(section, renderNote(words, error.message, "failed"));
const isShown = (alert) => Object.entries(labels).every(([label, text]) => alert.labels[label] === text);

keepFresh("/api/alerts", ({ alerts }) => {
  const mine = alerts.filter((alert) => alert.name === name);
  replaceContent(instances, h("h2", {}, "Now", h("span", { class: "count" }, mine.length)),
    mine.length === 0 ? h("p", { class: "quiet nothing" }, "It neither fires nor waits.")
      : h("ul", { class: "list" }, mine.map((alert) => renderAlert(alert, known, [h("p", { class: "alert-text" }, isShown(alert) && location.search ? h("span", { class: "quiet" }, "Shown below.") : h("a", { href: alertAddress(alert) }, "Why this one?"))]))));
}, failed(instances, "Its state cannot be read"));

keepFresh(`/api/rules/${encodeURIComponent(name)}/explanation${location.search}`, ({ expr, operand }) => {
  replaceContent(why, h("h2", {}, "Why"),
    h("p", { class: "quiet" }, location.search ? "Every part of the expression, as it is now for this alert." : "Every part of the expression, as it is now: the largest results first."),
    h("ul", { class: "operands box" }, renderOperand(operand)),
    h("details", {}, h("summary", { class: "quiet" }, "The whole expression"), h("pre", { class: "code", tabindex: "0" }, expr)));
  plotComparison(operand);
}, failed(why, "The expression cannot be taken apart"));

// The measured side over six hours, with the limit as its threshold.
function plotComparison(operand) {
  const found = findComparison(operand);
  const key = JSON.stringify(found);
  if (!found || key === plotted) return;
  plotted = key;
  const steps = [{ color: "green", value: null }, { color: "red", value: found.limit }];
  const low = found.sign.startsWith("<");
  embedPanel(curve, {
    id: 1, type: "timeseries", title: `${found.text.replaceAll(/\s+/g, " ").slice(0, 120)} ${found.sign} ${found.limit}`,
    targets: [{ refId: "A", expr: found.text }],
    fieldConfig: { defaults: { thresholds: { mode: "absolute", steps: low ? [{ color: "red", value: null }, { color: "green", value: found.limit }] : steps }, custom: { thresholdsStyle: { mode: "dashed" }, fillOpacity: 6, lineWidth: 1.5 } }, overrides: [] },
    options: { legend: { showLegend: true, displayMode: "list", placement: "bottom", calcs: ["lastNotNull"] } },
  }, { from: "now-6h", to: "now", height: 240, heading: "The last six hours" });
}

keepFresh("/api/rules", ({ rules, problems }) => {
  const mine = rules.filter((rule) => rule.name === name);
  replaceContent(paging, h("h2", {}, "How it gets to people"),
    problems.map((problem) => renderNote("Something is not known", problem, "failed")),
    mine.length === 0 ? renderNote("No such rule", `Prometheus has loaded no alert called ${name}.`, "failed") : mine.map(renderPaging));
}, failed(paging, "Its rule cannot be read"), SLOW_REFRESH);

function renderPaging(rule) {
  return h("div", { class: "box padded" },
    h("dl", { class: "pairs" },
      pair("Priority", renderPriority(rule.labels.priority)),
      pair("Must hold for", writeDuration(rule.for_seconds), " · ", h("a", { href: `/tune?alert=${name}` }, "try others")),
      pair("Evaluated every", writeDuration(rule.interval_seconds)),
      pair("Worst case to page", rule.worst_seconds === null ? "nobody is paged" : writeDuration(rule.worst_seconds)),
      pair("Route", rule.stops.map(renderStop)),
      pair("Proof", renderProof(rule.proof)),
      pair("Runbook", renderLink(rule.annotations.runbook_url, "What to do", known) ?? "none"),
      pair("Rule", h("span", { class: "quiet" }, `${rule.group}, ${rule.file.split("/").at(-1)}`))),
    renderSilence(rule));
}

function pair(term, ...words) {
  return [h("dt", {}, term), h("dd", {}, words)];
}

function renderStop(stop) {
  const channels = stop.channels.map((channel) => CHANNELS[channel] ?? channel).join(", ") || "nobody";
  return h("div", {}, `${stop.receiver} → ${channels}, after ${writeDuration(stop.group_wait_seconds)}, again every ${stop.repeat_interval}`,
    stop.muted_by.length > 0 && h("span", { class: "quiet" }, `, not during ${stop.muted_by.join(", ")}`));
}

function renderSilence(rule) {
  const matchers = { alertname: name, ...(labels.service && { service: labels.service }) };
  const quoted = Object.entries(matchers).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  const words = `amtool silence add --alertmanager.url="$ALERTMANAGER_URL" --duration=1h --author="$USER" --comment="REASON" ${quoted.map((one) => `'${one.replaceAll("'", "'\\''")}'`).join(" ")}`;
  return h("div", { class: "silence", "data-alert": rule.name }, h("h3", {}, "Silence it for an hour"),
    h("p", { class: "quiet" }, "This console reads only; the command does it, with your name and a reason."),
    renderCopyable(words));
}

keepFresh(`/api/rules/${encodeURIComponent(name)}/history`, ({ episodes, episode_count: count, measured, days }) => {
  replaceContent(history, h("h2", {}, `Last ${days} days`, h("span", { class: "count" }, count)),
    episodes.length === 0 ? h("p", { class: "quiet nothing" }, "It did not fire.")
      : h("div", { class: "box scroll", tabindex: "0", role: "region", "aria-label": "Episodes" }, h("table", { class: "facts" },
        h("thead", {}, h("tr", {}, ["Began", "Lasted", "Labels"].map((title) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, episodes.slice(0, MOST_EPISODES).map(renderEpisode)))),
    h("h3", {}, "Measured time to page"),
    measured.length === 0 ? h("p", { class: "quiet" }, "Nothing was measured: no notification of it arrived here.")
      : h("ul", { class: "links box" }, measured.slice(0, MOST_MEASURED).map(({ channel, at, seconds }) => h("li", {},
        h("span", {}, `${CHANNELS[channel] ?? channel}: ${writeDuration(seconds)}`), h("span", { class: "quiet" }, writeMoment(at))))));
}, failed(history, "Its history cannot be read"), SLOW_REFRESH);

function renderEpisode({ begin, end, lasts, labels: own }) {
  const { priority, severity, team, ...rest } = own;
  return h("tr", {}, h("td", {}, writeMoment(begin)),
    h("td", {}, lasts ? h("span", { class: "state state-firing" }, `${writeDuration(end - begin)}, still firing`) : writeDuration(end - begin)),
    h("td", { class: "quiet" }, Object.entries(rest).map(([label, text]) => `${label}=${text}`).join(" ")));
}
