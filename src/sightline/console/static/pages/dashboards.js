/** The page of dashboards. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { renderNote, startShell } from "/static/shell.js";

startShell();
const region = document.querySelector("#content-region");
try {
  const { dashboards } = await getJson("/api/dashboards");
  region.replaceChildren(dashboards.length === 0 ? renderNote("No dashboards", "The build folder has none.") :
    h("ul", { class: "cards" }, dashboards.map(({ uid, title, description, panel_count: count }) =>
      h("li", {}, h("a", { class: "card", href: `/d/${uid}` },
        h("strong", {}, title), h("span", { class: "quiet" }, description), h("span", { class: "card-foot" }, `${count} panels`))))));
} catch (error) {
  region.replaceChildren(renderNote("The dashboards cannot be listed", error.message, "failed"));
}
