/** Dashboard variables: where their options come from, and their controls. */

import { getPrometheus } from "/static/api.js";
import { h, icon } from "/static/dom.js";

const ALL = "$__all";

/** Loads the options of every variable and joins them with what the address chose. */
export async function loadVariables(dashboard, state, range, signal) {
  const loaded = new Map();
  for (const definition of dashboard.templating?.list ?? []) {
    const options = await loadOptions(definition, range, signal);
    loaded.set(definition.name, {
      ...definition,
      options,
      chosen: choose(definition, options, state.variables.get(definition.name)),
    });
  }
  return loaded;
}

async function loadOptions(definition, range, signal) {
  const read = SOURCES[definition.type];
  return read ? read(definition, range, signal) : [];
}

const SOURCES = {
  query: async (definition, range, signal) => {
    const query = typeof definition.query === "string" ? definition.query : (definition.query?.query ?? "");
    const match = query.match(/^label_values\(\s*(?:(.+?)\s*,\s*)?(\w+)\s*\)$/s);
    if (!match) return [];
    const [, selector, label] = match;
    const parameters = { start: range.from, end: range.to, ...(selector && { "match[]": selector }) };
    const values = await getPrometheus(`label/${label}/values`, parameters, signal);
    const kept = definition.regex ? values.filter((value) => new RegExp(definition.regex.replace(/^\/|\/$/g, "")).test(value)) : values;
    return kept.toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  },
  custom: async (definition) => splitList(definition.query),
  interval: async (definition) => splitList(definition.query),
  constant: async (definition) => [String(definition.query)],
  datasource: async () => ["prometheus"],
};

/** The types of variable that are understood. */
export const SUPPORTED_VARIABLES = Object.keys(SOURCES);

function splitList(text) {
  return String(text ?? "").split(",").map((option) => option.trim()).filter(Boolean);
}

function choose(definition, options, asked) {
  const spelled = asked?.map((value) => (value === "All" && definition.includeAll ? ALL : value));
  if (spelled?.length) return spelled;
  const current = [definition.current?.value ?? []].flat().filter((value) => value !== "");
  if (current.length > 0) return current;
  return definition.includeAll ? [ALL] : options.slice(0, 1);
}

/** Gives the control of one variable; `onchoose` hears the new choice. */
export function renderVariable(variable, onchoose) {
  if (variable.hide === 2 || variable.type === "datasource" || variable.type === "constant") return null;
  const label = variable.label || variable.name;
  const offered = variable.includeAll ? [ALL, ...variable.options] : variable.options;
  const words = (value) => (value === ALL ? "All" : value);
  const summary = h("summary", { "aria-label": `${label}: ${variable.chosen.map(words).join(", ")}` },
    h("span", { class: "control-label" }, label),
    h("span", { class: "control-value" }, variable.chosen.map(words).join(" + ")),
    icon("chevron"));
  const type = variable.multi ? "checkbox" : "radio";
  const list = h("div", { class: "menu", role: "group", "aria-label": label },
    offered.map((value) => h("label", { class: "menu-item" },
      h("input", {
        type, name: `variable-${variable.name}`, checked: variable.chosen.includes(value),
        onchange: (event) => onchoose(toggle(variable, value, event.target.checked)),
      }),
      h("span", {}, words(value)))),
    variable.options.length === 0 && h("p", { class: "quiet" }, "No values in this range."));
  return h("details", { class: "control variable", "data-variable": variable.name }, summary, list);
}

function toggle(variable, value, checked) {
  if (!variable.multi || value === ALL) return [value];
  const rest = variable.chosen.filter((one) => one !== value && one !== ALL);
  const chosen = checked ? [...rest, value] : rest;
  if (chosen.length > 0) return chosen;
  return variable.includeAll ? [ALL] : variable.options.slice(0, 1);
}
