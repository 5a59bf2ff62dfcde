/** A panel's frame: its title, and exactly one of drawing, message, nothing yet. */

import { h, icon } from "/static/dom.js";
import { renderMarkdown } from "/static/markdown.js";
import { findFrames, findSeries } from "/static/viewer/frames.js";
import { interpolate } from "/static/viewer/interpolate.js";
import { renderMenu } from "/static/viewer/menu.js";
import { loadPanel } from "/static/viewer/panels/index.js";
import { findForeignSource, nameSeries, planQueries, runQueries } from "/static/viewer/query.js";
import { parseInterval } from "/static/viewer/time.js";
import { transform } from "/static/viewer/transform.js";

// More series than this are no picture any more; a table shows them all.
const MOST_SERIES = 300;
const NOT_HERE = 501; // what the console answers where it has no database

// By the observed element; the observer itself is shared by all panels.
const watched = new WeakMap();
const widthObserver = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) watched.get(target)?.(Math.round(contentRect.width));
});

/**
 * Makes a panel's frame: `{element, panel, asked, refresh(context, signal), isVisible(),
 * drawn()}`; `asked` is its last plan, `drawn` gives what it was drawn from, or null.
 *
 * @param {function(string): string|null} findAddress where a link of its text leads.
 */
export function createFrame(panel, findAddress) {
  const title = panel.title ?? "";
  const body = h("div", { class: "panel-body" });
  const heading = h("h3", { id: `panel-${panel.id}-title`, class: "panel-title", title }, title);
  const frame = { panel, heading, body, drawing: null, drawn: null, width: 0, variables: new Map() };
  const element = h("section", {
    class: `panel panel-${panel.type}${panel.transparent ? " transparent" : ""}`,
    id: `panel-${panel.id}`,
    "data-state": "waiting",
    "aria-labelledby": title ? heading.id : null,
    "aria-label": title ? null : "Untitled panel",
  },
    h("header", { class: "panel-head" },
      heading,
      panel.description && renderDescription(String(panel.description), title, findAddress),
      renderMenu(panel, () => frame.drawn, (address) => interpolate(address, frame.plan ?? {}, frame.variables, "url"))),
    body);
  frame.element = element;
  observeWidth(frame);
  // Also on the element: what a panel was asked and drawn from can be looked at there.
  element.frame = {
    element,
    panel,
    get asked() {
      return frame.plan;
    },
    drawn: () => frame.drawn,
    isVisible: () => element.offsetParent !== null,
    refresh: (context, signal) => refresh(frame, context, signal),
  };
  return element.frame;
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
  frame.turn = signal;
  try {
    const variables = new Map([...context.variables, ...(panel.scopedVariables ?? [])]);
    frame.variables = variables;
    const module = await loadPanel(panel.type);
    if (!module) return showMessage(frame, "unsupported", `Unsupported panel ${panel.type}`, "Open this dashboard in Grafana to see it.");
    const foreign = module.needsQueries === false ? null : findForeignSource(panel, variables);
    if (foreign) return showMessage(frame, "unsupported", `Unsupported data source ${foreign}`, "Only Prometheus is asked from here.");
    const plan = planQueries(shiftRange(context.range, panel), Math.max(100, body.clientWidth), panel, context.scrapeInterval);
    frame.plan = plan;
    nameFrame(frame, interpolate(panel.title ?? "", plan, variables, "text"));
    await ask(frame, module, { ...context, panel, plan, variables }, signal);
  } catch (error) {
    if (error.name === "AbortError" || signal.aborted) return;
    if (error.status === NOT_HERE) showMessage(frame, "unsupported", "Unsupported data source", error.message);
    else showMessage(frame, "failed", "This panel could not be shown", error.message);
  } finally {
    // A refresh that was given up must not end the one that took its place.
    if (frame.turn === signal) element.classList.remove("loading");
  }
}

async function ask(frame, module, context, signal) {
  const { panel, plan, variables } = context;
  const asks = module.needsQueries !== false;
  const answer = asks
    ? await runQueries(panel, { plan, variables, signal, anew: context.anew, uid: context.uid })
    : { series: [], warnings: [], queries: [] };
  if (signal.aborted) return;
  const warnings = [...answer.warnings];
  if (asks && answer.series.length === 0) return showMessage(frame, "empty", panel.fieldConfig?.defaults?.noValue ?? "No data", warnings.join("\n"));
  const nameOf = (one) => nameSeries(one, variables, plan);
  const shaped = shape(panel, module, answer.series, nameOf, (text) => interpolate(text, plan, variables, "raw"));
  if (!shaped.frames && shaped.series.length > MOST_SERIES) {
    warnings.push(`${MOST_SERIES} of ${shaped.series.length} series are shown.`);
    shaped.series = shaped.series.slice(0, MOST_SERIES);
  }
  frame.drawn = { ...shaped, names: shaped.series.map(nameOf), queries: answer.queries, plan };
  await draw(frame, module, { ...context, ...shaped });
  if (warnings.length > 0) frame.body.append(h("p", { class: "panel-warning", role: "status" }, warnings.join(" ")));
}

// A panel gets tables or series; transformations are made on tables and turned back.
function shape({ transformations = [] }, module, series, nameOf, fill) {
  const steps = fillTexts(transformations, fill);
  if (module.takesFrames) return { series, frames: transform(findFrames(series, nameOf), steps) };
  if (!steps.some(({ disabled }) => !disabled)) return { series };
  return { series: findSeries(transform(findFrames(series, nameOf), steps)) };
}

// Variables may stand anywhere in a transformation's options.
function fillTexts(part, fill) {
  if (typeof part === "string") return fill(part);
  if (Array.isArray(part)) return part.map((one) => fillTexts(one, fill));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, fillTexts(one, fill)]));
}

// A panel may look at another time than the dashboard, and at another span of it.
function shiftRange({ from, to }, panel) {
  const shift = parseInterval(panel.timeShift);
  const span = parseInterval(String(panel.timeFrom ?? "").replace(/^now-/, ""));
  return { from: (span > 0 ? to - span : from) - shift, to: to - shift };
}

function nameFrame({ heading, element }, title) {
  if (heading.textContent === title) return;
  heading.textContent = title;
  heading.title = title;
  if (title) element.setAttribute("aria-labelledby", heading.id);
}

async function draw(frame, module, context) {
  const { body, element } = frame;
  const scrolled = body.scrollTop;
  // Somebody may be reading a cell or have the focus there: it stays where it is.
  const focused = body.contains(document.activeElement) ? focusPath(body) : null;
  clear(frame);
  frame.drawing = (await module.render(body, context)) ?? null;
  body.scrollTop = scrolled;
  if (focused !== null) restoreFocus(body, focused);
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
  frame.drawn = null;
  frame.element.dataset.state = state;
  frame.body.append(h("div", { class: `message message-${state}`, role: state === "failed" ? "alert" : "status" },
    h("strong", {}, headline), detail && h("p", {}, detail)));
}

const FOCUSABLE = "a, button, input, [tabindex]";

function focusPath(body) {
  return body === document.activeElement ? -1 : [...body.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
}

function restoreFocus(body, index) {
  const element = index < 0 ? body : body.querySelectorAll(FOCUSABLE)[index];
  element?.focus({ preventScroll: true });
}
