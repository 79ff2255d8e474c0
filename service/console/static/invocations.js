// Invocations as they happen; one opened, replayed, compared.

import { $, ask, attempt, block, clock, facts, make, pretty } from "./page.js";
import { savedEvent } from "./test.js";

const MOST_SHOWN = 200;
const rows = new Map();
let opened;
let scheduled = false;

/** Give what is known, the latest first. */
export const invocations = () => [...rows.values()].sort((a, b) => b.number - a.number);

export function follow() {
  const source = new EventSource("/_local/invocations/stream");
  const say = (text, live) => {
    $("connection").textContent = text;
    $("connection").classList.toggle("live", live);
  };
  const take = (event) => {
    for (const row of JSON.parse(event.data)) {
      rows.set(row.number, row);
      if (row.number === opened && row.status !== "running") attempt(() => open(row.number));
    }
    document.dispatchEvent(new CustomEvent("invoked"));
    schedule();
  };
  source.addEventListener("open", () => say("live", true));
  source.addEventListener("error", () => say("reconnecting", false));
  source.addEventListener("all", (event) => {
    rows.clear();
    take(event);
  });
  source.addEventListener("some", take);
}

export function prepare() {
  $("invocations-filter").addEventListener("input", schedule);
}

export async function enter(number) {
  draw();
  if (number) await open(Number(number));
  else close();
}

function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    draw();
  });
}

function draw() {
  const wanted = $("invocations-filter").value.toLowerCase();
  const found = invocations().filter((row) => `${row.function} ${row.what} ${row.status} ${row.requestId} ${row.traceId}`.toLowerCase().includes(wanted));
  $("invocations-empty").hidden = rows.size > 0;
  $("invocations-count").textContent = found.length > MOST_SHOWN ? `the latest ${MOST_SHOWN} of ${found.length}` : `${found.length}`;
  const focused = document.activeElement?.closest?.("#invocations-rows a")?.hash;
  $("invocations-rows").replaceChildren(...found.slice(0, MOST_SHOWN).map(line));
  if (focused) document.querySelector(`#invocations-rows a[href="${focused}"]`)?.focus();
}

const milliseconds = (value) => (value === undefined ? "" : `${value} ms`);

function line(row) {
  return make("tr", { "aria-selected": String(row.number === opened) },
    make("td", {}, clock(row.time * 1000)),
    make("td", { class: "request" }, make("a", { href: `#invocations/${row.number}` }, row.what || row.function)),
    make("td", { class: "minor" }, row.function),
    make("td", { class: `status ${kind(row.status)}` }, row.status),
    make("td", { class: "number" }, milliseconds(row.durationMs)),
    make("td", { class: "number minor" }, milliseconds(row.billedMs)),
    make("td", { class: "number minor" }, row.maxMemoryUsedMb === undefined ? "" : `${row.maxMemoryUsedMb} of ${row.memorySizeMb} MB`),
    make("td", { class: "minor" }, row.initMs === undefined ? "" : `cold, ${row.initMs} ms`));
}

function kind(status) {
  if (["error", "timeout", "lost"].includes(status) || status >= "500") return "bad";
  if (status === "running" || status >= "400") return "warn";
  return "good";
}

function close() {
  opened = undefined;
  $("invocation").hidden = true;
  schedule();
}

async function open(number) {
  const found = await ask(`invocations/${number}`);
  opened = number;
  const error = found.functionError ? found.result : null;
  $("invocation").replaceChildren(
    make("div", { class: "heading" }, make("h3", {}, found.what || found.function),
      make("span", {}, make("button", { type: "button", class: "primary", onclick: (event) => replay(found, event.target) }, "Replay"), " ",
        make("button", { type: "button", onclick: () => { location.hash = "#invocations"; } }, "Close"))),
    make("div", { id: "replayed" }),
    facts([["Status", make("span", { class: `status ${kind(found.status)}` }, found.status)], ["Function", found.function],
      ["Time", new Date(found.time * 1000).toLocaleString()], ["Request id", found.requestId], ["Trace id", found.traceId],
      ["Duration", milliseconds(found.durationMs)], ["Billed", milliseconds(found.billedMs)], ["Cold start", found.initMs === undefined ? "no" : `${found.initMs} ms`]]),
    ...(error ? failure(error) : found.status === "running" ? [] : block("Result", pretty(found.result))),
    ...(found.log ? block("Log", found.log) : []),
    make("details", {}, make("summary", {}, "Event"), ...savedEvent(found.event)),
  );
  $("invocation").hidden = false;
  schedule();
}

function failure(error) {
  const trace = Array.isArray(error.stackTrace) ? error.stackTrace.join("") : Array.isArray(error.trace) ? error.trace.join("\n") : "";
  return [
    make("p", { class: "notice", id: "failure" }, `${error.errorType ? `${error.errorType}: ` : ""}${error.errorMessage ?? pretty(error)}`),
    ...(trace ? block("Stack trace", trace) : []),
  ];
}

/** Send the same event to the code as it is now, and set both results side by side. */
async function replay(before, button) {
  button.disabled = true;
  await attempt(async () => {
    const after = await ask(`invocations/${before.number}/replay`, { method: "POST" });
    const lines = await ask(`invocations/${before.number}/comparison/${after.number}`);
    const changed = lines.filter((one) => one.tag !== "equal").length;
    const outcome = (one) => `${one.status}, ${milliseconds(one.durationMs)}`;
    $("replayed").replaceChildren(
      make("h3", {}, changed ? "Replayed: the results differ" : "Replayed: the results are the same"),
      make("p", { class: "hint" }, make("a", { href: `#invocations/${after.number}` }, "Open the replayed one")),
      make("table", { class: "diff", "aria-label": "Both results" },
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, `Then: ${outcome(before)}`), make("th", { scope: "col" }, `Now: ${outcome(after)}`))),
        make("tbody", {}, ...lines.map(({ tag, left, right }) => make("tr", {},
          make("td", { class: tag === "equal" || left === null ? "" : "delete" }, left ?? ""),
          make("td", { class: tag === "equal" || right === null ? "" : "insert" }, right ?? ""))))));
  });
  button.disabled = false;
}
