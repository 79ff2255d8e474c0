// Where a text stops being JSON; browsers say so in different words, or not at all.

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Give the place of the first fault as "line 2, column 5", or null. */
export function faultIn(text) {
  let at;
  try {
    at = space(text, value(text, space(text, 0)));
  } catch (fault) {
    at = fault.at ?? 0;
  }
  if (at === text.length && isJson(text)) return null;
  const before = text.slice(0, at).split("\n");
  return `line ${before.length}, column ${before.at(-1).length + 1}`;
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

class Fault extends Error {
  constructor(at) {
    super();
    this.at = at;
  }
}

function past(pattern, text, at) {
  pattern.lastIndex = at;
  if (!pattern.test(text)) throw new Fault(at);
  return pattern.lastIndex;
}

const space = (text, at) => past(SPACE, text, at);

function value(text, at) {
  if (text[at] === "{") return members(text, at, "}", pair);
  if (text[at] === "[") return members(text, at, "]", value);
  return past(text[at] === '"' ? STRING : PLAIN, text, at);
}

function pair(text, at) {
  const colon = space(text, past(STRING, text, at));
  if (text[colon] !== ":") throw new Fault(colon);
  return value(text, space(text, colon + 1));
}

function members(text, start, close, member) {
  let at = space(text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = space(text, member(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new Fault(at);
    at = space(text, at + 1);
  }
}
