// Lets ES modules find packages where NODE_PATH leads, as CommonJS does by itself: layers, the AWS
// SDK, what npm installed beside the code. What is found around the code comes first.
const own = /^(?:[./#]|[a-z]+:)/i;
let places = [];

export function initialize(parents) {
  places = parents;
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || own.test(specifier)) {
      throw error;
    }
    for (const parentURL of places) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch {
        // The next place may have it.
      }
    }
    throw error;
  }
}
