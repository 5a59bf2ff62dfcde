/** The page of notifications: what the receivers got, newest first. */

import { h } from "/static/dom.js";
import { loadKnown } from "/static/links.js";
import { CHANNELS, renderNotification } from "/static/pages/notification-list.js";
import { keepFresh, renderNote, replaceContent, startShell } from "/static/shell.js";

const list = document.querySelector("#inbox");
const filters = document.querySelector("#channels");
let chosen = new URL(location.href).searchParams.get("channel") ?? "";
let latest = [];

startShell();
const known = await loadKnown();

function show() {
  const choices = [["", "All"], ...Object.entries(CHANNELS)];
  replaceContent(filters, choices.map(([channel, words]) => h("button", {
    type: "button", class: "filter", "aria-pressed": String(channel === chosen),
    onclick: () => choose(channel),
  }, words, h("span", { class: "count" }, latest.filter((one) => !channel || one.channel === channel).length))));
  const shown = latest.filter((one) => !chosen || one.channel === chosen);
  replaceContent(list, shown.length === 0
    ? renderNote("Nothing arrived", chosen ? `No notification came by ${CHANNELS[chosen]}.` : "Notifications appear here as they arrive.")
    : h("ul", { class: "list" }, shown.map((one) => renderNotification(one, known))));
}

function choose(channel) {
  chosen = channel;
  const url = new URL(location.href);
  if (channel) url.searchParams.set("channel", channel);
  else url.searchParams.delete("channel");
  history.replaceState(null, "", url);
  show();
}

keepFresh("/api/inbox", ({ notifications }) => {
  latest = notifications;
  show();
}, (error) => replaceContent(list, renderNote("The inbox cannot be read", error.message, "failed")));
