import { Observable } from "./observable.js";

/** Which of the listed keys are ticked, to do the same to all of them. */
export class Selection extends Observable {
  /** @type {Set<string>} */
  ids = new Set();

  /** @param {import("../api/keyway.js").Key[]} items @returns {import("../api/keyway.js").Key[]} those of them that are ticked */
  of(items) {
    return this.ids.size === 0 ? [] : items.filter(({ id }) => this.ids.has(id));
  }

  /** @param {boolean} on @param {...string} ids */
  tick(on, ...ids) {
    const ticked = new Set(this.ids);
    for (const id of ids) {
      if (on) ticked.add(id);
      else ticked.delete(id);
    }
    this.set({ ids: ticked });
  }

  clear() {
    if (this.ids.size > 0) this.set({ ids: new Set() });
  }
}
