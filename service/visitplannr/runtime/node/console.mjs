// The console as AWS's Node.js runtime has it: lines with time, request id and level, or, where the
// function's log format is JSON, objects. Levels below the function's own are left out then.
import util from "node:util";
import { describe } from "./errors.mjs";

const methods = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
const least = isJson ? levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()) : -1;
let requestId;

export function requestIs(id) {
  requestId = id;
}

export function patchConsole() {
  const make = isJson ? asJson : asText;
  for (const [name, level] of Object.entries(methods)) {
    const isLogged = levels.indexOf(level) >= least;
    console[name] = isLogged ? (...values) => process.stdout.write(`${make(level, values)}\n`) : () => {};
  }
}

// A line about an error that ends an invocation, or the runtime.
export function logError(what, error) {
  const line = isJson ? asJson("ERROR", [what, error]) : asText("ERROR", [`${what} \t${inOneLine(error)}`]);
  process.stdout.write(`${line}\n`);
}

function inOneLine(error) {
  try {
    return JSON.stringify(error, whole);
  } catch {
    return JSON.stringify(describe(error));
  }
}

function whole(_key, value) {
  if (!(value instanceof Error)) {
    return value;
  }
  const stack = typeof value.stack === "string" ? value.stack.split("\n") : value.stack;
  return { errorType: value.name, errorMessage: value.message, code: value.code, ...value, stack };
}

function asText(level, values) {
  const text = util.format(...values).replaceAll("\n", "\r");
  return [new Date().toISOString(), requestId, level, text].join("\t");
}

function asJson(level, values) {
  const record = { timestamp: new Date().toISOString(), level, requestId };
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...record, message: values[0] }, plain);
    } catch {
      return JSON.stringify({ ...record, message: util.format(values[0]) });
    }
  }
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({ ...record, message: util.format(...values), ...(error && told(error)) });
}

function plain(_key, value) {
  return value instanceof Error ? { ...told(value), ...value } : value;
}

function told(error) {
  return {
    errorType: error.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
  };
}
