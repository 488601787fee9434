import { html } from "lit-html";
import { BOUND } from "../format/bound.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { keyFacts } from "../parts/key-facts.js";
import { reasonField } from "../parts/reason-field.js";
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
      ...revocation(this, key, this.cancelButton({ focusFirst: true })),
    });
  }
}

/**
 * What is to be known and said before a key is revoked.
 *
 * @param {Dialog<any> & {reason: string}} dialog
 * @param {import("../api/keyway.js").Key} key
 * @param {unknown} cancel has the focus first: a stray Enter must not revoke
 */
export function revocation(dialog, key, cancel) {
  return {
    body: html`${banner(
        "warning",
        html`<strong>This cannot be undone.</strong> Whoever still uses this key is refused: everywhere, ${BOUND}.`,
      )}
      ${keyFacts(key)} ${reasonField(dialog, "Kept with the key, for whoever asks later.")}`,
    actions: html`${cancel}
    ${button({ label: "Revoke key", kind: "button--danger", type: "submit", busy: dialog.busy, busyLabel: "Revoking…" })}`,
  };
}
