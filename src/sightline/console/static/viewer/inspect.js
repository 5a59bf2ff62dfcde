/** What is behind a panel: its queries as they were asked, its numbers, its JSON. */

import { h } from "/static/dom.js";
import { offerFile, tabulatePanel, writeCsv } from "/static/viewer/csv.js";

const MOST_ROWS = 300;

/** Opens the dialog about a panel; `drawn` is what it was last drawn from, or null. */
export function openInspector(panel, drawn) {
  const title = panel.title || "Panel";
  const dialog = h("dialog", { class: "inspector", "aria-label": `Inspect ${title}`, onclose: () => dialog.remove() },
    h("header", { class: "inspector-head" }, h("h2", {}, title),
      h("button", { type: "button", class: "control", onclick: () => offerCsv(panel, drawn), disabled: drawn === null }, "Download CSV"),
      h("button", { type: "button", class: "control", onclick: () => dialog.close() }, "Close")),
    h("h3", {}, "Queries"), renderQueries(drawn),
    h("h3", {}, "Data"), renderRows(drawn),
    h("details", {}, h("summary", {}, "Panel JSON"), h("pre", { class: "code", tabindex: "0" }, JSON.stringify(panel, null, 2))));
  document.body.append(dialog);
  dialog.showModal();
}

/** Gives a panel's numbers to the reader as a file. */
export function offerCsv(panel, drawn) {
  if (drawn) offerFile(`${(panel.title || "panel").replaceAll(/[^\w-]+/g, "-")}.csv`, writeCsv(tabulatePanel(drawn)));
}

function renderQueries(drawn) {
  if (!drawn?.queries?.length) return h("p", { class: "quiet" }, "This panel asked nothing.");
  return h("ul", {}, drawn.queries.map(({ refId, query, instant, milliseconds }) => h("li", {},
    h("p", { class: "quiet" }, `${refId}: ${instant ? "at the end of the range" : `every ${drawn.plan.step} s`}, answered after ${Math.round(milliseconds)} ms`),
    h("pre", { class: "code", tabindex: "0" }, query))));
}

function renderRows(drawn) {
  if (!drawn) return h("p", { class: "quiet" }, "There is none.");
  const { heads, rows } = tabulatePanel(drawn);
  return h("div", { class: "scroll inspector-rows", tabindex: "0", role: "region", "aria-label": "Data" },
    h("table", { class: "facts" },
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.slice(-MOST_ROWS).toReversed().map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell ?? "")))))),
    rows.length > MOST_ROWS && h("p", { class: "quiet" }, `The last ${MOST_ROWS} of ${rows.length} rows; the CSV has all.`));
}
