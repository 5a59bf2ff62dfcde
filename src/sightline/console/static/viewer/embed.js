/** A single panel in another page: drawn by the viewer as a dashboard would. */

import { h } from "/static/dom.js";
import { createFrame } from "/static/viewer/frame.js";
import { resolveRange } from "/static/viewer/time.js";

const SCRAPE_SECONDS = 15;
const REFRESH_MILLISECONDS = 30_000;

/**
 * Draws a panel of Grafana's JSON into a section, and keeps it fresh.
 *
 * @param {{from: string, to: string, height: number, heading: string}} place its range
 *   as addresses write it, its height in pixels, and the heading above it.
 */
export function embedPanel(section, panel, { from, to, height, heading }) {
  const frame = createFrame(panel, () => null);
  frame.element.style.setProperty("height", `${height}px`);
  frame.element.classList.add("embedded");
  section.replaceChildren(h("h2", {}, heading), frame.element);
  const refresh = () => {
    if (!section.isConnected || document.hidden) return;
    const range = resolveRange({ from, to }, { from, to });
    const { signal } = new AbortController();
    frame.refresh({
      range, anew: false, scrapeInterval: SCRAPE_SECONDS, variables: new Map(), signal, annotations: [],
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, syncKey: section.id || "embedded", zoom: () => {},
    }, signal);
  };
  refresh();
  addEventListener("themechange", refresh);
  setInterval(refresh, REFRESH_MILLISECONDS);
}
