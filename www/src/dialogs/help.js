import { html, nothing } from "lit-html";
import { BOUND } from "../format/bound.js";
import { count } from "../format/count.js";
import { helpLinks } from "../parts/help-links.js";
import { Dialog } from "./dialog.js";

/** What people run into, and what to do then. @type {(bound: string) => [string, unknown][]} */
const answers = (bound) => [
  [
    "A revoked key still works",
    html`<p>It is refused everywhere ${bound}. Until all regions have confirmed, the page says which are missing.</p>
      <p>For longer: look for a cache in your service, proxy or client. For one client only: it has another key; compare the first and last four characters.</p>`,
  ],
  [
    "I revoked the wrong key",
    html`<p>That is final. Create a new key with the same scopes and accounts (the details of the revoked one show them) and give its token to the client.</p>
      <p>Not sure whether anybody needs a key? Block it first: that can be undone.</p>`,
  ],
  ["I have lost a token", html`<p>It is shown once. Rotate the key: it gets a new token and keeps its name, rights and history.</p>`],
  [
    "A client is told that it is not authorized",
    html`<p>Look for:</p>
      <ul>
        <li>white space or quotes around it, or a part that was not copied;</li>
        <li>a token of another workspace or installation;</li>
        <li>a <code>kw_test_</code> token where live data is asked for, or the reverse;</li>
        <li>a token for something else: <code>kwm_</code> is for managing, <code>kwv_</code> for verifiers;</li>
        <li>a key that is blocked, expired or revoked, or lacks the scope or the account.</li>
      </ul>`,
  ],
  [
    "There is no button to create a key",
    html`<p>You are signed out, or Keyway cannot be reached: the page says so. Else it is not yours to do: ask an administrator.</p>`,
  ],
  [
    "How do I keep keys safe?",
    html`<ul>
      <li>Look through the list every quarter. <strong>Review</strong>, above it, goes through the keys that were never used, or not for 90 days.</li>
      <li>Revoke what is not used, and give each key only the scopes that it needs.</li>
      <li>When somebody leaves, rotate the keys whose tokens they knew. A click on a name under “Created” lists what that person made.</li>
    </ul>`,
  ],
];

/**
 * Answers what people run into. It needs no session and asks nothing.
 *
 * @extends {Dialog<void>}
 */
export class HelpDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("stay");

  /** @param {import("../app.js").App["settings"]} settings of the workspace, where they are known */
  constructor(settings) {
    super("dialog--form");
    this.settings = settings;
  }

  template() {
    const [settings] = this.settings.items;
    const bound = settings ? `within ${count(settings.bound_seconds, "second")} of the confirmation` : BOUND;
    const links = helpLinks(settings);
    return this.frame({
      title: "Help",
      body: html`${answers(bound).map(
        ([question, answer], at) => html`<details class="fold">
          <summary class="fold__title" ?autofocus=${at === 0}>${question}</summary>
          <div class="fold__body help">${answer}</div>
        </details>`,
      )}
      ${links === nothing ? nothing : html`<div><p>More help in this workspace:</p>${links}</div>`}`,
      actions: this.cancelButton({ label: "Close" }),
    });
  }
}
