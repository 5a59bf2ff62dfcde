/** Links that alerts carry, turned to this console's own pages where it has them. */

import { getJson } from "/static/api.js";
import { h, safeUrl } from "/static/dom.js";

/**
 * Gives the address that a link should lead to, or null where it must lead nowhere.
 *
 * Alerts and runbooks name the addresses of production; a dashboard or a runbook that
 * was built here is opened here.
 */
export function localAddress(address, known) {
  const url = address && safeUrl(address);
  if (!url) return null;
  const { pathname, search } = new URL(url);
  const dashboard = pathname.match(/^\/d\/([\w-]+)/);
  if (dashboard && known.dashboards.has(dashboard[1])) return pathname + search;
  const slug = pathname.split("/").at(-1);
  return known.runbooks.has(slug) ? `/runbooks/${slug}` : url;
}

/** Gives a link, or null for an address that is none. */
export function renderLink(address, words, known) {
  const url = localAddress(address, known);
  return url && h("a", { href: url, rel: "noreferrer" }, words);
}

/** Gives what the console has of its own; nothing when that cannot be asked. */
export async function loadKnown() {
  return readKnown(await getJson("/api/dashboards").catch(() => ({ dashboards: [], runbooks: [] })));
}

/** Gives what the console has of its own, from the answer of `/api/dashboards`. */
export function readKnown({ dashboards, runbooks }) {
  return { dashboards: new Set(dashboards.map(({ uid }) => uid)), runbooks: new Set(runbooks) };
}
