// What was invoked, as the server tells it for as long as the page is seen.

import { $, say } from "./page.js";

export const MOST_KEPT = 1000;
const AGAIN_MS = 1000;
const rows = new Map();
let source;
let stack;
let arrived;

/** Is kept as soon as the list is there. */
export const ready = new Promise((resolve) => { arrived = resolve; });

/** Give what is known, the latest first. */
export const invocations = () => [...rows.values()].sort((a, b) => b.number - a.number);

/** Listen while the page is seen: a browser has six connections for all its tabs. */
export function listen(changed) {
  document.addEventListener("visibilitychange", () => connect(changed));
  connect(changed);
}

function connect(changed) {
  source?.close();
  if (document.hidden) return;
  const opened = new EventSource("/_local/invocations/stream");
  source = opened;
  opened.addEventListener("open", () => tell("live", true));
  opened.addEventListener("error", () => {
    tell("reconnecting", false);
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => { if (source === opened) connect(changed); }, AGAIN_MS);
  });
  opened.addEventListener("all", (event) => {
    rows.clear();
    take(event, changed);
    arrived();
    if (stack !== undefined && stack !== event.lastEventId) document.dispatchEvent(new Event("stackchange"));
    stack = event.lastEventId;
  });
  opened.addEventListener("some", (event) => take(event, changed));
}

function take(event, changed) {
  const found = JSON.parse(event.data);
  for (const row of found) rows.set(row.number, row);
  for (const { number } of invocations().slice(MOST_KEPT)) rows.delete(number);
  changed(found);
}

function tell(text, live) {
  say("connection", text);
  $("connection").classList.toggle("live", live);
}
