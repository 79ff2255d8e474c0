// The items of tables, page by page; those of one stream as a timeline.

import { $, ask, attempt, make, pretty } from "./page.js";

const COUNT_MS = 1000;
let table;
let next;
let items = [];
let counting;

export function prepare() {
  $("table-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => read());
  });
  $("table-name").addEventListener("change", () => attempt(() => choose($("table-name").value)));
  $("table-all").addEventListener("click", () => {
    $("table-partition").value = $("table-sort").value = "";
    attempt(() => read());
  });
  $("table-more").addEventListener("click", () => attempt(() => read(next)));
  $("table-typed").addEventListener("change", draw);
}

export async function enter(name, partition = "") {
  const { tables } = await ask("overview");
  $("table-name").replaceChildren(...tables.map((one) => make("option", {}, one)));
  if (!tables.length) {
    $("table-facts").textContent = "The stack has no tables.";
    return;
  }
  await choose(tables.includes(name) ? name : table?.logicalId ?? tables[0], partition);
  clearInterval(counting);
  counting = setInterval(count, COUNT_MS);
}

export function leave() {
  clearInterval(counting);
}

async function choose(name, partition = "") {
  $("table-name").value = name;
  table = await ask(`tables/${encodeURIComponent(name)}`);
  const [partitionKey, sortKey] = table.keys;
  $("table-partition-name").textContent = `${partitionKey.name} (partition key)`;
  $("table-sort-label").hidden = !sortKey;
  $("table-sort-name").textContent = sortKey ? `${sortKey.name} (sort key)` : "";
  $("table-partition").value = partition;
  $("table-sort").value = "";
  tell();
  await read();
}

/** Keep the count up to date; new items are read where no page was turned. */
async function count() {
  const before = table.count;
  table = await ask(`tables/${encodeURIComponent(table.logicalId)}`).catch(() => table);
  tell();
  if (table.count !== before && !$("table-items").contains(document.activeElement)) await read().catch(() => {});
}

function tell() {
  $("table-facts").textContent = `${table.count} ${table.count === 1 ? "item" : "items"} · ${table.name}`;
}

async function read(start = "") {
  const query = new URLSearchParams({ partition: $("table-partition").value, sort: $("table-sort").hidden ? "" : $("table-sort").value, start });
  const page = await ask(`tables/${encodeURIComponent(table.logicalId)}/items?${query}`);
  items = start ? [...items, ...page.items] : page.items;
  next = page.next;
  $("table-more").hidden = !next;
  draw();
}

function draw() {
  const [partitionKey, sortKey] = table.keys;
  const timeline = sortKey && $("table-partition").value !== "";
  $("table-items").classList.toggle("timeline", Boolean(timeline));
  $("table-items").replaceChildren(...(items.length ? items.map((item) => card(item, partitionKey, sortKey)) : [make("p", { class: "hint" }, "No items.")]));
}

function card({ plain, dynamodb }, partitionKey, sortKey) {
  const stream = String(plain[partitionKey.name]);
  const address = `#tables/${encodeURIComponent(table.logicalId)}/${encodeURIComponent(stream)}`;
  const title = plain.Type ?? plain.type;
  const rest = Object.fromEntries(Object.entries(plain).filter(([name]) => ![partitionKey.name, sortKey?.name].includes(name)));
  return make("article", { class: "panel item" },
    make("div", { class: "key" },
      ...(title ? [make("strong", {}, String(title))] : []),
      make("a", { href: address, title: `Only ${partitionKey.name} = ${stream}` }, stream),
      ...(sortKey ? [make("span", { class: "hint" }, String(plain[sortKey.name]))] : [])),
    make("pre", { tabindex: 0, "aria-label": "Item" }, pretty($("table-typed").checked ? dynamodb : rest)));
}
