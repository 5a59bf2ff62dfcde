/** Dashboard variables: where their options come from, and what is chosen of them. */

import { askPrometheus, getPrometheus } from "/static/api.js";
import { interpolate } from "/static/viewer/interpolate.js";
import { readPattern } from "/static/viewer/patterns.js";
import { parseInterval } from "/static/viewer/time.js";

/** The word in addresses for every option at once. */
export const ALL = "$__all";
const AUTO = "$__auto_interval_";
const EVERY_RANGE = 2; // Grafana's word for "ask again when the range changes"
const SCRAPES = 60;

// Options that need not be asked for again, by what was asked.
const kept = new Map();

/**
 * Loads the options of every variable and joins them with what the address chose.
 *
 * A variable waits for those that its own query names.
 *
 * @returns {Promise<{variables: Map<string, object>, problems: string[]}>}
 */
export async function loadVariables(dashboard, state, range, signal) {
  const definitions = (dashboard.templating?.list ?? []).filter(({ name }) => name);
  const byName = new Map(definitions.map((one) => [one.name, one]));
  const loading = new Map();
  const problems = [];
  const load = (definition, path) => {
    if (!loading.has(definition.name)) loading.set(definition.name, loadOne(definition, path));
    return loading.get(definition.name);
  };
  const loadOne = async (definition, path) => {
    const needed = findReferences(definition).filter((name) => byName.has(name) && !path.includes(name));
    const above = await Promise.all(needed.map((name) => load(byName.get(name), [...path, definition.name])));
    const known = new Map(above.map((one) => [one.name, one]));
    const { options, texts, problem } = await readOptions(definition, range, known, signal);
    if (problem) problems.push(problem);
    return { ...definition, options, texts, chosen: choose(definition, options, state.variables.get(definition.name), range) };
  };
  const loaded = await Promise.all(definitions.map((definition) => load(definition, [definition.name])));
  return { variables: new Map(loaded.map((one) => [one.name, one])), problems };
}

function findReferences({ name, query, regex = "" }) {
  const text = `${typeof query === "string" ? query : (query?.query ?? "")} ${regex}`;
  return [...text.matchAll(/\$\{?(\w+)|\[\[(\w+)/g)].map(([, bare, square]) => bare ?? square).filter((one) => one !== name);
}

async function readOptions(definition, range, known, signal) {
  const read = SOURCES[definition.type];
  if (!read) return { options: [], texts: new Map(), problem: `the variable "${definition.name}" has the type ${definition.type}, which is not supported here` };
  const plan = { range: range.to - range.from, from: range.from, at: range.to, step: SCRAPES, rateInterval: 4 * SCRAPES };
  const query = interpolate(typeof definition.query === "string" ? definition.query : (definition.query?.query ?? ""), plan, known);
  const key = JSON.stringify([definition.type, query, definition.regex, definition.refresh === EVERY_RANGE ? range : null]);
  try {
    if (!kept.has(key)) {
      if (kept.size > 200) kept.clear();
      kept.set(key, await read({ ...definition, query }, range, signal));
    }
    return kept.get(key);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { options: [], texts: new Map(), problem: `the options of "${definition.name}": ${error.message}` };
  }
}

const plain = (options) => ({ options, texts: new Map() });

const SOURCES = {
  query: async (definition, range, signal) => {
    const found = await askOptions(definition.query, range, signal);
    return sortOptions(filterOptions(found, definition.regex), definition.sort);
  },
  custom: async ({ query }) => {
    const pairs = splitList(query).map((one) => one.match(/^(.*?[^\\])\s:\s(.*)$/)?.slice(1) ?? [one, one]);
    return { options: pairs.map(([, value]) => value), texts: new Map(pairs.map(([text, value]) => [value, text])) };
  },
  interval: async (definition) => {
    const options = splitList(definition.query);
    return definition.auto ? { options: [AUTO + definition.name, ...options], texts: new Map([[AUTO + definition.name, "auto"]]) } : plain(options);
  },
  constant: async ({ query }) => plain([String(query)]),
  textbox: async ({ query }) => plain(query ? [String(query)] : []),
  datasource: async () => plain(["prometheus"]),
};

/** The types of variable that are understood. */
export const SUPPORTED_VARIABLES = Object.keys(SOURCES);

async function askOptions(query, { from, to }, signal) {
  const range = { start: from, end: to };
  const values = query.match(/^\s*label_values\(\s*(?:(.+?)\s*,\s*)?([\w.]+)\s*\)\s*$/s);
  if (values) {
    const [, selector, label] = values;
    return getPrometheus(`label/${label}/values`, { ...range, ...(selector && { "match[]": selector }) }, signal);
  }
  const names = query.match(/^\s*label_names\(\s*(.*?)\s*\)\s*$/s);
  if (names) return getPrometheus("labels", { ...range, ...(names[1] && { "match[]": names[1] }) }, signal);
  const metrics = query.match(/^\s*metrics\(\s*(.*?)\s*\)\s*$/s);
  if (metrics) return (await getPrometheus("label/__name__/values", range, signal)).filter((name) => readPattern(metrics[1]).test(name));
  const result = query.match(/^\s*query_result\(\s*(.*)\s*\)\s*$/s);
  if (!result && query.trim() === "") return [];
  return writeResult(await askPrometheus("query", { query: result?.[1] ?? query, time: to }, signal));
}

function writeResult({ result: { resultType, result } }) {
  if (resultType !== "vector") return [];
  return result.map(({ metric: { __name__: name = "", ...labels }, value: [time, number] }) =>
    `${name}{${Object.entries(labels).map(([label, text]) => `${label}="${text}"`).join(",")}} ${number} ${Math.round(time * 1000)}`);
}

// A pattern keeps what fits, or the group that it marks; groups may be named.
function filterOptions(found, regex) {
  if (!regex) return plain([...new Set(found)]);
  const pattern = readPattern(regex);
  const texts = new Map();
  const options = found.flatMap((one) => {
    const match = one.match(pattern);
    if (!match) return [];
    const value = match.groups?.value ?? match.groups?.text ?? match[1] ?? match[0];
    if (match.groups?.text) texts.set(value, match.groups.text);
    return [value];
  });
  return { options: [...new Set(options)], texts };
}

function sortOptions({ options, texts }, sort = 0) {
  const text = (one) => texts.get(one) ?? one;
  const number = (one) => Number(one.match(/-?\d+(\.\d+)?/)?.[0] ?? Infinity);
  const orders = [null, (a, b) => (text(a) < text(b) ? -1 : 1), (a, b) => number(a) - number(b), (a, b) => text(a).localeCompare(text(b), undefined, { sensitivity: "base" }), (a, b) => text(a).localeCompare(text(b), undefined, { numeric: true })];
  const order = orders[Math.ceil(sort / 2)];
  if (!order) return { options, texts };
  const sorted = options.toSorted(order);
  return { options: sort % 2 === 0 ? sorted.toReversed() : sorted, texts };
}

function splitList(text) {
  return String(text ?? "").split(/(?<!\\),/).map((option) => option.trim().replaceAll("\\,", ",")).filter(Boolean);
}

function choose(definition, options, asked, range) {
  const spelled = asked?.map((value) => (value === "All" && definition.includeAll ? ALL : value));
  const chosen = spelled?.length ? spelled : standing(definition, options);
  return chosen.map((value) => (value.startsWith(AUTO) ? autoInterval(definition, range) : value));
}

// What the dashboard was saved with, as far as it still exists.
function standing({ current, includeAll, type, query }, options) {
  const saved = [current?.value ?? []].flat().filter((value) => value !== "" && value !== null).map(String);
  if (type === "textbox" || type === "constant") return saved.length > 0 ? saved : [String(query ?? "")];
  const living = saved.filter((value) => options.includes(value) || (value === ALL && includeAll));
  if (living.length > 0) return living;
  return includeAll ? [ALL] : options.slice(0, 1);
}

const AUTO_STEPS = ["1s", "5s", "10s", "30s", "1m", "5m", "10m", "30m", "1h", "6h", "12h", "1d", "7d", "30d"];

function autoInterval({ auto_count: count = 30, auto_min: least = "10s" }, { from, to }) {
  const wanted = Math.max((to - from) / (Number(count) || 30), parseInterval(least));
  return AUTO_STEPS.find((step) => parseInterval(step) >= wanted) ?? "30d";
}
