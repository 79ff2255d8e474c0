// Lets a custom resource's function answer CloudFormation. On AWS its ResponseURL is reached by TLS
// at port 443, and handlers take that for granted: https.request with a host and a path. Here it
// leads to a port of this machine, without TLS (lambda-runtime.md L90).
import http from "node:http";
import https from "node:https";
import modules from "node:module";

let address;

function leadsThere(options) {
  const path = options.path ?? `${options.pathname}${options.search ?? ""}`;
  const named = options.hostname ?? String(options.host).replace(/:\d+$/, "");
  return named === address.hostname && path.startsWith(address.pathname);
}

function install() {
  const request = https.request;
  https.request = (first, ...more) => {
    const isText = typeof first === "string" || first instanceof URL;
    const second = isText && typeof more[0] === "object" ? more.shift() : {};
    const { hostname, port, pathname, search } = isText ? new URL(first) : {};
    const options = isText ? { hostname, port, path: pathname + search, ...second } : first;
    if (!leadsThere(options)) {
      return isText ? request(first, second, ...more) : request(first, ...more);
    }
    const { agent, host, protocol, ...others } = options;
    return http.request({ ...others, hostname: address.hostname, port: address.port }, ...more);
  };
  modules.syncBuiltinESMExports();
}

export function answerAt(url) {
  if (address === undefined) {
    install();
  }
  address = new URL(url);
}
