// Events saved as files under events/, for `visitplannr invoke --event` and for the Test page.

import { ask, attempt, lines, make, pretty, sendJson } from "./page.js";

export const savedEvents = () => ask("events");
export const readEvent = (name) => ask(`events/${encodeURIComponent(name)}`);

/** Show an event, and a way to keep it. */
export function savedEvent(event) {
  const said = make("span", { class: "hint", role: "status" });
  const name = make("input", { "aria-label": "Name of the event file", placeholder: "name", pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*", maxlength: 100, autocomplete: "off", required: "" });
  const replace = make("input", { type: "checkbox" });
  const save = async (submitted) => {
    submitted.preventDefault();
    const path = `events/${encodeURIComponent(name.value)}?replace=${replace.checked}`;
    const { file } = (await attempt(() => sendJson(path, "PUT", event))) ?? {};
    said.textContent = file ? `saved: visitplannr invoke … --event ${file}` : "";
  };
  return [
    lines("Event", pretty(event)),
    make("form", { class: "row", onsubmit: save }, name, make("button", { type: "submit" }, "Save under events/"),
      make("label", { class: "inline" }, replace, "Replace"), said),
  ];
}
