/** Table: instant queries, joined and named by transformations; sorted by its heads. */

import { h, safeUrl } from "/static/dom.js";
import { fade, inkOn, readable } from "/static/viewer/colors.js";
import { display, resolveConfig } from "/static/viewer/fields.js";
import { renderSeverity } from "/static/viewer/panels/values.js";
import { sortedRows, tabulate, transform } from "/static/viewer/transform.js";

// A refresh draws the table anew; the order that somebody chose stays.
const chosenOrders = new Map();

export function render(body, context) {
  const { panel, series } = context;
  const { fields } = transform(tabulate(series), panel.transformations)[panel.options?.frameIndex ?? 0] ?? { fields: [] };
  const columns = fields
    .map((field) => ({ field, config: resolveConfig(field, panel.fieldConfig) }))
    .filter(({ config }) => !config.custom?.hidden && !config.custom?.hideFrom?.viz);
  body.classList.add("table-body");
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", `${panel.title}, table`);
  draw(body, columns, context);
}

function draw(body, columns, context) {
  const { panel } = context;
  const order = chosenOrders.get(panel.id) ?? initialOrder(panel, columns);
  const sorting = columns.find(({ field }) => field.name === order?.name);
  const height = columns[0]?.field.values.length ?? 0;
  const rows = sorting ? sortedRows(sorting.field, order.descending) : Array.from({ length: height }, (_, row) => row);
  const sort = (name) => {
    chosenOrders.set(panel.id, { name, descending: order?.name === name && !order.descending });
    draw(body, columns, context);
    body.querySelector(`[data-column="${CSS.escape(name)}"]`)?.focus();
  };
  body.replaceChildren(h("table", { class: `cells-${panel.options?.cellHeight ?? "sm"}` },
    panel.options?.showHeader !== false && h("thead", {}, h("tr", {}, columns.map((column) => renderHead(column, order, sort)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column, index) => renderCell(column, row, index, columns, context)))))));
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

function alignment(field, config) {
  const align = config.custom?.align ?? "auto";
  return align === "auto" ? (field.type === "number" ? "number" : "") : `align-${align}`;
}

function renderCell({ field, config }, row, index, columns, context) {
  const value = field.values[row];
  const shown = field.type === "time"
    ? display(value, { ...config, unit: config.unit ?? "dateTimeAsIso" }, context.timeZone)
    : display(value, config, context.timeZone);
  const look = LOOKS[config.custom?.cellOptions?.type ?? "auto"] ?? LOOKS.auto;
  const link = renderLink(config.links?.[0], row, columns, shown);
  return h(index === 0 ? "th" : "td", {
    scope: index === 0 ? "row" : null,
    class: alignment(field, config),
    title: shown.note || null,
    "data-value": typeof value === "number" ? value : null,
  }, look([renderSeverity({ ...shown, note: "" }), link ?? shown.text], shown, config));
}

const LOOKS = {
  auto: (content) => content,
  "color-text": (content, { color }) => (color ? h("span", { style: { color: readable(color) } }, content) : content),
  "color-background": (content, { color }, config) => {
    if (!color) return content;
    const gentle = config.custom.cellOptions.mode !== "basic";
    return h("span", { class: "cell-tint", style: gentle
      ? { color: readable(color), "background-color": fade(color, 0.16) }
      : { color: inkOn(color), "background-color": color } }, content);
  },
};

/** The ways to show a cell that are understood. */
export const SUPPORTED_CELLS = Object.keys(LOOKS);

function renderLink(link, row, columns, shown) {
  if (!link) return null;
  const fill = (text) => text
    .replace(/\$\{__data\.fields(?:\.(\w+)|\["?(.+?)"?\])\}/g, (_, plain, quoted) => encodeURIComponent(cellText(columns, plain ?? quoted, row)))
    .replace(/\$\{__value\.(?:text|raw)\}/g, () => encodeURIComponent(shown.number ?? ""));
  const url = safeUrl(fill(link.url));
  return url && h("a", { href: url, title: link.title, target: link.targetBlank ? "_blank" : null, rel: "noreferrer" }, shown.text);
}

function cellText(columns, name, row) {
  const column = columns.find(({ field }) => field.name === name || field.originalName === name);
  return String(column?.field.values[row] ?? "");
}
