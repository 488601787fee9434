import { NotLoaded } from "../api/errors.js";
import { Observable } from "./observable.js";

/** @typedef {typeof import("../later.js")} Part */

/** The part of the page that is fetched when it is first asked for. */
export class Later extends Observable {
  /** @type {Part | undefined} */
  part;
  /** @type {unknown} */
  failure = null;

  /** @type {Promise<void> | undefined} */
  #coming;
  #wanted;

  load() {
    this.#coming ??= this.#fetch();
    return this.#coming;
  }

  /** Does that as soon as it can be done, unless something else is wanted by then. @param {(part: Part) => unknown} work */
  async use(work) {
    this.#wanted = work;
    await this.load();
    if (this.part && this.#wanted === work) await work(this.part);
  }

  async #fetch() {
    this.set({ failure: null });
    try {
      this.set({ part: await import("../later.js") });
    } catch (cause) {
      this.#coming = undefined;
      this.set({ failure: new NotLoaded(cause) });
    }
  }
}
