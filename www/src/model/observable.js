/** State that tells whoever shows it that it changed. */
export class Observable {
  #listeners = new Set();

  /** @param {() => void} listener @returns {() => void} stops listening */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {object} [change] the fields to set */
  set(change) {
    Object.assign(this, change);
    for (const listener of this.#listeners) listener();
  }
}
