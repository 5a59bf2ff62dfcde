/** A dashboard: reads its JSON, draws its panels, and keeps them fresh. */

import { getJson } from "/static/api.js";
import { h, safeUrl } from "/static/dom.js";
import { loadKnown, localAddress } from "/static/links.js";
import { loadAnnotations } from "/static/viewer/annotations.js";
import { createFrame } from "/static/viewer/frame.js";
import { interpolate } from "/static/viewer/interpolate.js";
import { findSections, renderSection } from "/static/viewer/layout.js";
import { migrate } from "/static/viewer/migrate.js";
import { repeatPanels } from "/static/viewer/repeat.js";
import { readState, writeState } from "/static/viewer/state.js";
import { parseInterval, resolveRange, zoneName } from "/static/viewer/time.js";
import { closeMenus, renderToolbar } from "/static/viewer/toolbar.js";
import { loadVariables } from "/static/viewer/variables.js";

const SHARED_SECONDS = 5;

/** Opens the dashboard with this uid in an element of the page. */
export async function openDashboard(uid, root) {
  const [{ dashboard: read, scrape_interval_seconds: scrapeInterval }, known] = await Promise.all([
    getJson(`/api/dashboards/${encodeURIComponent(uid)}`),
    loadKnown(),
  ]);
  if (typeof read !== "object" || read === null || Array.isArray(read)) throw new Error("The file holds no dashboard: expected a JSON object with panels.");
  const dashboard = migrate(read);
  const view = {
    known, root, dashboard, scrapeInterval, state: readState(dashboard), variables: new Map(), frames: new Map(), layout: "",
    toolbar: h("div", { class: "toolbar", role: "toolbar", "aria-label": "Dashboard" }),
    trouble: h("div", { class: "trouble", role: "alert", hidden: true }),
    grid: h("div", { class: "dashboard-grid" }), abort: null, timer: 0,
  };
  document.title = `${dashboard.title ?? uid} · sightline`;
  render(view);
  listen(view);
  writeState(view.state, { replace: true });
  await refresh(view);
}

function listen(view) {
  addEventListener("popstate", () => update(view, readState(view.dashboard), { record: false }));
  addEventListener("themechange", () => refresh(view));
  document.addEventListener("visibilitychange", () => (document.hidden ? pause(view) : refresh(view)));
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (view.state.kiosk) update(view, { ...view.state, kiosk: false });
    else closeMenus(event);
  });
}

function render(view) {
  const { dashboard, root } = view;
  root.replaceChildren(
    h("header", { class: "dashboard-head" },
      h("div", { class: "dashboard-title" }, h("h1", {}, dashboard.title ?? "Untitled"), dashboard.description && h("p", { class: "quiet" }, String(dashboard.description))),
      view.toolbar),
    renderLinks(dashboard.links ?? []) ?? "",
    view.trouble,
    view.grid,
  );
}

// The panels are laid out again only when what repeats, or what is viewed, changes.
function layOut(view) {
  const { dashboard, state, variables } = view;
  const panels = repeatPanels(dashboard.panels, variables);
  const shown = state.viewPanel ? findPanel(panels, state.viewPanel) : panels;
  const layout = JSON.stringify([state.viewPanel, shown.map(({ id, gridPos, scopedVariables }) => [id, gridPos, [...(scopedVariables ?? [])].map(([, { chosen }]) => chosen)])]);
  if (layout === view.layout) return;
  view.layout = layout;
  const sections = findSections(shown);
  view.frames = new Map(sections.flatMap((section) => section.panels).map((panel) => [panel.id, createFrame(panel, (address) => localAddress(address, view.known))]));
  const elements = new Map([...view.frames].map(([id, frame]) => [id, frame.element]));
  const name = (row) => interpolate(row.title || "Untitled row", {}, new Map([...variables, ...(row.scopedVariables ?? [])]), "text");
  view.grid.replaceChildren(...sections.map((section) => renderSection(section, elements, name, (open) => open && refresh(view))));
  view.grid.classList.toggle("alone", Boolean(state.viewPanel));
  if (sections.length === 0) view.grid.append(h("p", { class: "quiet" }, state.viewPanel ? "This dashboard has no such panel." : "This dashboard has no panels."));
}

function findPanel(panels, id) {
  const found = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).find((panel) => String(panel.id) === id && panel.type !== "row");
  return found ? [{ ...found, gridPos: { x: 0, y: 0, w: 24, h: 18 } }] : [];
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

/**
 * Draws everything anew; a refresh that is still under way is given up.
 *
 * @param {boolean} anew answers that the console still has do not do.
 */
async function refresh(view, anew = false) {
  clearTimeout(view.timer);
  view.abort?.abort();
  view.abort = new AbortController();
  const { signal } = view.abort;
  const { dashboard, state } = view;
  const range = resolveRange(state, dashboard.time ?? {}, readClock(anew));
  try {
    const { variables, problems } = await loadVariables(dashboard, state, range, signal);
    view.variables = variables;
    view.trouble.textContent = problems.length > 0 ? `Not everything could be read: ${problems.join("; ")}` : "";
    view.trouble.hidden = problems.length === 0;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) return;
  document.documentElement.classList.toggle("kiosk", state.kiosk);
  renderToolbar(view, { update: (part) => update(view, { ...view.state, ...part }), refresh: () => refresh(view, true) });
  layOut(view);
  await refreshPanels(view, range, anew, signal);
  if (!signal.aborted) schedule(view);
}

// Viewers who look within the same seconds ask the same, so that it is asked once.
function readClock(anew) {
  const now = Date.now() / 1000;
  return anew ? now : Math.floor(now / SHARED_SECONDS) * SHARED_SECONDS;
}

async function refreshPanels(view, range, anew, signal) {
  const { dashboard, state, variables, scrapeInterval } = view;
  const context = {
    range, scrapeInterval, variables, signal, anew, annotations: [], uid: location.pathname.split("/")[2],
    timeZone: zoneName(state.timeZone),
    syncKey: dashboard.graphTooltip === 0 ? null : (dashboard.uid ?? "dashboard"),
    zoom: (from, to) => update(view, { ...view.state, from: String(Math.round(from * 1000)), to: String(Math.round(to * 1000)) }),
  };
  context.annotations = await loadAnnotations(dashboard, range, scrapeInterval, variables, signal).catch(() => []);
  const frames = [...view.frames.values()].filter((frame) => frame.isVisible());
  await Promise.all(frames.map((frame) => frame.refresh(context, signal)));
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
