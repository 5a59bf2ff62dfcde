/** Data links: addresses that carry what is shown where they stand. */

import { h, safeUrl } from "/static/dom.js";
import { interpolate } from "/static/viewer/interpolate.js";

/**
 * Gives a text as a link where the field has one, else the text itself.
 *
 * @param {object} place `{value, fields, labels, name, plan, variables}`: what a link's
 *   address may take along.
 */
export function renderLinked(links, text, place) {
  const [link] = links ?? [];
  const url = link && safeUrl(fillAddress(link.url ?? "", place));
  if (!url) return text;
  return h("a", { href: url, title: link.title || null, target: link.targetBlank ? "_blank" : null, rel: "noreferrer" }, text);
}

/** Gives a link's address with what it takes along, each part encoded. */
export function fillAddress(address, { value, fields = {}, labels = {}, name = "", plan, variables }) {
  const encode = (part) => encodeURIComponent(part ?? "");
  const own = address
    .replace(/\$\{__data\.fields(?:\.([\w-]+)|\["?(.+?)"?\])(?::\w+)?\}/g, (_, plain, quoted) => encode(fields[plain ?? quoted]))
    .replace(/\$\{__(?:field|series)\.labels\.([\w]+)\}/g, (_, label) => encode(labels[label]))
    .replace(/\$\{__(?:field|series)\.name\}/g, () => encode(name))
    .replace(/\$\{__value\.text\}/g, () => encode(value?.text))
    .replace(/\$\{__value\.(?:raw|numeric)\}/g, () => encode(value?.number))
    .replace(/\$\{?__url_time_range\}?/g, () => (plan ? `from=${Math.round(plan.from * 1000)}&to=${Math.round(plan.at * 1000)}` : ""))
    .replace(/\$\{?__all_variables\}?/g, () => [...variables].flatMap(([key, { chosen }]) => chosen.map((one) => `var-${encode(key)}=${encode(one)}`)).join("&"));
  return interpolate(own, plan ?? {}, variables, "url");
}
