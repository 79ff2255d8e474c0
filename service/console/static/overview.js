// The stack as a graph: routes lead to functions, functions to tables.

import { $, ask, facts, make } from "./page.js";

let stack;
let drawn = [];

export function prepare() {
  new ResizeObserver(drawLines).observe($("graph"));
}

export async function enter() {
  stack = await ask("overview");
  $("stack-facts").textContent = `Region ${stack.region} · account ${stack.account} · AWS endpoint ${stack.endpointUrl}`;
  $("piece").hidden = true;
  const routes = stack.routes.map((route) => piece("route", routeName(route), route.target ?? route.integration, () => routeFacts(route)));
  const functions = stack.functions.map((one) => piece("function", one.logicalId, `${one.runtime} · ${one.memory} MB · ${one.timeout} s`, () => functionFacts(one)));
  const tables = stack.tables.map((name) => piece("table", name, "DynamoDB", () => tableFacts(name)));
  fill("graph-routes", routes);
  fill("graph-functions", functions);
  fill("graph-tables", tables);
  drawn = [
    ...stack.routes.map((route, n) => [routes[n], functions[stack.functions.findIndex((one) => one.logicalId === route.target)]]),
    ...stack.functions.flatMap((one, n) => one.tables.map((name) => [functions[n], tables[stack.tables.indexOf(name)]])),
  ].filter(([, to]) => to);
  drawLines();
  $("resources").replaceChildren(...stack.resources.map((one) =>
    make("tr", {}, ...[one.logicalId, one.type, one.physicalId, one.status].map((text) => make("td", {}, text)))));
}

function fill(id, pieces) {
  $(id).replaceChildren(...(pieces.length ? pieces.map((one) => make("li", {}, one)) : [make("li", { class: "hint" }, "none")]));
}

const routeName = (route) => [make("span", { class: "method" }, route.method), ` ${route.resource} `];

function piece(kind, name, note, describe) {
  const button = make("button", { type: "button", "aria-pressed": "false", onclick: () => open(button, kind, describe) });
  button.append(...[name].flat(), " ", make("small", {}, note));
  return button;
}

async function open(button, kind, describe) {
  const close = button.getAttribute("aria-pressed") === "true";
  for (const other of document.querySelectorAll(".graph [aria-pressed]")) other.setAttribute("aria-pressed", "false");
  $("piece").hidden = close;
  if (close) return;
  button.setAttribute("aria-pressed", "true");
  $("piece").replaceChildren(...(await describe()));
}

function routeFacts(route) {
  const test = `#test/${encodeURIComponent(`${route.method} ${route.resource}`)}`;
  return [
    make("div", { class: "heading" }, make("h3", {}, ...routeName(route)), make("a", { href: test }, "Test it")),
    facts([["API", `${route.api} (${route.kind}, stage ${route.stage})`], ["Integration", route.integration],
      ["Function", route.target], ["Authorised by", route.guards.join(", ")]]),
  ];
}

function functionFacts(one) {
  const environment = Object.entries(one.environment);
  return [
    make("div", { class: "heading" }, make("h3", {}, one.logicalId), make("a", { href: "#logs" }, "Logs")),
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
    make("div", { class: "heading" }, make("h3", {}, name), make("a", { href: `#tables/${encodeURIComponent(name)}` }, "Items")),
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
