import { html } from "lit-html";
import { Problem } from "../api/errors.js";
import { BOUND } from "../format/bound.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { keyFacts } from "../parts/key-facts.js";
import { Dialog } from "./dialog.js";

/**
 * Takes a key off all lists. Without a reach in the answer it was gone already.
 *
 * @extends {Dialog<{reach: import("../api/keyway.js").Reach | null}>}
 */
export class DeleteKeyDialog extends Dialog {
  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").Key} key
   */
  constructor(keyway, key) {
    super();
    this.keyway = keyway;
    this.key = key;
  }

  template() {
    const { key } = this;
    return this.frame({
      title: html`Delete “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.attempt(() => this.#delete()),
      body: html`${banner(
          "warning",
          html`<strong>This cannot be undone.</strong> ${key.status === "revoked"
            ? "The key is revoked, and stays so."
            : html`The key is revoked first, for good: whoever still uses it is refused everywhere, ${BOUND}.`}`,
        )}
        <p>
          It disappears from all lists, the one of the revoked keys included. What was done with it stays in the audit
          log.${key.status === "revoked" ? "" : " To keep it in sight, revoke it instead."}
        </p>
        ${keyFacts(key)}`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({ label: "Delete key", kind: "button--danger", type: "submit", busy: this.busy, busyLabel: "Deleting…" })}`,
    });
  }

  async #delete() {
    try {
      this.close(await this.keyway.deleteKey(this.key.id));
    } catch (error) {
      // Somebody was faster: it is gone.
      if (!(error instanceof Problem) || error.code !== "key_not_found") throw error;
      this.close({ reach: null });
    }
  }
}
