// Invocations as they happen; one opened, replayed, compared.

import { $, address, ask, attempt, block, clock, facts, kind, make, pretty, say } from "./page.js";
import { chain, waterfall } from "./calls.js";
import { logLine } from "./loglines.js";
import { MOST_KEPT, invocations, listen } from "./stream.js";
import { savedEvent } from "./saved.js";

const PAGE = 200;
const drawn = new Map();
let most = PAGE;
let opened;
let shown;
let scheduled = false;

export function prepare() {
  listen((changed) => {
    const ended = shown?.status === "running" && changed.some((row) => row.number === opened && row.status !== "running");
    if (ended) attempt(() => open(opened));
    schedule();
  });
  $("invocations-filter").addEventListener("input", schedule);
  $("invocations-more").addEventListener("click", () => { most += PAGE; schedule(); });
  $("view-invocations").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened && event.target.id !== "invocations-filter") location.hash = "#invocations";
  });
}

export async function show(number) {
  if (!number) {
    close();
    return;
  }
  await open(Number(number));
  $("invocation").querySelector("h3").focus({ preventScroll: true });
  for (const seen of [link(opened), $("invocation").querySelector(".heading")]) seen?.scrollIntoView({ block: "nearest" });
}

function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    draw();
  });
}

const link = (number) => document.querySelector(`#invocations-rows a[href="#invocations/${number}"]`);

function draw() {
  const wanted = $("invocations-filter").value.toLowerCase();
  const all = invocations();
  const found = all.filter((row) => `${row.function} ${row.what} ${row.status} ${row.requestId} ${row.traceId}`.toLowerCase().includes(wanted));
  $("invocations-empty").hidden = all.length > 0;
  say("invocations-count", found.length === all.length ? `${all.length} kept` : `${found.length} of ${all.length}`);
  $("invocations-more").hidden = found.length <= most;
  let place = $("invocations-rows").firstChild;
  for (const row of found.slice(0, most)) {
    const now = line(row);
    if (now === place) place = place.nextSibling;
    else $("invocations-rows").insertBefore(now, place);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

const milliseconds = (value) => (value === undefined ? "" : `${value} ms`);
const memory = (row) => (row.maxMemoryUsedMb === undefined ? "" : `${row.maxMemoryUsedMb} of ${row.memorySizeMb} MB`);

function begin(row) {
  if (row.initMs !== undefined) return `cold, ${row.initMs} ms`;
  return row.durationMs === undefined ? "" : "warm";
}

/** Give a row's line; what has not changed is not made again. */
function line(row) {
  if (drawn.size > 2 * MOST_KEPT) drawn.clear();
  const known = drawn.get(row.number);
  const made = known?.made ?? make("tr");
  if (known?.row !== row) {
    made.replaceChildren(...cells(row));
    drawn.set(row.number, { row, made });
  }
  made.ariaCurrent = row.number === opened ? "true" : null;
  return made;
}

function cells(row) {
  return [
    make("td", { class: "time" }, clock(row.time * 1000)),
    make("td", { class: "request" }, make("a", { href: address("invocations", row.number) }, row.what || row.function)),
    make("td", { class: "minor" }, row.function),
    make("td", { class: `status ${kind(row.status)}` }, row.status),
    make("td", { class: "number" }, milliseconds(row.durationMs)),
    make("td", { class: "number minor" }, milliseconds(row.billedMs)),
    make("td", { class: "number minor" }, memory(row)),
    make("td", { class: row.initMs === undefined ? "minor hint" : "minor" }, begin(row)),
  ];
}

function close() {
  const before = link(opened);
  opened = shown = undefined;
  $("invocation").hidden = true;
  before?.focus();
  schedule();
}

async function open(number) {
  opened = number;
  let found;
  try {
    found = await ask(`invocations/${number}`);
  } catch (error) {
    if (opened === number) close();
    throw error;
  }
  if (opened !== number) return;
  shown = found;
  $("invocation").replaceChildren(...details(found));
  $("invocation").hidden = false;
  draw();
}

function details(found) {
  const result = found.functionError ? failure(found.result) : found.status === "running" ? [] : block("Result", pretty(found.result));
  return [
    make("div", { class: "heading" }, make("h3", { tabindex: -1 }, found.what || found.function),
      make("span", { class: "buttons" }, make("button", { type: "button", class: "primary", onclick: (event) => replay(found, event.target) }, "Replay"),
        make("a", { class: "button", href: "#invocations" }, "Close"))),
    make("div", { id: "replayed" }),
    make("div", { class: "columns narrow-left" },
      facts([["Status", make("span", { class: `status ${kind(found.status)}` }, found.status)], ["Function", found.function],
        ["Time", new Date(found.time * 1000).toLocaleString()], ["Duration", milliseconds(found.durationMs)], ["Billed", milliseconds(found.billedMs)],
        ["Memory", memory(found)], ["Start", begin(found)], ["Request id", found.requestId], ["Trace id", found.traceId], ["Same trace", chain(found, invocations())]]),
      make("div", {}, ...result, ...waterfall(found.calls, found.durationMs), ...(found.log ? [make("h3", {}, "Log"), make("div", { class: "log lines" }, ...found.log.split("\n").map((one) => logLine(one)))] : []),
        make("details", {}, make("summary", {}, "Event"), ...savedEvent(found.event)))),
  ];
}

function failure(error) {
  const trace = [error.stackTrace, error.trace].find(Array.isArray);
  return [
    make("p", { class: "notice", id: "failure" }, `${error.errorType ? `${error.errorType}: ` : ""}${error.errorMessage ?? pretty(error)}`),
    ...(trace?.length ? block("Stack trace", trace.map((one) => String(one).trimEnd()).join("\n")) : []),
  ];
}

/** Send the same event to the code as it is now, and set both results side by side. */
async function replay(before, button) {
  button.disabled = true;
  await attempt(async () => {
    const after = await ask(`invocations/${before.number}/replay`, { method: "POST" });
    const rows = await ask(`invocations/${before.number}/comparison/${after.number}`);
    if (shown === before) $("replayed").replaceChildren(...comparison(before, after, rows), ...missing(after.missing));
  });
  button.disabled = false;
}

function missing(places) {
  if (!places?.length) return [];
  return [make("p", { class: "notice" }, `Secrets are not kept over a restart; the event was sent without ${places.join(", ")}.`)];
}

function comparison(before, after, rows) {
  const changed = rows.some((one) => !["equal", "skip"].includes(one.tag));
  const head = (when, one) => make("th", { scope: "col" }, `${when}: `, make("span", { class: `status ${kind(one.status)}` }, one.status), ` ${milliseconds(one.durationMs)}`);
  const side = (tag, text, mark) => make("td", { class: text === null ? "" : tag === "skip" ? "hint" : tag === "equal" ? "" : mark }, text ?? "");
  return [
    make("h3", { role: "status" }, changed ? "Replayed: the results differ" : "Replayed: the results are the same"),
    make("table", { class: "diff", "aria-label": "Both results" },
      make("thead", {}, make("tr", {}, head("Then", before), head("Now", after))),
      make("tbody", {}, ...rows.map(({ tag, left, right }) => make("tr", {}, side(tag, left, "delete"), side(tag, right, "insert"))))),
    make("p", { class: "hint" }, make("a", { href: address("invocations", after.number) }, "Open the replayed one")),
  ];
}
