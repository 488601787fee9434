import { SignedOut } from "../api/errors.js";
import { Observable } from "./observable.js";

/**
 * A list that is small enough to be held whole: scopes, verifiers.
 *
 * @template {{id: string}} Item
 */
export class Collection extends Observable {
  /** @type {Item[]} */
  items = [];
  fresh = false;
  loading = false;
  /** @type {unknown} */
  failure = null;

  #read;
  #generation = 0;

  /** @param {() => Promise<Item[]>} read */
  constructor(read) {
    super();
    this.#read = read;
  }

  async load() {
    const generation = ++this.#generation;
    this.set({ loading: true, failure: null });
    try {
      const items = await this.#read();
      if (generation === this.#generation) this.set({ items, fresh: true, loading: false });
    } catch (failure) {
      if (generation !== this.#generation) return;
      this.set({ loading: false, failure: failure instanceof SignedOut ? null : failure });
    }
  }

  /** Where it is in the list, or first. @param {Item} item */
  add(item) {
    const items = this.items.map((other) => (other.id === item.id ? item : other));
    this.set({ items: items.includes(item) ? items : [item, ...items] });
  }

  /** @param {string} id */
  remove(id) {
    this.set({ items: this.items.filter((item) => item.id !== id) });
  }

  clear() {
    this.#generation += 1;
    this.set({ items: [], fresh: false, loading: false, failure: null });
  }
}
