import { html } from "lit-html";
import { count } from "../format/count.js";
import { button } from "../parts/button.js";
import { webhookState } from "../parts/webhook-state.js";
import { Dialog } from "./dialog.js";

/** @typedef {import("../api/webhooks.js").Webhook} Webhook */

/**
 * The webhooks of the workspace. The answer is what to do next: one to open, or to
 * add one.
 *
 * @extends {Dialog<Webhook | "add">}
 */
export class WebhooksDialog extends Dialog {
  /** @type {Webhook[] | null} */
  list = null;

  /** @param {() => Promise<Webhook[]>} load */
  constructor(load) {
    super("dialog--form");
    this.load = load;
  }

  open() {
    const answer = super.open();
    void this.#load();
    return answer;
  }

  /** Nothing is lost by not waiting for the list. */
  mayLeave() {
    return true;
  }

  template() {
    const { list, busy } = this;
    return this.frame({
      title: "Webhooks",
      onSubmit: () => void (list ? this.close("add") : this.#load()),
      body: html`<p class="quiet">Other programs that are told at once when something happens to keys or members.</p>
        <p role="status">${list ? count(list.length, "webhook") : busy ? html`<span class="spinner spinner--inline"></span> Loading webhooks…` : ""}</p>
        <ul class="log log--whole" role="list">
          ${list?.map(
            (webhook) => html`<li class="log__entry">
              <code>${webhook.url}</code>
              <span>${webhook.description ? html`<bdi>${webhook.description}</bdi><br />` : ""}<span class="quiet">${webhookState(webhook)}</span></span>
              ${button({
                label: html`Open<span class="visually-hidden"> ${webhook.url}</span>`,
                kind: "button--small",
                onClick: () => this.close(webhook),
              })}
            </li>`,
          )}
        </ul>`,
      actions: html`${this.cancelButton({ label: "Close", focusFirst: true })}
      ${list || !busy ? button({ label: list ? "Add webhook" : "Try again", kind: "button--primary", type: "submit" }) : ""}`,
    });
  }

  async #load() {
    await this.attempt(async () => {
      this.list = await this.load();
    });
  }
}
