// The stack as a graph: routes lead to functions, functions to tables.

import { $, address, ask, facts, make, say } from "./page.js";

let stack;
let drawn = [];
let pieces = new Map();

export function prepare() {
  new ResizeObserver(drawLines).observe($("graph"));
}

export async function enter() {
  stack = await ask("overview");
  say("stack-facts", `Region ${stack.region} · account ${stack.account} · AWS endpoint ${stack.endpointUrl}`);
  pieces = new Map();
  const routes = stack.routes.map((route) => piece(["route", `${route.api} ${route.method} ${route.resource}`], routeName(route), route.target ?? route.integration, () => routeFacts(route)));
  const functions = stack.functions.map((one) => piece(["function", one.logicalId], [one.logicalId], `${one.runtime} · ${one.memory} MB · ${one.timeout} s`, () => functionFacts(one)));
  const tables = stack.tables.map((name) => piece(["table", name], [name], "DynamoDB", () => tableFacts(name)));
  fill("graph-routes", routes);
  fill("graph-functions", functions);
  fill("graph-tables", tables);
  drawn = [
    ...stack.routes.map((route, n) => [routes[n], functions[stack.functions.findIndex((one) => one.logicalId === route.target)]]),
    ...stack.functions.flatMap((one, n) => one.tables.map((name) => [functions[n], tables[stack.tables.indexOf(name)]])),
  ].filter(([, to]) => to);
  drawLines();
  $("resources").replaceChildren(...stack.resources.map((one) =>
    make("tr", {}, ...[one.logicalId, one.type, one.physicalId].map((text) => make("td", {}, text)), make("td", { class: "whole" }, one.status))));
}

/** Open a piece, or none. */
export async function show(...wanted) {
  const opened = pieces.get(address("overview", ...wanted));
  for (const { button } of pieces.values()) button.setAttribute("aria-pressed", String(button === opened?.button));
  $("piece").hidden = true;
  if (!opened) return;
  $("piece").replaceChildren(...(await opened.describe()));
  $("piece").hidden = opened.button.getAttribute("aria-pressed") !== "true";
}

function fill(id, buttons) {
  $(id).replaceChildren(...(buttons.length ? buttons.map((one) => make("li", {}, one)) : [make("li", { class: "hint" }, "none")]));
}

const routeName = (route) => [make("span", { class: "method" }, route.method), ` ${route.resource} `];

function piece(wanted, name, note, describe) {
  const here = address("overview", ...wanted);
  const toggle = () => { location.hash = button.getAttribute("aria-pressed") === "true" ? "#overview" : here; };
  const button = make("button", { type: "button", "aria-pressed": "false", onclick: toggle }, ...name, " ", make("small", {}, note));
  pieces.set(here, { button, describe });
  return button;
}

function routeFacts(route) {
  const test = address("test", `${route.method} ${route.resource}`);
  return [
    make("div", { class: "heading" }, make("h3", {}, ...routeName(route)), make("a", { href: test }, "Test it")),
    facts([["API", `${route.api} (${route.kind}, stage ${route.stage})`], ["Integration", route.integration],
      ["Function", route.target], ["Authorised by", route.guards.join(", ")]]),
  ];
}

function functionFacts(one) {
  const environment = Object.entries(one.environment);
  return [
    make("div", { class: "heading" }, make("h3", {}, one.logicalId), make("a", { href: address("logs", one.logicalId) }, "Logs")),
    facts([["Name", one.name], ["ARN", one.arn], ["Runtime", one.runtime], ["Handler", one.handler], ["Code", one.code],
      ["Timeout", `${one.timeout} s`], ["Memory", `${one.memory} MB`], ["Reserved concurrency", one.reservedConcurrency], ["Log group", one.logGroup]]),
    make("h3", {}, "Environment variables"),
    environment.length ? facts(environment) : make("p", { class: "hint" }, "none"),
    make("h3", {}, `Role ${one.permissions?.role ?? ""}`),
    ...(one.permissions ? permissionFacts(one.permissions) : [make("p", { class: "hint" }, "not known")]),
  ];
}

function permissionFacts(permissions) {
  const rows = permissions.policies.flatMap((policy) => (policy.grants ?? []).flatMap((grant) =>
    grant.resources.map((resource) => [grant.effect, grant.actions.join(", "), resource, policy.name])));
  const head = ["Effect", "Actions", "Resource", "Policy"].map((name) => make("th", { scope: "col" }, name));
  return [
    make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((text) => make("td", {}, text))))))),
    ...permissions.warnings.map((warning) => make("p", { class: "warn" }, `Too wide: ${warning}`)),
  ];
}

async function tableFacts(name) {
  const table = await ask(`tables/${encodeURIComponent(name)}`);
  const throughput = table.billing === "PROVISIONED" ? `${table.readCapacity} read, ${table.writeCapacity} write units` : "on demand";
  return [
    make("div", { class: "heading" }, make("h3", {}, name), make("a", { href: address("tables", name) }, "Items")),
    facts([["Name", table.name], ["ARN", table.arn], ["Status", table.status],
      ...table.keys.map((key) => [key.role[0].toUpperCase() + key.role.slice(1), `${key.name} (${key.type})`]),
      ["Throughput", throughput], ["Indexes", table.indexes.join(", ")], ["Items", table.count]]),
  ];
}

function drawLines() {
  const origin = $("graph").getBoundingClientRect();
  const paths = drawn.map(([from, to]) => {
    const a = from.getBoundingClientRect();
    const b = to.getBoundingClientRect();
    const [x1, y1, x2, y2] = [a.right - origin.left, a.top + a.height / 2 - origin.top, b.left - origin.left, b.top + b.height / 2 - origin.top];
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M${x1} ${y1} C${x1 + 36} ${y1} ${x2 - 36} ${y2} ${x2} ${y2}`);
    return path;
  });
  $("graph-lines").replaceChildren(...paths);
}
