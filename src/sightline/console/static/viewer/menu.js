/** A panel's menu: view it alone, inspect it, take its link or its numbers along. */

import { h, icon, safeUrl } from "/static/dom.js";
import { offerCsv, openInspector } from "/static/viewer/inspect.js";

/**
 * Gives the menu of a panel.
 *
 * @param {function(): object|null} drawn what it was last drawn from.
 * @param {function(string): string} fill puts variables into an address.
 */
export function renderMenu(panel, drawn, fill) {
  const title = panel.title || "panel";
  const menu = h("details", { class: "panel-menu" },
    h("summary", { "aria-label": `Menu of ${title}` }, icon("dots")),
    h("div", { class: "menu" }));
  const close = (act) => () => {
    menu.open = false;
    act();
  };
  // Made when it opens: an address or a link may have changed since.
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    const alone = new URL(location.href).searchParams.has("viewPanel");
    menu.querySelector(".menu").replaceChildren(
      h("a", { class: "menu-item", href: viewAddress(panel.id, alone) }, alone ? "Back to the dashboard" : "View"),
      h("button", { type: "button", class: "menu-item", onclick: close(() => openInspector(panel, drawn())) }, "Inspect"),
      h("button", { type: "button", class: "menu-item", onclick: close(() => navigator.clipboard.writeText(viewAddress(panel.id, false))) }, "Copy link"),
      h("button", { type: "button", class: "menu-item", onclick: close(() => offerCsv(panel, drawn())) }, "Download CSV"),
      ...renderLinks(panel.links ?? [], fill));
  });
  return menu;
}

function viewAddress(id, alone) {
  const url = new URL(location.href);
  if (alone) url.searchParams.delete("viewPanel");
  else url.searchParams.set("viewPanel", id);
  return url.href;
}

function renderLinks(links, fill) {
  return links.map((link) => [link, safeUrl(fill(link.url ?? ""))]).filter(([, url]) => url).map(([link, url]) =>
    h("a", { class: "menu-item", href: url, target: link.targetBlank ? "_blank" : null, rel: "noreferrer" }, link.title || url));
}
