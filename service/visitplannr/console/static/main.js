// The views, by the part of the address after #, e.g. #invocations/12.

import { $, attempt } from "./page.js";
import * as invocations from "./invocations.js";
import * as logs from "./logs.js";
import * as overview from "./overview.js";
import * as tables from "./tables.js";
import * as test from "./test.js";

const views = { overview, test, invocations, tables, logs };
const stackName = document.title;
let current;

/** Show what the address says: `enter` begins a view, `show` opens something in it. */
function follow() {
  const [name, ...rest] = parts();
  const chosen = Object.hasOwn(views, name) ? name : "overview";
  for (const other of Object.keys(views)) $(`view-${other}`).hidden = other !== chosen;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash !== `#${chosen}`) link.removeAttribute("aria-current");
    else {
      link.setAttribute("aria-current", "page");
      document.title = `${link.textContent} · ${stackName}`;
    }
  }
  const entered = current !== chosen;
  if (entered) views[current]?.leave?.();
  current = chosen;
  attempt(async () => {
    if (entered) await views[chosen].enter?.();
    await views[chosen].show?.(...rest);
  });
}

function parts() {
  try {
    return location.hash.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return [""];
  }
}

for (const view of Object.values(views)) view.prepare?.();
window.addEventListener("hashchange", follow);
document.addEventListener("stackchange", () => {
  views[current].leave?.();
  current = undefined;
  follow();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("content").focus();
});
follow();
