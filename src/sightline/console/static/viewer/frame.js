/** A panel's frame: its title, and exactly one of drawing, message, nothing yet. */

import { h, icon } from "/static/dom.js";
import { renderMarkdown } from "/static/markdown.js";
import { loadPanel } from "/static/viewer/panels/index.js";
import { planQueries, runQueries } from "/static/viewer/query.js";

// By the observed element; the observer itself is shared by all panels.
const watched = new WeakMap();
const widthObserver = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) watched.get(target)?.(Math.round(contentRect.width));
});

/**
 * Makes a panel's frame: `{element, refresh(context, signal), isVisible()}`.
 *
 * @param {function(string): string|null} findAddress where a link of its text leads.
 */
export function createFrame(panel, findAddress) {
  const title = panel.title ?? "";
  const body = h("div", { class: "panel-body" });
  const headingId = `panel-${panel.id}-title`;
  const element = h("section", {
    class: `panel panel-${panel.type}${panel.transparent ? " transparent" : ""}`,
    id: `panel-${panel.id}`,
    "data-state": "waiting",
    "aria-labelledby": title ? headingId : null,
    "aria-label": title ? null : "Untitled panel",
  },
    h("header", { class: "panel-head" },
      h("h3", { id: headingId, class: "panel-title", title }, title),
      panel.description && renderDescription(panel.description, title, findAddress)),
    body);
  const frame = { panel, element, body, drawing: null, width: 0 };
  observeWidth(frame);
  return {
    element,
    isVisible: () => element.offsetParent !== null,
    refresh: (context, signal) => refresh(frame, context, signal),
  };
}

function renderDescription(text, title, findAddress) {
  return h("details", { class: "panel-about" },
    h("summary", { "aria-label": `About ${title}` }, icon("info")),
    h("div", { class: "menu prose" }, renderMarkdown(text, findAddress)));
}

// Only the width counts: reacting to the height, which the drawing itself decides,
// would draw everything twice.
function observeWidth(frame) {
  watched.set(frame.body, (width) => {
    if (width === frame.width || width === 0) return;
    const first = frame.width === 0;
    frame.width = width;
    if (!first) frame.drawing?.resize?.();
  });
  widthObserver.observe(frame.body);
}

async function refresh(frame, context, signal) {
  const { panel, element, body } = frame;
  element.classList.add("loading");
  try {
    const module = await loadPanel(panel.type);
    if (!module) return showMessage(frame, "unsupported", `Unsupported panel ${panel.type}`, "Open this dashboard in Grafana to see it.");
    const plan = planQueries(context.range, Math.max(100, body.clientWidth), panel, context.scrapeInterval);
    const asks = module.needsQueries !== false;
    const { series, warnings } = asks
      ? await runQueries(panel, plan, context.variables, signal)
      : { series: [], warnings: [] };
    if (signal.aborted) return;
    if (asks && series.length === 0) return showMessage(frame, "empty", panel.fieldConfig?.defaults?.noValue ?? "No data", warnings.join("\n"));
    await draw(frame, module, { ...context, panel, plan, series });
    if (warnings.length > 0) body.append(h("p", { class: "panel-warning" }, warnings.join(" ")));
  } catch (error) {
    if (error.name !== "AbortError" && !signal.aborted) showMessage(frame, "failed", "This panel could not be shown", error.message);
  } finally {
    element.classList.remove("loading");
  }
}

async function draw(frame, module, context) {
  const { body, element } = frame;
  const scrolled = body.scrollTop;
  // Somebody may be reading a cell or have the focus there: it stays where it is.
  const focused = body.contains(document.activeElement) ? focusPath(body) : null;
  clear(frame);
  frame.drawing = (await module.render(body, context)) ?? null;
  body.scrollTop = scrolled;
  if (focused) restoreFocus(body, focused);
  element.dataset.state = "drawn";
  element.dataset.drawnAt = String(Date.now());
}

function clear({ body, drawing }) {
  drawing?.destroy?.();
  body.className = "panel-body";
  for (const name of ["role", "aria-label", "tabindex"]) body.removeAttribute(name);
  body.replaceChildren();
}

function showMessage(frame, state, headline, detail) {
  clear(frame);
  frame.drawing = null;
  frame.element.dataset.state = state;
  frame.body.append(h("div", { class: `message message-${state}`, role: state === "failed" ? "alert" : "status" },
    h("strong", {}, headline), detail && h("p", {}, detail)));
}

const FOCUSABLE = "a, button, [tabindex]";

function focusPath(body) {
  return body === document.activeElement ? -1 : [...body.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
}

function restoreFocus(body, index) {
  const element = index < 0 ? body : body.querySelectorAll(FOCUSABLE)[index];
  element?.focus({ preventScroll: true });
}
