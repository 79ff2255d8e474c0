// The items of tables, page by page; those of one stream as a timeline.

import { $, address, ask, attempt, make, say } from "./page.js";

const COUNT_MS = 1000;
const CHARACTER = 8;
let table;
let next;
let items = [];
let turned = false;
let counting;

export function prepare() {
  $("table-form").addEventListener("submit", (event) => {
    event.preventDefault();
    go($("table-name").value, $("table-partition").value, $("table-sort").value);
  });
  $("table-name").addEventListener("change", () => go($("table-name").value));
  $("table-all").addEventListener("click", () => go($("table-name").value));
  $("table-more").addEventListener("click", () => attempt(() => read(next)));
  $("table-typed").addEventListener("change", draw);
}

export async function enter() {
  counting = setInterval(() => { if (table && !document.hidden) count().catch(() => {}); }, COUNT_MS);
  const { tables } = await ask("overview");
  $("table-name").replaceChildren(...tables.map((one) => make("option", {}, one)));
  if (!tables.includes(table?.logicalId)) table = undefined;
}

export function leave() {
  clearInterval(counting);
}

/** Show a table, or what it holds of a key. */
export async function show(name, partition = "", sort = "") {
  const wanted = name || table?.logicalId || $("table-name").value;
  $("table-form").hidden = !wanted;
  if (!wanted) {
    say("table-facts", "The stack has no tables.");
    return;
  }
  table = await ask(`tables/${encodeURIComponent(wanted)}`);
  $("table-name").value = wanted;
  const [partitionKey, sortKey] = table.keys;
  $("table-partition-name").textContent = `${partitionKey.name} (partition key)`;
  $("table-sort-label").hidden = !sortKey;
  $("table-sort-name").textContent = sortKey ? `${sortKey.name} (sort key)` : "";
  $("table-partition").value = partition;
  $("table-sort").value = sort;
  tell();
  await read();
}

/** Note in the address what is looked at, or look again. */
function go(...wanted) {
  const parts = wanted.filter((part) => part !== "");
  const after = address("tables", ...parts);
  if (location.hash === after) attempt(() => show(...parts));
  else location.hash = after;
}

/** Keep the count up to date; new items are read unless one reads, or has turned a page. */
async function count() {
  const before = table;
  const found = await ask(`tables/${encodeURIComponent(before.logicalId)}`);
  if (table !== before) return;
  table = found;
  tell();
  if (found.count !== before.count && !turned && !$("table-items").contains(document.activeElement)) await read();
}

function tell() {
  say("table-facts", `${table.count} ${table.count === 1 ? "item" : "items"} · ${table.name}`);
}

async function read(start = "") {
  const asked = table.logicalId;
  const query = new URLSearchParams({ partition: $("table-partition").value, sort: $("table-sort").value, start });
  const page = await ask(`tables/${encodeURIComponent(asked)}/items?${query}`);
  if (table.logicalId !== asked) return;
  turned = start !== "";
  items = turned ? [...items, ...page.items] : page.items;
  next = page.next;
  $("table-more").hidden = !next;
  draw();
}

function draw() {
  const stream = table.keys.length > 1 && $("table-partition").value !== "";
  $("table-items").classList.toggle("timeline", stream);
  $("table-items").replaceChildren(...(items.length ? items.map((item) => card(item, stream)) : [make("p", { class: "hint" }, "No items.")]));
}

function card({ plain, dynamodb }, inStream) {
  const [partitionKey, sortKey] = table.keys.map((key) => Object.values(dynamodb[key.name])[0]);
  const keys = table.keys.map((key) => key.name);
  const rest = Object.fromEntries(Object.entries(plain).filter(([name]) => !keys.includes(name)));
  const title = plain.Type ?? plain.type;
  const only = make("a", { href: address("tables", table.logicalId, partitionKey), title: `Only ${keys[0]} = ${partitionKey}` }, partitionKey);
  return make("article", { class: "panel item" },
    make("div", { class: "key" },
      typeof title === "string" && make("strong", {}, title),
      !inStream && only,
      sortKey !== undefined && make("span", { class: "hint" }, sortKey)),
    make("pre", { tabindex: 0, role: "region", "aria-label": "Item" }, compact($("table-typed").checked ? dynamodb : rest)));
}

/** Write JSON with what fits into a line on one. */
function compact(value, indent = "") {
  const line = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  if (value === null || typeof value !== "object" || JSON.isRawJSON?.(value) || (indent && line.length < $("table-items").clientWidth / CHARACTER)) return line;
  const deeper = `${indent}  `;
  const [open, close, parts] = Array.isArray(value)
    ? ["[", "]", value.map((one) => compact(one, deeper))]
    : ["{", "}", Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${compact(one, deeper)}`)];
  return parts.length ? `${open}\n${deeper}${parts.join(`,\n${deeper}`)}\n${indent}${close}` : line;
}
