// What is told of a handler's errors, as AWS's Node.js runtime tells it.
import util from "node:util";

const NOTHING_LEFT =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused " +
  "by a Promise that was never settled. For more information, see " +
  "https://nodejs.org/docs/latest/api/process.html#exit-codes";
const UNREADABLE =
  "callback called with Error argument, but there was a problem while retrieving one or more of its " +
  "message, name, and stack";

export function describe(error) {
  try {
    if (util.types.isNativeError(error) || isLikeAnError(error)) {
      const [errorType, errorMessage, stack] = [error.name, error.message, error.stack ?? ""].map(escaped);
      return { errorType, errorMessage, trace: stack.split("\n") };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return { errorType: "handled", errorMessage: UNREADABLE };
  }
}

function isLikeAnError(error) {
  return [error?.name, error?.message, error?.stack].every((text) => text && typeof text === "string");
}

function escaped(text) {
  return String(text).replaceAll("\x7F", "%7F");
}

export function fault(errorType, message) {
  const error = new Error(message);
  error.name = errorType;
  return error;
}

export function nothingLeft() {
  return fault("Runtime.NodeJsExit", NOTHING_LEFT);
}

export function unhandled(reason) {
  return fault("Runtime.UnhandledPromiseRejection", String(reason));
}

// A result as it is sent; from Node.js 24 on what cannot be has a type of its own.
export function textOf(result, major) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch {
    throw fault(major >= 24 ? "Runtime.JSONStringifyError" : "Error", "Unable to stringify response body");
  }
}
