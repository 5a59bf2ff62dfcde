/** The page of runbooks, with the alerts that lead to each. */

import { getJson } from "/static/api.js";
import { h } from "/static/dom.js";
import { renderNote, startShell } from "/static/shell.js";

const region = document.querySelector("#content-region");

startShell();
try {
  const { runbooks } = await getJson("/api/runbooks");
  region.replaceChildren(runbooks.length === 0 ? renderNote("No runbooks", "The build folder has none.") :
    h("ul", { class: "cards" }, runbooks.map(({ slug, title, alerts }) =>
      h("li", {}, h("div", { class: "card" }, h("a", { href: `/runbooks/${slug}` }, h("strong", {}, title)),
        h("span", { class: "card-foot" }, alerts.length === 0 ? "no alert leads here" : alerts.map((alert, index) => [index > 0 && ", ", h("a", { href: `/alerts/${alert}` }, alert)])))))));
} catch (error) {
  region.replaceChildren(renderNote("The runbooks cannot be listed", error.message, "failed"));
}
