import { SignedOut } from "../api/errors.js";
import { asked, EVERYTHING, isNarrowed } from "./key-query.js";
import { Observable } from "./observable.js";

/** The keys that are asked for, as far as they are loaded. */
export class KeyList extends Observable {
  query = EVERYTHING;
  /** @type {import("../api/keyway.js").Key[]} */
  items = [];
  /** Whether `items` answers the present query. Until then they may be shown, but as stale. */
  fresh = false;
  loading = false;
  loadingMore = false;
  /** @type {unknown} */
  failure = null;
  /** @type {unknown} */
  moreFailure = null;
  /** Revocations that not every region has confirmed yet. @type {Set<string>} */
  undelivered = new Set();
  /** How many there are in each status, in the whole workspace. @type {Record<import("../api/keyway.js").Status, number> | null} */
  counts = null;
  /** Who made the keys that were seen, by id. @type {Map<string, string>} */
  creators = new Map();

  /** @type {string | null} */
  #cursor = null;
  /** What the first page was asked with: “within a week” must not move from page to page. @type {Record<string, string>} */
  #asked = {};
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

  /** @param {import("./key-query.js").KeyQuery} query */
  async show(query) {
    if (JSON.stringify(query) !== JSON.stringify(this.query)) this.fresh = false;
    this.query = query;
    await this.load();
  }

  async load() {
    const signal = this.#restart();
    this.#asked = asked(this.query);
    this.set({ loading: true, loadingMore: false, failure: null, moreFailure: null });
    void this.#count();
    try {
      const page = await this.keyway.keys({ ...this.#asked, signal });
      this.#cursor = page.next_cursor;
      this.#meet(page.items);
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
      const page = await this.keyway.keys({ ...this.#asked, cursor: this.#cursor, signal });
      this.#cursor = page.next_cursor;
      this.#meet(page.items);
      // A key that was created meanwhile stands in the list already.
      const known = new Set(this.items.map((key) => key.id));
      this.set({ loadingMore: false, items: [...this.items, ...page.items.filter((key) => !known.has(key.id))] });
    } catch (failure) {
      if (signal.aborted) return;
      this.set({ loadingMore: false, moreFailure: failure instanceof SignedOut ? null : failure });
    }
  }

  /**
   * Shows changes at once, without asking for the list again. A key stays where
   * it is, though it may no longer be what was asked for: it must not vanish
   * from under the hand.
   *
   * @param {...import("../api/keyway.js").Key} changed
   */
  put(...changed) {
    const fresh = new Map(changed.map((key) => [key.id, key]));
    const items = this.items.map((key) => fresh.get(key.id) ?? key);
    for (const { id } of this.items) fresh.delete(id);
    void this.#count();
    // Where a new one belongs in another order, and whether it does, only the server knows.
    if (fresh.size > 0 && (isNarrowed(this.query) || this.query.sort)) {
      void this.load();
      return;
    }
    this.set({ items: [...fresh.values(), ...items].filter((key) => this.#belongs(key)) });
  }

  /** @param {...string} ids */
  remove(...ids) {
    const gone = new Set(ids);
    void this.#count();
    this.set({ items: this.items.filter((key) => !gone.has(key.id)) });
  }

  /** @param {string | string[]} ids @param {boolean} delivered */
  mark(ids, delivered) {
    const undelivered = new Set(this.undelivered);
    for (const id of [ids].flat()) {
      if (delivered) undelivered.delete(id);
      else undelivered.add(id);
    }
    this.set({ undelivered });
  }

  /** Forgets everything: the next person to sign in may see less. */
  clear() {
    this.#restart();
    this.#cursor = null;
    this.creators.clear();
    this.set({
      items: [],
      undelivered: new Set(),
      counts: null,
      fresh: false,
      loading: false,
      loadingMore: false,
      failure: null,
      moreFailure: null,
    });
  }

  #belongs(key) {
    const { status } = this.query;
    if (status === "all") return true;
    return (key.status === "revoked") === (status === "revoked");
  }

  #meet(keys) {
    for (const { created_by } of keys) this.creators.set(created_by.id, created_by.name);
  }

  /** They only help to choose: without them the list is still the list. */
  async #count() {
    const { signal } = this.#running;
    try {
      const counts = await this.keyway.counts(signal);
      if (!signal.aborted) this.set({ counts });
    } catch {
      if (!signal.aborted) this.set({ counts: null });
    }
  }

  /** An answer that was overtaken by another query must not be shown under it. */
  #restart() {
    this.#running.abort();
    this.#running = new AbortController();
    return this.#running.signal;
  }
}
