/** Text: markdown, or plain text. HTML is shown as its source, never as HTML. */

import { h } from "/static/dom.js";
import { renderMarkdown } from "/static/markdown.js";
import { interpolate } from "/static/viewer/interpolate.js";

export const needsQueries = false;

export function render(body, { panel, plan, variables }) {
  const { content = "", mode = "markdown" } = panel.options ?? {};
  const text = interpolate(content, plan, variables, "text");
  body.classList.add("prose");
  body.append(...(mode === "markdown" ? renderMarkdown(text) : [h("pre", {}, text)]));
}
