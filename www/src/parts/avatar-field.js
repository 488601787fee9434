import { html, nothing } from "lit-html";
import { square, Unusable } from "../format/picture.js";
import { avatar, face } from "./avatar.js";
import { button } from "./button.js";
import { fieldError } from "./field.js";

/** @typedef {import("../api/keyway.js").Key} Key */

/** The picture of a key: one to choose, to keep or to take away. */
export class AvatarField {
  /** What was chosen, as it is sent. @type {Blob | null} */
  chosen = null;

  #url = "";
  #problem = "";
  #said = "";
  #reading = Promise.resolve();

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {HTMLElement} options.root where the field is shown
   * @param {() => void} options.onChange
   * @param {import("../model/avatars.js").Avatars} options.avatars
   * @param {Key} [options.key] the one to change
   */
  constructor({ id, root, onChange, avatars, key }) {
    this.id = id;
    this.root = root;
    this.onChange = onChange;
    this.avatars = avatars;
    this.key = key;
    this.isKept = Boolean(key?.avatar);
  }

  /** Once what was chosen is read: whoever is quick must not lose it. */
  async settled() {
    await this.#reading;
  }

  /**
   * Makes it so on the server, if anything is to be different.
   *
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {Key} key
   * @returns {Promise<Key | null>} the key after that
   */
  async save(keyway, key) {
    const { chosen } = this;
    if (!chosen && (this.isKept || !key.avatar)) return null;
    const saved = chosen ? await keyway.putAvatar(key.id, chosen) : await keyway.deleteAvatar(key.id);
    if (chosen) this.avatars.keep(saved.avatar, chosen);
    if (this.key) Object.assign(this, { key: saved, chosen: null, isKept: saved.avatar !== null });
    return saved;
  }

  /** Lets go of what is shown. */
  forget() {
    URL.revokeObjectURL(this.#url);
  }

  template() {
    const has = this.chosen || this.isKept;
    const input = () => /** @type {HTMLInputElement} */ (this.root.querySelector(`#${this.id}`));
    return html`<fieldset class="field" aria-describedby="${this.id}-help">
      <legend class="field__label">Picture <span class="field__optional">optional</span></legend>
      <div class="portrait">
        ${this.#face}
        ${button({ label: has ? "Choose another" : "Choose a picture", kind: "button--small portrait__choose", onClick: () => input().click() })}
        ${has ? button({ label: "Remove picture", kind: "button--small button--plain", onClick: () => this.#remove() }) : nothing}
        <input
          id=${this.id}
          type="file"
          hidden
          accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
          @change=${(event) => this.#choose(event.target)}
        />
      </div>
      ${this.#problem ? html`<div role="alert">${fieldError(this.id, this.#problem)}</div>` : nothing}
      <p class="field__help" id="${this.id}-help">Shown beside the name, cut to a square. No part of any verdict.</p>
      <p class="visually-hidden" role="status">${this.#said}</p>
    </fieldset>`;
  }

  get #face() {
    const kind = "avatar--large";
    if (this.chosen) return face({ name: "", url: this.#url, kind });
    if (!this.key) return nothing;
    return this.isKept ? avatar(this.key, this.avatars, kind) : face({ name: this.key.name, url: null, kind });
  }

  /** @param {HTMLInputElement} input */
  #choose(input) {
    const [file] = input.files ?? [];
    // The same one may be chosen again.
    input.value = "";
    if (!file) return;
    this.#reading = this.#reading.then(async () => {
      this.#problem = this.#said = "";
      try {
        this.chosen = await square(file);
        this.forget();
        this.#url = URL.createObjectURL(this.chosen);
        this.#said = "Picture chosen";
      } catch (error) {
        this.#problem = error instanceof Unusable ? error.message : "The browser cannot make a picture of this file.";
      }
      this.onChange();
    });
  }

  #remove() {
    this.forget();
    this.chosen = null;
    this.isKept = false;
    this.#problem = "";
    this.#said = "Picture removed";
    this.onChange();
    const control = this.root.querySelector(`.portrait__choose`);
    if (control instanceof HTMLElement) control.focus();
  }
}
