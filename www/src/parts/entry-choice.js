import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { explain } from "../api/errors.js";
import { count } from "../format/count.js";
import { catalogs } from "../model/catalogs.js";
import { button } from "./button.js";
import { icon } from "./icon.js";

/** One of a catalog, found by typing a part of it. */
export class EntryChoice {
  #wanted = "";
  #isOpen = false;

  /**
   * @param {object} options
   * @param {import("../api/keyway.js").Catalog} options.catalog
   * @param {import("../model/collection.js").Collection<import("../api/keyway.js").Entry>} options.entries
   * @param {() => void} options.onChange when it has to be drawn again
   */
  constructor({ catalog, entries, onChange }) {
    this.catalog = catalog;
    this.words = catalogs[catalog];
    this.entries = entries;
    this.onChange = onChange;
    this.id = `choose-${catalog}`;
  }

  /** @param {string} value @param {(id: string) => void} onChoose */
  template(value, onChoose) {
    const { one } = this.words;
    const any = `Any ${one}`;
    const choose = (id) => {
      this.#popover.hidePopover();
      document.getElementById(`${this.id}-button`)?.focus();
      onChoose(id);
    };
    return html`<button
        class="input select select--button ${value && "select--chosen"}"
        id="${this.id}-button"
        type="button"
        popovertarget=${this.id}
        aria-haspopup="dialog"
      ><span class="visually-hidden">${this.words.label}: </span>${value ? html`<bdi>${value}</bdi>` : any}${icon("down")}</button>
      <div
        class="menu menu--choice"
        id=${this.id}
        popover
        role="dialog"
        aria-label="Choose ${one === "account" ? "an" : "a"} ${one}"
        @toggle=${(event) => {
          this.#isOpen = event.newState === "open";
          this.#wanted = "";
          this.onChange();
          if (this.#isOpen) void this.entries.load();
        }}
        @keydown=${steer}
      >
        <input
          class="input"
          type="search"
          aria-label="Search ${this.catalog}"
          placeholder="Search ${this.catalog}"
          autocomplete="off"
          spellcheck="false"
          autofocus
          .value=${this.#wanted}
          @input=${(event) => {
            this.#wanted = event.target.value;
            this.onChange();
          }}
        />
        ${this.#isOpen ? this.#list(value, choose, any) : nothing}
      </div>`;
  }

  #list(value, choose, any) {
    const { items, fresh, failure, loading } = this.entries;
    if (!fresh && failure) {
      return html`<p class="picker__none" role="alert">${explain(failure)}</p>
        ${button({ label: "Try again", kind: "button--small", busy: loading, busyLabel: "Trying…", onClick: () => void this.entries.load() })}`;
    }
    if (!fresh) return html`<p class="picker__none" role="status">Loading ${this.catalog}…</p>`;
    const wanted = this.#wanted.trim().toLowerCase();
    const found = items.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted));
    const option = (id, text) => html`<li>
      <button class="button button--plain menu__item" type="button" aria-current=${id === value ? "true" : nothing} @click=${() => choose(id)}>
        ${text}${id === value ? icon("check") : nothing}
      </button>
    </li>`;
    return html`<ul class="menu__list" role="list">
        ${wanted ? nothing : option("", any)}
        ${repeat(
          found,
          ({ id }) => id,
          ({ id, name, retired }) =>
            option(id, html`<span class="picker__id">${id}</span>${name === id ? nothing : html` <bdi class="picker__name">${name}</bdi>`}
              ${retired ? html`<span class="tag">Retired</span>` : nothing}`),
        )}
      </ul>
      <p class="${found.length > 0 ? "visually-hidden" : "picker__none"}" role="status">
        ${found.length > 0 ? `${count(found.length, this.words.one)} found` : `No ${this.words.one} ${wanted ? "matches" : "yet"}.`}
      </p>`;
  }

  get #popover() {
    return /** @type {HTMLElement} */ (document.getElementById(this.id));
  }
}

/** Up and down go through what was found; Enter takes the first. */
function steer(event) {
  const options = [...event.currentTarget.querySelectorAll("li button")];
  const at = options.indexOf(document.activeElement);
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === "Enter" && isTyping) {
    event.preventDefault();
    if (event.target.value.trim()) options[0]?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = options[at + (event.key === "ArrowDown" ? 1 : -1)] ?? event.currentTarget.querySelector("input");
    next.focus();
  }
}
