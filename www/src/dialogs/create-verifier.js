import { html } from "lit-html";
import { NoAnswer } from "../api/errors.js";
import { checkName } from "../core.js";
import { button } from "../parts/button.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

/** @extends {Dialog<{verifier: import("../api/keyway.js").Verifier, token: string, reach: import("../api/keyway.js").Reach}>} */
export class CreateVerifierDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  name = "";
  /** Whether a verifier may have been made that nobody has seen the token of. */
  isUnsure = false;

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
  }

  get pointers() {
    return { "/name": "name" };
  }

  phrase(error) {
    if (!(error instanceof NoAnswer)) return super.phrase(error);
    return "No answer came. The verifier may exist all the same: cancel, look at the list, and remove it if it is there.";
  }

  template() {
    return this.frame({
      title: "Create a verifier",
      onSubmit: () => void this.attempt(() => this.#create()),
      body: textField({
        id: `${this.id}-name`,
        label: "Name",
        help: "The service that will ask: an API, a proxy, a Worker.",
        placeholder: "Orders API",
        error: this.errors.name,
        focusFirst: true,
        value: this.name,
        onInput: (name) => (this.name = name),
      }),
      actions: html`${this.cancelButton()}
      ${button({ label: "Create verifier", kind: "button--primary", type: "submit", busy: this.busy, busyLabel: "Creating…" })}`,
    });
  }

  async #create() {
    const name = this.name.trim();
    refuse({ name: name === "" ? "Give the verifier a name." : await checkName(name) });
    try {
      this.close(await this.keyway.createVerifier(name));
    } catch (error) {
      if (error instanceof NoAnswer) this.isUnsure = true;
      throw error;
    }
  }
}
