import { html } from "lit-html";
import { Problem } from "../api/errors.js";
import { checkEntryId, checkName } from "../core.js";
import { catalogs } from "../model/catalogs.js";
import { button } from "../parts/button.js";
import { banner } from "../parts/banner.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

/**
 * Creates a scope or an account, or changes what people read of one.
 *
 * @extends {Dialog<import("../api/keyway.js").Entry>}
 */
export class EntryFormDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** What it was changed to meanwhile, by somebody else. @type {import("../api/keyway.js").Entry | null} */
  theirs = null;
  /** What is known to be on the server, if that is not what the dialog began with. @type {import("../api/keyway.js").Entry | null} */
  latest = null;

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../api/keyway.js").Catalog} catalog
   * @param {import("../api/keyway.js").Entry} [entry] the one to change
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
    return { "/id": "entryId", "/name": "name", "/description": "description" };
  }

  template() {
    const { one, example, exampleName } = this.words;
    return this.frame({
      title: this.entry ? html`Edit “<bdi>${this.entry.name}</bdi>”` : `Create ${one === "account" ? "an" : "a"} ${one}`,
      onSubmit: () => void this.attempt(() => (this.entry ? this.#edit(this.entry) : this.#create())),
      body: html`${this.theirs ? this.#race(this.theirs) : ""}
      ${this.entry
        ? html`<dl class="facts"><dt>Id</dt><dd><code>${this.entry.id}</code></dd></dl>`
        : textField({
            id: `${this.id}-id`,
            label: "Id",
            help: "What keys and services call it. It cannot be changed later.",
            placeholder: example,
            isCode: true,
            error: this.errors.entryId,
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
      ${button({
        label: this.theirs ? "Save mine" : this.entry ? "Save" : `Create ${one}`,
        kind: "button--primary",
        type: "submit",
        busy: this.busy,
        busyLabel: this.entry ? "Saving…" : "Creating…",
      })}`,
    });
  }

  /** Nothing is overwritten silently: the reader sees both, and decides. */
  #race(theirs) {
    const take = () =>
      this.update({ entry: theirs, theirs: null, name: theirs.name, description: theirs.description ?? "" });
    return html`${banner("warning", "Somebody else changed it in the meantime. Your changes are not saved yet.")}
      <dl class="facts">
        <dt>Their name</dt>
        <dd><bdi>${theirs.name}</bdi></dd>
        <dt>Their description</dt>
        <dd><bdi>${theirs.description ?? "None"}</bdi></dd>
      </dl>
      ${button({ label: "Take theirs", kind: "button--small", locked: this.busy, onClick: take })}`;
  }

  async #create() {
    const [id, name, description] = [this.entryId, this.name, this.description].map((text) => text.trim());
    refuse({
      entryId: id === "" ? `Give the ${this.words.one} an id.` : await checkEntryId(id),
      name: name === "" ? undefined : await checkName(name),
    });
    this.close(await this.keyway.createEntry(this.catalog, { id, ...(name && { name }), ...(description && { description }) }));
  }

  async #edit(entry) {
    const name = this.name.trim();
    refuse({ name: name === "" ? `Give the ${this.words.one} a name.` : await checkName(name) });
    const change = { name, description: this.description.trim() || null };
    try {
      this.close(await this.keyway.editEntry(this.catalog, this.theirs ?? entry, change));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "precondition_failed") throw error;
      this.theirs = await this.keyway.entry(this.catalog, entry.id);
      this.latest = this.theirs;
    }
  }
}
