// Lines of a log: coloured by level, REPORT in short, long ones folded.

import { address, make, prettyText } from "./page.js";
import { invocations } from "./stream.js";

const LONG = 240;
const REPORT = /^REPORT RequestId: (\S+)\tDuration: (.+)\tBilled Duration: (.+)\tMemory Size: (.+) MB\tMax Memory Used: (.+?)(?:\tInit Duration: (.+?))?\s*$/;

/** Show a message after what stands before it. */
export function logLine(message, ...before) {
  return make("div", { class: level(message) }, ...before, said(message));
}

function level(message) {
  const named = /"level":\s*"(\w+)"/.exec(message.startsWith("{") ? message : "")?.[1] ?? /^\[(\w+)\]/.exec(message)?.[1];
  if (/^(ERROR|CRITICAL|FATAL)$/.test(named) || /Task timed out|^Traceback|Runtime\.ExitError/.test(message)) return "bad";
  if (/^WARN/.test(named)) return "warn";
  return /^(START|END|REPORT|INIT_START|INIT_REPORT) |"type":\s*"platform\./.test(message) ? "platform" : "";
}

/** Show a message; a long one as its beginning, to be opened. */
function said(message) {
  const report = REPORT.exec(message);
  if (report) return reported(...report.slice(1));
  if (message.length <= LONG && message.split("\n").length <= 3) return make("span", {}, message);
  const beginning = message.slice(0, LONG).split("\n").slice(0, 3).join("\n");
  return make("details", {}, make("summary", {}, `${beginning} …`), make("pre", {}, unfolded(message)));
}

function reported(id, duration, billed, size, used, init) {
  const text = ["", duration, `billed ${billed}`, `${used.replace(" MB", "")} of ${size} MB`, ...(init ? [`cold start ${init}`] : [])].join(" · ");
  const found = invocations().find((row) => row.requestId === id);
  return make("span", {}, "REPORT RequestId: ", found ? make("a", { href: address("invocations", found.number) }, id) : id, text);
}

/** Indent the JSON that a message ends with. */
function unfolded(message) {
  const start = message.search(/[{[]"|\{\}/);
  return start < 0 ? message : message.slice(0, start) + prettyText(message.slice(start));
}
