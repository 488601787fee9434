import { html } from "lit-html";
import { count } from "../format/count.js";
import { asked } from "../model/key-query.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";

/** As many as the server gives at once. */
const PAGE = "100";

/**
 * Reads every page of the list, for as long as the reader wants to wait. The
 * list on the screen stays as it is.
 *
 * @extends {Dialog<import("../api/keyway.js").Key[]>}
 */
export class ExportKeysDialog extends Dialog {
  /** @type {import("../api/keyway.js").Key[]} */
  keys = [];

  #cursor = null;
  #running = new AbortController();

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../model/key-query.js").KeyQuery} query
   */
  constructor(keyway, query) {
    super();
    this.keyway = keyway;
    this.asked = asked(query);
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

  close(keys) {
    this.#running.abort();
    super.close(keys);
  }

  template() {
    return this.frame({
      title: "Export as CSV",
      onSubmit: () => void this.attempt(() => this.#read()),
      body: html`<p role="status">${this.busy ? html`<span class="spinner spinner--inline"></span> ` : ""}${count(this.keys.length, "key")} so far</p>`,
      actions: html`${button({ label: "Cancel", kind: "button--plain", focusFirst: true, onClick: () => this.close(undefined) })}
      ${this.busy ? "" : button({ label: "Try again", kind: "button--primary", type: "submit" })}`,
    });
  }

  async #read() {
    const { signal } = this.#running;
    do {
      const page = await this.keyway.keys({ ...this.asked, limit: PAGE, cursor: this.#cursor, signal });
      this.#cursor = page.next_cursor;
      this.update({ keys: [...this.keys, ...page.items] });
    } while (this.#cursor);
    this.close(this.keys);
  }
}
