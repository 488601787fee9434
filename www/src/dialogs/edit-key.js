import { html, nothing } from "lit-html";
import { Problem } from "../api/errors.js";
import { checkName } from "../core.js";
import { toRfc3339 } from "../format/time.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { GrantPicker } from "../parts/grant-picker.js";
import { expiry } from "../parts/moment.js";
import { grantTags } from "../parts/grant-tags.js";
import { environmentBadge } from "../parts/status.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

/** @typedef {import("../api/keyway.js").Key} Key */

/** What may have changed under the reader, and how to show it. @type {[keyof Key, string, (key: Key) => unknown][]} */
const SHOWN = [
  ["status", "Status", ({ status }) => status],
  ["name", "Name", ({ name }) => html`<bdi>${name}</bdi>`],
  ["description", "Description", ({ description }) => html`<bdi>${description ?? "None"}</bdi>`],
  ["scopes", "Scopes", ({ scopes }) => grantTags(scopes, "All")],
  ["accounts", "Accounts", ({ accounts }) => grantTags(accounts, "All")],
  ["expires_at", "Expiry", ({ expires_at }) => expiry(expires_at, true)],
];

/**
 * Changes a key, of the version that the reader saw. What somebody else changed
 * in the meantime is shown, and the reader decides.
 *
 * @extends {Dialog<{key: Key, reach: import("../api/keyway.js").Reach}>}
 */
export class EditKeyDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** What it was changed to meanwhile, by somebody else. @type {Key | null} */
  theirs = null;
  /** What is known to be on the server, if that is not what the dialog began with. @type {Key | null} */
  latest = null;

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../app.js").Entries} entries
   * @param {Key} key
   */
  constructor(keyway, entries, key) {
    super("dialog--form");
    this.keyway = keyway;
    this.entries = entries;
    this.#begin(key);
  }

  /** @param {Key} key */
  #begin(key) {
    const onChange = () => this.update();
    const picker = (catalog) =>
      new GrantPicker({
        id: `${this.id}-${catalog}`,
        catalog,
        entries: this.entries[catalog],
        keyway: this.keyway,
        root: this.element,
        onChange,
        granted: key[catalog],
      });
    this.key = key;
    this.name = key.name;
    this.description = key.description ?? "";
    this.scopes = picker("scopes");
    this.accounts = picker("accounts");
    this.expiry = new ExpiryPicker({ id: `${this.id}-expiry`, root: this.element, onChange, current: key.expires_at });
  }

  get pointers() {
    return {
      "/name": "name",
      "/description": "description",
      "/scopes": "scopes",
      "/accounts": "accounts",
      "/expires_at": "expiry",
    };
  }

  bringBack() {
    super.bringBack();
    for (const list of Object.values(this.entries)) void list.load();
  }

  template() {
    const { key, theirs } = this;
    return this.frame({
      title: html`Edit “<bdi>${key.name}</bdi>”`,
      onSubmit: () => void this.attempt(() => this.#save()),
      body: html`${theirs ? this.#race(theirs) : nothing}
        <dl class="facts">
          <dt>Token</dt>
          <dd><code>${key.hint}</code></dd>
          <dt>Environment</dt>
          <dd>${environmentBadge(key.environment)}</dd>
        </dl>
        ${textField({
          id: `${this.id}-name`,
          label: "Name",
          error: this.errors.name,
          focusFirst: true,
          value: this.name,
          onInput: (name) => (this.name = name),
        })}
        ${textField({
          id: `${this.id}-description`,
          label: "Description",
          optional: true,
          error: this.errors.description,
          value: this.description,
          onInput: (description) => (this.description = description),
        })}
        ${this.scopes.template({ error: this.errors.scopes, newError: this.errors.newScope })}
        ${this.accounts.template({ error: this.errors.accounts, newError: this.errors.newAccount })}
        ${this.expiry.template(this.errors.expiry)}`,
      actions: html`${this.cancelButton()}
      ${button({
        label: theirs ? "Save mine over theirs" : "Save",
        kind: "button--primary",
        type: "submit",
        busy: this.busy,
        busyLabel: "Saving…",
      })}`,
    });
  }

  /** @param {Key} theirs */
  #race(theirs) {
    const changed = SHOWN.filter(([member]) => JSON.stringify(theirs[member]) !== JSON.stringify(this.key[member]));
    return html`${banner("warning", "Somebody else changed this key in the meantime. Your changes are not saved yet.")}
      <dl class="facts">
        ${changed.map(([, label, show]) => html`<dt>${label} now</dt><dd>${show(theirs)}</dd>`)}
      </dl>
      ${button({
        label: "Take theirs and begin again",
        kind: "button--small",
        locked: this.busy,
        onClick: () => {
          this.#begin(theirs);
          this.update({ theirs: null });
        },
      })}`;
  }

  /** @returns {import("../api/keyway.js").KeyChange} what the reader changed, and no more */
  get #change() {
    const { key } = this;
    const { moment } = this.expiry;
    const wanted = {
      name: this.name.trim(),
      description: this.description.trim() || null,
      scopes: this.scopes.value.toSorted(),
      accounts: this.accounts.value.toSorted(),
      ...(this.expiry.preset !== "keep" && { expires_at: moment && toRfc3339(moment) }),
    };
    const before = { ...key, scopes: key.scopes.toSorted(), accounts: key.accounts.toSorted() };
    const isNew = ([member, value]) => JSON.stringify(value) !== JSON.stringify(before[member]);
    return Object.fromEntries(Object.entries(wanted).filter(isNew));
  }

  async #save() {
    const name = this.name.trim();
    refuse({
      name: name === "" ? "Give the key a name." : await checkName(name),
      newScope: this.scopes.check(),
      newAccount: this.accounts.check(),
      expiry: this.expiry.check(),
    });
    try {
      const { id } = this.key;
      const { version } = this.theirs ?? this.key;
      this.close(await this.keyway.editKey({ id, version }, this.#change));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "precondition_failed") throw error;
      this.theirs = await this.keyway.key(this.key.id);
      this.latest = this.theirs;
    }
  }
}
