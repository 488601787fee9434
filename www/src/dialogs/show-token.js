import { html, nothing } from "lit-html";
import { count } from "../format/count.js";
import { regionNames } from "../format/region.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { copy } from "../parts/copy.js";
import { icon } from "../parts/icon.js";
import { Snippets } from "../parts/snippets.js";
import { Dialog } from "./dialog.js";
import { guardLeaving } from "./guard-leaving.js";

const ONCE = html`<strong>It will not be shown again.</strong> Save it now, in a password manager or where your secrets live. Keyway keeps
  only a fingerprint of it.`;
const SECRET = html`<strong>It will not be shown again.</strong> Save it where the secrets of the receiver live.`;
const KEPT = html`<strong>Save it where your secrets live.</strong> Keyway keeps this one encrypted; an administrator can have it shown
  again, and that is noted with the key.`;

/**
 * Shows a token, once. It is left only by saying that the token is saved; from
 * then on this page holds it nowhere.
 *
 * @extends {Dialog<void>}
 */
export class ShowTokenDialog extends Dialog {
  // It needs no session any more, and the token exists nowhere else.
  whenSessionEnds = /** @type {const} */ ("stay");

  /** @type {"" | "copied" | "refused"} */
  copied = "";

  #token;
  #letGo = () => {};
  /** A page that was left may be kept for the Back button, with all it shows. */
  #onPageGone = () => this.#finish();

  /**
   * @param {object} content
   * @param {string} content.title
   * @param {unknown} content.lead
   * @param {string} content.token
   * @param {import("../api/keyway.js").Reach} [content.reach] how far the change that made it has got
   * @param {unknown} [content.works] from when on it is good, if that is not said by how far it has got
   * @param {boolean} [content.isSecret] whether it is a webhook's secret, and no token
   * @param {boolean} [content.isKept] whether it can be shown again
   * @param {import("../format/snippet.js").Use} [content.use] the key, if it is a key's and new
   */
  constructor({ title, lead, token, reach, works = reach && worksSoon(reach), isKept = false, isSecret = false, use }) {
    super("dialog--token");
    this.snippets = use && new Snippets({ id: this.id, root: this.element, use, onChange: () => this.update() });
    this.title = title;
    this.lead = lead;
    this.works = works;
    this.isKept = isKept;
    this.isSecret = isSecret;
    this.#token = token;
  }

  open() {
    this.#letGo = guardLeaving();
    addEventListener("pagehide", this.#onPageGone);
    return super.open();
  }

  mayLeave() {
    return false;
  }

  template() {
    return this.frame({
      title: this.title,
      body: html`<p>${this.lead}</p>
        <div class="secret" role="group" aria-label=${this.isSecret ? "Secret" : "Token"}>
          <code class="secret__token" dir="ltr" translate="no">${this.#token}</code>
          ${button({
            label: this.copied === "copied" ? html`${icon("check")}Copied` : html`${icon("copy")}Copy`,
            kind: "secret__copy",
            focusFirst: true,
            onClick: () => void this.#copy(),
          })}
        </div>
        <p class="secret__said" role="status">${this.#said()}</p>
        <p class="secret__paper">The token is not printed.</p>
        ${banner("warning", this.isSecret ? SECRET : this.isKept ? KEPT : ONCE)}
        <p class="quiet">${this.works}</p>
        ${this.snippets?.template() ?? nothing}`,
      // The focus starts on Copy, and the second click of a double click does
      // not count: neither a hasty Enter nor a hasty click may lose the token.
      actions: button({
        label: "I have saved it",
        kind: "button--primary",
        onClick: (event) => event.detail < 2 && this.#finish(),
      }),
    });
  }

  #said() {
    if (this.copied === "copied") return "Copied to the clipboard.";
    if (this.copied === "refused") return "The browser does not let this page copy. The token is selected: copy it with Ctrl+C or ⌘C.";
    return "";
  }

  async #copy() {
    this.update({ copied: "" });
    this.update({ copied: await copy(this.#token, this.element.querySelector(".secret__token")) });
  }

  #finish() {
    this.#letGo();
    removeEventListener("pagehide", this.#onPageGone);
    getSelection()?.removeAllRanges();
    this.#token = "";
    this.close(undefined);
  }
}

/** From when on the token is good. @param {import("../api/keyway.js").Reach} reach */
function worksSoon({ pending, seconds }) {
  const soon = `It works everywhere within ${count(seconds, "second")}`;
  if (pending.length === 0) return `${soon}.`;
  return `${soon}, but for ${regionNames(pending)}: it may be refused there until Keyway, which keeps trying, has got through.`;
}
