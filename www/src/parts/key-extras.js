import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { checkWebhookUrl } from "../core.js";
import { AvatarField } from "./avatar-field.js";
import { banner } from "./banner.js";
import { checkField } from "./check-field.js";
import { ContactsField } from "./contacts-field.js";
import { MetadataField } from "./metadata-field.js";
import { NetworksField } from "./networks-field.js";
import { textArea } from "./text-area.js";
import { textField } from "./text-field.js";

/** @typedef {import("../api/keyway.js").Key} Key */

const NAMES = {
  "/description": "description",
  "/webhook_url": "webhook",
  "/metadata": "metadata",
  "/active": "active",
  "/locked": "locked",
  "/recoverable": "recoverable",
};

/** What not every key needs, folded away until it is looked for, set or wrong. */
export class KeyExtras {
  description;
  webhook;
  active = true;
  recoverable = false;
  #opensAtFirst;
  /** What was chosen, if anything was. @type {boolean | undefined} */
  #locked;

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {HTMLElement} options.root where the fields are shown
   * @param {() => void} options.onChange
   * @param {import("../model/avatars.js").Avatars} options.avatars
   * @param {Key} [options.key] the one to change
   * @param {import("../app.js").App["settings"]} [options.settings] of the workspace in which one is made
   * @param {boolean} [options.hasVault] whether one that is made can be recoverable
   */
  constructor({ id, root, onChange, avatars, key, settings, hasVault = false }) {
    this.settings = settings;
    this.hasVault = hasVault;
    this.id = id;
    this.root = root;
    this.key = key;
    this.onChange = onChange;
    this.description = key?.description ?? "";
    this.webhook = key?.webhook_url ?? "";
    this.avatar = new AvatarField({ id: `${id}-avatar`, root, onChange, avatars, key });
    this.contacts = new ContactsField({ id: `${id}-contacts`, root, onChange, contacts: key?.contacts ?? [] });
    this.networks = new NetworksField({ id: `${id}-networks`, networks: key?.allowed_ips ?? [] });
    this.metadata = new MetadataField({ id: `${id}-metadata`, metadata: key?.metadata });
    const contacts = key?.locked ? [] : this.contacts.value;
    this.#opensAtFirst = [key?.avatar, this.webhook, this.metadata.text, this.networks.text, this.locked, ...contacts].some(Boolean);
  }

  /** As the workspace has it, until the reader has it otherwise. */
  get locked() {
    return this.#locked ?? this.settings?.items[0]?.locked_by_default ?? false;
  }

  set locked(locked) {
    this.#locked = locked;
  }

  /** For a key that is made. @returns {Partial<import("../api/keyway.js").NewKey>} */
  get draft() {
    const given = { ...this.#texts, contacts: this.contacts.value, metadata: this.metadata.value };
    const isSet = ([, value]) => value !== null && Object.keys(value).length > 0;
    return {
      ...Object.fromEntries(Object.entries(given).filter(isSet)),
      ...(!this.active && { active: false }),
      // Said either way, because it is for good: what is sent is what was shown.
      locked: this.locked,
      ...(this.recoverable && { recoverable: true }),
    };
  }

  /** For a key that is changed: how it is to be, but for the metadata, of which there is a patch. @returns {import("../api/keyway.js").KeyChange} */
  get change() {
    return { ...this.#texts, ...(!this.key?.locked && { contacts: this.contacts.value }) };
  }

  get #texts() {
    return {
      description: this.description.trim() || null,
      webhook_url: this.webhook.trim() || null,
      allowed_ips: this.networks.value,
    };
  }

  /** @returns {Promise<Record<string, string | undefined>>} what is wrong with each field */
  async check() {
    await this.avatar.settled();
    const webhook = this.webhook.trim();
    const [contacts, networks] = await Promise.all([this.contacts.check(), this.networks.check()]);
    return { ...contacts, ...networks, metadata: this.metadata.check(), webhook: webhook === "" ? undefined : await checkWebhookUrl(webhook) };
  }

  /** Which field a pointer of the server's belongs to. @param {string} pointer @returns {string | undefined} */
  fieldAt(pointer) {
    const first = `/${pointer.split("/")[1] ?? ""}`;
    if (first === "/contacts") return this.contacts.fieldAt(pointer);
    if (first === "/allowed_ips") return this.networks.fieldAt(pointer);
    return NAMES[first];
  }

  /** @param {string | undefined} error @param {boolean} [focusFirst] */
  descriptionField(error, focusFirst = false) {
    return textArea({
      id: `${this.id}-description`,
      label: "Description",
      optional: true,
      error,
      focusFirst,
      value: this.description,
      onInput: (description) => (this.description = description),
    });
  }

  /** @param {Record<string, string>} errors */
  template(errors) {
    const isWrong = Object.keys(errors).some((name) => /^(description|contacts|networks|webhook|metadata|active|locked|recoverable)/u.test(name));
    // Asked of itself: its event comes later than the next drawing may.
    const before = this.root.querySelector(`#${this.id}-more`);
    const isOpen = before instanceof HTMLDetailsElement ? before.open : this.#opensAtFirst;
    return html`<details class="fold" id="${this.id}-more" .open=${live(isOpen || isWrong)}>
      <summary class="fold__title">More <span class="fold__hint">${this.#hint}</span></summary>
      <div class="fold__body">
        ${this.key ? nothing : this.descriptionField(errors.description)} ${this.avatar.template()}
        ${this.key?.locked ? nothing : this.contacts.template(errors)}
        ${this.networks.template(errors)}
        ${textField({
          id: `${this.id}-webhook`,
          label: "Webhook",
          optional: true,
          isCode: true,
          inputMode: "url",
          placeholder: "https://hooks.example.com/keyway",
          help: "Where this key's events are sent. Its details have the secret that they are signed with.",
          error: errors.webhook,
          value: this.webhook,
          onInput: (webhook) => (this.webhook = webhook),
        })}
        ${this.metadata.template(errors.metadata)} ${this.key ? nothing : this.#atCreation(errors)}
      </div>
    </details>`;
  }

  get #hint() {
    const always = ["networks", "webhook", "metadata"];
    if (this.key) return ["picture", ...(this.key.locked ? [] : ["contacts"]), ...always].join(", ");
    return ["description", "picture", "contacts", ...always, "inactive", "locked", ...(this.hasVault ? ["recoverable"] : [])].join(", ");
  }

  #atCreation(errors) {
    const set = (change) => {
      Object.assign(this, change);
      this.onChange();
    };
    return html`${checkField({
      id: `${this.id}-active`,
      label: "Active",
      help: this.active ? "The key works at once, or from its start on." : "The key is created, but refused until somebody unblocks it.",
      error: errors.active,
      checked: this.active,
      onChange: (active) => set({ active }),
    })}
    ${checkField({
      id: `${this.id}-locked`,
      label: "Locked",
      help: "Its name, times and contacts stay as they are created.",
      error: errors.locked,
      checked: this.locked,
      onChange: (locked) => {
        set({ locked });
        // It may lie below the edge of the dialog.
        this.root.querySelector(`#${this.id}-forever`)?.scrollIntoView({ block: "nearest" });
      },
    })}
    <div id="${this.id}-forever" aria-live="polite">${this.locked
      ? banner(
          "warning",
          html`<strong>This cannot be undone.</strong> Nobody can ever change the name, the expiry or the contacts of this key, nor
            unlock it. It can still be blocked, rotated and revoked.`,
        )
      : nothing}</div>
    ${this.hasVault ? this.#recoverableField(errors.recoverable, set) : nothing}`;
  }

  #recoverableField(error, set) {
    return checkField({
      id: `${this.id}-recoverable`,
      label: "Recoverable",
      help: this.recoverable
        ? "Its token is kept, encrypted, and administrators can have it shown again. Whoever gets hold of the vault key and the database has it, too. Better: rotate a key whose token is lost."
        : "Its token can be shown again later. Otherwise it is shown once, and kept nowhere.",
      error,
      checked: this.recoverable,
      onChange: (recoverable) => set({ recoverable }),
    });
  }
}
