/** A runbook's page. */

import { h } from "/static/dom.js";
import { loadKnown, localAddress } from "/static/links.js";
import { renderMarkdown } from "/static/markdown.js";
import { renderNote, startShell } from "/static/shell.js";

startShell();
const page = document.querySelector("#runbook");
const slug = location.pathname.split("/").at(-1);
const known = await loadKnown();
const answer = await fetch(`/api/runbooks/${slug}`).catch(() => null);
page.replaceChildren(...(answer?.ok
  ? renderMarkdown(await answer.text(), (address) => localAddress(address, known))
  : [h("h1", {}, "Runbook"), renderNote("There is no such runbook", `The build has no page called ${slug}.`, "failed")]));
document.title = `${page.querySelector("h1")?.textContent ?? slug} · sightline`;
