// Steps of one client, in order. Each is a line of JSON on the standard output, which run_test.py counts.
"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");

// The body is the step; what it throws fails it and goes no further.
async function step(what, body) {
  const start = process.hrtime.bigint();
  let failure = null;
  try {
    await body();
  } catch (error) {
    failure = String(error && error.stack ? error.stack : error);
    // What the older clients know of a refusal.
    if (error && error.body) failure += "\n" + JSON.stringify(error.body);
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  process.stdout.write(JSON.stringify({ what, seconds, failure }) + "\n");
}

// What a client says of a refused call: "404 KeyNotFound", with an inner code behind a slash.
function refusal(error) {
  let body = error.body ?? error.details ?? {};
  const text = error.response && error.response.bodyAsText;
  if (text) {
    try {
      body = JSON.parse(text);
    } catch {
      // Not JSON: the code that the client made of it has to do.
    }
  }
  const inside = body.error && typeof body.error === "object" ? body.error : body;
  const code = inside.code ?? error.code ?? error.name;
  // The newer clients spell it their own way.
  const inner = (inside.innererror ?? inside.innerError)?.code;
  return `${error.statusCode} ${code}${inner ? "/" + inner : ""}`;
}

// A step that holds when the call is refused with `expected`: "403 Forbidden/KeyDisabled".
function refused(what, expected, call) {
  return step(what, async () => {
    let result;
    try {
      result = await call();
    } catch (error) {
      assert.equal(refusal(error), expected, error.message);
      return;
    }
    assert.fail(`expected ${expected}, but it was done: ${JSON.stringify(result)}`);
  });
}

async function all(iterator) {
  const found = [];
  for await (const one of iterator) found.push(one);
  return found;
}

function count(values) {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

// Asks the emulator's control, past any proxy.
function control(method, path, body, expected = 200) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: "127.0.0.1", port: process.env.LAZULI_PORT, method, path: `/emulator/v1/${path}` },
      (answer) => {
        let text = "";
        answer.on("data", (part) => (text += part));
        answer.on("end", () =>
          answer.statusCode === expected
            ? resolve(JSON.parse(text))
            : reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`)));
      });
    request.on("error", reject);
    if (body) request.setHeader("Content-Type", "application/json");
    request.end(body && JSON.stringify(body));
  });
}

const advance = (duration) => control("POST", "clock:advance", { duration });
const keyAccess = async (account) => (await control("GET", `accounts/${account}/keyAccess`)).state;

module.exports = { advance, all, assert, control, count, keyAccess, refusal, refused, step };
