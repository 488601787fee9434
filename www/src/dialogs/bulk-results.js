import { html, nothing } from "lit-html";
import { count } from "../format/count.js";
import { sentence } from "../format/sentence.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { keyNames } from "../parts/key-names.js";
import { Dialog } from "./dialog.js";

/**
 * What became of each of several keys, when it is not the same of all.
 *
 * @extends {Dialog<void>}
 */
export class BulkResultsDialog extends Dialog {
  /**
   * @param {object} outcome
   * @param {string} outcome.done what became of those that were not refused
   * @param {import("../api/keyway.js").Key[]} outcome.changed
   * @param {{key: import("../api/keyway.js").Key, why: string}[]} outcome.refused
   * @param {import("../api/keyway.js").Key[]} outcome.left not asked about any more
   */
  constructor({ done, changed, refused, left }) {
    super();
    Object.assign(this, { done, changed, refused, left });
  }

  template() {
    const { done, changed, refused, left } = this;
    return this.frame({
      title: `${changed.length} of ${count(changed.length + refused.length + left.length, "key")} ${done}`,
      onSubmit: () => this.close(undefined),
      body: html`${refused.length > 0
          ? html`<section>
              <h3 class="field__label">Refused</h3>
              <ul class="key-names" role="list">
                ${refused.map(({ key, why }) => html`<li><bdi>${key.name}</bdi><span class="field__error">${icon("warning")}<span>${sentence(why)}</span></span></li>`)}
              </ul>
            </section>`
          : nothing}
        ${part(`Left as they were`, left)} ${part(done.charAt(0).toUpperCase() + done.slice(1), changed)}`,
      actions: button({ label: "Close", kind: "button--primary", type: "submit", focusFirst: true }),
    });
  }
}

function part(title, keys) {
  return keys.length === 0 ? nothing : html`<section><h3 class="field__label">${title}</h3>${keyNames(keys)}</section>`;
}
