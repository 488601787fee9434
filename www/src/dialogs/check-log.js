import { html, nothing } from "lit-html";
import { checkExport } from "../core.js";
import { count } from "../format/count.js";
import { banner } from "../parts/banner.js";
import { Dialog } from "./dialog.js";

/**
 * Says whether an export of the audit log is whole. The file stays in the browser.
 *
 * @extends {Dialog<void>}
 */
export class CheckLogDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("stay");

  /** What came of it. @type {unknown} */
  said = nothing;

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
  }

  template() {
    return this.frame({
      title: "Check an export",
      body: html`<p>An NDJSON file of the whole log is checked here, in your browser: whether an entry was changed, taken out or moved.</p>
        <div class="field">
          <label class="field__label" for="${this.id}-file">File</label>
          <input class="import__file" type="file" id="${this.id}-file" accept=".ndjson,.jsonl" @change=${(event) => void this.attempt(() => this.#check(event.target))} />
        </div>
        <div role="status">${this.busy ? "Checking…" : this.said}</div>`,
      actions: this.cancelButton({ label: "Close", focusFirst: true }),
    });
  }

  /** @param {HTMLInputElement} input */
  async #check(input) {
    const [file] = input.files ?? [];
    // The same file, changed, is another.
    if (!file) return;
    this.said = nothing;
    const text = await file.text();
    const lines = text.split("\n").filter(Boolean);
    input.value = "";
    const name = html`<bdi><strong>${file.name}</strong></bdi>`;
    const fault = await checkExport(text);
    if (fault) this.said = banner("bad", html`<p>${name}${entryOn(fault, lines)}</p><p>${fault}</p>`);
    else if (lines.length === 0) this.said = banner("bad", html`There is no entry in ${name}.`);
    else await this.#found(name, lines);
  }

  async #found(name, lines) {
    const [first, last] = [lines[0], lines.at(-1)].map((line) => JSON.parse(line));
    const unbroken = html`<p>${name}: ${count(lines.length, "entry", "entries")}, unbroken from ${first.number} to ${last.number}.</p>
      ${first.number === 1 ? nothing : html`<p>It does not begin at entry 1. What was before is proved only by the hash of entry ${first.number - 1}, if you know it: <code>${first.previous}</code></p>`}`;
    // It holds also where the server cannot be asked.
    this.said = unbroken;
    const { items } = await this.keyway.audit({ order: "oldest", limit: "1", cursor: `${last.number - 1}` });
    this.said = html`${unbroken}
      ${items[0]?.hash === last.hash ? html`<p>This workspace has the same entry ${last.number}.</p>` : banner("bad", `But this workspace has another entry ${last.number}, or none.`)}`;
  }
}

/** By its own count, if it has one. @param {string} fault names the line @param {string[]} lines */
function entryOn(fault, lines) {
  const [, line] = /^Line (\d+)/u.exec(fault) ?? [];
  const [, number] = /"number":(\d+)/u.exec(lines[Number(line) - 1]) ?? [];
  return number ? `, entry ${number}:` : ":";
}
