/** The page where an alert's limit is moved over its own history. */

import { getJson } from "/static/api.js";
import { h, svg } from "/static/dom.js";
import { writeDuration, writeMoment } from "/static/durations.js";
import { renderCopyable } from "/static/pages/copyable.js";
import { renderNote, startShell } from "/static/shell.js";

const [WIDTH, HEIGHT] = [1000, 160];
const WEEK = 604_800;
const PAUSE = 300;
const get = (id) => document.getElementById(id);
const [alert, days, progress, limit, hold] = ["alert", "days", "progress", "limit", "hold"].map(get);
const address = new URL(location.href);
let study = null;
let leaving = new AbortController();
let timer = 0;

startShell();
addEventListener("pagehide", () => leaving.abort());
try {
  const found = await getJson("/api/tune");
  const asked = (key, choices, usual) => (choices.includes(address.searchParams.get(key)) ? address.searchParams.get(key) : usual);
  alert.append(...found.alerts.map(({ name, title }) => h("option", { value: name }, `${name}: ${title}`)));
  days.append(...found.days.map((one) => h("option", { value: one }, `${one} days`)));
  alert.value = asked("alert", found.alerts.map(({ name }) => name), found.alerts[0]?.name);
  days.value = asked("days", found.days.map(String), "30");
  for (const one of [alert, days]) one.addEventListener("change", load);
  for (const one of [limit, hold]) one.addEventListener("input", show);
  for (const one of ["present", "advice"]) get(one).addEventListener("click", () => choose(study[one]));
  if (found.alerts.length > 0) load();
  else progress.replaceChildren(renderNote("Nothing to tune", "The spec has no alert with one limit."));
} catch (error) {
  fail(error);
}

function fail(error) {
  if (error.name !== "AbortError") progress.replaceChildren(renderNote("It cannot be tried out", error.message, "failed"));
}

async function load() {
  leaving.abort();
  const own = leaving = new AbortController();
  for (const one of [alert, days]) address.searchParams.set(one.id, one.value);
  history.replaceState(null, "", address);
  get("study").hidden = true;
  progress.replaceChildren();
  try {
    const answer = await fetch(`/api/tune/${alert.value}?days=${days.value}`, { signal: own.signal });
    let rest = "";
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const line of lines) take(JSON.parse(line));
    }
  } catch (error) {
    if (!own.signal.aborted) fail(error);
  }
}

function take({ progress: done, error, study: found }) {
  if (error) return fail(new Error(error));
  if (done) return progress.replaceChildren(h("progress", { max: done.of, value: done.step, "aria-label": "Study" }), ` ${done.words} …`);
  study = found;
  progress.replaceChildren();
  get("study").hidden = false;
  get("setting-title").replaceChildren(`${study.alert} fires ${study.is_below ? "below" : "above"} a limit`, h("a", { href: `/alerts/${study.alert}` }, "The alert"));
  limit.max = study.limits.length - 1;
  hold.max = study.holds.length - 1;
  get("advice").hidden = !study.advice;
  get("reason").textContent = [
    !study.advice && `No recommendation: ${study.reason}.`,
    study.step > study.interval && `Looked at every ${writeDuration(study.step)}; the rule is evaluated every ${writeDuration(study.interval)}.`,
    !study.is_truth_known && "The server could not say when something was wrong.",
    !study.is_guarded && "What it asks for besides has no history here, so the limit was tried alone.",
  ].filter(Boolean).join(" ");
  get("incident-count").textContent = study.incident_count;
  choose(study.present);
}

function choose([first, second]) {
  limit.value = first;
  hold.value = second;
  show();
}

function show() {
  const place = [Number(limit.value), Number(hold.value)];
  const words = [`${study.is_below ? "<" : ">"} ${study.limit_words[place[0]]}`, writeDuration(study.holds[place[1]])];
  [limit, hold].forEach((one, index) => {
    one.setAttribute("aria-valuetext", words[index]);
    one.nextElementSibling.textContent = words[index];
  });
  const [now, then] = [study.present, place].map(([first, second]) => study.outcomes[first][second]);
  get("outcome").textContent = `${words.join(" for ")}: ${then.found} of ${study.incident_count} incidents found, ${perWeek(then)} pages a week.`;
  renderTable("scores", ["", "Pages a week", "Right (precision)", "Incidents found (recall)", "Median delay"], [["Chosen", then], ["Now", now]].map(([name, one]) => [name,
    perWeek(one), share(one.right, one.episodes), share(one.found, study.incident_count), one.delay === null ? "–" : writeDuration(one.delay)]));
  renderTable("incidents", ["Began", "Lasted", "Service", "Chosen", "Now"], study.incidents.map(({ start, end, service }, index) => [
    writeMoment(start), writeDuration(end - start), service || "any", ...[then, now].map(({ caught }) => mark(caught[index] === "1"))]));
  get("curve").replaceChildren(draw(study.limits[place[0]], then));
  clearTimeout(timer);
  timer = setTimeout(() => propose(place), PAUSE);
}

function perWeek({ episodes }) {
  return (episodes * WEEK / (study.end - study.start)).toFixed(1);
}

function share(some, all) {
  return all === 0 ? "none" : `${Math.round(100 * some / all)}% (${some} of ${all})`;
}

function mark(isFound) {
  return h("span", { class: isFound ? "good" : "bad" }, isFound ? "✓ found" : "✗ missed");
}

function renderTable(id, heads, rows) {
  get(id).replaceChildren(rows.length === 0 ? h("p", { class: "quiet nothing" }, "No objective burnt its budget 14.4 times too fast.")
    : h("div", { class: "box scroll", tabindex: "0", role: "region", "aria-label": id }, h("table", { class: "facts" },
      h("thead", {}, h("tr", {}, heads.map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, rows.map(([first, ...cells]) => h("tr", {}, h("th", { scope: "row" }, first), cells.map((cell) => h("td", {}, cell))))))));
}

function draw(chosen, { caught }) {
  const known = [chosen, ...study.curve.filter((one) => one !== null)];
  const [low, high] = [Math.min(0, ...known), Math.max(...known)];
  const y = (number) => HEIGHT - (HEIGHT - 4) * (number - low) / (high - low || 1) - 2;
  const x = (time) => WIDTH * (time - study.start) / (study.end - study.start);
  const path = study.curve.map((one, index) => (one === null ? "" : `${(study.curve[index - 1] ?? null) === null ? "M" : "L"}${WIDTH * (index + 0.5) / study.curve.length} ${y(one)}`)).join("");
  return svg("svg", { class: "tuned", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": "The measured number over time, the limit, and the incidents" },
    study.incidents.map(({ start, end }, index) => svg("rect", { class: caught[index] === "1" ? "found" : "missed", x: x(start), width: Math.max(2, x(end) - x(start)), y: caught[index] === "1" ? 0 : HEIGHT / 2, height: HEIGHT })),
    svg("path", { d: path }), svg("line", { x1: 0, x2: WIDTH, y1: y(chosen), y2: y(chosen) }));
}

async function propose([first, second]) {
  try {
    const { diff } = await getJson(`/api/tune/${study.alert}/change?limit=${study.limits[first]}&for=${study.holds[second]}`, leaving.signal);
    get("change").replaceChildren(diff ? renderCopyable(diff) : h("p", { class: "quiet nothing" }, "This is what the spec says already."));
  } catch (error) {
    if (error.name !== "AbortError") get("change").replaceChildren(renderNote("There is no diff", error.message));
  }
}
