// Small things that every view uses: finding and making elements, asking the server.

const MOST_SHOWN = 200_000;

export const $ = (id) => document.getElementById(id);

/** Make an element; text is only ever text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const address = (...parts) => `#${parts.map(encodeURIComponent).join("/")}`;

export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(`/_local/${path}`, options);
  } catch {
    throw new Error("The gateway does not answer; is `visitplannr up` still running?");
  }
  const body = parse(await answer.text());
  if (!answer.ok) throw new Error(reason(body) ?? `The gateway answered ${answer.status}.`);
  return body;
}

/** Read JSON; a whole number that JavaScript would round stays as it is written. */
function parse(text) {
  const exact = (_, value, { source }) => (Number.isInteger(value) && !Number.isSafeInteger(value) ? JSON.rawJSON(source) : value);
  try {
    return JSON.parse(text, JSON.rawJSON && exact);
  } catch {
    return null;
  }
}

function reason(body) {
  const detail = body?.detail ?? body?.message;
  return Array.isArray(detail) ? detail.map((one) => `${one.loc.join(".")}: ${one.msg}`).join("; ") : detail;
}

export const sendJson = (path, method, value) =>
  ask(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

/** Run something that may fail, and say so at the top of the page. */
export async function attempt(action) {
  $("trouble").hidden = true;
  try {
    return await action();
  } catch (error) {
    $("trouble").textContent = error.message;
    $("trouble").hidden = false;
    return undefined;
  }
}

export const pretty = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** Show JSON within text as JSON. */
export function prettyText(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Show text, of which only the beginning if there is very much of it. */
export function lines(label, text) {
  const more = text.length - MOST_SHOWN;
  return make("pre", { tabindex: 0, role: "region", "aria-label": label }, more > 0 ? `${text.slice(0, MOST_SHOWN)}\n… ${more} more characters` : text);
}

export const block = (title, text) => [make("h3", {}, title), lines(title, text)];

export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value instanceof Node ? value : String(value))]));
}

export const clock = (milliseconds) => {
  const time = new Date(milliseconds);
  return `${time.toLocaleTimeString([], { hour12: false })}.${String(time.getMilliseconds()).padStart(3, "0")}`;
};

/** Change what an element says; what stays the same is not read out again. */
export function say(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

/** Give the class of a status, HTTP's or an invocation's. */
export function kind(status) {
  if (["error", "timeout", "lost"].includes(status) || Number(status) >= 500) return "bad";
  return status === "running" || Number(status) >= 400 ? "warn" : "good";
}

export async function copy(text, button) {
  await navigator.clipboard.writeText(text);
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1200);
}
