import { html } from "lit-html";
import { mergePatch } from "../model/merge-patch.js";
import { checkField } from "../parts/check-field.js";
import { noticed } from "../parts/noticed.js";
import { textField } from "../parts/text-field.js";
import { refuse } from "./dialog.js";
import { EditDialog } from "./edit-dialog.js";

/** @typedef {import("../api/keyway.js").Settings} Settings */

const NONE = "None";
const DAYS = "Write days from 0 to 365 with commas between, for example 14, 3, 1, 0.";

/** What may have changed under the reader, and how to show it. @type {[keyof Settings, string, (settings: Settings) => unknown][]} */
const SHOWN = [
  ["docs_url", "Documentation", ({ docs_url: docs }) => docs ?? NONE],
  ["support_contact", "Contact", ({ support_contact: contact }) => html`<bdi>${contact ?? NONE}</bdi>`],
  ["locked_by_default", "Lock new keys", ({ locked_by_default: locked }) => (locked ? "Yes" : "No")],
  ["notices", "Notices", ({ notices }) => noticed(notices)],
];

/**
 * Changes the settings of the workspace.
 *
 * @extends {EditDialog<Settings, Settings>}
 */
export class SettingsDialog extends EditDialog {
  /** @param {import("../api/keyway.js").Keyway} keyway @param {Settings} settings */
  constructor(keyway, settings) {
    super("dialog--form");
    this.keyway = keyway;
    this.#begin(settings);
  }

  get pointers() {
    return { "/docs_url": "docs", "/support_contact": "contact", "/locked_by_default": "locked" };
  }

  fieldAt(pointer) {
    const [, first, second] = pointer.split("/");
    if (first === "notices") return { expiry_days: "leads", unused_days: "unused", email_contacts: "letters" }[second];
    return super.fieldAt(pointer);
  }

  /** @param {Settings} settings */
  #begin(settings) {
    this.settings = settings;
    this.docs = settings.docs_url ?? "";
    this.contact = settings.support_contact ?? "";
    this.locked = settings.locked_by_default;
    const { expiry_days, unused_days, email_contacts } = settings.notices;
    this.leads = expiry_days.join(", ");
    this.unused = `${unused_days ?? ""}`;
    this.letters = email_contacts;
  }

  template() {
    return this.frame({
      title: "Edit the settings",
      onSubmit: () => void this.attempt(() => this.#save()),
      body: html`${this.lostRace({
        one: "workspace",
        before: this.settings,
        shown: SHOWN,
        begin: (theirs) => this.#begin(theirs),
      })}
      ${textField({
        id: `${this.id}-docs`,
        label: "Documentation",
        optional: true,
        isCode: true,
        inputMode: "url",
        placeholder: "https://docs.example.com/keys",
        help: "Where people read how keys are used here. Shown with errors and in the help.",
        error: this.errors.docs,
        focusFirst: true,
        value: this.docs,
        onInput: (docs) => (this.docs = docs),
      })}
      ${textField({
        id: `${this.id}-contact`,
        label: "Contact",
        optional: true,
        isCode: true,
        placeholder: "api-team@example.com",
        help: "Whom they ask: an e-mail address, or a page that begins with https://. Shown there, too.",
        error: this.errors.contact,
        value: this.contact,
        onInput: (contact) => (this.contact = contact),
      })}
      ${checkField({
        id: `${this.id}-locked`,
        label: "Lock new keys",
        help: "Name, times and contacts of a new key stay as they are created, unless whoever creates it says otherwise.",
        error: this.errors.locked,
        checked: this.locked,
        onChange: (locked) => this.update({ locked }),
      })}
      ${textField({
        id: `${this.id}-leads`,
        label: "Days before an expiry",
        optional: true,
        isCode: true,
        placeholder: "14, 3, 1, 0",
        help: "When people and webhooks are told that a key expires; 0 is on the day. Its end is told in any case.",
        error: this.errors.leads,
        value: this.leads,
        onInput: (leads) => (this.leads = leads),
      })}
      ${textField({
        id: `${this.id}-unused`,
        label: "Days without use",
        optional: true,
        isCode: true,
        placeholder: "90",
        help: "After which a key counts as unused, and that is told. Empty: never.",
        error: this.errors.unused,
        value: this.unused,
        onInput: (unused) => (this.unused = unused),
      })}
      ${checkField({
        id: `${this.id}-letters`,
        label: "Write to contacts",
        help: this.settings.email ? "The contacts of a key get an e-mail when something happens to it." : "E-mail is not set up here: nobody is written to. The operator can change that.",
        error: this.errors.letters,
        checked: this.letters,
        onChange: (letters) => this.update({ letters }),
      })}`,
      actions: html`${this.cancelButton()} ${this.saveButton()}`,
    });
  }

  async #save() {
    const { docs_url, support_contact, locked_by_default, notices } = this.settings;
    const [leads, unused] = [days(this.leads), days(this.unused)];
    refuse({
      leads: leads ? undefined : DAYS,
      unused: unused && unused.length < 2 ? undefined : "Write a number of days from 1 to 3650, or nothing.",
    });
    const change = mergePatch(
      { docs_url, support_contact, locked_by_default, notices },
      {
        docs_url: this.docs.trim() || null,
        support_contact: this.contact.trim() || null,
        locked_by_default: this.locked,
        notices: { expiry_days: leads, unused_days: unused?.[0] ?? null, email_contacts: this.letters },
      },
    );
    await this.save(
      () => this.keyway.editSettings(this.theirs ?? this.settings, change),
      () => this.keyway.settings(),
    );
  }
}

/** @param {string} text @returns {number[] | undefined} nothing where something else than numbers stands there */
function days(text) {
  const words = text.split(/[\s,]+/u).filter(Boolean);
  return words.every((word) => /^\d{1,4}$/u.test(word)) ? words.map(Number).toSorted((one, other) => other - one) : undefined;
}
