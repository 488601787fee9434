import { html } from "lit-html";
import { button } from "../parts/button.js";
import { checkField } from "../parts/check-field.js";
import { textField } from "../parts/text-field.js";
import { Dialog, refuse } from "./dialog.js";

/** @typedef {import("../api/webhooks.js").Webhook} Webhook */

/** What can be told, in the order in which it happens to most keys. */
const EVENTS = {
  "key.created": "A key is created",
  "key.updated": "A key is changed",
  "key.blocked": "A key is blocked",
  "key.unblocked": "A key is unblocked",
  "key.rotated": "A key gets another token",
  "key.revoked": "A key is revoked",
  "key.deleted": "A key is deleted",
  "key.revealed": "A token is shown again",
  "key.expiring": "A key expires soon",
  "key.expired": "A key has expired",
  "key.unused": "A key is not used",
  "member.added": "A member is invited",
  "member.changed": "A member is changed",
  "member.removed": "A member is removed",
};

/**
 * Adds a webhook, or changes one.
 *
 * @extends {Dialog<Webhook | {webhook: Webhook, secret: string}>}
 */
export class WebhookFormDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** @param {import("../api/webhooks.js").Webhooks} webhooks @param {Webhook} [webhook] the one to change */
  constructor(webhooks, webhook) {
    super("dialog--form");
    this.webhooks = webhooks;
    this.webhook = webhook;
    this.url = webhook?.url ?? "";
    this.description = webhook?.description ?? "";
    this.events = new Set(webhook?.events);
    this.all = this.events.size === 0;
  }

  get pointers() {
    return { "/url": "url", "/description": "description", "/events": "events" };
  }

  template() {
    const { webhook, errors } = this;
    return this.frame({
      title: webhook ? "Edit the webhook" : "Add a webhook",
      onSubmit: () => void this.attempt(() => this.#save()),
      body: html`${webhook?.key
          ? html`<p class="quiet">Its address is the webhook of the key: edit the key to change it.</p>`
          : textField({
              id: `${this.id}-url`,
              label: "Address",
              help: "Begins with https://. It gets a signed message for each event.",
              placeholder: "https://hooks.example.com/keyway",
              isCode: true,
              inputMode: "url",
              focusFirst: true,
              error: errors.url,
              value: this.url,
              onInput: (url) => (this.url = url),
            })}
        ${textField({
          id: `${this.id}-description`,
          label: "Description",
          optional: true,
          error: errors.description,
          value: this.description,
          onInput: (description) => (this.description = description),
        })}
        ${checkField({
          id: `${this.id}-all`,
          label: "Tell it of everything",
          help: "Also of what is added to Keyway later.",
          error: errors.events,
          checked: this.all,
          onChange: (all) => this.update({ all }),
        })}
        ${this.all
          ? ""
          : Object.entries(EVENTS).map(([event, label]) =>
              checkField({
                id: `${this.id}-${event}`,
                label,
                checked: this.events.has(event),
                onChange: (wanted) => void (wanted ? this.events.add(event) : this.events.delete(event)),
              }),
            )}`,
      actions: html`${this.cancelButton()}
      ${button({ label: webhook ? "Save" : "Add webhook", kind: "button--primary", type: "submit", busy: this.busy, busyLabel: "Saving…" })}`,
    });
  }

  async #save() {
    const { webhook, webhooks } = this;
    const url = this.url.trim();
    refuse({
      url: url ? undefined : "Give the webhook an address.",
      events: this.all || this.events.size > 0 ? undefined : "Choose at least one event, or everything.",
    });
    const change = { ...(!webhook?.key && { url }), description: this.description.trim() || null, events: this.all ? [] : [...this.events] };
    this.close(await (webhook ? webhooks.edit(webhook.id, change) : webhooks.create(change)));
  }
}
