import { html } from "lit-html";
import { button } from "../parts/button.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

/** @extends {Dialog<import("../api/keyway.js").Workspace>} */
export class CreateWorkspaceDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  name = "";

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
  }

  get pointers() {
    return { "/name": "name" };
  }

  template() {
    return this.frame({
      title: "Create a workspace",
      onSubmit: () => void this.attempt(() => this.#create()),
      body: html`<p>It has members, keys and settings of its own. Nobody in it sees anything of another one.</p>
        ${textField({
          id: `${this.id}-name`,
          label: "Name",
          help: "Lower-case letters, digits and hyphens. It stands in every token of the workspace and never changes.",
          placeholder: "acme",
          isCode: true,
          error: this.errors.name,
          focusFirst: true,
          value: this.name,
          onInput: (name) => (this.name = name),
        })}`,
      actions: html`${this.cancelButton()}
      ${button({ label: "Create workspace", kind: "button--primary", type: "submit", busy: this.busy, busyLabel: "Creating…" })}`,
    });
  }

  async #create() {
    const name = this.name.trim();
    refuse({ name: name === "" ? "Give the workspace a name." : undefined });
    this.close(await this.keyway.createWorkspace(name));
  }
}
