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
