// The functions' log events, followed while one looks.

import { $, ask, attempt, clock, make } from "./page.js";
import { logLine } from "./loglines.js";

const LOOK_MS = 1000;
const OVERLAP_MS = 5000;
const MOST_LINES = 2000;
let shown = new Set();
let latest = 0;
let timer;
let several = false;

export function prepare() {
  for (const id of ["logs-function", "logs-since"]) $(id).addEventListener("change", () => attempt(restart));
  let typing;
  $("logs-filter").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => attempt(restart), 200);
  });
}

export async function enter() {
  timer = setInterval(() => { if ($("logs-follow").checked && !document.hidden) look().catch(() => {}); }, LOOK_MS);
  const { functions } = await ask("overview");
  several = functions.length > 1;
  const before = $("logs-function").value;
  $("logs-function").replaceChildren(make("option", { value: "" }, "all"), ...functions.map((one) => make("option", {}, one.logicalId)));
  if (functions.some((one) => one.logicalId === before)) $("logs-function").value = before;
}

/** Begin anew, with one function's lines if it is named. */
export async function show(name) {
  if (name) $("logs-function").value = name;
  await restart();
}

export function leave() {
  clearInterval(timer);
}

async function restart() {
  shown = new Set();
  latest = Date.now() - Number($("logs-since").value) * 1000;
  $("logs-lines").replaceChildren(make("p", { class: "hint" }, "No events in this time."));
  await look();
}

async function look() {
  const query = new URLSearchParams({ since: latest, function: $("logs-function").value, text: $("logs-filter").value });
  const known = shown;
  const events = (await ask(`logs?${query}`)).filter((event) => !known.has(event.id));
  if (!events.length || known !== shown) return;
  for (const event of events) shown.add(event.id);
  latest = Math.max(latest, events.at(-1).time - OVERLAP_MS);
  const lines = $("logs-lines");
  lines.querySelector("p")?.remove();
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  lines.append(...events.map(line));
  while (lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
  if (atEnd) lines.scrollTop = lines.scrollHeight;
}

function line(event) {
  return logLine(event.message, make("time", { title: `${event.function} ${event.stream}` }, clock(event.time)),
    several && make("span", { class: "function" }, event.function));
}
