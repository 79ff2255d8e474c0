// Answers CloudFormation for a custom resource: a module that AWS gives to inline code only.
// Its names are AWS's ("cfn-response module").
"use strict";

const http = require("http");
const https = require("https");

exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = (event, context, responseStatus, responseData, physicalResourceId, noEcho) =>
  new Promise((resolve) => {
    const body = JSON.stringify({
      Status: responseStatus,
      Reason: `See the log stream ${context.logStreamName}`,
      PhysicalResourceId: physicalResourceId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: responseData,
    });
    const address = new URL(event.ResponseURL);
    const end = () => {
      if (context.done) context.done();
      resolve();
    };
    const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
    const program = address.protocol === "http:" ? http : https;
    const request = program.request(address, { method: "PUT", headers }, (answer) => {
      answer.resume();
      answer.on("end", end);
    });
    request.on("error", (error) => {
      console.log(`CloudFormation was not answered: ${error}`);
      end();
    });
    request.end(body);
  });
