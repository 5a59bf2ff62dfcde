/** Links that alerts carry, turned to this console's own pages where it has them. */

import { h, safeUrl } from "/static/dom.js";

/**
 * Gives a link, or null for an address that is none.
 *
 * Alerts name the addresses of production; a dashboard or a runbook that was built here
 * is opened here.
 */
export function renderLink(address, words, known) {
  const url = address && safeUrl(address);
  if (!url) return null;
  const { pathname, search } = new URL(url);
  const dashboard = pathname.match(/^\/d\/([\w-]+)/);
  if (dashboard && known.dashboards.has(dashboard[1])) return h("a", { href: pathname + search }, words);
  const slug = pathname.split("/").at(-1);
  if (known.runbooks.has(slug)) return h("a", { href: `/runbooks/${slug}` }, words);
  return h("a", { href: url, rel: "noreferrer" }, words);
}

/** Gives what the console has of its own, from the answer of `/api/dashboards`. */
export function readKnown({ dashboards, runbooks }) {
  return { dashboards: new Set(dashboards.map(({ uid }) => uid)), runbooks: new Set(runbooks) };
}
