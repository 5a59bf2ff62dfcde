/** The controls of variables. */

import { h, icon } from "/static/dom.js";
import { ALL } from "/static/viewer/variables.js";

const FILTERED_FROM = 12;
const MOST_OFFERED = 500;
const HIDDEN = 2;

/** Gives the control of one variable, or null; `onchoose` hears the new choice. */
export function renderVariable(variable, onchoose) {
  if (variable.hide === HIDDEN || ["datasource", "constant"].includes(variable.type) || !variable.texts) return null;
  const label = variable.label || variable.name;
  if (variable.type === "textbox") return renderTextBox(variable, label, onchoose);
  const words = (value) => (value === ALL ? "All" : (variable.texts.get(value) ?? value));
  const chosen = variable.chosen.map(words).join(" + ");
  return h("details", { class: "control variable", "data-variable": variable.name },
    h("summary", {},
      h("span", { class: variable.hide === 1 ? "hidden" : "control-label" }, label, h("span", { class: "hidden" }, ": ")),
      h("span", { class: "control-value" }, chosen),
      icon("chevron")),
    renderMenu(variable, label, words, onchoose));
}

function renderTextBox(variable, label, onchoose) {
  return h("label", { class: "control text-control" }, h("span", { class: "control-label" }, label),
    h("input", { value: variable.chosen[0] ?? "", "data-variable-text": variable.name, onchange: (event) => onchoose([event.target.value]) }));
}

function renderMenu(variable, label, words, onchoose) {
  const offered = variable.includeAll ? [ALL, ...variable.options] : variable.options;
  const items = offered.slice(0, MOST_OFFERED).map((value) => h("label", { class: "menu-item" },
    h("input", {
      type: variable.multi ? "checkbox" : "radio", name: `variable-${variable.name}`, checked: variable.chosen.includes(value),
      onchange: (event) => onchoose(toggle(variable, value, event.target.checked)),
    }),
    h("span", {}, words(value))));
  const filter = offered.length > FILTERED_FROM && h("input", {
    type: "search", class: "filter-input", placeholder: "Find", "aria-label": `Find ${label}`,
    oninput: (event) => {
      const wanted = event.target.value.toLowerCase();
      for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(wanted);
    },
  });
  return h("div", { class: "menu", role: "group", "aria-label": label },
    filter, items,
    offered.length > MOST_OFFERED && h("p", { class: "quiet" }, `and ${offered.length - MOST_OFFERED} more`),
    variable.options.length === 0 && h("p", { class: "quiet" }, "No values in this range."));
}

function toggle(variable, value, checked) {
  if (!variable.multi || value === ALL) return [value];
  const rest = variable.chosen.filter((one) => one !== value && one !== ALL);
  const chosen = checked ? [...rest, value] : rest;
  if (chosen.length > 0) return chosen;
  return variable.includeAll ? [ALL] : variable.options.slice(0, 1);
}
