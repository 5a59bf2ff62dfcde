/** The looks of a table's cells. */

import { h } from "/static/dom.js";
import { fade, inkOn, readable, resolveColor } from "/static/viewer/colors.js";

const LOOKS = {
  auto: (content) => content,
  "color-text": (content, { color }) => (color ? h("span", { style: { color: readable(color) } }, content) : content),
  "color-background": (content, { color }, config) => {
    if (!color) return content;
    const gentle = config.custom.cellOptions.mode !== "basic";
    return h("span", { class: "cell-tint", style: gentle
      ? { color: readable(color), "background-color": fade(color, 0.16) }
      : { color: inkOn(color), "background-color": color } }, content);
  },
  gauge: (content, { number, color }, config, field) => {
    const numbers = field.values.filter((one) => typeof one === "number" && Number.isFinite(one));
    const { min = Math.min(0, ...numbers), max = Math.max(...numbers, 0) || 1 } = config;
    const part = Math.min(1, Math.max(0, ((number ?? min) - min) / (max - min || 1)));
    return h("span", { class: "cell-gauge" },
      h("span", { class: "bar-track" }, h("span", { class: "bar-fill", style: { "--part": part, "--bar": color ?? resolveColor("green") } })),
      h("span", { class: "cell-number" }, content));
  },
  "json-view": (content) => h("code", {}, content),
  pill: (content, { color }) => h("span", { class: "chip", style: { "background-color": color ? fade(color, 0.2) : null } }, content),
  "data-links": (content) => content,
};

/** The ways to show a cell that are understood. */
export const SUPPORTED_CELLS = Object.keys(LOOKS);

/** Gives a cell's content in the look that its field asks for. */
export function dressCell(content, shown, config, field) {
  const look = LOOKS[config.custom?.cellOptions?.type ?? "auto"] ?? LOOKS.auto;
  return look(content, shown, config, field);
}
