import { SignedOut } from "../api/errors.js";
import { Observable } from "./observable.js";

/** What each filter asks the server for; without a status it leaves out the revoked. */
const STATUS = { current: undefined, revoked: "revoked", all: "all" };

/** @typedef {keyof typeof STATUS} Filter */

/** @param {string | null} text @returns {Filter} */
export function filterOf(text) {
  return text !== null && Object.hasOwn(STATUS, text) ? /** @type {Filter} */ (text) : "current";
}

/** The keys of one filter, newest first, as far as they are loaded. */
export class KeyList extends Observable {
  /** @type {Filter} */
  filter = "current";
  /** @type {import("../api/keyway.js").Key[]} */
  items = [];
  /** Whether `items` answers the present filter. Until then they may be shown, but as stale. */
  fresh = false;
  loading = false;
  loadingMore = false;
  /** @type {unknown} */
  failure = null;
  /** @type {unknown} */
  moreFailure = null;
  /** Revocations that not every region has confirmed yet. */
  undelivered = new Set();

  /** @type {string | null} */
  #cursor = null;
  #running = new AbortController();

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
  }

  get hasMore() {
    return this.fresh && this.#cursor !== null;
  }

  /** When something that is shown comes or ends. */
  get moments() {
    return this.items.flatMap((key) => [key.not_before, key.expires_at, key.previous_token?.ends_at].filter(Boolean));
  }

  /** @param {Filter} filter */
  async show(filter) {
    if (filter !== this.filter) this.fresh = false;
    this.filter = filter;
    await this.load();
  }

  async load() {
    const signal = this.#restart();
    this.set({ loading: true, loadingMore: false, failure: null, moreFailure: null });
    try {
      const page = await this.keyway.keys({ status: STATUS[this.filter], signal });
      this.#cursor = page.next_cursor;
      this.set({ loading: false, fresh: true, items: page.items });
    } catch (failure) {
      if (signal.aborted) return;
      this.set({ loading: false, fresh: false, failure: failure instanceof SignedOut ? null : failure });
    }
  }

  async more() {
    if (this.loadingMore || !this.hasMore) return;
    const signal = this.#running.signal;
    this.set({ loadingMore: true, moreFailure: null });
    try {
      const page = await this.keyway.keys({ status: STATUS[this.filter], cursor: this.#cursor, signal });
      this.#cursor = page.next_cursor;
      // A key that was created meanwhile stands in the list already.
      const known = new Set(this.items.map((key) => key.id));
      this.set({ loadingMore: false, items: [...this.items, ...page.items.filter((key) => !known.has(key.id))] });
    } catch (failure) {
      if (signal.aborted) return;
      this.set({ loadingMore: false, moreFailure: failure instanceof SignedOut ? null : failure });
    }
  }

  /**
   * Shows a change at once, without asking for the list again.
   *
   * @param {import("../api/keyway.js").Key} changed
   */
  put(changed) {
    const known = this.items.some((key) => key.id === changed.id);
    const items = known ? this.items.map((key) => (key.id === changed.id ? changed : key)) : [changed, ...this.items];
    this.set({ items: items.filter((key) => this.#belongs(key)) });
  }

  /** @param {string} id */
  remove(id) {
    this.set({ items: this.items.filter((key) => key.id !== id) });
  }

  /** @param {string} id @param {boolean} delivered */
  mark(id, delivered) {
    if (delivered) this.undelivered.delete(id);
    else this.undelivered.add(id);
    this.set();
  }

  /** Forgets everything: the next person to sign in may see less. */
  clear() {
    this.#restart();
    this.#cursor = null;
    this.undelivered.clear();
    this.set({ items: [], fresh: false, loading: false, loadingMore: false, failure: null, moreFailure: null });
  }

  #belongs(key) {
    if (this.filter === "all") return true;
    return (key.status === "revoked") === (this.filter === "revoked");
  }

  /** An answer that was overtaken by another filter must not be shown under it. */
  #restart() {
    this.#running.abort();
    this.#running = new AbortController();
    return this.#running.signal;
  }
}
