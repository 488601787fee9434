import { html, nothing } from "lit-html";
import { isEmptyName } from "../model/empty-name.js";
import { withoutToken } from "../model/token-guard.js";
import { day } from "./moment.js";

/** Long enough to have written a word: what is said earlier is said of half a name. */
const PAUSE_MS = 600;

/** As two names are the same to who reads them. @param {string} name */
const folded = (name) => name.normalize().trim().replace(/\s+/gu, " ").toLowerCase();

/**
 * What there is to say of the name of a key while it is written: that another
 * key is called so, or that it helps nobody. Names may repeat, so nothing here
 * refuses anything, and what cannot be found out is not missed.
 */
export class NameRemarks {
  /** @type {import("../api/keyway.js").Key[]} */
  #twins = [];
  #isEmpty = false;
  #timer = 0;
  #running = new AbortController();

  /**
   * @param {object} options
   * @param {import("../api/keyway.js").Keyway} options.keyway
   * @param {HTMLElement} options.root where they are shown
   * @param {() => void} options.onChange
   * @param {string} [options.except] the key that is being renamed
   */
  constructor({ keyway, root, onChange, except }) {
    this.keyway = keyway;
    this.root = root;
    this.onChange = onChange;
    this.except = except;
  }

  /** @param {string} name as it is by now */
  type(name) {
    clearTimeout(this.#timer);
    this.#running.abort();
    if (!this.#isSilent) this.#say([], false);
    if (name.trim() !== "") this.#timer = setTimeout(() => void this.#look(name), PAUSE_MS);
  }

  /** In the place of a field's help. @param {unknown} help what to say while there is nothing else */
  template(help) {
    const [twin, ...more] = this.#twins;
    return html`<span class="remarks" role="status">${twin
        ? html`${more.length > 0 ? `${more.length + 1} other keys are` : "Another key is"} called so: <code>${twin.hint}</code>, created
            ${day(twin.created_at)}. `
        : nothing}${this.#isEmpty ? "This name does not say who uses the key." : nothing}</span
      >${this.#isSilent ? help : nothing}`;
  }

  get #isSilent() {
    return !this.#isEmpty && this.#twins.length === 0;
  }

  #say(twins, isEmpty) {
    this.#twins = twins;
    this.#isEmpty = isEmpty;
    this.onChange();
  }

  async #look(name) {
    if (!this.root.isConnected) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    // Together, so that a reader is interrupted once.
    const twins = await this.#twinsOf(name, signal);
    if (!signal.aborted) this.#say(twins, isEmptyName(name));
  }

  async #twinsOf(name, signal) {
    // What is searched for is logged on its way.
    if (withoutToken(name).token) return [];
    try {
      const { items } = await this.keyway.keys({ search: name.trim(), limit: "100", signal });
      return items.filter((key) => key.id !== this.except && folded(key.name) === folded(name));
    } catch {
      return [];
    }
  }
}
