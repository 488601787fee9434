import { html, nothing } from "lit-html";
import { explain, SignedOut } from "../api/errors.js";
import { isInGrace, keyNow } from "../model/key-now.js";
import { isFailing } from "../model/is-failing.js";
import { AuditLog } from "../model/audit-log.js";
import { auditEntries } from "../parts/audit-entries.js";
import { avatar } from "../parts/avatar.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { grantTags } from "../parts/grant-tags.js";
import { icon } from "../parts/icon.js";
import { contactList, metadataText, networkList } from "../parts/key-lists.js";
import { countdown, wholeMoment } from "../parts/moment.js";
import { environmentBadge, statusBadge } from "../parts/status.js";
import { usageChart } from "../parts/usage-chart.js";
import { catalogs } from "../model/catalogs.js";
import { Dialog } from "./dialog.js";

/** @typedef {import("../api/keyway.js").Key} Key */

const none = html`<span class="quiet">None</span>`;

/**
 * Everything there is to know about a key. It begins with what the list knows,
 * and reads what is newer.
 *
 * @extends {Dialog<"edit" | "webhook">}
 */
export class KeyDetailsDialog extends Dialog {
  /** @type {import("../api/keyway.js").Usage | null} */
  usage = null;
  /** @type {unknown} */
  usageFailure = null;
  /** Whether what its webhook gets fails. */
  failing = false;
  /** @type {"" | "copied" | "refused"} */
  copied = "";

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {Key} key
   * @param {import("../model/avatars.js").Avatars} avatars
   * @param {(action: string) => boolean} may
   */
  constructor(keyway, key, avatars, may) {
    super("dialog--form dialog--details");
    this.keyway = keyway;
    this.key = key;
    this.avatars = avatars;
    this.may = may;
    this.log = new AuditLog((asked) => keyway.audit(asked, key.id));
    this.log.onChange(() => this.update());
  }

  open() {
    void this.#readKey();
    void this.#readUsage();
    if (this.key.webhook_url && this.may("webhooks")) void this.#readWebhook();
    return super.open();
  }

  template() {
    const key = keyNow(this.key);
    return this.frame({
      title: html`<span class="named">${avatar(key, this.avatars, "avatar--large")}<bdi>${key.name}</bdi></span>`,
      body: html`<dl class="facts">
          <dt>Status</dt>
          <dd>
            ${statusBadge(key.status)}${key.status === "scheduled" && key.not_before ? html`, starts ${countdown(key.not_before)}` : nothing}
          </dd>
          ${decision("Revoked", key.revoked)} ${decision("Blocked", key.blocked)}
          <dt>Token</dt>
          <dd>${this.#hint(key)}</dd>
          ${isInGrace(key) && key.previous_token
            ? html`<dt>Old token</dt>
                <dd><code>${key.previous_token.hint}</code>, ends ${countdown(key.previous_token.ends_at)}</dd>`
            : nothing}
          <dt>Environment</dt>
          <dd>${environmentBadge(key.environment)}</dd>
          <dt>Description</dt>
          <dd>${key.description === null ? none : html`<p class="text" dir="auto">${key.description}</p>`}</dd>
        </dl>
        <section class="part">
          <h3 class="part__title">Use</h3>
          ${this.#use()}
        </section>
        <section class="part">
          <h3 class="part__title">Rights</h3>
          <dl class="facts">
            <dt>Scopes</dt>
            <dd>${grantTags(key.scopes, catalogs.scopes.all, Infinity)}</dd>
            <dt>Accounts</dt>
            <dd>${grantTags(key.accounts, catalogs.accounts.all, Infinity)}</dd>
            <dt>Networks</dt>
            <dd>${networkList(key.allowed_ips)}</dd>
          </dl>
        </section>
        <section class="part">
          <h3 class="part__title">Kept with it</h3>
          <dl class="facts">
            <dt>Contacts</dt>
            <dd>${contactList(key.contacts)}</dd>
            <dt>Webhook</dt>
            <dd>
              ${key.webhook_url === null ? none : html`<code>${key.webhook_url}</code>`}
              ${this.failing ? banner("warning", "Not everything that was sent there lately has arrived.") : nothing}
              ${this.may("webhooks") ? button({ label: "What was sent", kind: "button--small", onClick: () => this.close("webhook") }) : nothing}
            </dd>
            <dt>Metadata</dt>
            <dd>${metadataText(key.metadata)}</dd>
            <dt>Id</dt>
            <dd><code>${key.id}</code></dd>
          </dl>
        </section>
        <section class="part">
          <h3 class="part__title">Times</h3>
          <dl class="facts">
            <dt>Created</dt>
            <dd>${wholeMoment(key.created_at)} by <bdi>${key.created_by.name}</bdi></dd>
            ${key.not_before === null ? nothing : html`<dt>Start</dt><dd>${wholeMoment(key.not_before)}</dd>`}
            <dt>Expiry</dt>
            <dd>${key.expires_at === null ? html`<span class="quiet">Never</span>` : wholeMoment(key.expires_at)}</dd>
            <dt>Locked</dt>
            <dd>${key.locked ? "Yes: its name, times and contacts can never be changed." : "No"}</dd>
            <dt>Recoverable</dt>
            <dd>${key.recoverable ? "Yes: its token is kept, encrypted, and can be shown again." : "No: its token is kept nowhere."}</dd>
            ${decision("Last shown", key.revealed)}
          </dl>
        </section>
        ${this.may("audit.read") ? this.#history() : nothing}`,
      actions: html`${this.cancelButton({ label: "Close", focusFirst: true })}
      ${key.status === "revoked" || !this.may("keys.edit") ? nothing : button({ label: "Edit", kind: "button--primary", onClick: () => this.close("edit") })}`,
    });
  }

  #hint({ hint }) {
    return html`<code>${hint}</code>
      ${button({
        label: this.copied === "copied" ? html`${icon("check")}Hint copied` : html`${icon("copy")}Copy hint`,
        kind: "button--plain button--small hint__copy",
        onClick: () => void this.#copy(hint),
      })}
      <span role="status">${this.copied === "refused" ? "The browser does not let this page copy." : ""}</span>`;
  }

  #use() {
    const { usage, usageFailure } = this;
    if (usageFailure) {
      return html`${banner("bad", html`The use could not be loaded. ${explain(usageFailure)}`)}
      ${button({ label: "Try again", kind: "button--small part__again", onClick: () => void this.#readUsage() })}`;
    }
    if (!usage) return html`<p class="quiet" role="status"><span class="spinner"></span> Loading the use…</p>`;
    if (usage.last_used_at === null && usage.days.length === 0) {
      return html`<p>Not used yet. <span class="quiet">A use is shown about a minute after it.</span></p>`;
    }
    return html`<dl class="facts">
        <dt>Last used</dt>
        <dd>${usage.last_used_at === null ? html`<span class="quiet">Never with success</span>` : wholeMoment(usage.last_used_at)}</dd>
      </dl>
      ${usage.days.length === 0 ? html`<p class="quiet">Not in the last 90 days.</p>` : usageChart(usage.days)}`;
  }

  #history() {
    const { log } = this;
    const toggle = ({ target }) => {
      if (target.open && !log.fresh) void log.load();
    };
    return html`<section class="part">
      <details @toggle=${toggle}>
        <summary class="part__title">History</summary>
        ${auditEntries(log, true)}
      </details>
    </section>`;
  }

  async #readKey() {
    try {
      this.update({ key: await this.keyway.key(this.key.id) });
    } catch (error) {
      if (!(error instanceof SignedOut)) this.update({ problem: `What is shown may have changed since. ${explain(error)}` });
    }
  }

  async #readUsage() {
    this.update({ usage: null, usageFailure: null });
    this.keepFocus();
    try {
      this.update({ usage: await this.keyway.usage(this.key.id) });
    } catch (error) {
      if (!(error instanceof SignedOut)) this.update({ usageFailure: error });
    }
    this.keepFocus();
  }

  /** Where nobody knows, the list of what was sent will say it. */
  async #readWebhook() {
    const found = await this.keyway.webhooks(this.key.id).catch(() => []);
    this.update({ failing: found.some(isFailing) });
  }

  async #copy(hint) {
    this.update({ copied: "" });
    try {
      await navigator.clipboard.writeText(hint);
      this.update({ copied: "copied" });
    } catch {
      this.update({ copied: "refused" });
    }
  }
}

/** What a person decided, when and why. */
function decision(label, made) {
  if (!made) return nothing;
  return html`<dt>${label}</dt>
    <dd>
      ${wholeMoment(made.at)} by <bdi>${made.by.name}</bdi>
      ${made.reason ? html`<p class="text" dir="auto">${made.reason}</p>` : nothing}
    </dd>`;
}
