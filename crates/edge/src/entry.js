// What the runtime sees of the Worker, and the little that has to happen before
// a call reaches the wasm.
//
// A panic traps the instance, and its memory stays as it was in the middle of
// whatever it did. `worker` notes that in its init state; the next call then
// begins with a fresh instance. Objects of the old one are made again in it:
// their storage is theirs, only what they kept in memory is gone.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as wasm from "./index.js";

const state = wasm.__worker_init_state();

function beginFresh() {
  if (!state.criticalError) return;
  console.log("a fresh wasm instance takes over");
  wasm.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId += 1;
}

async function calling(handler) {
  beginFresh();
  try {
    return await handler();
  } catch (error) {
    // Not every trap is a panic: out of memory and stack overflow have no hook.
    if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
    throw error;
  }
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    return calling(() => wasm.fetch.call(this, request, this.env, this.ctx));
  }
}

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
