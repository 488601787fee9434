import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { explain, Problem, SignedOut } from "../api/errors.js";
import { checkScopeId } from "../core.js";
import { count } from "../format/count.js";
import { banner } from "./banner.js";
import { button } from "./button.js";
import { choice } from "./choice.js";
import { fieldGroup, focusFirstError } from "./field.js";
import { icon } from "./icon.js";
import { textField } from "./text-field.js";

/** From here on, looking for a scope is faster than reading them all. */
const SEARCH_FROM = 8;

/**
 * What a key may do: some scopes, or explicitly all. A scope that is missing
 * can be added on the spot.
 */
export class ScopePicker {
  /** @type {"chosen" | "all"} */
  mode = "chosen";
  /** @type {Set<string>} */
  chosen = new Set();

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
   * @param {import("../model/collection.js").Collection<import("../api/keyway.js").Scope>} options.scopes
   * @param {import("../api/keyway.js").Keyway} options.keyway
   * @param {HTMLElement} options.root where the picker is shown
   * @param {() => void} options.onChange
   */
  constructor({ id, scopes, keyway, root, onChange }) {
    this.id = id;
    this.scopes = scopes;
    this.keyway = keyway;
    this.root = root;
    this.onChange = onChange;
  }

  /** @returns {string[]} as the API takes them */
  get value() {
    return this.mode === "all" ? ["*"] : [...this.chosen];
  }

  /** @returns {string | undefined} what is wrong with the scope that is being added */
  check() {
    const isForgotten = this.mode === "chosen" && this.#draft.id.trim() !== "";
    return isForgotten ? "This scope is not added yet. Press Add, or empty the field." : undefined;
  }

  /** @param {{scopes?: string, newScope?: string}} errors */
  template(errors) {
    return fieldGroup({
      id: this.id,
      label: "Scopes",
      error: errors.scopes,
      help: this.#help(),
      control: html`${choice({
        name: `${this.id}-mode`,
        options: [
          ["chosen", "Chosen scopes"],
          ["all", "All scopes"],
        ],
        value: this.mode,
        onChoose: (mode) => {
          this.mode = mode;
          this.onChange();
        },
      })}
      ${this.mode === "all"
        ? banner("warning", "This key may do everything, and everything that is added later. Prefer chosen scopes where you can.")
        : this.#list(errors.newScope)}
      <p class="visually-hidden" role="status">${this.#said}</p>`,
    });
  }

  #help() {
    if (this.mode === "all" || !this.scopes.fresh) return undefined;
    return this.chosen.size === 0
      ? "None chosen: the key is valid, but grants nothing."
      : `${count(this.chosen.size, "scope")} chosen.`;
  }

  #list(newScopeError) {
    const { items, fresh, failure, loading } = this.scopes;
    if (!fresh && failure) {
      return html`<div class="picker picker--note">
        <p>The scopes could not be loaded. ${explain(failure)}</p>
        ${button({ label: "Try again", kind: "button--small", busy: loading, busyLabel: "Trying…", onClick: () => void this.scopes.load() })}
      </div>`;
    }
    if (!fresh) return html`<div class="picker picker--note"><p class="quiet">Loading scopes…</p></div>`;
    // A retired scope can no longer be granted.
    const offered = items.filter((scope) => !scope.retired);
    if (offered.length === 0) {
      return html`<div class="picker">
        <p class="picker__none">No scopes yet. A scope says what a key may do: <code>reporting:read</code>, for example.</p>
        ${this.#addForm(newScopeError)}
      </div>`;
    }
    const found = this.#matches(offered);
    return html`<div class="picker">
      ${offered.length >= SEARCH_FROM ? this.#search(offered) : nothing}
      <ul class="picker__list" role="list">
        ${repeat(found, (scope) => scope.id, (scope) => this.#option(scope))}
        ${found.length === 0 ? html`<li class="picker__none">No scope matches “${this.#query.trim()}”.</li>` : nothing}
      </ul>
      ${this.#adding ? this.#addForm(newScopeError) : this.#addButton()}
    </div>`;
  }

  #matches(scopes) {
    const wanted = this.#query.trim().toLowerCase();
    return scopes.filter((scope) => `${scope.id} ${scope.name}`.toLowerCase().includes(wanted));
  }

  #search(offered) {
    return html`<div class="picker__search">
      ${icon("search")}
      <input
        class="input"
        type="search"
        aria-label="Search scopes"
        placeholder="Search ${offered.length} scopes"
        autocomplete="off"
        spellcheck="false"
        .value=${live(this.#query)}
        @input=${(event) => {
          this.#query = event.target.value;
          this.#said = `${count(this.#matches(offered).length, "scope")} found`;
          this.onChange();
        }}
        @keydown=${(event) => {
          // Enter looks for a scope here; it does not create the key.
          if (event.key === "Enter") event.preventDefault();
        }}
      />
      ${this.chosen.size > 0
        ? button({
            label: "Clear",
            kind: "button--plain button--small",
            onClick: () => {
              this.chosen.clear();
              this.#said = "No scope chosen";
              this.onChange();
              this.#focus("input[type=search]");
            },
          })
        : nothing}
    </div>`;
  }

  #option(scope) {
    return html`<li>
      <label class="picker__option" data-scope=${scope.id}>
        <input
          type="checkbox"
          .checked=${live(this.chosen.has(scope.id))}
          @change=${(event) => {
            if (event.target.checked) this.chosen.add(scope.id);
            else this.chosen.delete(scope.id);
            this.onChange();
          }}
        />
        <span class="picker__id">${scope.id}</span>
        ${scope.name === scope.id ? nothing : html`<bdi class="picker__name">${scope.name}</bdi>`}
      </label>
    </li>`;
  }

  #addButton() {
    return html`<div class="picker__foot">
      ${button({
        label: html`${icon("plus")}New scope`,
        kind: "button--plain button--small",
        onClick: () => {
          this.#adding = true;
          // Whoever looked for a scope that is not there wants to add that one.
          this.#draft = { id: this.#query.trim(), name: "" };
          this.onChange();
          this.#focus(`#${this.id}-new`);
        },
      })}
    </div>`;
  }

  #addForm(newScopeError) {
    const submit = () => void this.#add();
    const onEnter = (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      submit();
    };
    return html`<div class="picker__add" @keydown=${onEnter}>
      ${textField({
        id: `${this.id}-new`,
        label: "New scope",
        placeholder: "reporting:read",
        isCode: true,
        error: this.#draftErrors.id ?? newScopeError,
        value: this.#draft.id,
        onInput: (id) => (this.#draft.id = id),
      })}
      ${textField({
        id: `${this.id}-new-name`,
        label: "Label",
        optional: true,
        placeholder: "Read reports",
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
    else if (this.chosen.has(id)) this.#focus(`[data-scope="${CSS.escape(id)}"] input`);
  }

  async #create(id, name) {
    const wrong = id === "" ? "Give the scope an id." : await checkScopeId(id);
    if (wrong) {
      this.#draftErrors = { id: wrong };
      return;
    }
    let known = this.#find(id);
    try {
      if (!known) this.scopes.add(await this.keyway.createScope(name ? { id, name } : { id }));
    } catch (error) {
      if (error instanceof SignedOut) return;
      if (error instanceof Problem && error.code === "scope_exists") {
        await this.scopes.load();
        known = this.#find(id);
      } else {
        const atName = error instanceof Problem && error.errors.find(({ pointer }) => pointer === "/name");
        this.#draftErrors = atName ? { name: atName.detail } : { id: explain(error) };
        return;
      }
    }
    if (known?.retired) {
      this.#draftErrors = { id: "This scope is retired and can no longer be granted." };
      return;
    }
    this.chosen.add(id);
    this.#adding = false;
    this.#query = "";
    this.#draft = { id: "", name: "" };
    this.#said = known ? `The scope ${id} was there already; it is chosen.` : `The scope ${id} is added and chosen.`;
  }

  #find(id) {
    return this.scopes.items.find((scope) => scope.id === id);
  }

  /** @param {string} selector */
  #focus(selector) {
    const control = this.root.querySelector(selector);
    if (control instanceof HTMLElement) control.focus();
  }
}
