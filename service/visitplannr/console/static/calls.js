// The AWS calls of one invocation, in the order in which they began, over its time.

import { address, make } from "./page.js";

const milliseconds = (value) => `${value.toLocaleString([], { maximumFractionDigits: 1 })} ms`;

/** Give the calls as a table; nothing if there are none. */
export function waterfall(calls = [], duration = 0) {
  if (!calls.length) return [];
  const end = Math.max(duration, ...calls.map((one) => one.offsetMs + one.durationMs));
  const head = ["Call", "Resource", "Status"].map((name) => make("th", { scope: "col" }, name));
  return [
    make("h3", {}, "AWS calls"),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "AWS calls" }, make("table", { class: "calls", "aria-label": "AWS calls in their order" },
      make("thead", {}, make("tr", {}, ...head, make("th", { scope: "col", class: "number" }, "Begins"), make("th", { scope: "col", class: "number" }, "Takes"), make("th", { scope: "col", class: "span" }, "When"))),
      make("tbody", {}, ...calls.map((one) => line(one, end))))),
  ];
}

function line(one, end) {
  const bad = one.status >= 400 || one.decision === "denied";
  return make("tr", {},
    make("td", { class: "whole" }, `${one.service} ${one.operation}`),
    make("td", {}, one.resource, one.error && make("div", { class: "bad" }, one.error), one.decision === "warned" && make("div", { class: "warn" }, "its role does not allow it")),
    make("td", { class: `status ${bad ? "bad" : "good"}` }, String(one.status)),
    make("td", { class: "number" }, milliseconds(one.offsetMs)),
    make("td", { class: "number" }, milliseconds(one.durationMs)),
    make("td", { class: "span", "aria-hidden": "true" }, bar(one, end, bad)));
}

function bar(one, end, bad) {
  const made = make("div", { class: bad ? "bar failed" : "bar" });
  const from = Math.min(Math.max(0, one.offsetMs / end), 1);
  made.style.marginLeft = `${100 * from}%`;
  made.style.width = `${100 * Math.min(one.durationMs / end, 1 - from)}%`;
  return made;
}

/** Give links to the other invocations of the same chain of calls, the earliest first. */
export function chain(row, all) {
  const others = all.filter((one) => row.traceId && one.traceId === row.traceId && one.number !== row.number);
  const links = others.sort((one, other) => one.number - other.number)
    .map((one) => make("a", { href: address("invocations", one.number) }, `${one.trigger}: ${one.function}`));
  return links.length ? make("span", {}, ...links.flatMap((one, at) => (at ? [", ", one] : [one]))) : undefined;
}
