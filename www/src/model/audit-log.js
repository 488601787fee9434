import { SignedOut } from "../api/errors.js";
import { addDays, fromDateField, toRfc3339 } from "../format/time.js";
import { Observable } from "./observable.js";

/** What the address asks for: its days begin and end where the reader is. @param {URLSearchParams} parameters */
export function askedOf(parameters) {
  const moment = (name, days) => {
    const day = fromDateField(parameters.get(name) ?? "");
    return day ? toRfc3339(addDays(day, days)) : "";
  };
  return { by: parameters.get("by") ?? "", event: parameters.get("event") ?? "", from: moment("from", 0), to: moment("to", 1) };
}

/**
 * What was done, newest first, as far as it is loaded.
 *
 * @typedef {import("../api/keyway.js").AuditEntry} AuditEntry
 */
export class AuditLog extends Observable {
  /** @type {AuditEntry[]} */
  items = [];
  /** What is asked for, called as the API calls it. @type {Record<string, string>} */
  asked = {};
  /** Whether `items` answers that. */
  fresh = false;
  loading = false;
  /** @type {unknown} */
  failure = null;

  /** @type {string | null} */
  #cursor = null;
  #read;
  #running = new AbortController();

  /** @param {(asked: object) => Promise<{items: AuditEntry[], next_cursor: string | null}>} read */
  constructor(read) {
    super();
    this.#read = read;
  }

  get hasMore() {
    return this.#cursor !== null;
  }

  /** From the newest on. @param {Record<string, string>} [asked] */
  async load(asked = this.asked) {
    this.asked = asked;
    this.fresh = false;
    await this.#page(null);
  }

  async more() {
    if (!this.loading) await this.#page(this.#cursor);
  }

  /** The next person to sign in may see less. */
  clear() {
    this.#running.abort();
    this.#cursor = null;
    this.set({ items: [], asked: {}, fresh: false, loading: false, failure: null });
  }

  async #page(cursor) {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.set({ loading: true, failure: null });
    try {
      const { items, next_cursor } = await this.#read({ ...this.asked, cursor, signal });
      this.#cursor = next_cursor;
      this.set({ loading: false, fresh: true, items: cursor ? [...this.items, ...items] : items });
    } catch (failure) {
      if (signal.aborted) return;
      this.set({ loading: false, failure: failure instanceof SignedOut ? null : failure });
    }
  }
}
