/** The first checks of a runbook, in the place where they are needed. */

import { h } from "/static/dom.js";
import { localAddress } from "/static/links.js";
import { renderMarkdown } from "/static/markdown.js";

const fetched = new Map();

/** Gives the first checks of an alert's runbook; empty until they have arrived. */
export function renderFirstChecks(alert, known) {
  const address = localAddress(alert.runbook_url, known);
  if (!address?.startsWith("/runbooks/")) return null;
  const place = h("div", { class: "first-checks prose" });
  const show = (text) => place.replaceChildren(...(text ? [h("h3", {}, "First checks"), ...renderMarkdown(text, (link) => localAddress(link, known))] : []));
  if (fetched.has(address)) show(fetched.get(address));
  else load(address).then(show);
  return place;
}

async function load(address) {
  const answer = await fetch(`/api${address}`).catch(() => null);
  const text = answer?.ok ? findSection(await answer.text(), "First checks") : "";
  fetched.set(address, text);
  return text;
}

/** Gives what stands under a heading of the second level; empty when there is none. */
export function findSection(markdown, heading) {
  const parts = markdown.split(/^## /m);
  const part = parts.find((one) => one.startsWith(`${heading}\n`));
  return part ? part.slice(heading.length + 1).trim() : "";
}
