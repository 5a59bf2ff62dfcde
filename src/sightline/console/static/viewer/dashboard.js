/** A dashboard: reads its JSON, draws its panels, and keeps them fresh. */

import { getJson } from "/static/api.js";
import { h, safeUrl } from "/static/dom.js";
import { loadKnown, localAddress } from "/static/links.js";
import { loadAnnotations } from "/static/viewer/annotations.js";
import { renderRangePicker, renderRefresh, renderZoomOut } from "/static/viewer/controls.js";
import { createFrame } from "/static/viewer/frame.js";
import { findSections, renderSection } from "/static/viewer/layout.js";
import { readState, writeState } from "/static/viewer/state.js";
import { parseInterval, resolveRange, zoneName } from "/static/viewer/time.js";
import { loadVariables, renderVariable } from "/static/viewer/variables.js";

const FOCUSABLE = "summary, button, select, input";

/** Opens the dashboard with this uid in an element of the page. */
export async function openDashboard(uid, root) {
  const [{ dashboard, scrape_interval_seconds: scrapeInterval }, known] = await Promise.all([
    getJson(`/api/dashboards/${encodeURIComponent(uid)}`),
    loadKnown(),
  ]);
  const view = {
    known,
    dashboard, scrapeInterval, state: readState(dashboard), variables: new Map(),
    frames: new Map(), toolbar: h("div", { class: "toolbar", role: "toolbar", "aria-label": "Dashboard" }),
    trouble: h("div", { class: "trouble", role: "alert", hidden: true }), abort: null, timer: 0,
  };
  document.title = `${dashboard.title} · sightline`;
  render(view, root);
  addEventListener("popstate", () => update(view, readState(dashboard), { record: false }));
  addEventListener("themechange", () => refresh(view));
  document.addEventListener("visibilitychange", () => (document.hidden ? pause(view) : refresh(view)));
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(event));
  writeState(view.state, { replace: true });
  await refresh(view);
}

function render(view, root) {
  const { dashboard } = view;
  const sections = findSections(dashboard.panels ?? []);
  for (const panel of sections.flatMap(({ panels }) => panels)) view.frames.set(panel.id, createFrame(panel, (address) => localAddress(address, view.known)));
  const elements = new Map([...view.frames].map(([id, frame]) => [id, frame.element]));
  root.replaceChildren(
    h("header", { class: "dashboard-head" },
      h("div", { class: "dashboard-title" }, h("h1", {}, dashboard.title), dashboard.description && h("p", { class: "quiet" }, dashboard.description)),
      view.toolbar),
    renderLinks(dashboard.links ?? []) ?? "",
    view.trouble,
    ...sections.map((section) => renderSection(section, elements, (open) => open && refresh(view))),
  );
}

function renderLinks(links) {
  const shown = links.filter((link) => link.type === "link" && safeUrl(link.url));
  if (shown.length === 0) return null;
  return h("nav", { class: "dashboard-links", "aria-label": "Related" },
    shown.map((link) => h("a", {
      href: safeUrl(link.url), title: link.tooltip || null, target: link.targetBlank ? "_blank" : null, rel: "noreferrer",
      onclick: (event) => carryState(event.currentTarget, link),
    }, link.title)));
}

// A link may take the range and the variables along, as they are when it is followed.
function carryState(anchor, link) {
  const url = new URL(link.url, location.href);
  for (const [key, chosen] of new URL(location.href).searchParams) {
    if ((link.keepTime && ["from", "to"].includes(key)) || (link.includeVars && key.startsWith("var-"))) url.searchParams.append(key, chosen);
  }
  anchor.href = url.href;
}

/** Draws everything anew; a refresh that is still under way is given up. */
async function refresh(view) {
  clearTimeout(view.timer);
  view.abort?.abort();
  view.abort = new AbortController();
  const { signal } = view.abort;
  const range = resolveRange(view.state, view.dashboard.time ?? {});
  try {
    view.variables = await loadVariables(view.dashboard, view.state, range, signal);
    view.trouble.hidden = true;
  } catch (error) {
    if (signal.aborted) return;
    // Panels say what is wrong with their own queries; this is about the variables.
    view.trouble.textContent = `The variables could not be read: ${error.message}`;
    view.trouble.hidden = false;
  }
  if (signal.aborted) return;
  renderToolbar(view);
  const context = {
    range, scrapeInterval: view.scrapeInterval, variables: view.variables, signal,
    timeZone: zoneName(view.dashboard.timezone), syncKey: view.dashboard.uid, annotations: [],
    zoom: (from, to) => update(view, { ...view.state, from: String(Math.round(from * 1000)), to: String(Math.round(to * 1000)) }),
  };
  context.annotations = await loadAnnotations(view.dashboard, range, view.scrapeInterval, view.variables, signal).catch(() => []);
  const frames = [...view.frames.values()].filter((frame) => frame.isVisible());
  await Promise.all(frames.map((frame) => frame.refresh(context, signal)));
  if (!signal.aborted) schedule(view);
}

function schedule(view) {
  const seconds = parseInterval(view.state.refresh);
  if (seconds > 0 && !document.hidden) view.timer = setTimeout(() => refresh(view), seconds * 1000);
}

function pause(view) {
  clearTimeout(view.timer);
  view.abort?.abort();
}

function update(view, state, { record = true } = {}) {
  view.state = state;
  if (record) writeState(state);
  refresh(view);
}

function renderToolbar(view) {
  // A range that is being typed is not replaced under the hands.
  if (view.toolbar.querySelector(".range[open]")) return;
  const open = view.toolbar.querySelector(".variable[open]")?.dataset.variable;
  const focused = [...view.toolbar.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const { state } = view;
  const choose = (variable) => (chosen) => {
    if (!variable.multi) closeMenus({});
    update(view, { ...state, variables: new Map([...view.variables].map(([name, one]) => [name, name === variable.name ? chosen : one.chosen])) });
  };
  const choosePart = (part) => {
    closeMenus({});
    update(view, { ...state, ...part });
  };
  view.toolbar.replaceChildren(
    ...[...view.variables.values()].map((variable) => renderVariable(variable, choose(variable)) ?? ""),
    h("span", { class: "toolbar-space" }),
    renderRangePicker(state, zoneName(view.dashboard.timezone), choosePart),
    renderZoomOut(() => choosePart(widen(view))),
    renderRefresh(state.refresh, () => refresh(view), (refreshEvery) => choosePart({ refresh: refreshEvery })),
  );
  const reopened = open && view.toolbar.querySelector(`[data-variable="${CSS.escape(open)}"]`);
  if (reopened) reopened.open = true;
  if (focused >= 0) view.toolbar.querySelectorAll(FOCUSABLE)[focused]?.focus();
}

function widen({ state, dashboard }) {
  const { from, to } = resolveRange(state, dashboard.time ?? {});
  const half = (to - from) / 2;
  return { from: String(Math.round((from - half) * 1000)), to: String(Math.round(Math.min(to + half, Date.now() / 1000) * 1000)) };
}

// A click beside an open menu closes it, and so does the Escape key.
function closeMenus({ target, key }) {
  for (const menu of document.querySelectorAll("details.control[open], details.panel-about[open]")) {
    if (key !== "Escape" && menu.contains(target ?? null)) continue;
    menu.open = false;
    if (key === "Escape") menu.querySelector("summary").focus();
  }
}
