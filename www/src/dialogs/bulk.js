import { html, nothing } from "lit-html";
import { BOUND } from "../format/bound.js";
import { count } from "../format/count.js";
import { bulkActions } from "../model/bulk.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { keyNames } from "../parts/key-names.js";
import { reasonField } from "../parts/reason-field.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

/** As many as the server takes in one call. */
const AT_ONCE = 100;
/** So many are not ended for good by a single click. */
const TYPED_FROM = 10;

/**
 * Does the same to several keys. Left half-way, the answer is what was done by then.
 *
 * @typedef {{results: import("../api/keyway.js").BulkResult[], calls: {ids: string[], reach: import("../api/keyway.js").Reach}[]}} Outcome
 * @extends {Dialog<Outcome>}
 */
export class BulkDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  reason = "";
  typed = "";
  /** @type {Outcome} */
  outcome = { results: [], calls: [] };

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").BulkAction} action
   * @param {import("../api/keyway.js").Key[]} keys
   */
  constructor(keyway, action, keys) {
    super();
    this.keyway = keyway;
    this.action = action;
    this.keys = keys;
    this.words = bulkActions[action];
  }

  get pointers() {
    return { "/reason": "reason" };
  }

  /** What was done is done, also when it is left there. */
  close(result) {
    super.close(result ?? (this.outcome.results.length > 0 ? this.outcome : undefined));
  }

  template() {
    const { keys, words, action, outcome } = this;
    const many = count(keys.length, "key");
    const done = outcome.results.length;
    return this.frame({
      title: `${words.label} ${many}?`,
      onSubmit: () => void this.attempt(() => this.#run()),
      body: html`${this.#warning()} ${keyNames(keys)}
        ${action === "block" || action === "revoke" ? reasonField(this, "Kept with each key, for whoever asks.") : nothing}
        ${this.#isTyped
          ? textField({
              id: `${this.id}-typed`,
              label: `Type ${keys.length} to confirm`,
              error: this.errors.typed,
              value: this.typed,
              onInput: (typed) => (this.typed = typed),
            })
          : nothing}
        <p class="visually-hidden" role="status">${this.busy && done > 0 ? `${done} of ${many}` : ""}</p>`,
      actions: html`${this.cancelButton({ label: done > 0 ? "Stop here" : "Cancel", focusFirst: true })}
      ${button({
        label: done > 0 ? `Go on with ${count(keys.length - done, "key")}` : `${words.label} ${many}`,
        kind: action === "unblock" ? "button--primary" : "button--danger",
        type: "submit",
        busy: this.busy,
        busyLabel: keys.length > AT_ONCE ? `${words.busy}… ${done} of ${keys.length}` : `${words.busy}…`,
      })}`,
    });
  }

  #warning() {
    const refused = html`whoever uses these keys is refused everywhere, ${BOUND}.`;
    if (this.action === "unblock") return html`<p>Whoever has their tokens gets in again.</p>`;
    if (this.action === "block") return banner("warning", html`While they are blocked, ${refused} You can unblock them at any time.`);
    return banner(
      "warning",
      html`<strong>This cannot be undone.</strong> From now on, ${refused}${this.action === "delete"
        ? " They disappear from all lists; what was done with them stays in the audit log."
        : ""}`,
    );
  }

  get #isTyped() {
    return this.words.isGrave && this.keys.length > TYPED_FROM;
  }

  async #run() {
    const { keys, outcome } = this;
    if (this.#isTyped && this.typed.trim() !== String(keys.length)) refuse({ typed: `type the number ${keys.length}, or cancel` });
    for (let at = outcome.results.length; at < keys.length; at = outcome.results.length) {
      const ids = keys.slice(at, at + AT_ONCE).map(({ id }) => id);
      const { results, reach } = await this.keyway.changeKeys(this.action, ids, this.reason.trim());
      outcome.results.push(...results);
      outcome.calls.push({ ids, reach });
      this.update();
    }
    this.close(outcome);
  }
}
