/** Parts of a rule as the pages show them: its channels, its proof. */

import { h } from "/static/dom.js";
import { writeMoment } from "/static/durations.js";
import { CHANNELS } from "/static/pages/notification-list.js";

const PROOFS = {
  proven: ["✓", "proven", "good"],
  refuted: ["◆", "refuted", "bad"],
  not_proven: ["▲", "not proven", "odd"],
  unknown: ["–", "not proven yet", "quiet"],
};

/** Gives the channels that an alert's stops tell people by. */
export function renderChannels(stops) {
  const channels = [...new Set(stops.flatMap((stop) => stop.channels))];
  if (channels.length === 0) return h("span", { class: "quiet" }, "dashboards only");
  return channels.map((channel) => CHANNELS[channel] ?? channel).join(", ");
}

/** Gives an alert's proof as a mark and its words. */
export function renderProof({ state, reason, at }) {
  const [mark, words, look] = PROOFS[state] ?? PROOFS.unknown;
  const when = at ? ` (${writeMoment(at)})` : "";
  return h("span", { class: look, title: `${reason || words}${when}` }, h("span", { "aria-hidden": "true" }, `${mark} `), words);
}
