/**
 * Markdown as elements. Every piece of text becomes a text node, so markup inside it
 * stays text: there is nothing to sanitise afterwards.
 */

import { h, safeUrl } from "/static/dom.js";

const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\b_([^_]+)_\b|\[([^\]]*)\]\(([^()\s]+)\)|<?(https?:\/\/[^\s<>)]+)>?/;

/**
 * Gives the elements of a markdown text, in order.
 *
 * @param {function(string): string|null} findAddress where a link leads; null: nowhere.
 */
export function renderMarkdown(source, findAddress = safeUrl) {
  const elements = renderBlocks(source.replaceAll("\r\n", "\n").split("\n"));
  for (const link of elements.flatMap((element) => [...element.querySelectorAll("a")])) {
    const address = findAddress(link.getAttribute("href"));
    if (address === null) link.replaceWith(...link.childNodes);
    else link.href = address;
  }
  return elements;
}

const BLOCKS = [
  [/^\s*$/, (lines) => [1, null]],
  [/^```/, renderFence],
  [/^(#{1,6})\s+/, renderHeading],
  [/^\s*(?:-{3,}|\*{3,})\s*$/, () => [1, h("hr")]],
  [/^>\s?/, renderQuote],
  [/^\s*(?:[-*+]|\d+[.)])\s+/, renderList],
  [/^\s*\|.*\|\s*$/, renderTable],
];

function renderBlocks(lines) {
  const elements = [];
  for (let at = 0; at < lines.length; ) {
    const rest = lines.slice(at);
    const [, render] = BLOCKS.find(([pattern]) => pattern.test(rest[0])) ?? [null, renderParagraph];
    const [used, element] = render(rest);
    if (element) elements.push(element);
    at += used;
  }
  return elements;
}

function startsBlock(line) {
  return BLOCKS.some(([pattern]) => pattern.test(line));
}

function renderParagraph(lines) {
  const end = lines.findIndex((line, index) => index > 0 && startsBlock(line));
  const taken = end < 0 ? lines : lines.slice(0, end);
  return [taken.length, h("p", {}, renderInline(taken.join("\n")))];
}

function renderFence(lines) {
  const end = lines.findIndex((line, index) => index > 0 && /^```\s*$/.test(line));
  const last = end < 0 ? lines.length : end;
  const code = h("code", {}, lines.slice(1, last).join("\n"));
  return [last + 1, h("pre", { tabindex: "0" }, code)];
}

function renderHeading(lines) {
  const [, marks, text] = lines[0].match(/^(#{1,6})\s+(.*?)\s*#*$/);
  const slug = text.toLowerCase().replace(/[^\w]+/g, "-");
  return [1, h(`h${marks.length}`, { id: slug }, renderInline(text))];
}

function renderQuote(lines) {
  const end = lines.findIndex((line) => !/^>/.test(line));
  const taken = end < 0 ? lines : lines.slice(0, end);
  const inner = taken.map((line) => line.replace(/^>\s?/, ""));
  return [taken.length, h("blockquote", {}, renderBlocks(inner))];
}

// An item owns the indented lines below it: nested lists, paragraphs and code.
function renderList(lines) {
  const marker = /^(\s*)([-*+]|\d+[.)])(\s+)(.*)$/;
  const [, indent, bullet] = lines[0].match(marker);
  const items = [];
  let at = 0;
  for (; at < lines.length; at += 1) {
    const match = lines[at].match(marker);
    if (match && match[1].length === indent.length) items.push([match[4]]);
    else if (/^\s+\S/.test(lines[at]) && lines[at].search(/\S/) > indent.length)
      items.at(-1).push(lines[at].slice(indent.length + bullet.length + 1));
    else if (/^\s*$/.test(lines[at]) && continuesList(lines[at + 1], indent)) items.at(-1).push("");
    else break;
  }
  const name = /\d/.test(bullet) ? "ol" : "ul";
  return [at, h(name, {}, items.map((item) => h("li", {}, renderItem(item))))];
}

function continuesList(line, indent) {
  return line !== undefined && line.search(/\S/) > indent.length;
}

function renderItem(lines) {
  const [head, ...rest] = lines;
  const task = head.match(/^\[([ xX])\]\s+(.*)$/);
  const text = task ? [task[1] === " " ? "☐ " : "☑ ", ...renderInline(task[2])] : renderInline(head);
  return [...text, ...renderBlocks(rest.map((line) => line.replace(/^ {1,2}(?=\S)/, "")))];
}

function renderTable(lines) {
  const end = lines.findIndex((line) => !/^\s*\|/.test(line));
  const taken = end < 0 ? lines : lines.slice(0, end);
  const rows = taken.map((line) =>
    line.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
  const ruled = rows.length > 1 && rows[1].every((cell) => /^:?-+:?$/.test(cell));
  const body = ruled ? rows.slice(2) : rows;
  const cells = (name, row) => h("tr", {}, row.map((cell) => h(name, {}, renderInline(cell))));
  return [
    taken.length,
    h("table", {}, ruled && h("thead", {}, cells("th", rows[0])), h("tbody", {}, body.map((row) => cells("td", row)))),
  ];
}

function renderInline(text) {
  const pieces = [];
  let rest = text;
  for (let match = rest.match(INLINE); match; match = rest.match(INLINE)) {
    if (match.index > 0) pieces.push(rest.slice(0, match.index));
    pieces.push(renderSpan(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest) pieces.push(rest);
  return pieces;
}

function renderSpan([whole, code, strong, star, underscore, label, target, bare]) {
  if (code !== undefined) return h("code", {}, code);
  if (strong !== undefined) return h("strong", {}, renderInline(strong));
  if (star !== undefined) return h("em", {}, renderInline(star));
  if (underscore !== undefined) return h("em", {}, renderInline(underscore));
  const url = safeUrl(target ?? bare);
  if (url === null) return whole;
  return h("a", { href: url, rel: "noreferrer" }, label === undefined ? bare : renderInline(label));
}
