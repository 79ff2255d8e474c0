const https = require("https");

exports.callback = (event, context, callback) => {
  console.log("received", event);
  callback(null, { event, id: context.awsRequestId, name: context.functionName });
};
exports.asynchronous = async (event, context) => context.getRemainingTimeInMillis();
exports.fails = async () => {
  throw new TypeError("boom");
};
exports.exits = () => process.exit(3);
exports.nothing = async () => {};
exports.synchronous = () => ({ lost: true });
exports.never = () => new Promise(() => {});
exports.neverAsync = async () => new Promise(() => {});
exports.circular = async () => {
  const itself = {};
  itself.itself = itself;
  return itself;
};
exports.big = async () => 1n;
exports.throwsText = async () => {
  throw "boom";
};
exports.later = () => {
  setTimeout(() => {
    throw new RangeError("later");
  }, 1);
};
exports.rejects = async () => {
  Promise.reject(new RangeError("nobody listens"));
  await new Promise((resolve) => setTimeout(resolve, 1000));
};
exports.calledBack = (event, context, callback) => callback(new TypeError("called back"));
exports.failed = (event, context) => context.fail("given up");
const done = [];
exports.waits = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event;
  setTimeout(() => done.push("timer"), 50);
  callback(null, done);
};
exports.inside = { handler: async () => "inside" };
exports.number = 1;
exports.speaks = async () => {
  console.debug("quiet");
  console.info("one", { two: 2 });
  console.warn({ three: 3 });
  console.error("four", new TypeError("five"));
};

exports.custom = (event) =>
  new Promise((resolve, reject) => {
    const { hostname, pathname: path } = new URL(event.ResponseURL);
    const answer = https.request({ hostname, path, method: "PUT" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    answer.on("error", reject);
    answer.end("made");
  });
exports.quiet = async () => process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED;
