import { html } from "lit-html";
import { checkEntryId, checkName } from "../core.js";
import { catalogs } from "../model/catalogs.js";
import { button } from "../parts/button.js";
import { textField } from "../parts/text-field.js";
import { refuse } from "./dialog.js";
import { EditDialog } from "./edit-dialog.js";

/** @typedef {import("../api/keyway.js").Entry} Entry */

/** What may have changed under the reader, and how to show it. @type {[keyof Entry, string, (entry: Entry) => unknown][]} */
const SHOWN = [
  ["name", "Name", ({ name }) => html`<bdi>${name}</bdi>`],
  ["description", "Description", ({ description }) => html`<bdi>${description ?? "None"}</bdi>`],
  ["retired", "Retired", ({ retired }) => (retired ? "Yes" : "No")],
];

/**
 * Creates a scope or an account, or changes what people read of one.
 *
 * @extends {EditDialog<Entry, Entry>}
 */
export class EntryFormDialog extends EditDialog {
  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").Catalog} catalog
   * @param {Entry} [entry] the one to change
   */
  constructor(keyway, catalog, entry) {
    super();
    this.keyway = keyway;
    this.catalog = catalog;
    this.words = catalogs[catalog];
    this.entry = entry;
    this.entryId = entry?.id ?? "";
    this.name = entry?.name ?? "";
    this.description = entry?.description ?? "";
  }

  get pointers() {
    return { "/id": "entry", "/name": "name", "/description": "description" };
  }

  template() {
    const { one, example, exampleName } = this.words;
    const begin = (theirs) =>
      this.update({ entry: theirs, name: theirs.name, description: theirs.description ?? "" });
    return this.frame({
      title: this.entry ? html`Edit “<bdi>${this.entry.name}</bdi>”` : `Create ${one === "account" ? "an" : "a"} ${one}`,
      onSubmit: () => void this.attempt(() => (this.entry ? this.#edit(this.entry) : this.#create())),
      body: html`${this.entry ? this.lostRace({ one, before: this.entry, shown: SHOWN, begin }) : ""}
      ${this.entry
        ? html`<dl class="facts"><dt>Id</dt><dd><code>${this.entry.id}</code></dd></dl>`
        : textField({
            id: `${this.id}-id`,
            label: "Id",
            help: "What keys and services call it. It cannot be changed later.",
            placeholder: example,
            isCode: true,
            error: this.errors.entry,
            focusFirst: true,
            value: this.entryId,
            onInput: (entryId) => (this.entryId = entryId),
          })}
      ${textField({
        id: `${this.id}-name`,
        label: "Name",
        optional: !this.entry,
        help: "What people read. It can be changed at any time.",
        placeholder: exampleName,
        error: this.errors.name,
        focusFirst: Boolean(this.entry),
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
      })}`,
      actions: html`${this.cancelButton()}
      ${this.entry
        ? this.saveButton()
        : button({ label: `Create ${one}`, kind: "button--primary", type: "submit", busy: this.busy, busyLabel: "Creating…" })}`,
    });
  }

  async #create() {
    const [id, name, description] = [this.entryId, this.name, this.description].map((text) => text.trim());
    refuse({
      entry: id === "" ? `Give the ${this.words.one} an id.` : await checkEntryId(id),
      name: name === "" ? undefined : await checkName(name),
    });
    this.close(await this.keyway.createEntry(this.catalog, { id, ...(name && { name }), ...(description && { description }) }));
  }

  async #edit(entry) {
    const name = this.name.trim();
    refuse({ name: name === "" ? `Give the ${this.words.one} a name.` : await checkName(name) });
    const change = { name, description: this.description.trim() || null };
    await this.save(
      () => this.keyway.editEntry(this.catalog, this.theirs ?? entry, change),
      () => this.keyway.entry(this.catalog, entry.id),
    );
  }
}
