import { html, nothing } from "lit-html";
import { NoAnswer } from "../api/errors.js";
import { count, number } from "../format/count.js";
import { csv } from "../format/csv.js";
import { sentence } from "../format/sentence.js";
import { readImportFile } from "../model/import-file.js";
import { button } from "../parts/button.js";
import { checkField } from "../parts/check-field.js";
import { fieldError } from "../parts/field.js";
import { Dialog, refuse } from "./dialog.js";
import { guardLeaving } from "./guard-leaving.js";
import { explainLost } from "./once.js";
import { saveFile } from "./save-file.js";

/** Keys in one call: few enough that the bar moves. */
const AT_ONCE = 100;
/** Rows that are looked at before anything is sent. */
const SHOWN = 5;
/** Faults that are read one by one; more are for a table. */
const MAX_FAULTS = 20;

const EXAMPLE = `name,sha256,scopes,expires_at
Orders,9f86d081884c7d65…15b0f00a08,orders:read orders:write,2027-12-31
Stock,,stock:read,`;

/**
 * What became of a key of the file. `lost` has a token that did not arrive.
 *
 * @typedef {import("../model/import-file.js").ImportKey & {result: "created" | "exists" | "refused" | "lost", id: string | null, token?: string, why?: string}} Imported
 */

/**
 * Makes keys of the rows of a file. Left half-way, the answer is what was done by then.
 *
 * @typedef {{done: Imported[], left: number, isUnsure: boolean}} Outcome `isUnsure` says that what is left may have been made in part
 * @extends {Dialog<Outcome>}
 */
export class ImportKeysDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** @type {import("../model/import-file.js").ImportFile | null} */
  file = null;
  leavesOut = false;
  over = false;
  /** @type {Imported[]} */
  done = [];
  /** By this the server knows a repetition of the call that is under way. */
  #attempt = crypto.randomUUID();
  #unanswered = false;
  /** Tokens that have arrived exist nowhere else. */
  #letGo = () => {};

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super("dialog--form");
    this.keyway = keyway;
  }

  /** What was done is done, also when it is left there. */
  close(_result) {
    const { done, file } = this;
    const left = (file?.keys.length ?? 0) - done.length;
    this.#letGo();
    super.close(done.length > 0 || this.#unanswered ? { done, left, isUnsure: this.#unanswered } : undefined);
  }

  template() {
    const { file, done } = this;
    const begun = done.length > 0 || this.#unanswered || (this.busy && file !== null);
    return this.frame({
      title: "Import keys",
      onSubmit: () => void (file ? this.attempt(() => this.#run()) : this.#chooser()?.click()),
      body: begun ? this.#progress() : html`${file ? this.#preview(file) : this.#explanation()} ${this.#choice()}`,
      actions: html`${this.cancelButton({ label: begun ? "Stop here" : "Cancel", focusFirst: !file })} ${file ? this.#send(file, begun) : nothing}`,
    });
  }

  phrase(error) {
    return explainLost(error, "makes a key twice") ?? super.phrase(error);
  }

  #explanation() {
    return html`<p>
        A CSV or JSON file with a row for each key of your older system. With the SHA-256 of its token a key goes on with the token that its
        client has; without one it gets a new token.
      </p>
      <figure class="import__example" tabindex="0" role="group" aria-label="Example of a CSV file"><pre dir="ltr" translate="no">${EXAMPLE}</pre></figure>
      <p class="field__help">
        The first row names the columns: <code>name</code>, <code>sha256</code> (hex or base64), <code>hint</code>, <code>environment</code>,
        <code>scopes</code>, <code>accounts</code>, <code>description</code>, <code>not_before</code>, <code>expires_at</code>,
        <code>active</code>, <code>allowed_ips</code>, <code>contacts</code>, <code>metadata</code>, <code>webhook_url</code>,
        <code>locked</code>, <code>recoverable</code>. Lists have blanks or semicolons between. A column <code>token</code> is
        turned into its SHA-256 here, in your browser; the tokens themselves are not sent.
      </p>`;
  }

  #choice() {
    const over = (is) => (event) => {
      event.preventDefault();
      if (this.over !== is) this.update({ over: is });
    };
    const drop = (event) => {
      over(false)(event);
      void this.#read(event.dataTransfer?.files[0]);
    };
    return html`<div
      class="field import__drop ${this.over ? "import__drop--over" : ""} ${this.errors.file ? "field--wrong" : ""}"
      @dragover=${over(true)}
      @dragleave=${over(false)}
      @drop=${drop}
    >
      <label class="field__label" for="${this.id}-file">${this.file ? "Another file" : "File"}</label>
      <input
        class="import__file"
        type="file"
        id="${this.id}-file"
        accept=".csv,.json,.tsv,.txt,text/csv,application/json"
        aria-invalid=${this.errors.file ? "true" : nothing}
        aria-describedby=${this.errors.file ? `${this.id}-file-error` : nothing}
        @change=${(event) => void this.#read(event.target.files[0])}
      />
      ${fieldError(`${this.id}-file`, this.errors.file)}
      <p class="field__help">Choose it, or drop it here. Nothing is sent yet.</p>
    </div>`;
  }

  /** @param {import("../model/import-file.js").ImportFile} file */
  #preview({ name, keys, faults, unknown }) {
    const minted = keys.filter(({ body }) => body.sha256 === undefined).length;
    return html`<div role="status">
        <p><bdi><strong>${name}</strong></bdi>: ${count(keys.length, "key")}${faults.length > 0 ? `, and ${count(faults.length, "row")} with mistakes` : ""}.</p>
        ${minted > 0 ? html`<p>${count(minted, "row")} without a SHA-256: a new token for each, shown once.</p>` : nothing}
      </div>
      ${keys.length > 0 ? previewTable(keys) : nothing}
      ${faults.length > 0
        ? html`<section>
            <h3 class="field__label">Left out, unless you mend them</h3>
            ${faultList(faults)}
          </section>`
        : nothing}
      ${unknown.length > 0
        ? checkField({
            id: `${this.id}-unknown`,
            label: html`Leave out ${unknown.length === 1 ? "the column" : "the columns"} <bdi>${unknown.join(", ")}</bdi>`,
            help: "No key has that. If it is misspelt, mend it in the file.",
            error: this.errors.unknown,
            checked: this.leavesOut,
            onChange: (leavesOut) => this.update({ leavesOut, errors: {} }),
          })
        : nothing}`;
  }

  #progress() {
    const all = this.file?.keys.length ?? 0;
    const done = this.done.length;
    return html`<div class="field">
      <label class="field__label" for="${this.id}-progress">${number(done)} of ${count(all, "key")}</label>
      <progress class="import__progress" id="${this.id}-progress" max=${all} value=${done}></progress>
      <p class="visually-hidden" role="status">${this.busy ? `${done} of ${all}` : ""}</p>
    </div>`;
  }

  /** @param {import("../model/import-file.js").ImportFile} file @param {boolean} begun */
  #send({ keys }, begun) {
    const left = keys.length - this.done.length;
    if (keys.length === 0) return nothing;
    return button({
      label: begun ? `Go on with ${count(left, "key")}` : `Import ${count(left, "key")}`,
      kind: "button--primary",
      type: "submit",
      focusFirst: true,
      busy: this.busy,
      busyLabel: "Importing…",
    });
  }

  #chooser() {
    return /** @type {HTMLInputElement | null} */ (this.element.querySelector("input[type=file]"));
  }

  /** @param {File | undefined} file */
  async #read(file) {
    if (!file || this.busy) return;
    const change = { file: null, leavesOut: false, errors: {}, problem: "" };
    try {
      change.file = await readImportFile(file);
    } catch (error) {
      change.errors = { file: error.message };
    }
    this.update(change);
    // The same file, mended, is a change, too.
    const chooser = this.#chooser();
    if (chooser) chooser.value = "";
    const next = change.file && this.element.querySelector(".button--primary");
    if (next instanceof HTMLElement) next.focus();
  }

  async #run() {
    const { file, done } = this;
    if (!file) return;
    if (file.unknown.length > 0 && !this.leavesOut) refuse({ unknown: "tick this, or choose another file" });
    while (done.length < file.keys.length) {
      const keys = file.keys.slice(done.length, done.length + AT_ONCE);
      const again = this.#unanswered;
      this.#unanswered = true;
      let results;
      try {
        results = await this.keyway.importKeys(keys.map(({ body }) => body), this.#attempt);
      } catch (error) {
        // What was refused as a whole made nothing.
        this.#unanswered = again || error instanceof NoAnswer || error.isOutage === true;
        throw error;
      }
      this.#unanswered = false;
      this.#attempt = crypto.randomUUID();
      done.push(...keys.map((key, at) => became(key, results[at])));
      this.#letGo();
      if (done.some(({ token }) => token)) this.#letGo = guardLeaving();
      this.update();
    }
    this.close(undefined);
  }
}

/** @returns {Imported} */
function became(key, { result, id, token, problem }) {
  const why = problem?.errors?.map(({ detail }) => detail).join(" ") ?? problem?.detail;
  // The call before this one made it, and its answer was lost.
  const isLost = result === "exists" && key.body.sha256 === undefined;
  return { ...key, result: isLost ? "lost" : result, id, token, why };
}

/** @param {import("../model/import-file.js").ImportKey[]} keys */
function previewTable(keys) {
  const cells = ({ body }) => [body.name, body.hint ?? (body.sha256 ? "Its own token" : "New token"), list(body.scopes), body.expires_at ?? ""];
  return html`<div class="import__table" tabindex="0" role="group" aria-label="First rows">
      <table>
        <thead>
          <tr>
            ${["Row", "Name", "Token", "Scopes", "Expires"].map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${keys.slice(0, SHOWN).map((key) => html`<tr><td>${key.row}</td>${cells(key).map((cell) => html`<td><bdi>${cell}</bdi></td>`)}</tr>`)}
        </tbody>
      </table>
    </div>
    ${keys.length > SHOWN ? html`<p class="field__help">and ${number(keys.length - SHOWN)} more</p>` : nothing}`;
}

const list = (items) => (Array.isArray(items) ? items.join(" ") : "");

/**
 * The first of them, and all as a table.
 *
 * @param {import("../model/import-file.js").ImportFault[]} faults
 * @param {string} [file]
 */
export function faultList(faults, file = "keys-refused.csv") {
  const rows = [["row", "name", "reason"], ...faults.map(({ row, name, why }) => [row, name, why])];
  return html`<ul class="key-names" role="list">
      ${faults.slice(0, MAX_FAULTS).map(
        ({ row, name, why }) => html`<li>Row ${row}${name ? html`, <bdi>${name}</bdi>` : nothing}: ${sentence(why)}</li>`,
      )}
    </ul>
    ${faults.length > MAX_FAULTS ? html`<p class="field__help">and ${number(faults.length - MAX_FAULTS)} more</p>` : nothing}
    ${button({ label: "Download as CSV", kind: "button--small", onClick: () => saveFile(csv(rows), file) })}`;
}
