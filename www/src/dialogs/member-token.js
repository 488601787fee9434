import { html } from "lit-html";
import { toRfc3339 } from "../format/time.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { Dialog, refuse } from "./dialog.js";

/**
 * Gives a member another management token.
 *
 * @extends {Dialog<{member: import("../api/keyway.js").Member, token: string}>}
 */
export class MemberTokenDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** @param {import("../api/keyway.js").Keyway} keyway @param {import("../api/keyway.js").Member} member */
  constructor(keyway, member) {
    super("dialog--form");
    this.keyway = keyway;
    this.member = member;
    this.expiry = new ExpiryPicker({ id: `${this.id}-expiry`, root: this.element, onChange: () => this.update(), one: "token" });
  }

  get pointers() {
    return { "/expires_at": "expiry" };
  }

  template() {
    const { name, token } = this.member;
    return this.frame({
      title: html`${token ? "Replace the token of" : "A token for"} “<bdi>${name}</bdi>”`,
      onSubmit: () => void this.attempt(() => this.#give()),
      body: html`${token ? banner("warning", html`<code>${token.hint}</code> ends at once, and every page that is signed in with it.`) : ""}
      ${this.expiry.template(this.errors.expiry)}`,
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({
        label: token ? "Replace token" : "Create token",
        kind: token ? "button--danger" : "button--primary",
        type: "submit",
        busy: this.busy,
        busyLabel: "Creating…",
      })}`,
    });
  }

  async #give() {
    refuse({ expiry: this.expiry.check() });
    const { moment } = this.expiry;
    this.close(await this.keyway.replaceMemberToken(this.member.id, moment && toRfc3339(moment)));
  }
}
