/** Old panels in today's words: what Grafana itself does when it opens them. */

const TYPES = {
  graph: migrateGraph,
  singlestat: migrateSingleStat,
  "grafana-singlestat-panel": migrateSingleStat,
  "table-old": (panel) => ({ ...panel, type: "table" }),
  "grafana-piechart-panel": (panel) => ({ ...panel, type: "piechart" }),
  "grafana-worldmap-panel": (panel) => panel,
};
const SPAN_COLUMNS = 12;
const GRID_COLUMNS = 24;
const ROW_PIXELS = 38;

/** Gives a dashboard with its old parts (schema versions below 16 to 36) brought up. */
export function migrate(dashboard) {
  const panels = dashboard.panels ?? unfoldRows(dashboard.rows ?? []);
  return { ...dashboard, panels: panels.map(migratePanel) };
}

function migratePanel(panel, index) {
  if (typeof panel !== "object" || panel === null) return { id: index + 1, type: "broken", title: "", gridPos: {} };
  const known = { id: index + 1, ...panel, type: String(panel.type ?? "broken") };
  if (known.type === "row") return { ...known, panels: (Array.isArray(known.panels) ? known.panels : []).map((one, at) => migratePanel({ id: `${known.id}-${at}`, ...one }, at)) };
  return TYPES[known.type]?.(known) ?? known;
}

// Before version 16 a dashboard had rows of panels with a share of twelve columns each.
function unfoldRows(rows) {
  const panels = [];
  let y = 0;
  let id = 1000;
  for (const row of rows) {
    const height = Math.max(3, Math.round((Number.parseInt(row.height, 10) || 250) / ROW_PIXELS));
    if (row.showTitle || row.collapse) panels.push({ type: "row", id: (id += 1), title: row.title, collapsed: false, panels: [], gridPos: { x: 0, y: (y += 1) - 1, w: GRID_COLUMNS, h: 1 } });
    let x = 0;
    for (const panel of row.panels ?? []) {
      const w = Math.round(((panel.span ?? 4) / SPAN_COLUMNS) * GRID_COLUMNS);
      if (x + w > GRID_COLUMNS) [x, y] = [0, y + height];
      panels.push({ ...panel, gridPos: { x, y, w, h: height } });
      x += w;
    }
    y += height;
  }
  return panels;
}

function migrateGraph(panel) {
  const [left = {}, right = {}] = panel.yaxes ?? [];
  const custom = {
    drawStyle: panel.bars ? "bars" : panel.lines === false && panel.points ? "points" : "line",
    lineInterpolation: panel.steppedLine ? "stepAfter" : "linear",
    lineWidth: panel.linewidth ?? 1,
    fillOpacity: (panel.fill ?? 1) * 10,
    showPoints: panel.points ? "always" : "never",
    pointSize: (panel.pointradius ?? 2) * 2,
    spanNulls: panel.nullPointMode === "connected",
    stacking: { mode: panel.stack ? (panel.percentage ? "percent" : "normal") : "none", group: "A" },
    axisLabel: left.label ?? "",
    ...(left.logBase > 1 && { scaleDistribution: { type: "log", log: left.logBase } }),
    ...thresholdStyle(panel.thresholds),
  };
  return {
    ...panel,
    type: "timeseries",
    fieldConfig: {
      defaults: { unit: left.format ?? "short", decimals: panel.decimals ?? left.decimals ?? undefined, min: limit(left.min), max: limit(left.max), custom, ...steps(panel.thresholds) },
      overrides: [
        ...(panel.seriesOverrides ?? []).map((one) => migrateSeries(one, right)),
        ...Object.entries(panel.aliasColors ?? {}).map(([name, color]) => override("byName", name, { color: { mode: "fixed", fixedColor: color } })),
      ],
    },
    options: { legend: migrateLegend(panel.legend ?? {}), tooltip: { mode: panel.tooltip?.shared === false ? "single" : "multi", sort: ["none", "asc", "desc"][panel.tooltip?.sort ?? 0] } },
  };
}

const limit = (text) => (text === null || text === undefined || text === "" || text === "auto" ? undefined : Number(text));

function steps(thresholds = []) {
  if (thresholds.length === 0) return {};
  const colors = { critical: "red", warning: "orange", ok: "green" };
  return { thresholds: { mode: "absolute", steps: [{ color: "transparent", value: null }, ...thresholds.map(({ value, colorMode, lineColor }) => ({ value, color: colors[colorMode] ?? lineColor ?? "red" }))] } };
}

function thresholdStyle(thresholds = []) {
  if (thresholds.length === 0) return {};
  const area = thresholds.some(({ fill }) => fill) ? "area" : "";
  const line = thresholds.some(({ line: drawn }) => drawn) ? "line" : "";
  return { thresholdsStyle: { mode: [line, area].filter(Boolean).join("+") || "off" } };
}

function migrateSeries({ alias = "", ...rest }, right) {
  const properties = {
    ...(rest.yaxis === 2 && { "custom.axisPlacement": "right", unit: right.format ?? "short", ...(right.label && { "custom.axisLabel": right.label }) }),
    ...(rest.transform === "negative-Y" && { "custom.transform": "negative-Y" }),
    ...(rest.color && { color: { mode: "fixed", fixedColor: rest.color } }),
    ...(rest.fill !== undefined && { "custom.fillOpacity": rest.fill * 10 }),
    ...(rest.linewidth !== undefined && { "custom.lineWidth": rest.linewidth }),
    ...(rest.bars && { "custom.drawStyle": "bars" }),
    ...(rest.stack === false && { "custom.stacking": { mode: "none", group: "A" } }),
    ...(rest.dashes && { "custom.lineStyle": { fill: "dash", dash: [10, 10] } }),
  };
  return /^\/.*\/\w*$/.test(alias) ? override("byRegexp", alias, properties) : override("byName", alias, properties);
}

function override(id, options, properties) {
  return { matcher: { id, options }, properties: Object.entries(properties).map(([key, value]) => ({ id: key, value })) };
}

const CALCS = { avg: "mean", current: "lastNotNull", max: "max", min: "min", total: "sum" };

function migrateLegend(legend) {
  const calcs = Object.entries(CALCS).filter(([old]) => legend[old] && legend.values).map(([, id]) => id);
  return { showLegend: legend.show !== false, displayMode: legend.alignAsTable ? "table" : "list", placement: legend.rightSide ? "right" : "bottom", calcs };
}

function migrateSingleStat(panel) {
  const bounds = String(panel.thresholds ?? "").split(",").filter(Boolean).map(Number);
  const colors = panel.colors ?? ["green", "orange", "red"];
  const isColored = panel.colorBackground || panel.colorValue;
  const shownSteps = isColored ? [{ color: colors[0], value: null }, ...bounds.map((value, at) => ({ color: colors[at + 1] ?? "red", value }))] : [];
  const mappings = (panel.valueMaps ?? []).filter(({ value }) => value !== "null").map(({ value, text }) => ({ type: "value", options: { [value]: { text } } }));
  const gauge = panel.gauge?.show;
  return {
    ...panel,
    type: gauge ? "gauge" : "stat",
    fieldConfig: { defaults: { unit: panel.format ?? "none", decimals: panel.decimals ?? undefined, min: gauge ? panel.gauge.minValue : undefined, max: gauge ? panel.gauge.maxValue : undefined, noValue: panel.nullText || undefined, mappings, thresholds: { mode: "absolute", steps: shownSteps } }, overrides: [] },
    options: { colorMode: panel.colorBackground ? "background" : isColored ? "value" : "none", graphMode: panel.sparkline?.show ? "area" : "none", reduceOptions: { calcs: [CALCS[panel.valueName] ?? "mean"], fields: "", values: false } },
  };
}
