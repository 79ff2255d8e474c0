// API Gateway's Test page: a route, what is sent to it, what it answers, and its log.

import { $, ask, attempt, block, copy, facts, kind, lines, make, pretty, prettyText, say, sendJson } from "./page.js";
import { faultIn } from "./json.js";
import { readEvent, savedEvent, savedEvents } from "./saved.js";
import { invocations, ready } from "./stream.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const LOOKED_THROUGH = 10;
let routes = [];
let port;
let filled;

export function prepare() {
  $("test-route").addEventListener("change", () => attempt(() => choose()));
  $("test-fill").addEventListener("change", () => attempt(fillAsChosen));
  $("test-body").addEventListener("input", checkBody);
  $("test-headers").addEventListener("input", checkBody);
  $("test-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(send);
  });
  $("test-curl").addEventListener("click", (event) => attempt(() => copy(curl(), event.target)));
}

export async function enter() {
  const before = $("test-route").value;
  ({ routes, port } = await ask("overview"));
  $("test-route").replaceChildren(...routes.map((route) => make("option", {}, nameOf(route))));
  if (routes.some((route) => nameOf(route) === before)) $("test-route").value = before;
  $("test-saved").replaceChildren(...(await savedEvents()).map((name) => make("option", { value: name }, name)));
  $("test-saved").hidden = !$("test-saved").childElementCount;
}

export async function show(wanted) {
  if (wanted && routes.some((route) => nameOf(route) === wanted)) $("test-route").value = wanted;
  const written = filled === undefined && $("test-body").value;
  if (chosen() && filled !== $("test-route").value) await choose(written);
}

const nameOf = (route) => `${route.method} ${route.resource}`;
const chosen = () => routes.find((route) => nameOf(route) === $("test-route").value);

async function choose(written) {
  const route = chosen();
  filled = nameOf(route);
  const any = route.method === "ANY";
  $("test-method-label").hidden = !any;
  $("test-method").replaceChildren(...(any ? METHODS : [route.method]).map((method) => make("option", {}, method)));
  $("test-parameters").replaceChildren(...route.parameters.map((name) =>
    make("label", {}, `Path parameter ${name}`, make("input", { name, required: "", autocomplete: "off" }))));
  $("test-note").textContent = route.kind === "HTTP"
    ? "HTTP APIs have no Test call on AWS: this sends the request itself."
    : "As on AWS, a Test call passes by the stage, the API keys and the authorizers.";
  $("test-fill-model").disabled = route.sample === null;
  $("test-fill").value = route.sample === null ? "last:" : "model:";
  for (const button of $("test-form").querySelectorAll("button")) button.disabled = false;
  if (!written) await fillAsChosen();
}

async function fillAsChosen() {
  const from = $("test-fill").value;
  if (from === "model:") fill({ body: JSON.stringify(chosen().sample) });
  else if (from === "last:") await fillFromLast();
  else fillFromSaved(await readEvent(from), from);
}

/** Fill in the last request, unless one has begun to write meanwhile. */
async function fillFromLast() {
  const form = () => `${$("test-route").value} ${$("test-query").value} ${$("test-body").value}`;
  const before = form();
  const event = await lastRequest();
  if (form() === before && document.activeElement !== $("test-body")) fill(event);
}

async function lastRequest() {
  await ready;
  const { method, resource } = chosen();
  const row = invocations().find((one) => one.route === resource && (method === "ANY" || one.what.startsWith(`${method} `)));
  return row ? (await ask(`invocations/${row.number}`)).event : {};
}

/** Choose a saved event's route, too. */
function fillFromSaved(event, name) {
  const method = event?.httpMethod ?? event?.requestContext?.http?.method;
  const resource = event?.resource ?? event?.routeKey?.split(" ").at(-1);
  const route = routes.find((one) => one.resource === resource && ["ANY", method].includes(one.method));
  if (!route) throw new Error(`events/${name}.json is not a request to one of these routes; run it with: visitplannr invoke FUNCTION --event events/${name}.json`);
  if (route !== chosen()) {
    $("test-route").value = nameOf(route);
    choose(true);
    $("test-fill").value = name;
  }
  if (route.method === "ANY") $("test-method").value = method;
  fill(event);
}

/** Take body, query and parameters from a proxy event. */
function fill(event) {
  $("test-body").value = prettyText(bodyOf(event));
  $("test-query").value = event.rawQueryString ?? queryOf(event.multiValueQueryStringParameters ?? event.queryStringParameters ?? {});
  for (const field of $("test-parameters").querySelectorAll("input")) field.value = event.pathParameters?.[field.name] ?? "";
  checkBody();
}

function bodyOf({ body, isBase64Encoded }) {
  if (!body || !isBase64Encoded) return body ?? "";
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(body), (one) => one.charCodeAt(0)));
  } catch {
    throw new Error("The body of this request is not text, so it cannot be edited here; Invocations can replay it.");
  }
}

function queryOf(parameters) {
  return new URLSearchParams(Object.entries(parameters).flatMap(([name, values]) => [values].flat().map((value) => [name, value]))).toString();
}

function checkBody() {
  const { value } = $("test-body");
  const json = value.trim() && /content-type:[^\n]*json/i.test($("test-headers").value);
  const fault = json ? faultIn(value) : null;
  say("test-body-check", fault ? `Not JSON: ${fault}` : json ? "Valid JSON" : "");
  $("test-body-check").classList.toggle("bad", Boolean(fault));
  $("test-body").setAttribute("aria-invalid", String(Boolean(fault)));
}

/** What the form says, as a request. */
function request() {
  const route = chosen();
  let path = route.resource;
  for (const { name, value } of $("test-parameters").querySelectorAll("input")) {
    path = path.replace(`{${name}+}`, () => value.split("/").map(encodeURIComponent).join("/")).replace(`{${name}}`, () => encodeURIComponent(value));
  }
  const query = $("test-query").value.replace(/^\?/, "");
  return { method: $("test-method").value, resource: route.resource, path: query ? `${path}?${query}` : path, headers: headers(), body: $("test-body").value || null };
}

function headers() {
  const found = {};
  for (const line of $("test-headers").value.split("\n").filter((one) => one.trim())) {
    const [, name, value] = /^\s*([^\s:]+)\s*:(.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`"${line}" is no header; write NAME: VALUE`);
    if (name in found) throw new Error(`The header ${name} is there twice; write both values in one line, with a comma`);
    found[name] = value.trim();
  }
  return found;
}

async function send() {
  const wanted = request();
  const button = $("test-form").querySelector("[type=submit]");
  button.disabled = true;
  try {
    answered(await (chosen().kind === "HTTP" ? sendItself(wanted) : sendJson("test-invoke", "POST", wanted)));
  } finally {
    button.disabled = false;
    button.focus({ preventScroll: true });
  }
}

async function sendItself({ method, path, headers: given, body }) {
  const answer = await sendJson("send", "POST", { method, path, headers: given, body: ["GET", "HEAD"].includes(method) ? null : body });
  return { ...answer, event: await eventOf(answer.headers["apigw-requestid"]) };
}

/** Find the event that a request became. */
async function eventOf(requestId) {
  for (const { number } of (await ask("invocations")).slice(0, LOOKED_THROUGH)) {
    const { event } = await ask(`invocations/${number}`);
    if (event?.requestContext?.requestId === requestId) return event;
  }
  return null;
}

function answered(answer) {
  $("test-result").replaceChildren(
    make("p", { class: "answer", role: "status" }, make("span", { class: `status ${kind(answer.status)}`, id: "test-status" }, String(answer.status)),
      make("span", { class: "hint" }, `${answer.latency} ms`)),
    ...(answer.explanation ? [make("p", { class: "notice" }, answer.explanation)] : []),
    ...block("Response body", prettyText(answer.body)),
    make("h3", {}, "Response headers"), facts(Object.entries(answer.headers)),
    ...(answer.log ? [make("details", { open: "" }, make("summary", {}, "Execution log"), lines("Execution log", answer.log))] : []),
    ...(answer.event ? [make("details", {}, make("summary", {}, "Proxy event"), ...savedEvent(answer.event))] : []),
  );
  $("test-result").firstChild.scrollIntoView({ block: "nearest" });
}

function curl() {
  const { method, path, headers: given, body } = request();
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    `curl ${method === "HEAD" ? "--head" : `-i -X ${method}`} ${quote(`http://${location.hostname}:${port}${path}`)}`,
    ...Object.entries(given).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body ? [`--data-raw ${quote(body)}`] : []),
  ].join(" \\\n     ");
}
