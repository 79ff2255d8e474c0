// The views, by the part of the address after #, e.g. #invocations/12.

import { $, attempt } from "./page.js";
import * as invocations from "./invocations.js";
import * as logs from "./logs.js";
import * as overview from "./overview.js";
import * as tables from "./tables.js";
import * as test from "./test.js";

const views = { overview, test, invocations, tables, logs };
let current;

function show() {
  const [name, ...rest] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const chosen = name in views ? name : "overview";
  for (const other of Object.keys(views)) $(`view-${other}`).hidden = other !== chosen;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${chosen}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (current !== chosen) views[current]?.leave?.();
  current = chosen;
  attempt(() => views[chosen].enter(...rest));
}

invocations.follow();
for (const view of Object.values(views)) view.prepare?.();
window.addEventListener("hashchange", show);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("content").focus();
});
show();
