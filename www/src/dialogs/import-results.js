import { html, nothing } from "lit-html";
import { count } from "../format/count.js";
import { csv } from "../format/csv.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";
import { guardLeaving } from "./guard-leaving.js";
import { faultList } from "./import-keys.js";
import { saveFile } from "./save-file.js";

/** @typedef {import("./import-keys.js").Imported} Imported */

/**
 * What became of each key of a file. New tokens are given once, as a table; while
 * they are here, it is left only by saying that they are saved.
 *
 * @extends {Dialog<void>}
 */
export class ImportResultsDialog extends Dialog {
  saved = false;
  /** @type {Imported[]} */
  #minted;
  #letGo = () => {};
  /** A page that was left may be kept for the Back button, with all it holds. */
  #onPageGone = () => this.#finish();

  /** @param {import("./import-keys.js").Outcome} outcome */
  constructor({ done, left, isUnsure }) {
    super("dialog--form");
    const of = (result) => done.filter((one) => one.result === result);
    this.created = of("created").length;
    this.exists = of("exists").length;
    this.lost = of("lost");
    this.refused = of("refused");
    this.left = left;
    this.isUnsure = isUnsure;
    this.#minted = done.filter(({ token }) => token);
    // They need no session any more, and exist nowhere else.
    if (this.#minted.length > 0) this.whenSessionEnds = "stay";
  }

  open() {
    if (this.#minted.length > 0) {
      this.#letGo = guardLeaving();
      addEventListener("pagehide", this.#onPageGone);
    }
    return super.open();
  }

  mayLeave() {
    return this.#minted.length === 0;
  }

  template() {
    const tokens = count(this.#minted.length, "new token");
    return this.frame({
      title: this.created > 0 ? `${count(this.created, "key")} imported` : "No new key",
      body: html`<dl class="facts">
          ${fact("Created", this.created)} ${fact("Existed already", this.exists)} ${fact("Refused", this.refused.length)}
          ${fact("Left", this.left)}
        </dl>
        ${this.isUnsure
          ? banner("warning", "The last answer was lost: some of those that are left may have been created, without their tokens. Look at the list before you import the rest.")
          : nothing}
        ${this.#minted.length > 0
          ? html`${banner("warning", html`<strong>${tokens} will not be shown again.</strong> Save the file now, where your secrets live, and delete it from your downloads.`)}
              <p class="visually-hidden" role="status">${this.saved ? "The file was given to the browser." : ""}</p>
              ${button({ label: `${this.saved ? "Save again" : "Save"} ${tokens} as CSV`, focusFirst: true, onClick: () => this.#save() })}`
          : nothing}
        ${this.lost.length > 0
          ? html`<section>
              <h3 class="field__label">Created, but the token did not arrive: rotate these keys</h3>
              ${faultList(this.lost.map(({ row, body, id }) => ({ row, name: body.name, why: `rotate ${id}` })), "keys-without-tokens.csv")}
            </section>`
          : nothing}
        ${this.refused.length > 0
          ? html`<section>
              <h3 class="field__label">Refused</h3>
              ${faultList(this.refused.map(({ row, body, why = "" }) => ({ row, name: body.name, why })))}
            </section>`
          : nothing}
        <p class="quiet">Keys are good within seconds. The tokens of an older system also need their shape in the setting IMPORTED_TOKENS.</p>`,
      // The second click of a double click does not count.
      actions: button({
        label: this.#minted.length > 0 ? "I have saved them" : "Close",
        kind: "button--primary",
        locked: this.#minted.length > 0 && !this.saved,
        focusFirst: this.#minted.length === 0,
        onClick: (event) => event.detail < 2 && this.#finish(),
      }),
    });
  }

  #save() {
    const rows = this.#minted.map(({ row, body, id, token }) => [row, body.name, id, token]);
    saveFile(csv([["row", "name", "id", "token"], ...rows]), "keys-with-tokens.csv");
    this.update({ saved: true });
  }

  #finish() {
    this.#letGo();
    removeEventListener("pagehide", this.#onPageGone);
    for (const one of this.#minted) one.token = "";
    this.#minted = [];
    this.close(undefined);
  }
}

function fact(name, value) {
  return value === 0 ? nothing : html`<dt>${name}</dt><dd>${count(value, "key")}</dd>`;
}
