import { html, nothing } from "lit-html";
import { number } from "../format/count.js";
import { catalogs } from "../model/catalogs.js";
import { asked, EVERYTHING } from "../model/key-query.js";
import { button } from "../parts/button.js";
import { grantTags } from "../parts/grant-tags.js";
import { keyFacts } from "../parts/key-facts.js";
import { contactList } from "../parts/key-lists.js";
import { dayAhead } from "../parts/moment.js";
import { statusBadge } from "../parts/status.js";
import { Dialog } from "./dialog.js";
import { revocation } from "./revoke-key.js";

/** Who makes a key needs some days to bring it into use. */
const YOUNG_MS = 7 * 86_400_000;

/**
 * @typedef {import("../api/keyway.js").Key} Key
 * @typedef {{key: Key, reach: import("../api/keyway.js").Reach}} Decided
 */

/**
 * Walks through the keys that nobody uses, one at a time. However it is left,
 * what was decided by then is done; the answer is what that changed.
 *
 * @extends {Dialog<Decided[]>}
 */
export class ReviewDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** Those to decide about, once all are found. @type {Key[] | null} */
  keys = null;
  /** Which of them is shown; behind the last one is the summary. */
  at = 0;
  /** What became of each. @type {Map<string, "kept" | "blocked" | "revoked">} */
  decided = new Map();
  /** Whether to revoke it is being asked. */
  revoking = false;
  reason = "";
  /** What is being done. @type {"" | "blocked" | "revoked"} */
  doing = "";
  noted = false;

  /** The last change of each key. @type {Map<string, Decided>} */
  #changes = new Map();
  #reading = new AbortController();

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {(review: import("../api/keyway.js").Review) => void} onNoted
   */
  constructor(keyway, onNoted) {
    super("dialog--form dialog--details");
    this.keyway = keyway;
    this.onNoted = onNoted;
  }

  get pointers() {
    return { "/reason": "reason" };
  }

  open() {
    const answer = super.open();
    void this.attempt(() => this.#read());
    return answer;
  }

  /** Nothing is changed by reading. */
  mayLeave() {
    return !this.keys || super.mayLeave();
  }

  close() {
    this.#reading.abort();
    super.close([...this.#changes.values()]);
  }

  /** Escape takes back a question before it ends the review, unless the browser has closed it. */
  leave() {
    if (this.revoking && this.element.open) this.#show({ revoking: false });
    else this.close();
  }

  template() {
    const { keys, at } = this;
    if (!keys) return this.#finding();
    const key = keys[at];
    if (!key) return this.#end(keys);
    return this.revoking ? this.#question(key) : this.#one(key, keys);
  }

  #finding() {
    return this.frame({
      title: "Review keys",
      onSubmit: () => void this.attempt(() => this.#read()),
      body: html`<p role="status">${this.busy ? html`<span class="spinner spinner--inline"></span> Looking for keys that nobody uses…` : ""}</p>`,
      actions: html`${button({ label: "Cancel", kind: "button--plain", focusFirst: true, onClick: () => this.close() })}
      ${this.busy ? nothing : button({ label: "Try again", kind: "button--primary", type: "submit" })}`,
    });
  }

  /** @param {Key} key @param {Key[]} keys */
  #one(key, keys) {
    const { at, busy } = this;
    const done = this.decided.get(key.id);
    const small = (label, onClick) => button({ label, kind: "button--plain button--small", locked: busy, onClick });
    return this.frame({
      title: done ? html`“<bdi>${key.name}</bdi>” is ${done}` : html`Keep “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.#keep(key),
      body: html`<div class="review">
          <p role="status">${number(at + 1)} of ${number(keys.length)}<span class="visually-hidden">: <bdi>${key.name}</bdi></span></p>
          ${small("Stop", () => this.close())} ${small("Finish now", () => void this.attempt(() => this.#go(keys.length)))}
        </div>
        ${keyFacts(
          key,
          html`<dt>Status</dt>
            <dd>${statusBadge(key.status)}</dd>
            <dt>Last used</dt>
            <dd>${key.last_used_at === null ? html`<span class="quiet">Never</span>` : dayAhead(key.last_used_at)}</dd>
            <dt>Created</dt>
            <dd>${dayAhead(key.created_at)} by <bdi>${key.created_by.name}</bdi></dd>
            ${key.description === null ? nothing : html`<dt>Description</dt><dd><p class="text" dir="auto">${key.description}</p></dd>`}
            <dt>Scopes</dt>
            <dd>${grantTags(key.scopes, catalogs.scopes.all)}</dd>
            <dt>Accounts</dt>
            <dd>${grantTags(key.accounts, catalogs.accounts.all)}</dd>
            <dt>Contacts</dt>
            <dd>${contactList(key.contacts)}</dd>`,
        )}`,
      actions: html`${button({ label: "Back", kind: "button--plain", locked: busy || at === 0, onClick: () => this.#show({ at: at - 1 }) })}
      ${key.revoked ? nothing : button({ label: "Revoke", locked: busy, onClick: () => this.#show({ revoking: true, reason: "" }) })}
      ${key.blocked || key.revoked
        ? nothing
        : button({
            label: "Block",
            busy: busy && this.doing === "blocked",
            busyLabel: "Blocking…",
            locked: busy,
            onClick: () => void this.#change(key, "blocked"),
          })}
      ${button({ label: done ? "Next" : "Keep", kind: "button--primary", type: "submit", locked: busy, focusFirst: true })}`,
    });
  }

  /** @param {Key} key */
  #question(key) {
    return this.frame({
      title: html`Revoke “<bdi>${key.name}</bdi>”?`,
      onSubmit: () => void this.#change(key, "revoked"),
      ...revocation(this, key, button({
        label: "Cancel",
        kind: "button--plain",
        locked: this.busy,
        focusFirst: true,
        onClick: () => this.#show({ revoking: false }),
      })),
    });
  }

  /** @param {Key[]} keys */
  #end(keys) {
    const { busy, noted } = this;
    const { kept, blocked, revoked } = this.#counts;
    const left = keys.length - this.decided.size;
    const row = (label, many) => html`<dt>${label}</dt><dd>${number(many)}</dd>`;
    const last = keys.length === 0 ? "Finish review" : "Try again";
    return this.frame({
      title: keys.length === 0 ? "Every key was used in the last 90 days" : "What you decided",
      onSubmit: () => (noted ? this.close() : void this.attempt(() => this.#note())),
      body: html`${keys.length === 0
          ? html`<p>There is nothing to decide. Keys of the last 7 days are left out.</p>`
          : html`<dl class="facts">
              ${row("Kept", kept)} ${row("Blocked", blocked)} ${row("Revoked", revoked)} ${left > 0 ? row("Not decided", left) : nothing}
            </dl>`}
        <p role="status">${noted ? "The review is noted." : ""}</p>`,
      actions: html`${noted ? nothing : button({ label: "Close", kind: "button--plain", locked: busy, onClick: () => this.close() })}
      ${button({
        label: noted ? "Close" : last,
        kind: "button--primary",
        type: "submit",
        busy,
        busyLabel: "Noting the review…",
        focusFirst: true,
      })}`,
    });
  }

  get #counts() {
    const all = [...this.decided.values()];
    const many = (wanted) => all.filter((decision) => decision === wanted).length;
    return { kept: many("kept"), blocked: many("blocked"), revoked: many("revoked") };
  }

  async #read() {
    const { signal } = this.#reading;
    const found = new Map();
    for (const use of ["never", "90d"]) {
      const query = asked({ ...EVERYTHING, use, sort: "created" });
      let cursor = null;
      do {
        const page = await this.keyway.keys({ ...query, limit: "100", cursor, signal });
        for (const key of page.items) if (Date.now() - Date.parse(key.created_at) > YOUNG_MS) found.set(key.id, key);
        cursor = page.next_cursor;
      } while (cursor);
    }
    this.#show({ keys: [...found.values()] });
  }

  /** What was decided before stays, if only looked at again. @param {Key} key */
  #keep(key) {
    return this.attempt(() => {
      if (!this.decided.has(key.id)) this.decided.set(key.id, "kept");
      return this.#go(this.at + 1);
    });
  }

  /** @param {Key} key @param {"blocked" | "revoked"} decision */
  #change(key, decision) {
    this.doing = decision;
    return this.attempt(async () => {
      const { keyway } = this;
      const changed = await (decision === "blocked" ? keyway.blockKey(key.id, "") : keyway.revokeKey(key.id, this.reason.trim()));
      this.decided.set(key.id, decision);
      this.#changes.set(key.id, changed);
      this.keys[this.at] = changed.key;
      await this.#go(this.at + 1);
    });
  }

  /** @param {number} at */
  async #go(at) {
    this.#show({ at, revoking: false });
    if (at >= this.keys.length) await this.#note();
  }

  async #note() {
    const review = await this.keyway.noteReview(this.#counts);
    this.noted = true;
    this.onNoted(review);
  }

  /** The same key pressed twice must do nothing to the next one, so the focus goes to what does none. */
  #show(change) {
    this.update({ problem: "", help: undefined, ...change });
    const first = this.element.querySelector("[autofocus]");
    if (first instanceof HTMLElement) first.focus();
    this.element.querySelector(".dialog__body")?.scrollTo(0, 0);
  }
}
