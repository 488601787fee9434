import { html } from "lit-html";
import { checkName } from "../core.js";
import { toRfc3339 } from "../format/time.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { choice } from "../parts/choice.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { fieldGroup } from "../parts/field.js";
import { GrantPicker } from "../parts/grant-picker.js";
import { KeyExtras } from "../parts/key-extras.js";
import { NameRemarks } from "../parts/name-remarks.js";
import { StartField } from "../parts/start-field.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";
import { explainLost, Once } from "./once.js";

const REASON_OF_ORPHAN = "The answer with its token was lost on the way; nobody has the token.";

/**
 * @typedef {{key: import("../api/keyway.js").Key, token: string, reach: import("../api/keyway.js").Reach, avatar: import("../parts/avatar-field.js").AvatarField}} Created
 * @extends {Dialog<Created>}
 */
export class CreateKeyDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  name = "";
  environment = /** @type {"live" | "test"} */ ("live");

  #once = this.#anew();
  /** A key that was made while its token was lost. @type {import("../api/keyway.js").Key | null} */
  #orphan = null;

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../app.js").Entries} entries
   * @param {import("../model/avatars.js").Avatars} avatars
   * @param {(key: import("../api/keyway.js").Key) => void} onRevoked
   * @param {import("../app.js").App["settings"]} settings of the workspace
   * @param {import("../model/session.js").Session} session
   */
  constructor(keyway, entries, avatars, onRevoked, settings, session) {
    super("dialog--form");
    this.keyway = keyway;
    this.onRevoked = onRevoked;
    this.session = session;
    const onChange = () => this.update();
    this.remarks = new NameRemarks({ keyway, root: this.element, onChange });
    const picker = (catalog) =>
      new GrantPicker({
        id: `${this.id}-${catalog}`,
        catalog,
        entries: entries[catalog],
        keyway,
        root: this.element,
        onChange,
        mayAdd: session.may("catalog.manage"),
      });
    this.scopes = picker("scopes");
    this.accounts = picker("accounts");
    this.start = new StartField({ id: `${this.id}-start`, root: this.element, onChange });
    this.expiry = new ExpiryPicker({ id: `${this.id}-expiry`, root: this.element, onChange });
    this.extras = new KeyExtras({ id: this.id, root: this.element, onChange, avatars, settings, hasVault: session.current?.vault });
  }

  get pointers() {
    return {
      "/name": "name",
      "/environment": "environment",
      "/scopes": "scopes",
      "/accounts": "accounts",
      "/not_before": "start",
      "/expires_at": "expiry",
    };
  }

  fieldAt(pointer) {
    return this.extras.fieldAt(pointer) ?? super.fieldAt(pointer);
  }

  phrase(error) {
    return explainLost(error, "creates a second key") ?? super.phrase(error);
  }

  get #mayRevoke() {
    return this.session.may("keys.revoke");
  }

  /** Whether a key may have been made that nobody has seen the token of. */
  get isUnsure() {
    return this.#once.isUnsure || this.#orphan !== null;
  }

  /** @returns {Once<import("../api/keyway.js").NewKey, Awaited<ReturnType<import("../api/keyway.js").Keyway["createKey"]>>>} */
  #anew() {
    return new Once((body, attempt) => this.keyway.createKey(body, attempt));
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
        help: this.remarks.template("Say who uses it and for what, so that it can be recognised years later."),
        placeholder: "Billing service, nightly export",
        error: this.errors.name,
        focusFirst: true,
        value: this.name,
        onInput: (name) => {
          this.name = name;
          this.remarks.type(name);
        },
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
      ${this.start.template(this.errors.start)} ${this.expiry.template(this.errors.expiry)}
      ${this.extras.template(this.errors)}`,
      actions: html`${this.cancelButton()}
      ${button({
        label: this.#once.isUnsure ? "Try again" : "Create key",
        kind: "button--primary",
        type: "submit",
        busy: this.busy,
        busyLabel: "Creating…",
      })}`,
    });
  }

  #orphanTemplate(key) {
    const end = this.#mayRevoke ? "Revoke" : "Block";
    return this.frame({
      title: "The key exists, its token is lost",
      onSubmit: () => void this.attempt(() => this.#replaceOrphan(key)),
      body: html`<p>
          “<bdi>${key.name}</bdi>” was created, but the connection broke before its token arrived here. A token is sent
          once, so this one cannot be shown any more.
        </p>
        ${banner("warning", `${end} this key and create a new one in its place. Nobody has the lost token, so nobody is cut off.`)}
        <dl class="facts">
          <dt>Key</dt>
          <dd><bdi>${key.name}</bdi></dd>
          <dt>Token</dt>
          <dd><code>${key.hint}</code></dd>
        </dl>`,
      actions: html`${this.cancelButton({ label: "Keep it as it is" })}
      ${button({
        label: `${end} it and create a new one`,
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
      start: this.start.check(),
      expiry: this.expiry.check(),
      ...(await this.extras.check()),
    });
    const { moment } = this.expiry;
    const { key, token, reach } = await this.#once.send({
      name: this.name.trim(),
      environment: this.environment,
      scopes: this.scopes.value,
      accounts: this.accounts.value,
      ...(this.start.value && { not_before: this.start.value }),
      expires_at: moment && toRfc3339(moment),
      ...this.extras.draft,
    });
    if (token === null) this.#orphan = key;
    else this.close({ key, token, reach, avatar: this.extras.avatar });
  }

  async #replaceOrphan(key) {
    const ended = await (this.#mayRevoke ? this.keyway.revokeKey(key.id, REASON_OF_ORPHAN) : this.keyway.blockKey(key.id, REASON_OF_ORPHAN));
    this.onRevoked(ended.key);
    this.#orphan = null;
    this.#once = this.#anew();
    await this.#create();
  }
}
