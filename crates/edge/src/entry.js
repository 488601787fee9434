// What the runtime sees of the Worker, and the little that has to happen before
// a call reaches the wasm.
//
// A panic traps the instance, and its memory stays as it was in the middle of
// whatever it did. `worker` notes that in its init state; the next call then
// begins with a fresh instance. Objects of the old one are made again in it:
// their storage is theirs, only what they kept in memory is gone.

import { DurableObject } from "cloudflare:workers";
import * as wasm from "./index.js";

const state = wasm.__worker_init_state();

function beginFresh() {
  if (!state.criticalError) return;
  console.log("a fresh wasm instance takes over");
  wasm.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId += 1;
}

// Not every trap is a panic: out of memory and stack overflow have no hook.
function noteTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
}

// What goes on after a wait is in here: `js-sys` puts it into a microtask of its own,
// whose trap would reach nobody.
const { queueMicrotask } = globalThis;
globalThis.queueMicrotask = (work) =>
  queueMicrotask(() => {
    try {
      work();
    } catch (error) {
      noteTrap(error);
      throw error;
    }
  });

async function calling(handler) {
  beginFresh();
  try {
    return await handler();
  } catch (error) {
    noteTrap(error);
    throw error;
  }
}

const VERIFY = "/v1/verify";
const HOST = "http://x".length;
const SMALL = 64 * 1024;

let pattern;

// An answer without a body, to take status and headers from: as the second
// argument of another one it costs less than anything else that can stand there.
function good() {
  if (pattern === undefined) {
    const headers = new Headers();
    const flat = wasm.answerHeaders();
    for (let at = 0; at < flat.length; at += 2) headers.set(flat[at], flat[at + 1]);
    pattern = new Response(null, { headers });
  }
  return pattern;
}

// A verification that is nothing out of the ordinary, by what can be told from
// outside. Everything else goes the long way.
function isVerification(request, url, headers) {
  return (
    url.endsWith(VERIFY) &&
    url.indexOf("/", HOST) === url.length - VERIFY.length &&
    request.method === "POST" &&
    headers.get("content-type") === "application/json"
  );
}

// One wait, for the body, which is most of what a verification costs; as text,
// because as bytes it costs more. Of a text that is not as long as it was on the
// way it has yet to be seen whether it was text at all.
async function verify(request, headers, length, env, context) {
  const body = await request.text();
  beginFresh();
  try {
    const now = Date.now();
    const answer =
      body.length === length
        ? wasm.verifyAtOnce(headers.get("authorization") ?? "", body, now)
        : undefined;
    if (answer === undefined) {
      return await wasm.verifyWithBody(request, env, context, body, length);
    }
    if (wasm.isFollowedUp()) context.waitUntil(wasm.followUp(env));
    return new Response(answer, good());
  } catch (error) {
    noteTrap(error);
    throw error;
  }
}

export default {
  fetch(request, env, context) {
    const { url, headers } = request;
    const length = Number(headers.get("content-length") ?? SMALL);
    return length < SMALL && isVerification(request, url, headers)
      ? verify(request, headers, length, env, context)
      : calling(() => wasm.fetch(request, env, context));
  },
};

class InWasm extends DurableObject {
  #object;
  #madeIn;

  get current() {
    if (this.#madeIn !== state.instanceId) {
      this.#object = this.make();
      this.#madeIn = state.instanceId;
    }
    return this.#object;
  }

  fetch(request) {
    return calling(() => this.current.fetch(request));
  }
}

export class Workspace extends InWasm {
  make() {
    return new wasm.Workspace(this.ctx, this.env);
  }

  alarm(info) {
    return calling(() => this.current.alarm(info));
  }
}

export class Feed extends InWasm {
  make() {
    return new wasm.Feed(this.ctx, this.env);
  }
}
