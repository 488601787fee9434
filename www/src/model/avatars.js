import { Observable } from "./observable.js";

/** The pictures of keys, in memory: each is fetched when it is shown first, and once. */
export class Avatars extends Observable {
  /** Another one whenever a picture came or went. */
  state = {};

  /** By tag: where it can be seen, or null while it is on its way or cannot be had. @type {Map<string, string | null>} */
  #urls = new Map();
  #running = new AbortController();

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
  }

  /** Where the picture of a key can be seen, if it has one and that is there. @param {{id: string, avatar: string | null}} key */
  of({ id, avatar }) {
    if (!avatar) return null;
    if (!this.#urls.has(avatar)) void this.#load(id, avatar);
    return this.#urls.get(avatar) ?? null;
  }

  /** Takes one in that is known already. @param {string | null} tag @param {Blob} picture */
  keep(tag, picture) {
    if (tag === null || this.#urls.get(tag)) return;
    this.#urls.set(tag, URL.createObjectURL(picture));
    this.set({ state: {} });
  }

  /** The browser cannot read it. @param {string} tag */
  lose(tag) {
    URL.revokeObjectURL(this.#urls.get(tag) ?? "");
    this.#urls.set(tag, null);
    this.set({ state: {} });
  }

  /** Asks again for what could not be had. */
  retry() {
    for (const [tag, url] of this.#urls) if (url === null) this.#urls.delete(tag);
    this.set({ state: {} });
  }

  /** Forgets everything: the next person to sign in may see less. */
  clear() {
    this.#running.abort();
    this.#running = new AbortController();
    for (const url of this.#urls.values()) URL.revokeObjectURL(url ?? "");
    this.#urls.clear();
    this.set({ state: {} });
  }

  async #load(id, tag) {
    const { signal } = this.#running;
    this.#urls.set(tag, null);
    try {
      const picture = await this.keyway.avatar(id, signal);
      if (!signal.aborted) this.keep(tag, picture);
    } catch {
      // It only decorates: the initials stand in its place.
    }
  }
}
