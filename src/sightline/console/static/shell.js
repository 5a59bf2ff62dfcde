/** What every page shares: the theme switch, the count of firing alerts, refreshing. */

import { getJson } from "/static/api.js";
import { h, icon } from "/static/dom.js";

const REFRESH_MILLISECONDS = 5_000;

/** Brings the header to life. */
export function startShell() {
  startTheme();
  // On a phone the bar is wider than the screen.
  document.querySelector(".place[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  keepFresh("/api/alerts", showCount, () => showCount({ alerts: [] }));
}

/** Brings the theme's switch to life. */
export function startTheme() {
  const button = document.querySelector("#theme");
  const label = () => {
    const light = document.documentElement.dataset.theme === "light";
    button.replaceChildren(icon(light ? "moon" : "sun"));
    button.setAttribute("aria-label", light ? "Use the dark theme" : "Use the light theme");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "light" ? "dark" : "light";
    localStorage.setItem("theme", next);
    dispatchEvent(new Event("themechosen"));
  });
  addEventListener("themechange", label);
  label();
}

function showCount({ alerts }) {
  const firing = alerts.filter((alert) => alert.state === "firing" && alert.severity !== "info").length;
  const badge = document.querySelector("#alert-count");
  badge.textContent = firing;
  badge.hidden = firing === 0;
  badge.setAttribute("aria-label", `${firing} firing`);
}

/**
 * Asks for `path` now and then, while the page is visible; pauses while it is hidden.
 *
 * @param {function(object): void} show gets each answer.
 * @param {function(Error): void} fail gets the reason when there is none.
 * @param {number} pause milliseconds between two questions.
 */
export function keepFresh(path, show, fail, pause = REFRESH_MILLISECONDS) {
  let timer = 0;
  const refresh = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      show(await getJson(path));
    } catch (error) {
      fail(error);
    }
    timer = setTimeout(refresh, pause);
  };
  document.addEventListener("visibilitychange", refresh);
  refresh();
}

/** Replaces an element's content, unless somebody has the focus or a selection in it. */
export function replaceContent(element, ...children) {
  const selection = getSelection();
  const isSelecting = !selection.isCollapsed && element.contains(selection.anchorNode);
  if (isSelecting || element.querySelector("details[open]")) return;
  const focused = [...element.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  element.replaceChildren(...children.flat(Infinity).filter((child) => child instanceof Node));
  if (focused >= 0) element.querySelectorAll("a, button, summary")[focused]?.focus({ preventScroll: true });
}

/** Gives the message of a section that has nothing, or that failed. */
export function renderNote(headline, detail = "", state = "empty") {
  return h("div", { class: `message message-${state}`, role: state === "failed" ? "alert" : "status" },
    h("strong", {}, headline), detail && h("p", {}, detail));
}
