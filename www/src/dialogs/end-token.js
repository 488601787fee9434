import { html } from "lit-html";
import { Problem } from "../api/errors.js";
import { kindOf } from "../api/keyway.js";
import { BOUND } from "../format/bound.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { dayAhead } from "../parts/moment.js";
import { Dialog } from "./dialog.js";

/**
 * Ends the token that a key or a verifier had before its rotation, ahead of time.
 *
 * @extends {Dialog<{key: import("../api/keyway.js").Key, reach: import("../api/keyway.js").Reach}>}
 */
export class EndTokenDialog extends Dialog {
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
    const { name, hint, previous_token: old } = this.key;
    return this.frame({
      title: html`End the old token of “<bdi>${name}</bdi>” now?`,
      onSubmit: () => void this.attempt(() => this.#end()),
      body: html`${banner(
          "warning",
          html`<strong>This cannot be undone.</strong> Whoever still sends the old token is refused: everywhere, ${BOUND}. The new
            one is not touched.`,
        )}
        <dl class="facts">
          <dt>Old token</dt>
          <dd><code>${old?.hint}</code></dd>
          <dt>Ends by itself</dt>
          <dd>${old && dayAhead(old.ends_at)}</dd>
          <dt>New token</dt>
          <dd><code>${hint}</code></dd>
        </dl>`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({ label: "End the old token", kind: "button--danger", type: "submit", busy: this.busy, busyLabel: "Ending…" })}`,
    });
  }

  async #end() {
    try {
      this.close(await this.keyway.endPreviousToken(this.key));
    } catch (error) {
      // Rotated meanwhile: what is shown now is what the next click would end.
      if (error instanceof Problem && error.code === "precondition_failed") this.key = await this.#anew(this.key);
      throw error;
    }
  }

  async #anew(key) {
    if (kindOf(key.id) === "key") return this.keyway.key(key.id);
    return (await this.keyway.verifiers()).find(({ id }) => id === key.id) ?? key;
  }
}
