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
