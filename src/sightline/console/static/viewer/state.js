/** The dashboard's state, kept in the address: range, refresh and variables. */

/** Reads the state from an address; what is missing comes from the dashboard. */
export function readState(dashboard, address = location.href) {
  const parameters = new URL(address).searchParams;
  const variables = new Map();
  for (const key of new Set(parameters.keys())) {
    if (key.startsWith("var-")) variables.set(key.slice(4), parameters.getAll(key));
  }
  return {
    from: parameters.get("from") ?? dashboard.time?.from ?? "now-1h",
    to: parameters.get("to") ?? dashboard.time?.to ?? "now",
    refresh: String(parameters.get("refresh") ?? (dashboard.refresh || "")),
    isZoneChosen: parameters.has("timezone"),
    timeZone: parameters.get("timezone") ?? (dashboard.timezone || "browser"),
    viewPanel: parameters.get("viewPanel")?.replace(/^panel-/, "") ?? "",
    kiosk: parameters.has("kiosk"),
    variables,
  };
}

/**
 * Writes the state into the address, so that a copied link shows the same.
 *
 * @param {boolean} replace keep the history as it is (for what nobody chose).
 */
export function writeState(state, { replace = false } = {}) {
  const url = new URL(location.href);
  for (const key of [...url.searchParams.keys()]) {
    if (key.startsWith("var-")) url.searchParams.delete(key);
  }
  url.searchParams.set("from", state.from);
  url.searchParams.set("to", state.to);
  url.searchParams.set("refresh", state.refresh);
  setOrDelete(url.searchParams, "timezone", state.isZoneChosen ? state.timeZone : "");
  setOrDelete(url.searchParams, "viewPanel", state.viewPanel);
  setOrDelete(url.searchParams, "kiosk", state.kiosk ? "true" : "");
  for (const [name, chosen] of state.variables) {
    for (const one of chosen) url.searchParams.append(`var-${name}`, one);
  }
  history[replace ? "replaceState" : "pushState"](null, "", url);
}

function setOrDelete(parameters, name, text) {
  if (text) parameters.set(name, text);
  else parameters.delete(name);
}
