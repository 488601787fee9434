import { html } from "lit-html";
import { kindOf } from "../api/keyway.js";
import { BOUND } from "../format/bound.js";
import { dateLanguage, distance, exactUtc, fullDate } from "../format/time.js";
import { isInGrace } from "../model/key-now.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { choice } from "../parts/choice.js";
import { fieldGroup } from "../parts/field.js";
import { keyFacts } from "../parts/key-facts.js";
import { countdown, dayAhead } from "../parts/moment.js";
import { reasonField } from "../parts/reason-field.js";
import { Dialog } from "./dialog.js";
import { explainLost, Once } from "./once.js";

const REASON_OF_ANOTHER = "The answer with the token before this one was lost on the way; nobody has that token.";

/** For how many seconds the old token may stay. @type {[string, string][]} */
const GRACES = [
  ["0", "At once"],
  ["3600", "1 hour"],
  ["86400", "1 day"],
  ["604800", "7 days"],
  ["2592000", "30 days"],
];

const and = new Intl.ListFormat("en", { type: "conjunction" });

/**
 * Gives a key or a verifier another token, and asks when the one of now ends.
 *
 * @typedef {import("../api/keyway.js").Key} Key
 * @extends {Dialog<{key: Key, token: string, reach: import("../api/keyway.js").Reach}>}
 */
export class RotateKeyDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  reason = "";
  #once = this.#anew();
  /** The key with a token that was made and lost. @type {Key | null} */
  lost = null;

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {Key} key
   */
  constructor(keyway, key) {
    super();
    this.keyway = keyway;
    this.key = key;
    // As it was when the question was put: what is chosen must not change by itself.
    const left = !key.expires_at ? Infinity : Date.parse(key.expires_at) - Date.now();
    this.graces = GRACES.filter(([seconds]) => Number(seconds) * 1000 < left);
    // Nobody is cut off by mistake: that could not be undone, and a grace can be ended.
    this.grace = this.graces.at(Math.min(2, this.graces.length - 1))?.[0] ?? "0";
  }

  get pointers() {
    return { "/grace_seconds": "grace", "/reason": "reason" };
  }

  phrase(error) {
    return explainLost(error, "rotates a second time") ?? super.phrase(error);
  }

  /** Whether there may be a token that nobody has seen. */
  get isUnsure() {
    return this.#once.isUnsure || this.lost !== null;
  }

  /** @returns {Once<import("../api/keyway.js").Rotation, Awaited<ReturnType<import("../api/keyway.js").Keyway["rotate"]>>>} */
  #anew() {
    return new Once((body, attempt) => {
      const { keyway, key } = this;
      // Only says how far it has got: what was changed since then stays as it is.
      this.again = () => keyway.rotate(key, body, attempt);
      return keyway.rotate({ id: key.id }, body, attempt);
    });
  }

  template() {
    return this.lost ? this.#lostTemplate(this.lost) : this.#formTemplate();
  }

  #formTemplate() {
    const { key } = this;
    const kind = kindOf(key.id);
    const atOnce = this.grace === "0";
    return this.frame({
      title: html`Rotate “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.attempt(() => this.#rotate({ grace_seconds: Number(this.grace), reason: this.reason.trim() })),
      body: html`<p>The ${kind} gets a new token, which is shown once. All else of it stays as it is.</p>
        ${isInGrace(key) && key.previous_token
          ? banner(
              "warning",
              html`A ${kind} has no more than two tokens: the one before this, <code>${key.previous_token.hint}</code>, ends with the
                rotation, and not ${countdown(key.previous_token.ends_at)}.`,
            )
          : ""}
        ${key.status === "blocked" ? html`<p>This key is blocked: no token of it gets in until it is unblocked.</p>` : ""}
        ${keyFacts(key)}
        ${fieldGroup({
          id: `${this.id}-grace`,
          label: "The old token ends",
          help: html`${this.#consequence()}${this.#missing()}`,
          error: this.errors.grace,
          control: choice({
            name: `${this.id}-grace`,
            options: this.graces,
            value: this.grace,
            onChoose: (grace) => this.update({ grace }),
          }),
        })}
        ${reasonField(this)}`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({
        label: this.#once.isUnsure ? "Try again" : `Rotate ${kind}`,
        kind: atOnce ? "button--danger" : "button--primary",
        type: "submit",
        busy: this.busy,
        busyLabel: "Rotating…",
      })}`,
    });
  }

  #consequence() {
    if (this.grace === "0") return `Whoever still sends it is refused everywhere, ${BOUND}.`;
    const now = new Date();
    const end = new Date(now.getTime() + Number(this.grace) * 1000);
    return html`Both tokens are good until
      <span lang=${dateLanguage}>${fullDate(end)}</span>
      (<span lang=${dateLanguage}>${distance(end, now)}</span>).
      <span class="nowrap">${exactUtc(end)}</span>`;
  }

  #missing() {
    const missing = GRACES.slice(this.graces.length).map(([, label]) => label);
    if (missing.length === 0 || !this.key.expires_at) return "";
    return html`<br />${and.format(missing)} would be too long: the key itself ends ${countdown(this.key.expires_at)}.`;
  }

  /** @param {Key} key */
  #lostTemplate(key) {
    const old = isInGrace(key) ? key.previous_token : null;
    const kind = kindOf(key.id);
    return this.frame({
      title: "There is a new token, but it is lost",
      onSubmit: () => void this.attempt(() => this.#rotateAgain()),
      body: html`<p>
          “<bdi>${key.name}</bdi>” was rotated, but the connection broke before its new token arrived here. A token is sent
          once, so this one cannot be shown any more, and nobody has it.
        </p>
        ${banner(
          "warning",
          old
            ? html`The old token, <code>${old.hint}</code>, works until ${dayAhead(old.ends_at)}. Rotate once more when the next
                token can be put in place: that ends the old one <strong>at once</strong>, for a ${kind} has no more than two.`
            : `The old token has ended, so nobody gets in with this ${kind}. Rotate it once more.`,
        )}
        <dl class="facts">
          <dt>Lost token</dt>
          <dd><code>${key.hint}</code></dd>
        </dl>`,
      actions: html`${this.cancelButton({ label: "Keep it as it is", focusFirst: Boolean(old) })}
      ${button({
        label: "Rotate once more",
        kind: old ? "button--danger" : "button--primary",
        type: "submit",
        focusFirst: !old,
        busy: this.busy,
        busyLabel: "Rotating…",
      })}`,
    });
  }

  /** @param {{grace_seconds: number, reason: string}} rotation */
  async #rotate({ grace_seconds, reason }) {
    const { key, token, reach } = await this.#once.send({ grace_seconds, ...(reason && { reason }) });
    if (token === null) this.lost = key;
    else this.close({ key, token, reach });
  }

  async #rotateAgain() {
    if (!this.#once.isUnsure) this.#once = this.#anew();
    await this.#rotate({ grace_seconds: 0, reason: REASON_OF_ANOTHER });
  }
}
