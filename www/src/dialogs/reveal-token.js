import { html } from "lit-html";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { keyFacts } from "../parts/key-facts.js";
import { day } from "../parts/moment.js";
import { reasonField } from "../parts/reason-field.js";
import { Dialog } from "./dialog.js";

/**
 * Asks before the token of a recoverable key is shown again.
 *
 * @extends {Dialog<{key: import("../api/keyway.js").Key, token: string}>}
 */
export class RevealTokenDialog extends Dialog {
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
      title: html`Show the token of “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.attempt(async () => this.close(await this.keyway.revealToken(key.id, this.reason.trim()))),
      body: html`${banner("warning", "It is noted with the key that you looked, when, and why. See that nobody looks over your shoulder.")}
        ${keyFacts(key)} ${lastLook(key)} ${reasonField(this, "Kept with the key, for whoever asks later.")}`,
      actions: html`${this.cancelButton()}
      ${button({ label: "Show token", kind: "button--primary", type: "submit", busy: this.busy, busyLabel: "Asking…" })}`,
    });
  }
}

function lastLook({ revealed }) {
  if (!revealed) return html`<p class="quiet">Nobody has looked since it was created.</p>`;
  return html`<p class="quiet">Last shown ${day(revealed.at)} to <bdi>${revealed.by.name}</bdi>.</p>`;
}
