import { html } from "lit-html";
import { Problem } from "../api/errors.js";
import { catalogs } from "../model/catalogs.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";

/** @extends {Dialog<boolean>} */
export class DeleteEntryDialog extends Dialog {
  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").Catalog} catalog
   * @param {import("../api/keyway.js").Entry} entry
   */
  constructor(keyway, catalog, entry) {
    super();
    this.keyway = keyway;
    this.catalog = catalog;
    this.entry = entry;
  }

  template() {
    const { one } = catalogs[this.catalog];
    const { id, name } = this.entry;
    return this.frame({
      title: html`Delete “<bdi>${name}</bdi>”?`,
      onSubmit: () => void this.attempt(() => this.#delete()),
      body: html`<p>
          Only ${one === "account" ? "an" : "a"} ${one} that no key has can be deleted. One that is retired stays in the keys
          that have it, and can no longer be granted.
        </p>
        <dl class="facts">
          <dt>Id</dt>
          <dd><code>${id}</code></dd>
        </dl>`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({ label: `Delete ${one}`, kind: "button--danger", type: "submit", busy: this.busy, busyLabel: "Deleting…" })}`,
    });
  }

  async #delete() {
    try {
      await this.keyway.deleteEntry(this.catalog, this.entry.id);
    } catch (error) {
      // Somebody was faster, or this is the second time: it is gone.
      if (!(error instanceof Problem) || error.status !== 404) throw error;
    }
    this.close(true);
  }
}
