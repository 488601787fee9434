import { html } from "lit-html";
import { count } from "../format/count.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";

/**
 * Reads every page of a list, for as long as the reader wants to wait. What is
 * on the screen stays as it is.
 *
 * @template Item
 * @extends {Dialog<Item[]>}
 */
export class ExportDialog extends Dialog {
  /** @type {Item[]} */
  items = [];

  #cursor = null;
  #running = new AbortController();

  /**
   * @param {object} what
   * @param {string} what.title
   * @param {[one: string, many?: string]} what.what
   * @param {(page: {cursor: string | null, signal: AbortSignal}) => Promise<{items: Item[], next_cursor: string | null}>} what.read
   */
  constructor({ title, what, read }) {
    super();
    this.title = title;
    this.what = what;
    this.read = read;
  }

  open() {
    const answer = super.open();
    void this.attempt(() => this.#read());
    return answer;
  }

  /** Nothing is changed by reading. */
  mayLeave() {
    return true;
  }

  close(items) {
    this.#running.abort();
    super.close(items);
  }

  template() {
    return this.frame({
      title: this.title,
      onSubmit: () => void this.attempt(() => this.#read()),
      body: html`<p role="status">${this.busy ? html`<span class="spinner spinner--inline"></span> ` : ""}${count(this.items.length, ...this.what)} so far</p>`,
      actions: html`${button({ label: "Cancel", kind: "button--plain", focusFirst: true, onClick: () => this.close(undefined) })}
      ${this.busy ? "" : button({ label: "Try again", kind: "button--primary", type: "submit" })}`,
    });
  }

  async #read() {
    const { signal } = this.#running;
    do {
      const page = await this.read({ cursor: this.#cursor, signal });
      this.#cursor = page.next_cursor;
      this.update({ items: [...this.items, ...page.items] });
    } while (this.#cursor);
    this.close(this.items);
  }
}
