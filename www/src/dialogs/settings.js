import { html } from "lit-html";
import { mergePatch } from "../model/merge-patch.js";
import { checkField } from "../parts/check-field.js";
import { textField } from "../parts/text-field.js";
import { EditDialog } from "./edit-dialog.js";

/** @typedef {import("../api/keyway.js").Settings} Settings */

const NONE = "None";

/** What may have changed under the reader, and how to show it. @type {[keyof Settings, string, (settings: Settings) => unknown][]} */
const SHOWN = [
  ["docs_url", "Documentation", ({ docs_url: docs }) => docs ?? NONE],
  ["support_contact", "Contact", ({ support_contact: contact }) => html`<bdi>${contact ?? NONE}</bdi>`],
  ["locked_by_default", "Lock new keys", ({ locked_by_default: locked }) => (locked ? "Yes" : "No")],
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

  /** @param {Settings} settings */
  #begin(settings) {
    this.settings = settings;
    this.docs = settings.docs_url ?? "";
    this.contact = settings.support_contact ?? "";
    this.locked = settings.locked_by_default;
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
      })}`,
      actions: html`${this.cancelButton()} ${this.saveButton()}`,
    });
  }

  async #save() {
    const { docs_url, support_contact, locked_by_default } = this.settings;
    const change = mergePatch(
      { docs_url, support_contact, locked_by_default },
      { docs_url: this.docs.trim() || null, support_contact: this.contact.trim() || null, locked_by_default: this.locked },
    );
    await this.save(
      () => this.keyway.editSettings(this.theirs ?? this.settings, change),
      () => this.keyway.settings(),
    );
  }
}
