import { html } from "lit-html";
import { browserName } from "../format/browser.js";
import { count } from "../format/count.js";
import { button } from "../parts/button.js";
import { countdown } from "../parts/moment.js";
import { gone } from "./confirm.js";
import { Dialog } from "./dialog.js";

/**
 * Where the reader is signed in; ends one of those pages, or all.
 *
 * @extends {Dialog<void>}
 */
export class SessionsDialog extends Dialog {
  /** @type {import("../api/keyway.js").OpenSession[] | null} */
  sessions = null;
  /** Which is being ended: an id, or nothing for all. */
  ending = "";

  /** @param {import("../api/keyway.js").Keyway} keyway @param {import("../model/session.js").Session} session */
  constructor(keyway, session) {
    super("dialog--form");
    this.keyway = keyway;
    this.session = session;
  }

  open() {
    const answer = super.open();
    void this.#load();
    return answer;
  }

  /** Nothing is lost by not waiting for the list. */
  mayLeave() {
    return !this.busy || !this.sessions;
  }

  template() {
    const { sessions, busy } = this;
    return this.frame({
      title: "Open sessions",
      onSubmit: () => void (sessions ? this.#end() : this.#load()),
      body: html`<p role="status">${sessions ? count(sessions.length, "session") : busy ? html`<span class="spinner spinner--inline"></span> Loading sessions…` : ""}</p>
        <ul class="key-names" role="list">${sessions?.map((session) => this.#row(session))}</ul>`,
      actions: html`${this.cancelButton({ label: "Close", focusFirst: true })}
      ${sessions
        ? button({ label: "Sign out everywhere", kind: "button--danger", type: "submit", busy: busy && !this.ending, busyLabel: "Signing out…", locked: busy })
        : busy
          ? ""
          : button({ label: "Try again", kind: "button--primary", type: "submit" })}`,
    });
  }

  /** @param {import("../api/keyway.js").OpenSession} session */
  #row({ id, created_at, address, browser, current }) {
    const name = browserName(browser);
    return html`<li>
      <bdi>${name}</bdi> <span class="quiet">${address ? html`<code>${address}</code>, ` : ""}${countdown(created_at)}</span>
      ${current
        ? html`<strong>This one</strong>`
        : button({
            label: html`End<span class="visually-hidden"> ${name}</span>`,
            kind: "button--small",
            busy: this.busy && this.ending === id,
            busyLabel: "Ending…",
            locked: this.busy,
            onClick: () => void this.#end(id),
          })}
    </li>`;
  }

  async #load() {
    this.ending = "";
    await this.attempt(async () => {
      this.sessions = await this.keyway.openSessions();
    });
  }

  async #end(id = "") {
    this.ending = id;
    await this.attempt(async () => {
      if (!id) return this.session.signOut(true);
      await gone(this.keyway.endSessions(id));
      this.sessions = this.sessions.filter((session) => session.id !== id);
    });
  }
}
