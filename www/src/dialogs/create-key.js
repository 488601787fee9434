import { html } from "lit-html";
import { NoAnswer, Problem } from "../api/errors.js";
import { checkName } from "../core.js";
import { toRfc3339 } from "../format/time.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { choice } from "../parts/choice.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { fieldGroup } from "../parts/field.js";
import { GrantPicker } from "../parts/grant-picker.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

const REASON_OF_ORPHAN = "The answer with its token was lost on the way; nobody has the token.";

/**
 * @typedef {{key: import("../api/keyway.js").Key, token: string, reach: import("../api/keyway.js").Reach}} Created
 * @extends {Dialog<Created>}
 */
export class CreateKeyDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  name = "";
  environment = /** @type {"live" | "test"} */ ("live");

  /** Makes repeating safe: within one opening, however often it is sent, one key is made. */
  #attempt = crypto.randomUUID();
  /** What was sent and never answered: it may have made a key. @type {import("../api/keyway.js").NewKey | null} */
  #unanswered = null;
  /** A key that was made while its token was lost. @type {import("../api/keyway.js").Key | null} */
  #orphan = null;

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../app.js").Entries} entries
   * @param {(key: import("../api/keyway.js").Key) => void} onRevoked
   */
  constructor(keyway, entries, onRevoked) {
    super("dialog--form");
    this.keyway = keyway;
    this.onRevoked = onRevoked;
    const onChange = () => this.update();
    const picker = (catalog) =>
      new GrantPicker({ id: `${this.id}-${catalog}`, catalog, entries: entries[catalog], keyway, root: this.element, onChange });
    this.scopes = picker("scopes");
    this.accounts = picker("accounts");
    this.expiry = new ExpiryPicker({ id: `${this.id}-expiry`, root: this.element, onChange });
  }

  get pointers() {
    return {
      "/name": "name",
      "/environment": "environment",
      "/scopes": "scopes",
      "/accounts": "accounts",
      "/expires_at": "expiry",
    };
  }

  phrase(error) {
    if (!(error instanceof NoAnswer)) return super.phrase(error);
    const cause = navigator.onLine ? "The connection broke before the answer came." : "You are offline.";
    return `${cause} Trying again is safe: it never creates a second key.`;
  }

  /** Whether a key may have been made that nobody has seen the token of. */
  get isUnsure() {
    return this.#unanswered !== null || this.#orphan !== null;
  }

  bringBack() {
    super.bringBack();
    for (const { entries } of [this.scopes, this.accounts]) void entries.load();
  }

  template() {
    return this.#orphan ? this.#orphanTemplate(this.#orphan) : this.#formTemplate();
  }

  #formTemplate() {
    return this.frame({
      title: "Create a key",
      onSubmit: () => void this.attempt(() => this.#create()),
      body: html`${textField({
        id: `${this.id}-name`,
        label: "Name",
        help: "Say who uses it and for what, so that it can be recognised years later.",
        placeholder: "Billing service, nightly export",
        error: this.errors.name,
        focusFirst: true,
        value: this.name,
        onInput: (name) => (this.name = name),
      })}
      ${fieldGroup({
        id: `${this.id}-environment`,
        label: "Environment",
        help: "Part of the token, so it cannot be changed later.",
        error: this.errors.environment,
        control: choice({
          name: `${this.id}-environment`,
          options: [
            ["live", "Live"],
            ["test", "Test"],
          ],
          value: this.environment,
          onChoose: (environment) => this.update({ environment }),
        }),
      })}
      ${this.scopes.template({ error: this.errors.scopes, newError: this.errors.newScope })}
      ${this.accounts.template({ error: this.errors.accounts, newError: this.errors.newAccount })}
      ${this.expiry.template(this.errors.expiry)}`,
      actions: html`${this.cancelButton()}
      ${button({
        label: this.#unanswered ? "Try again" : "Create key",
        kind: "button--primary",
        type: "submit",
        busy: this.busy,
        busyLabel: "Creating…",
      })}`,
    });
  }

  #orphanTemplate(key) {
    return this.frame({
      title: "The key exists, its token is lost",
      onSubmit: () => void this.attempt(() => this.#replaceOrphan(key)),
      body: html`<p>
          “<bdi>${key.name}</bdi>” was created, but the connection broke before its token arrived here. A token is sent
          once, so this one cannot be shown any more.
        </p>
        ${banner("warning", "Revoke this key and create a new one in its place. Nobody has the lost token, so nobody is cut off.")}
        <dl class="facts">
          <dt>Key</dt>
          <dd><bdi>${key.name}</bdi></dd>
          <dt>Token</dt>
          <dd><code>${key.hint}</code></dd>
        </dl>`,
      actions: html`${this.cancelButton({ label: "Keep it as it is" })}
      ${button({
        label: "Revoke it and create a new one",
        kind: "button--primary",
        type: "submit",
        focusFirst: true,
        busy: this.busy,
        busyLabel: "Replacing…",
      })}`,
    });
  }

  async #create() {
    refuse({
      name: this.name.trim() === "" ? "Give the key a name." : await checkName(this.name.trim()),
      newScope: this.scopes.check(),
      newAccount: this.accounts.check(),
      expiry: this.expiry.check(),
    });
    const { moment } = this.expiry;
    await this.#send({
      name: this.name.trim(),
      environment: this.environment,
      scopes: this.scopes.value,
      accounts: this.accounts.value,
      expires_at: moment && toRfc3339(moment),
    });
  }

  /** @param {import("../api/keyway.js").NewKey} body */
  async #send(body) {
    try {
      this.#settleWith(await this.keyway.createKey(body, this.#attempt));
    } catch (error) {
      if (error instanceof NoAnswer || (error instanceof Problem && error.isOutage)) {
        this.#unanswered ??= body;
      }
      const first = this.#unanswered;
      const wasChanged = error instanceof Problem && error.code === "idempotency_key_reused";
      if (!wasChanged || !first) throw error;
      // The form was changed after an attempt that did arrive. What that one
      // asked for names the key it made.
      this.#settleWith(await this.keyway.createKey(first, this.#attempt));
    }
  }

  /** @param {{key: import("../api/keyway.js").Key, token: string | null, reach: import("../api/keyway.js").Reach}} answer */
  #settleWith({ key, token, reach }) {
    this.#unanswered = null;
    if (token === null) this.#orphan = key;
    else this.close({ key, token, reach });
  }

  async #replaceOrphan(key) {
    const revoked = await this.keyway.revokeKey(key.id, REASON_OF_ORPHAN);
    this.onRevoked(revoked.key);
    this.#orphan = null;
    this.#attempt = crypto.randomUUID();
    await this.#create();
  }
}
