import { html, nothing } from "lit-html";
import { BOUND } from "../format/bound.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { keyFacts } from "../parts/key-facts.js";
import { reasonField } from "../parts/reason-field.js";
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
              html`Whoever uses this key is refused everywhere, ${BOUND}. You can unblock it at any
                time${key.previous_token ? ", but its old token stays ended for good" : ""}.`,
            )}
        ${keyFacts(key, isBlocked ? html`<dt>Blocked by</dt><dd><bdi>${key.blocked?.by.name}</bdi></dd>` : nothing)}
        ${isBlocked ? "" : reasonField(this, "Kept with the key while it is blocked, for whoever asks.")}`,
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
