/** The panel types that we draw: one module each, loaded when a dashboard has one. */

const MODULES = {
  stat: () => import("/static/viewer/panels/stat.js"),
  timeseries: () => import("/static/viewer/panels/timeseries.js"),
  gauge: () => import("/static/viewer/panels/gauge.js"),
  bargauge: () => import("/static/viewer/panels/bargauge.js"),
  barchart: () => import("/static/viewer/panels/barchart.js"),
  histogram: () => import("/static/viewer/panels/histogram.js"),
  heatmap: () => import("/static/viewer/panels/heatmap.js"),
  piechart: () => import("/static/viewer/panels/piechart.js"),
  table: () => import("/static/viewer/panels/table.js"),
  "state-timeline": () => import("/static/viewer/panels/state-timeline.js"),
  "status-history": () => import("/static/viewer/panels/status-history.js"),
  logs: () => import("/static/viewer/panels/logs.js"),
  alertlist: () => import("/static/viewer/panels/alertlist.js"),
  text: () => import("/static/viewer/panels/text.js"),
};

/** The panel types that are drawn; a row is part of the page's layout. */
export const SUPPORTED_PANELS = [...Object.keys(MODULES), "row"];

/**
 * Gives the module that draws a panel type, or null.
 *
 * A module has `render(body, context)`: it draws into an element and may give
 * `{resize(), destroy()}`. `context` is `{panel, series, plan, range, variables,
 * timeZone, zoom, syncKey}`; `needsQueries` is false where no query is asked, and
 * `takesFrames` true where tables (`frames`) are drawn instead of series.
 */
export async function loadPanel(type) {
  return Object.hasOwn(MODULES, type) ? MODULES[type]() : null;
}
