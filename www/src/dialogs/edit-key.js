import { html, nothing } from "lit-html";
import { checkName } from "../core.js";
import { toRfc3339 } from "../format/time.js";
import { banner } from "../parts/banner.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { GrantPicker } from "../parts/grant-picker.js";
import { KeyExtras } from "../parts/key-extras.js";
import { contactList, metadataText, networkList } from "../parts/key-lists.js";
import { day, expiry } from "../parts/moment.js";
import { grantTags } from "../parts/grant-tags.js";
import { keyFacts } from "../parts/key-facts.js";
import { NameRemarks } from "../parts/name-remarks.js";
import { StartField } from "../parts/start-field.js";
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
  ["not_before", "Start", ({ not_before }) => (not_before ? day(not_before) : "At once")],
  ["expires_at", "Expiry", ({ expires_at }) => expiry(expires_at, true)],
  ["contacts", "Contacts", ({ contacts }) => contactList(contacts)],
  ["allowed_ips", "Networks", ({ allowed_ips }) => networkList(allowed_ips)],
  ["webhook_url", "Webhook", ({ webhook_url }) => (webhook_url ? html`<code>${webhook_url}</code>` : "None")],
  ["metadata", "Metadata", ({ metadata }) => metadataText(metadata)],
];

/** @extends {EditDialog<Key, {key: Key, reach: import("../api/keyway.js").Reach}>} */
export class EditKeyDialog extends EditDialog {
  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../app.js").Entries} entries
   * @param {import("../model/avatars.js").Avatars} avatars
   * @param {Key} key
   * @param {boolean} mayAdd whether scopes and accounts are theirs to add
   */
  constructor(keyway, entries, avatars, key, mayAdd) {
    super("dialog--form");
    this.keyway = keyway;
    this.entries = entries;
    this.avatars = avatars;
    this.mayAdd = mayAdd;
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
        mayAdd: this.mayAdd,
      });
    this.key = key;
    this.name = key.name;
    this.remarks = new NameRemarks({ keyway: this.keyway, root: this.element, onChange, except: key.id });
    this.scopes = picker("scopes");
    this.accounts = picker("accounts");
    this.start = new StartField({ id: `${this.id}-start`, root: this.element, onChange, current: key.not_before });
    this.expiry = new ExpiryPicker({ id: `${this.id}-expiry`, root: this.element, onChange, current: key.expires_at });
    this.extras = new KeyExtras({ id: this.id, root: this.element, onChange, avatars: this.avatars, key });
  }

  get pointers() {
    return {
      "/name": "name",
      "/scopes": "scopes",
      "/accounts": "accounts",
      "/not_before": "start",
      "/expires_at": "expiry",
    };
  }

  fieldAt(pointer) {
    return this.extras.fieldAt(pointer) ?? super.fieldAt(pointer);
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
        ${keyFacts(key, key.locked ? lockedFacts(key) : nothing)}
        ${key.locked
          ? banner("warning", "This key was created as a locked one: its name, its times and its contacts can never be changed.")
          : textField({
              id: `${this.id}-name`,
              label: "Name",
              help: this.remarks.template("Say who uses it and for what."),
              error: this.errors.name,
              focusFirst: true,
              value: this.name,
              onInput: (name) => {
                this.name = name;
                this.remarks.type(name);
              },
            })}
        ${this.extras.descriptionField(this.errors.description, key.locked)}
        ${this.scopes.template({ error: this.errors.scopes, newError: this.errors.newScope })}
        ${this.accounts.template({ error: this.errors.accounts, newError: this.errors.newAccount })}
        ${key.locked ? nothing : html`${this.start.template(this.errors.start)} ${this.expiry.template(this.errors.expiry)}`}
        ${this.extras.template(this.errors)}`,
      actions: html`${this.cancelButton()} ${this.saveButton()}`,
    });
  }

  /** @returns {import("../api/keyway.js").KeyChange} what the reader changed, and no more */
  get #change() {
    const { key } = this;
    const { moment } = this.expiry;
    const wanted = {
      name: this.name.trim(),
      ...this.extras.change,
      scopes: this.scopes.value.toSorted(),
      accounts: this.accounts.value.toSorted(),
      not_before: this.start.value,
      ...(this.expiry.preset !== "keep" && { expires_at: moment && toRfc3339(moment) }),
    };
    const before = { ...key, scopes: key.scopes.toSorted(), accounts: key.accounts.toSorted() };
    const isNew = ([member, value]) => JSON.stringify(value) !== JSON.stringify(before[member]);
    const { patch } = this.extras.metadata;
    return { ...Object.fromEntries(Object.entries(wanted).filter(isNew)), ...(Object.keys(patch).length > 0 && { metadata: patch }) };
  }

  async #save() {
    const name = this.name.trim();
    refuse({
      name: name === "" ? "Give the key a name." : await checkName(name),
      newScope: this.scopes.check(),
      newAccount: this.accounts.check(),
      start: this.start.check(),
      expiry: this.expiry.check(),
      ...(await this.extras.check()),
    });
    const { id } = this.key;
    // First: if it is refused nothing else was changed, and the version stays.
    const pictured = await this.extras.avatar.save(this.keyway, this.key);
    if (pictured) {
      this.latest = pictured;
      this.key = { ...this.key, avatar: pictured.avatar };
    }
    const { version } = this.theirs ?? this.key;
    await this.save(
      () => this.keyway.editKey({ id, version }, this.#change),
      () => this.keyway.key(id),
    );
  }
}

/** What the lock keeps. @param {Key} key */
function lockedFacts({ name, not_before, expires_at, contacts }) {
  return html`<dt>Name</dt>
    <dd><bdi>${name}</bdi></dd>
    ${not_before === null ? nothing : html`<dt>Start</dt><dd>${day(not_before)}</dd>`}
    <dt>Expiry</dt>
    <dd>${expiry(expires_at, true)}</dd>
    <dt>Contacts</dt>
    <dd>${contactList(contacts)}</dd>`;
}
