// API Gateway's Test page: a route, what is sent to it, what it answers, and its log.

import { $, ask, attempt, block, copy, facts, make, pretty, prettyText, sendJson } from "./page.js";
import { invocations } from "./invocations.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
let routes = [];

export function prepare() {
  $("test-route").addEventListener("change", choose);
  $("test-body").addEventListener("input", checkBody);
  $("test-headers").addEventListener("input", checkBody);
  $("test-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(send);
  });
  $("test-last").addEventListener("click", () => attempt(fillFromLast));
  $("test-curl").addEventListener("click", (event) => attempt(() => copy(curl(), event.target)));
}

export async function enter(wanted) {
  const before = wanted ?? $("test-route").value;
  routes = (await ask("overview")).routes;
  $("test-route").replaceChildren(...routes.map((route) => make("option", {}, nameOf(route))));
  if (routes.some((route) => nameOf(route) === before)) $("test-route").value = before;
  if (wanted || !$("test-body").dataset.route || $("test-body").dataset.route !== $("test-route").value) choose();
}

const nameOf = (route) => `${route.method} ${route.resource}`;
const chosen = () => routes.find((route) => nameOf(route) === $("test-route").value);

function choose() {
  const route = chosen();
  if (!route) return;
  const any = route.method === "ANY";
  $("test-method-label").hidden = !any;
  $("test-method").replaceChildren(...(any ? METHODS : [route.method]).map((method) => make("option", {}, method)));
  $("test-parameters").replaceChildren(...route.parameters.map((name) =>
    make("label", {}, `Path parameter ${name}`, make("input", { name, required: "", autocomplete: "off" }))));
  $("test-body").dataset.route = nameOf(route);
  $("test-body").value = route.sample === null ? "" : pretty(route.sample);
  $("test-note").textContent = route.kind === "HTTP"
    ? "HTTP APIs have no Test call on AWS: this sends the request itself."
    : "As on AWS, a Test call passes by the stage, the API keys and the authorizers.";
  if (route.sample === null) attempt(fillFromLast);
  checkBody();
}

/** Take body, query and parameters from the latest request to this route. */
async function fillFromLast() {
  const route = chosen();
  for (const row of invocations()) {
    if (!row.what.startsWith(route.method === "ANY" ? "" : `${route.method} `)) continue;
    const { event } = await ask(`invocations/${row.number}`);
    if ((event.resource ?? event.routeKey?.split(" ")[1]) !== route.resource) continue;
    $("test-body").value = prettyText(event.isBase64Encoded ? atob(event.body) : event.body ?? "");
    $("test-query").value = event.rawQueryString ?? new URLSearchParams(event.queryStringParameters ?? {}).toString();
    for (const field of $("test-parameters").querySelectorAll("input")) field.value = event.pathParameters?.[field.name] ?? "";
    break;
  }
  checkBody();
}

function checkBody() {
  const { value } = $("test-body");
  const json = /content-type:[^\n]*json/i.test($("test-headers").value);
  let said = "";
  if (value && json) {
    try {
      JSON.parse(value);
      said = "JSON";
    } catch (error) {
      said = `Not JSON: ${error.message}`;
    }
  }
  $("test-body-check").textContent = said;
  $("test-body-check").classList.toggle("bad", said.startsWith("Not"));
  $("test-body").setAttribute("aria-invalid", String(said.startsWith("Not")));
}

/** What the form says, as a request. */
function request() {
  const route = chosen();
  let path = route.resource;
  for (const { name, value } of $("test-parameters").querySelectorAll("input")) {
    path = path.replace(`{${name}+}`, () => value).replace(`{${name}}`, () => encodeURIComponent(value));
  }
  const query = $("test-query").value.replace(/^\?/, "");
  const lines = $("test-headers").value.split("\n").filter((line) => line.trim());
  const wrong = lines.find((line) => line.indexOf(":") < 1);
  if (wrong) throw new Error(`"${wrong}" is no header; write NAME: VALUE`);
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()]));
  return { method: $("test-method").value, resource: route.resource, path: query ? `${path}?${query}` : path, headers, body: $("test-body").value || null };
}

async function send() {
  const wanted = request();
  const button = $("test-form").querySelector("[type=submit]");
  button.disabled = true;
  try {
    const answer = chosen().kind === "HTTP" ? await sendItself(wanted) : await sendJson("test-invoke", "POST", wanted);
    show(answer);
  } finally {
    button.disabled = false;
  }
}

async function sendItself({ method, path, headers, body }) {
  const began = performance.now();
  const answer = await fetch(path, { method, headers, body: ["GET", "HEAD"].includes(method) ? undefined : body });
  const text = await answer.text();
  return { status: answer.status, latency: Math.round(performance.now() - began), headers: Object.fromEntries(answer.headers), body: text };
}

function show(answer) {
  const kind = answer.status < 400 ? "good" : answer.status < 500 ? "warn" : "bad";
  $("test-result").replaceChildren(
    make("p", { class: "answer" }, make("span", { class: `status ${kind}`, id: "test-status" }, String(answer.status)),
      make("span", { class: "hint" }, `${answer.latency} ms`)),
    ...(answer.explanation ? [make("p", { class: "notice" }, answer.explanation)] : []),
    ...block("Response body", prettyText(answer.body)),
    make("h3", {}, "Response headers"), facts(Object.entries(answer.headers)),
    ...(answer.log ? [make("details", { open: "" }, make("summary", {}, "Execution log"), make("pre", { tabindex: 0, "aria-label": "Execution log" }, answer.log))] : []),
    ...(answer.event ? [make("details", {}, make("summary", {}, "Proxy event"), ...savedEvent(answer.event))] : []),
  );
}

/** The event, and a way to keep it for `visitplannr invoke --event`. */
export function savedEvent(event) {
  const said = make("span", { class: "hint", role: "status" });
  const name = make("input", { "aria-label": "Name of the event file", placeholder: "name", pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*", autocomplete: "off", required: "" });
  const save = async (submitted) => {
    submitted.preventDefault();
    const { file } = (await attempt(() => sendJson(`events/${encodeURIComponent(name.value)}`, "PUT", event))) ?? {};
    said.textContent = file ? `saved: visitplannr invoke … --event ${file}` : "";
  };
  return [
    make("pre", { tabindex: 0, "aria-label": "Event" }, pretty(event)),
    make("form", { class: "row", onsubmit: save }, name, make("button", { type: "submit" }, "Save under events/"), said),
  ];
}

function curl() {
  const { method, path, headers, body } = request();
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    `curl -i -X ${method} ${quote(location.origin + path)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body ? [`--data-raw ${quote(body)}`] : []),
  ].join(" \\\n     ");
}
