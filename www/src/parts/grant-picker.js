import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { explain, Problem, SignedOut } from "../api/errors.js";
import { checkEntryId } from "../core.js";
import { count } from "../format/count.js";
import { catalogs } from "../model/catalogs.js";
import { banner } from "./banner.js";
import { button } from "./button.js";
import { choice } from "./choice.js";
import { fieldGroup, focusFirstError } from "./field.js";
import { icon } from "./icon.js";
import { textField } from "./text-field.js";

/** From here on, looking for one is faster than reading them all. */
const SEARCH_FROM = 8;

/**
 * What a key is granted of a catalog: some of it, or explicitly all. What is
 * missing can be added on the spot.
 */
export class GrantPicker {
  /** @type {"chosen" | "all"} */
  mode;
  /** @type {Set<string>} */
  chosen;

  /** Granted before, and so even if it is retired by now. @type {Set<string>} */
  #held;
  #query = "";
  #adding = false;
  #draft = { id: "", name: "" };
  /** @type {{id?: string, name?: string}} */
  #draftErrors = {};
  #draftBusy = false;
  #said = "";

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {import("../api/keyway.js").Catalog} options.catalog
   * @param {import("../model/collection.js").Collection<import("../api/keyway.js").Entry>} options.entries
   * @param {import("../api/keyway.js").Keyway} options.keyway
   * @param {HTMLElement} options.root where the picker is shown
   * @param {() => void} options.onChange
   * @param {string[]} [options.granted] what the key has already
   * @param {Partial<import("../model/catalogs.js").Words>} [options.words] where it is not a key that is granted something
   * @param {boolean} [options.mayAdd] whether what is missing is theirs to add
   */
  constructor({ id, catalog, entries, keyway, root, onChange, granted = [], words, mayAdd = true }) {
    this.id = id;
    this.catalog = catalog;
    this.words = { ...catalogs[catalog], ...words };
    this.mayAdd = mayAdd;
    this.entries = entries;
    this.keyway = keyway;
    this.root = root;
    this.onChange = onChange;
    this.mode = granted.includes("*") ? "all" : "chosen";
    this.chosen = new Set(granted.filter((id) => id !== "*"));
    this.#held = new Set(this.chosen);
  }

  /** @returns {string[]} as the API takes them */
  get value() {
    return this.mode === "all" ? ["*"] : [...this.chosen];
  }

  /** @returns {string | undefined} what is wrong with the one that is being added */
  check() {
    const isForgotten = this.mode === "chosen" && this.#draft.id.trim() !== "";
    return isForgotten ? `This ${this.words.one} is not added yet. Press Add, or empty the field.` : undefined;
  }

  /** @param {{error?: string, newError?: string}} errors of what is chosen, and of what is being added */
  template({ error, newError }) {
    return fieldGroup({
      id: this.id,
      label: this.words.label,
      error,
      help: this.#help(),
      control: html`${choice({
        name: `${this.id}-mode`,
        options: [
          ["chosen", `Chosen ${this.catalog}`],
          ["all", this.words.all],
        ],
        value: this.mode,
        onChoose: (mode) => {
          this.mode = mode;
          this.onChange();
        },
      })}
      ${this.mode === "all"
        ? banner("warning", this.words.allWarning)
        : this.#list(newError)}
      <p class="visually-hidden" role="status">${this.#said}</p>`,
    });
  }

  #help() {
    if (this.mode === "all" || !this.entries.fresh) return undefined;
    return this.chosen.size === 0
      ? this.words.none
      : `${count(this.chosen.size, this.words.one)} chosen.`;
  }

  #list(newError) {
    const { items, fresh, failure, loading } = this.entries;
    if (!fresh && failure) {
      return html`<div class="picker picker--note">
        <p>The ${this.catalog} could not be loaded. ${explain(failure)}</p>
        ${button({ label: "Try again", kind: "button--small", busy: loading, busyLabel: "Trying…", onClick: () => void this.entries.load() })}
      </div>`;
    }
    if (!fresh) return html`<div class="picker picker--note"><p class="quiet">Loading ${this.catalog}…</p></div>`;
    const offered = items.filter((entry) => !entry.retired || this.#held.has(entry.id));
    if (offered.length === 0) {
      return html`<div class="picker">
        <p class="picker__none">No ${this.catalog} yet. ${this.words.empty} <code>${this.words.example}</code>, for example.</p>
        ${this.mayAdd ? this.#addForm(newError) : nothing}
      </div>`;
    }
    const found = this.#matches(offered);
    return html`<div class="picker">
      ${offered.length >= SEARCH_FROM ? this.#search(offered) : nothing}
      ${offered.length > 1 ? this.#several(found) : nothing}
      <ul class="picker__list" role="list">
        ${repeat(found, (entry) => entry.id, (entry) => this.#option(entry))}
        ${found.length === 0 ? html`<li class="picker__none">No ${this.words.one} matches “${this.#query.trim()}”.</li>` : nothing}
      </ul>
      ${this.#adding ? this.#addForm(newError) : this.#addButton()}
    </div>`;
  }

  #matches(entries) {
    const wanted = this.#query.trim().toLowerCase();
    return entries.filter((entry) => `${entry.id} ${entry.name}`.toLowerCase().includes(wanted));
  }

  #search(offered) {
    return html`<div class="picker__search">
      ${icon("search")}
      <input
        class="input"
        type="search"
        aria-label="Search ${this.catalog}"
        placeholder="Search ${offered.length} ${this.catalog}"
        autocomplete="off"
        spellcheck="false"
        .value=${live(this.#query)}
        @input=${(event) => {
          this.#query = event.target.value;
          this.#said = `${count(this.#matches(offered).length, this.words.one)} found`;
          this.onChange();
        }}
        @keydown=${(event) => {
          // Enter looks for one here; it does not send the form.
          if (event.key === "Enter") event.preventDefault();
        }}
      />
    </div>`;
  }

  /** One gesture for all that are shown, and one for none at all. */
  #several(found) {
    const choose = () => {
      for (const { id } of found) this.chosen.add(id);
      this.#said = `${count(this.chosen.size, this.words.one)} chosen`;
      this.onChange();
    };
    const clear = () => {
      this.chosen.clear();
      this.#said = `No ${this.words.one} chosen`;
      this.onChange();
    };
    return html`<div class="picker__several">
      ${button({
        label: this.#query.trim() ? "Select these" : "Select all",
        kind: "button--plain button--small",
        onClick: choose,
      })}
      ${button({ label: "Select none", kind: "button--plain button--small", onClick: clear })}
    </div>`;
  }

  #option({ id, name, retired }) {
    return html`<li>
      <label class="picker__option" data-entry=${id}>
        <input
          type="checkbox"
          .checked=${live(this.chosen.has(id))}
          @change=${(event) => {
            if (event.target.checked) this.chosen.add(id);
            else this.chosen.delete(id);
            this.onChange();
          }}
        />
        <span class="picker__id">${id}</span>
        ${name === id ? nothing : html`<bdi class="picker__name">${name}</bdi>`}
        ${retired ? html`<span class="tag">Retired</span>` : nothing}
      </label>
    </li>`;
  }

  #addButton() {
    if (!this.mayAdd) return nothing;
    return html`<div class="picker__foot">
      ${button({
        label: html`${icon("plus")}New ${this.words.one}`,
        kind: "button--plain button--small",
        onClick: () => {
          this.#adding = true;
          // Whoever looked for one that is not there wants to add that one.
          this.#draft = { id: this.#query.trim(), name: "" };
          this.onChange();
          this.#focus(`#${this.id}-new`);
        },
      })}
    </div>`;
  }

  #addForm(newError) {
    const submit = () => void this.#add();
    const onEnter = (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      submit();
    };
    return html`<div class="picker__add" @keydown=${onEnter}>
      ${textField({
        id: `${this.id}-new`,
        label: `New ${this.words.one}`,
        placeholder: this.words.example,
        isCode: true,
        error: this.#draftErrors.id ?? newError,
        value: this.#draft.id,
        onInput: (id) => (this.#draft.id = id),
      })}
      ${textField({
        id: `${this.id}-new-name`,
        label: "Label",
        optional: true,
        placeholder: this.words.exampleName,
        error: this.#draftErrors.name,
        value: this.#draft.name,
        onInput: (name) => (this.#draft.name = name),
      })}
      ${button({ label: "Add", busy: this.#draftBusy, busyLabel: "Adding…", onClick: submit })}
    </div>`;
  }

  async #add() {
    if (this.#draftBusy) return;
    const id = this.#draft.id.trim();
    const name = this.#draft.name.trim();
    this.#draftBusy = true;
    this.#draftErrors = {};
    this.onChange();
    try {
      await this.#create(id, name);
    } finally {
      this.#draftBusy = false;
      this.onChange();
    }
    if (Object.keys(this.#draftErrors).length > 0) focusFirstError(this.root.querySelector(".picker__add"));
    else if (this.chosen.has(id)) this.#focus(`[data-entry="${CSS.escape(id)}"] input`);
  }

  async #create(id, name) {
    const wrong = id === "" ? `Give the ${this.words.one} an id.` : await checkEntryId(id);
    if (wrong) {
      this.#draftErrors = { id: wrong };
      return;
    }
    let known = this.#find(id);
    try {
      if (!known) this.entries.add(await this.keyway.createEntry(this.catalog, name ? { id, name } : { id }));
    } catch (error) {
      if (error instanceof SignedOut) return;
      if (error instanceof Problem && error.code === `${this.words.one}_exists`) {
        await this.entries.load();
        known = this.#find(id);
      } else {
        const atName = error instanceof Problem && error.errors.find(({ pointer }) => pointer === "/name");
        this.#draftErrors = atName ? { name: atName.detail } : { id: explain(error) };
        return;
      }
    }
    if (known?.retired) {
      this.#draftErrors = { id: `This ${this.words.one} is retired and can no longer be granted.` };
      return;
    }
    this.chosen.add(id);
    this.#adding = false;
    this.#query = "";
    this.#draft = { id: "", name: "" };
    this.#said = `The ${this.words.one} ${id} ${known ? "was there already; it is chosen" : "is added and chosen"}.`;
  }

  #find(id) {
    return this.entries.items.find((entry) => entry.id === id);
  }

  /** @param {string} selector */
  #focus(selector) {
    const control = this.root.querySelector(selector);
    if (control instanceof HTMLElement) control.focus();
  }
}
