import { html } from "lit-html";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { environmentBadge } from "../parts/status.js";
import { textField } from "../parts/text-field.js";
import { Dialog } from "./dialog.js";

/**
 * Takes a key out of use for a time, or puts it back.
 *
 * @extends {Dialog<{key: import("../api/keyway.js").Key, reach: import("../api/keyway.js").Reach}>}
 */
export class BlockKeyDialog extends Dialog {
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
    this.isBlocked = key.blocked !== null;
  }

  get pointers() {
    return { "/reason": "reason" };
  }

  template() {
    const { key, isBlocked } = this;
    return this.frame({
      title: html`${isBlocked ? "Unblock" : "Block"} “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.attempt(() => this.#decide()),
      body: html`${isBlocked
          ? html`<p>Whoever has its token gets in again.</p>`
          : banner(
              "warning",
              html`Whoever uses this key is refused everywhere, within 10 seconds of the confirmation unless the operator has
                chosen another bound. You can unblock it at any time.`,
            )}
        <dl class="facts">
          <dt>Token</dt>
          <dd><code>${key.hint}</code></dd>
          <dt>Environment</dt>
          <dd>${environmentBadge(key.environment)}</dd>
          ${isBlocked ? html`<dt>Blocked by</dt><dd><bdi>${key.blocked?.by.name}</bdi></dd>` : ""}
        </dl>
        ${isBlocked
          ? ""
          : textField({
              id: `${this.id}-reason`,
              label: "Reason",
              optional: true,
              help: "Kept with the key while it is blocked, for whoever asks.",
              error: this.errors.reason,
              value: this.reason,
              onInput: (reason) => (this.reason = reason),
            })}`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({
        label: isBlocked ? "Unblock key" : "Block key",
        kind: isBlocked ? "button--primary" : "button--danger",
        type: "submit",
        busy: this.busy,
        busyLabel: isBlocked ? "Unblocking…" : "Blocking…",
      })}`,
    });
  }

  async #decide() {
    const { id } = this.key;
    this.close(this.isBlocked ? await this.keyway.unblockKey(id) : await this.keyway.blockKey(id, this.reason.trim()));
  }
}
