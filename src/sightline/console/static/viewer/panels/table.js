/** Table: rows of fields, sorted by its heads, filtered by what is typed. */

import { h } from "/static/dom.js";
import { display, resolveConfig } from "/static/viewer/fields.js";
import { sortedRows } from "/static/viewer/frames.js";
import { renderLinked } from "/static/viewer/links.js";
import { dressCell } from "/static/viewer/panels/cells.js";
import { renderSeverity } from "/static/viewer/panels/values.js";
import { REDUCERS } from "/static/viewer/reduce.js";

export const takesFrames = true;

const ROWS_AT_ONCE = 200;
const MOST_FRAMES = 50;

// A refresh draws the table anew; what somebody chose stays.
const choices = new Map();

export function render(body, context) {
  const { panel, frames } = context;
  const chosen = choices.get(panel.id) ?? { order: null, filters: new Map(), shown: ROWS_AT_ONCE, frame: panel.options?.frameIndex ?? 0 };
  choices.set(panel.id, chosen);
  const { fields } = frames[chosen.frame] ?? frames[0] ?? { fields: [] };
  const columns = fields
    .map((field) => ({ field, config: resolveConfig(field, panel.fieldConfig) }))
    .filter(({ config }) => !config.custom?.hidden && !config.custom?.hideFrom?.viz);
  body.classList.add("table-body");
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", `${panel.title ?? ""}, table`);
  draw(body, columns, context, chosen);
}

function draw(body, columns, context, chosen) {
  const { panel, frames } = context;
  const order = chosen.order ?? initialOrder(panel, columns);
  const rows = findRows(columns, order, chosen.filters, context);
  const again = (focused) => {
    draw(body, columns, context, chosen);
    if (focused) body.querySelector(focused)?.focus();
  };
  const sort = (name) => {
    chosen.order = { name, descending: order?.name === name && !order.descending };
    again(`[data-column="${CSS.escape(name)}"]`);
  };
  const filterable = columns.some(({ config }) => config.custom?.filterable);
  body.replaceChildren(
    frames.length > 1 ? renderFrameChoice(frames, chosen, () => render(body, context)) : "",
    h("table", { class: `cells-${panel.options?.cellHeight ?? "sm"}` },
      panel.options?.showHeader !== false && h("thead", {},
        h("tr", {}, columns.map((column) => renderHead(column, order, sort))),
        filterable && h("tr", {}, columns.map((column) => renderFilter(column, chosen, again)))),
      h("tbody", {}, rows.slice(0, chosen.shown).map((row) => h("tr", {}, columns.map((column, index) => renderCell(column, row, index, columns, context))))),
      renderFooter(panel.options?.footer, columns, rows, context) ?? ""),
    rows.length > chosen.shown ? h("button", { type: "button", class: "control more-rows", onclick: () => {
      chosen.shown += ROWS_AT_ONCE * 5;
      again(".more-rows");
    } }, `${rows.length - chosen.shown} more rows`) : "");
}

function renderFrameChoice(frames, chosen, again) {
  return h("select", { class: "control frame-choice", "aria-label": "Series", onchange: (event) => {
    chosen.frame = Number(event.target.value);
    again();
  } }, frames.slice(0, MOST_FRAMES).map((frame, index) => h("option", { value: index, selected: index === chosen.frame }, frame.name ?? frame.refId ?? `Table ${index + 1}`)));
}

function findRows(columns, order, filters, { timeZone }) {
  const height = columns[0]?.field.values.length ?? 0;
  const sorting = columns.find(({ field }) => field.name === order?.name);
  const rows = sorting ? sortedRows(sorting.field, order.descending) : Array.from({ length: height }, (_, row) => row);
  const tests = columns.flatMap(({ field, config }) => {
    const wanted = filters.get(field.name)?.toLowerCase();
    return wanted ? [(row) => write(field, config, row, timeZone).text.toLowerCase().includes(wanted)] : [];
  });
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
}

function initialOrder(panel, columns) {
  const [rule] = panel.options?.sortBy ?? [];
  if (!rule) return null;
  const column = columns.find(({ field, config }) => [field.name, config.displayName].includes(rule.displayName));
  return column ? { name: column.field.name, descending: rule.desc ?? false } : null;
}

function renderHead({ field, config }, order, sort) {
  const active = order?.name === field.name;
  const direction = active ? (order.descending ? "descending" : "ascending") : "none";
  return h("th", { scope: "col", "aria-sort": direction, class: alignment(field, config), style: { width: config.custom?.width ? `${config.custom.width}px` : null } },
    h("button", { type: "button", class: "sort", "data-column": field.name, onclick: () => sort(field.name) },
      config.displayName ?? field.name,
      h("span", { class: "sort-mark", "aria-hidden": "true" }, active ? (order.descending ? "↓" : "↑") : "")));
}

function renderFilter({ field, config }, chosen, again) {
  const name = config.displayName ?? field.name;
  return h("td", {}, config.custom?.filterable && h("input", {
    type: "search", class: "filter-input", "aria-label": `Filter ${name}`, placeholder: "Filter", value: chosen.filters.get(field.name) ?? "", "data-filter": field.name,
    oninput: (event) => {
      chosen.filters.set(field.name, event.target.value);
      again(`[data-filter="${CSS.escape(field.name)}"]`);
    },
  }));
}

function alignment(field, config) {
  const align = config.custom?.align ?? "auto";
  return align === "auto" ? (field.type === "number" ? "number" : "") : `align-${align}`;
}

function write(field, config, row, timeZone) {
  const unit = field.type === "time" ? (config.unit ?? "dateTimeAsIso") : config.unit;
  return display(field.values[row], { ...config, unit }, timeZone);
}

function renderCell({ field, config }, row, index, columns, context) {
  const value = field.values[row];
  const shown = write(field, config, row, context.timeZone);
  const cells = Object.fromEntries(columns.map((column) => [column.field.name, column.field.values[row]]));
  const originals = Object.fromEntries(columns.map((column) => [column.field.originalName, column.field.values[row]]));
  const text = renderLinked(config.links, shown.text, { ...context, value: shown, fields: { ...originals, ...cells } });
  return h(index === 0 ? "th" : "td", {
    scope: index === 0 ? "row" : null,
    class: alignment(field, config),
    title: shown.note || null,
    "data-value": typeof value === "number" ? value : null,
  }, dressCell([renderSeverity({ ...shown, note: "" }), text], shown, config, field));
}

function renderFooter(footer, columns, rows, { timeZone }) {
  if (!footer?.show) return null;
  const [id] = footer.reducer ?? ["sum"];
  const reducer = REDUCERS[id] ?? REDUCERS.sum;
  return h("tfoot", {}, h("tr", {}, columns.map(({ field, config }, index) => {
    if (footer.countRows) return h("td", {}, index === 0 ? `${rows.length} rows` : "");
    if (field.type !== "number") return h("td", {}, index === 0 ? reducer.label : "");
    return h("td", { class: "number" }, display(reducer.compute(rows.map((row) => field.values[row])), config, timeZone).text);
  })));
}
