import { html } from "lit-html";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";

/** @extends {Dialog<{reach: import("../api/keyway.js").Reach}>} */
export class RemoveVerifierDialog extends Dialog {
  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").Verifier} verifier
   */
  constructor(keyway, verifier) {
    super();
    this.keyway = keyway;
    this.verifier = verifier;
  }

  template() {
    const { id, name, hint } = this.verifier;
    return this.frame({
      title: html`Remove “<bdi>${name}</bdi>”?`,
      onSubmit: () => void this.attempt(async () => this.close(await this.keyway.removeVerifier(id))),
      body: html`${banner(
          "warning",
          html`<strong>This cannot be undone.</strong> The service that uses it gets no more answers, so it will refuse every
            client.`,
        )}
        <dl class="facts">
          <dt>Token</dt>
          <dd><code>${hint}</code></dd>
        </dl>`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({ label: "Remove verifier", kind: "button--danger", type: "submit", busy: this.busy, busyLabel: "Removing…" })}`,
    });
  }
}
