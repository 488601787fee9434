import { html } from "lit-html";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { environmentBadge } from "../parts/status.js";
import { textField } from "../parts/text-field.js";
import { Dialog } from "./dialog.js";

/** @extends {Dialog<{key: import("../api/keyway.js").Key, reach: import("../api/keyway.js").Reach}>} */
export class RevokeKeyDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  reason = "";

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").Key} key
   */
  constructor(keyway, key) {
    super();
    this.keyway = keyway;
    this.key = key;
  }

  get pointers() {
    return { "/reason": "reason" };
  }

  template() {
    const { key } = this;
    return this.frame({
      title: html`Revoke “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.attempt(async () => this.close(await this.keyway.revokeKey(key.id, this.reason.trim()))),
      body: html`${banner(
          "warning",
          html`<strong>This cannot be undone.</strong> Whoever still uses this key is refused: everywhere, within 10 seconds of the
            confirmation unless the operator has chosen another bound.`,
        )}
        <dl class="facts">
          <dt>Token</dt>
          <dd><code>${key.hint}</code></dd>
          <dt>Environment</dt>
          <dd>${environmentBadge(key.environment)}</dd>
        </dl>
        ${textField({
          id: `${this.id}-reason`,
          label: "Reason",
          optional: true,
          help: "Kept with the key, for whoever asks later.",
          error: this.errors.reason,
          value: this.reason,
          onInput: (reason) => (this.reason = reason),
        })}`,
      // Cancel has the focus first: a stray Enter must not revoke.
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({ label: "Revoke key", kind: "button--danger", type: "submit", busy: this.busy, busyLabel: "Revoking…" })}`,
    });
  }
}
