import fs from "node:fs";

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const answer = awslambda.HttpResponseStream.from(stream, { statusCode: 202, cookies: ["a=1"] });
  answer.write("once upon a time");
  while (!fs.existsSync(event.queryStringParameters.until)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (event.rawPath === "/broken") throw new Error("lost the thread");
  answer.end(", the end");
});
