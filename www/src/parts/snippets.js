import { html } from "lit-html";
import { languages, snippet } from "../format/snippet.js";
import { button } from "./button.js";
import { choice } from "./choice.js";
import { copy } from "./copy.js";
import { icon } from "./icon.js";

const SAID = {
  "": "",
  copied: "Copied, without the token.",
  refused: "The browser does not let this page copy. The snippet is selected.",
};

/** How a service asks about a token, folded away until somebody wants to see it. */
export class Snippets {
  /** @type {import("../format/snippet.js").Language} */
  language = "curl";
  /** @type {"" | "copied" | "refused"} */
  copied = "";

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {HTMLElement} options.root where they are shown
   * @param {import("../format/snippet.js").Use} options.use
   * @param {() => void} options.onChange
   */
  constructor({ id, root, use, onChange }) {
    this.id = id;
    this.root = root;
    this.use = use;
    this.onChange = onChange;
  }

  template() {
    const text = snippet(this.language, location.origin, this.use);
    return html`<details class="fold">
      <summary class="fold__title">Check it in your service</summary>
      <div class="fold__body">
        <p>
          Your client sends its token to your service, and your service asks Keyway. <code>KEYWAY_VERIFIER</code> is the token of a
          verifier: make one under Verifiers.
        </p>
        ${choice({ name: `${this.id}-language`, options: languages(this.use), value: this.language, onChoose: (language) => this.#set({ language, copied: "" }) })}
        <pre class="snippet" dir="ltr" translate="no"><code>${text}</code></pre>
        <div class="snippet__foot">
          ${button({
            label: html`${icon("copy")}Copy snippet`,
            kind: "button--small",
            onClick: () => void this.#copy(text),
          })}
          <span class="quiet" role="status">${SAID[this.copied]}</span>
        </div>
      </div>
    </details>`;
  }

  async #copy(text) {
    this.#set({ copied: "" });
    this.#set({ copied: await copy(text, this.root.querySelector(".snippet code")) });
  }

  #set(change) {
    Object.assign(this, change);
    this.onChange();
  }
}
