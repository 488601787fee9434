import { html } from "lit-html";
import { checkName } from "../core.js";
import { toRfc3339 } from "../format/time.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { GrantPicker } from "../parts/grant-picker.js";
import { expiry } from "../parts/moment.js";
import { grantTags } from "../parts/grant-tags.js";
import { keyFacts } from "../parts/key-facts.js";
import { statusBadge } from "../parts/status.js";
import { textField } from "../parts/text-field.js";
import { refuse } from "./dialog.js";
import { EditDialog } from "./edit-dialog.js";

/** @typedef {import("../api/keyway.js").Key} Key */

/** What may have changed under the reader, and how to show it. @type {[keyof Key, string, (key: Key) => unknown][]} */
const SHOWN = [
  ["status", "Status", ({ status }) => statusBadge(status)],
  ["hint", "Token", ({ hint }) => html`<code>${hint}</code>`],
  ["previous_token", "Old token", ({ previous_token }) => (previous_token ? html`<code>${previous_token.hint}</code>` : "Ended")],
  ["name", "Name", ({ name }) => html`<bdi>${name}</bdi>`],
  ["description", "Description", ({ description }) => html`<bdi>${description ?? "None"}</bdi>`],
  ["scopes", "Scopes", ({ scopes }) => grantTags(scopes, "All")],
  ["accounts", "Accounts", ({ accounts }) => grantTags(accounts, "All")],
  ["expires_at", "Expiry", ({ expires_at }) => expiry(expires_at, true)],
];

/** @extends {EditDialog<Key, {key: Key, reach: import("../api/keyway.js").Reach}>} */
export class EditKeyDialog extends EditDialog {
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
    const { key } = this;
    return this.frame({
      title: html`Edit “<bdi>${key.name}</bdi>”`,
      onSubmit: () => void this.attempt(() => this.#save()),
      body: html`${this.lostRace({ one: "key", before: key, shown: SHOWN, begin: (theirs) => this.#begin(theirs) })}
        ${keyFacts(key)}
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
      actions: html`${this.cancelButton()} ${this.saveButton()}`,
    });
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
    const { id } = this.key;
    const { version } = this.theirs ?? this.key;
    await this.save(
      () => this.keyway.editKey({ id, version }, this.#change),
      () => this.keyway.key(id),
    );
  }
}
