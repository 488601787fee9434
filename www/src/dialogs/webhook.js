import { html } from "lit-html";
import { isFailing } from "../model/is-failing.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { countdown } from "../parts/moment.js";
import { deliveryState, webhookState } from "../parts/webhook-state.js";
import { Dialog } from "./dialog.js";

/** @typedef {import("../api/webhooks.js").Webhook} Webhook */

/**
 * One webhook and what was sent there; of a key, also the e-mail about it. The
 * answer is what to do next.
 *
 * @extends {Dialog<"edit" | "renew" | "remove">}
 */
export class WebhookDialog extends Dialog {
  /** @type {import("../api/webhooks.js").Delivery[]} */
  sent = [];
  /** Where the next page begins. @type {string | null} */
  next = null;
  loaded = false;
  /** What is being done: the id of a delivery, or a word. */
  doing = "";
  said = "";

  /**
   * @param {import("../api/webhooks.js").Webhooks} webhooks
   * @param {Webhook | undefined} webhook
   * @param {{id: string, name: string}} [key] whose own it is
   */
  constructor(webhooks, webhook, key) {
    super("dialog--form dialog--details");
    this.webhooks = webhooks;
    this.webhook = webhook;
    this.key = key;
    this.of = key ? `key=${key.id}` : `webhook=${webhook?.id}`;
  }

  open() {
    const answer = super.open();
    void this.#load();
    return answer;
  }

  template() {
    const { webhook, key, sent, loaded, busy, doing } = this;
    return this.frame({
      title: key ? html`Messages about “<bdi>${key.name}</bdi>”` : "Webhook",
      body: html`${webhook && isFailing(webhook)
          ? banner("warning", webhook.active ? "Not everything that was sent there lately has arrived. The list below says why." : "Nothing is sent there any more. Once it works again, switch it on.")
          : ""}
        ${webhook ? this.#facts(webhook) : html`<p class="quiet">This key has no webhook of its own.</p>`}
        <section class="part">
          <h3 class="part__title">Sent</h3>
          <p role="status">${this.said || (loaded ? (sent.length ? "" : "Nothing in the last 30 days.") : busy ? html`<span class="spinner spinner--inline"></span> Loading…` : "")}</p>
          <ul class="log" role="list">${sent.map((delivery) => this.#row(delivery))}</ul>
          ${this.next || (!loaded && !busy)
            ? button({ label: loaded ? "Show more" : "Try again", kind: "button--small", busy: doing === "more", busyLabel: "Loading…", locked: busy, onClick: () => void this.#load(this.next) })
            : ""}
        </section>`,
      actions: html`${this.cancelButton({ label: "Close", focusFirst: true })}
      ${webhook?.active ? button({ label: "Send a test", kind: "button--primary", busy: doing === "test", busyLabel: "Sending…", locked: busy, onClick: () => void this.#send("test") }) : ""}`,
    });
  }

  /** @param {Webhook} webhook */
  #facts(webhook) {
    const { busy, doing } = this;
    const act = (label, answer) => button({ label, kind: "button--small", locked: busy, onClick: () => this.close(answer) });
    const until = webhook.previous_secret_ends_at;
    return html`<dl class="facts">
        <dt>Address</dt>
        <dd><code>${webhook.url}</code></dd>
        ${webhook.description ? html`<dt>Description</dt><dd><bdi>${webhook.description}</bdi></dd>` : ""}
        <dt>State</dt>
        <dd>${webhookState(webhook)}</dd>
        <dt>Told of</dt>
        <dd>${webhook.events.length ? webhook.events.map((event) => html`<code>${event}</code> `) : "Everything"}</dd>
        ${until && new Date(until) > new Date() ? html`<dt>Old secret</dt><dd>Ends ${countdown(until)}</dd>` : ""}
      </dl>
      <p>
        ${act("Edit", "edit")} ${act("New signing secret", "renew")}
        ${button({
          label: webhook.active ? "Switch off" : "Switch on",
          kind: "button--small",
          busy: doing === "switch",
          busyLabel: "Saving…",
          locked: busy,
          onClick: () => void this.#switch(webhook),
        })}
        ${webhook.key ? "" : act("Remove", "remove")}
      </p>`;
  }

  /** @param {import("../api/webhooks.js").Delivery} delivery */
  #row(delivery) {
    const { id, event, address, created_at: at } = delivery;
    return html`<li class="log__entry" data-delivery=${id}>
      <span class="quiet">${countdown(at)}</span>
      <span><code>${event}</code>${address ? html` to <bdi>${address}</bdi>` : ""}<br />${deliveryState(delivery)}</span>
      ${button({
        label: html`Send again<span class="visually-hidden"> ${event}</span>`,
        kind: "button--small",
        busy: this.doing === id,
        busyLabel: "Sending…",
        locked: this.busy,
        onClick: () => void this.#send(id),
      })}
    </li>`;
  }

  async #load(cursor = null) {
    this.doing = cursor ? "more" : "";
    await this.attempt(async () => {
      const page = await this.webhooks.sent(this.of, cursor);
      this.sent = cursor ? [...this.sent, ...page.items] : page.items;
      this.next = page.next_cursor;
      this.loaded = true;
    });
    this.update({ doing: "" });
  }

  /** @param {string} what `test`, or the id of a delivery */
  async #send(what) {
    this.doing = what;
    this.said = "";
    let isSent = false;
    await this.attempt(async () => {
      await (what === "test" ? this.webhooks.try(this.webhook?.id ?? "") : this.webhooks.again(what));
      isSent = true;
    });
    this.update({ doing: "" });
    if (!isSent) return;
    // What became of it is mostly known after a moment.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    if (!this.element.isConnected || this.busy) return;
    this.said = what === "test" ? "A test is sent." : "It is sent again.";
    await this.#load();
    if (this.webhook) await this.attempt(async () => void (this.webhook = await this.webhooks.read(this.webhook?.id ?? "")));
  }

  /** @param {Webhook} webhook */
  async #switch({ id, active }) {
    this.doing = "switch";
    await this.attempt(async () => {
      this.webhook = await this.webhooks.edit(id, { active: !active });
    });
    this.update({ doing: "" });
  }
}
