// Runs a Node.js function against the Lambda Runtime API: AWS's own client wants build tools and a
// newer Node.js. Handlers may be async or take a callback; modules may be CommonJS or ES modules.
import fs from "node:fs";
import http from "node:http";
import modules from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import util from "node:util";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const prefix = "/2018-06-01/runtime/";
const levels = { debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
let requestId;

for (const [name, level] of Object.entries(levels)) {
  console[name] = (...values) => {
    const text = util.format(...values).replaceAll("\n", "\r");
    const parts = [new Date().toISOString(), requestId, level, text];
    process.stdout.write(`${parts.join("\t")}\n`);
  };
}

function open(method, where, headers) {
  const request = http.request({ host, port, agent, method, path: prefix + where, headers });
  const answered = new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() }));
    });
  });
  return { request, answered };
}

function call(method, where, body) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const { request, answered } = open(method, where, bytes && { "Content-Length": bytes.length });
  request.end(bytes);
  return answered;
}

// What a streaming handler writes its answer to. The request to the Runtime API begins with the
// first bytes, so that a handler that fails before them fails as any other.
class ResponseStream extends Writable {
  #contentType = "application/octet-stream";
  #head;
  #opened;

  setContentType(contentType) {
    this.#contentType = contentType;
  }

  setHead(contentType, head) {
    this.#contentType = contentType;
    this.#head = head;
  }

  get hasBegun() {
    return this.#opened !== undefined;
  }

  _write(chunk, _encoding, done) {
    this.#begin().write(chunk, done);
  }

  _final(done) {
    this.#begin().end();
    this.#opened.answered.then(() => done(), done);
  }

  async breakOff(described) {
    const { request, answered } = this.#opened;
    request.addTrailers({
      "Lambda-Runtime-Function-Error-Type": described.errorType,
      "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(described)).toString("base64"),
    });
    request.end();
    await answered;
  }

  #begin() {
    if (this.#opened === undefined) {
      this.#opened = open("POST", `invocation/${requestId}/response`, {
        "Content-Type": this.#contentType,
        "Lambda-Runtime-Function-Response-Mode": "streaming",
        "Transfer-Encoding": "chunked",
        Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
      });
      if (this.#head !== undefined) {
        this.#opened.request.write(this.#head);
      }
    }
    return this.#opened.request;
  }
}

const streaming = Symbol("streaming");
globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[streaming] = true;
    return handler;
  },
  HttpResponseStream: {
    from(stream, head) {
      const bytes = Buffer.concat([Buffer.from(JSON.stringify(head)), Buffer.alloc(8)]);
      stream.setHead("application/vnd.awslambda.http-integration-response", bytes);
      return stream;
    },
  },
};

function describe(error, fallback = "Error") {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = (error.stack ?? "").split("\n");
  return { errorType: error.name || fallback, errorMessage: error.message, trace };
}

function fault(errorType, message) {
  const error = new Error(message);
  error.name = errorType;
  return error;
}

// ES modules look for packages where NODE_PATH leads only with a hook, which costs a thread.
function followNodePath() {
  const folders = (process.env.NODE_PATH ?? "").split(path.delimiter).filter(Boolean);
  const data = folders.map((folder) => pathToFileURL(path.join(path.dirname(folder), "any.mjs")).href);
  if (data.length > 0) {
    modules.register?.("./resolve.mjs", import.meta.url, { data });
  }
}

async function load() {
  const handler = process.env._HANDLER;
  const dot = handler.lastIndexOf(".");
  const [place, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, place);
  const file = [".js", ".mjs", ".cjs"].map((end) => base + end).find(fs.existsSync);
  if (dot < 1 || file === undefined) {
    throw fault("Runtime.ImportModuleError", `Error: Cannot find module '${place}'`);
  }
  let module;
  try {
    module = await import(pathToFileURL(file));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw fault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    }
    throw error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND"
      ? fault("Runtime.ImportModuleError", `Error: ${error.message}`)
      : error;
  }
  const found = module[name] ?? module.default?.[name];
  if (typeof found !== "function") {
    throw fault("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  return found;
}

function contextOf(headers, resolve, reject) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const client = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: requestId,
    clientContext: client ? JSON.parse(client) : undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: (error, result) => (error ? reject(error) : resolve(result)),
    fail: reject,
    succeed: resolve,
  };
}

function invoke(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, contextOf(headers, resolve, reject), callback);
    if (typeof returned?.then === "function") {
      returned.then(resolve, reject);
    } else if (handler.length < 3 && returned !== undefined) {
      resolve(returned);
    }
  });
}

async function answer(handler, event, headers) {
  const result = await invoke(handler, event, headers);
  await call("POST", `invocation/${requestId}/response`, JSON.stringify(result) ?? "null");
}

async function stream(handler, event, headers) {
  const written = new ResponseStream();
  const ended = finished(written);
  ended.catch(() => {});
  try {
    await handler(event, written, contextOf(headers, () => {}, () => {}));
    await ended;
  } catch (error) {
    if (!written.hasBegun || written.writableFinished) {
      throw error;
    }
    const described = describe(error);
    console.error("Invoke Error", JSON.stringify(described));
    await written.breakOff(described);
  }
}

async function serve(handler) {
  const run = handler[streaming] ? stream : answer;
  for (;;) {
    const { headers, body } = await call("GET", "invocation/next");
    requestId = headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    try {
      const event = JSON.parse(body);
      if (event?.ResponseURL?.startsWith?.("http:")) {
        (await import("./response_url.mjs")).answerAt(event.ResponseURL);
      }
      await run(handler, event, headers);
    } catch (error) {
      const described = describe(error);
      console.error("Invoke Error", JSON.stringify(described));
      await call("POST", `invocation/${requestId}/error`, JSON.stringify(described));
    }
  }
}

function uncaught(error) {
  const errorType = "Runtime.UnhandledPromiseRejection";
  console.error("Uncaught Exception", JSON.stringify(describe(error, errorType)));
  process.exit(129);
}

process.on("uncaughtException", uncaught);
process.on("unhandledRejection", uncaught);

let handler;
try {
  followNodePath();
  handler = await load();
} catch (error) {
  const described = describe(error);
  console.error("Uncaught Exception", JSON.stringify(described));
  await call("POST", "init/error", JSON.stringify(described));
  process.exit(1);
}
await serve(handler);
