// Small things that every view uses: finding and making elements, asking the server.

export const $ = (id) => document.getElementById(id);

/** Make an element; text is only ever text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(`/_local/${path}`, options);
  } catch {
    throw new Error("The gateway does not answer; is `visitplannr up` still running?");
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(reason(body) ?? `The gateway answered ${answer.status}.`);
  return body;
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

export const block = (title, text) => [make("h3", {}, title), make("pre", { tabindex: 0, "aria-label": title }, text)];

export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value instanceof Node ? value : String(value))]));
}

export const clock = (milliseconds) => {
  const time = new Date(milliseconds);
  return `${time.toLocaleTimeString([], { hour12: false })}.${String(time.getMilliseconds()).padStart(3, "0")}`;
};

export async function copy(text, button) {
  await navigator.clipboard.writeText(text);
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1200);
}
