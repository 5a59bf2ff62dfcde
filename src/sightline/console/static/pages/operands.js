/** An expression's operands as a tree, each with what it is now. */

import { h } from "/static/dom.js";
import { formatDigits } from "/static/viewer/format.js";

const WORDS = { and: "both", or: "either", unless: "the first without the second" };

/** Gives one operand, and below it what it is made of, as a list item. */
export function renderOperand(operand) {
  const { kind, text, sign, parts, readings, count, holds, problem } = operand;
  return h("li", { class: `operand operand-${kind}`, "data-holds": holds === null ? null : String(holds) },
    h("div", { class: "operand-head" },
      holds !== null && h("span", { class: holds ? "holds" : "fails", title: holds ? "This holds" : "This does not hold" }, holds ? "✓ holds" : "✕ does not hold"),
      h("code", {}, isBranch(kind) ? describe(kind, sign) : text),
      problem ? h("span", { class: "bad" }, problem) : kind !== "limit" && renderReadings(readings, count)),
    kind === "recorded" && h("p", { class: "quiet" }, "recorded from"),
    parts.length > 0 && h("ul", {}, parts.map(renderOperand)));
}

const isBranch = (kind) => ["connective", "comparison", "arithmetic"].includes(kind);

function describe(kind, sign) {
  return kind === "connective" ? `${sign} (${WORDS[sign] ?? sign})` : sign;
}

function renderReadings(readings, count) {
  if (count === 0) return h("span", { class: "quiet" }, "no result");
  const one = readings.length === 1 && count === 1;
  return h("span", { class: "readings" },
    readings.map(({ labels, number }) => h("span", { class: "reading", "data-value": number },
      h("strong", {}, number === null ? "not a number" : formatDigits(number)),
      !one && h("span", { class: "quiet" }, writeLabels(labels)))),
    count > readings.length && h("span", { class: "quiet" }, `and ${count - readings.length} more`));
}

function writeLabels(labels) {
  return Object.entries(labels).map(([label, text]) => `${label}=${text}`).join(" ");
}

/** Gives the first comparison of a measure with a number, or null. */
export function findComparison({ kind, sign, parts }) {
  if (kind === "comparison") {
    const limit = parts.find((part) => part.kind === "limit");
    const measured = parts.find((part) => part.kind !== "limit");
    const number = Number(limit?.text);
    if (measured && Number.isFinite(number)) return { text: measured.text, sign, limit: number };
  }
  if (kind === "recorded") return null;
  for (const part of parts) {
    const found = findComparison(part);
    if (found) return found;
  }
  return null;
}
