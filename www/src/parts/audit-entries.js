import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { explain } from "../api/errors.js";
import { Route } from "../route.js";
import { banner } from "./banner.js";
import { button } from "./button.js";
import { countdown, wholeMoment } from "./moment.js";

/** @typedef {import("../model/audit-log.js").AuditEntry} AuditEntry */

/** What happened, as one says it of somebody. @type {Record<string, string>} */
export const EVENTS = {
  "key.created": "created a key",
  "key.updated": "changed a key",
  "key.blocked": "blocked a key",
  "key.unblocked": "unblocked a key",
  "key.rotated": "rotated a key",
  "key.grace_ended": "ended an old token",
  "key.revoked": "revoked a key",
  "key.deleted": "deleted a key",
  "key.revealed": "looked at a token",
  "catalog.created": "created a scope or an account",
  "catalog.updated": "changed a scope or an account",
  "catalog.deleted": "deleted a scope or an account",
  "member.added": "invited a member",
  "member.changed": "changed a member",
  "member.removed": "removed a member",
  "verifier.created": "created a verifier",
  "verifier.rotated": "rotated a verifier",
  "verifier.grace_ended": "ended an old token of a verifier",
  "verifier.removed": "removed a verifier",
  "webhook.created": "added a webhook",
  "webhook.updated": "changed a webhook",
  "webhook.rotated": "made another secret for a webhook",
  "webhook.removed": "removed a webhook",
  "webhook.tested": "sent a test to a webhook",
  "delivery.resent": "sent a message again",
  "settings.changed": "changed the settings",
  "review.finished": "finished a review",
  "workspace.created": "created a workspace",
  "session.created": "signed in",
  "session.ended": "signed out",
  "right.refused": "was refused",
};

/** By what somebody was known. @type {Record<string, string>} */
const VIA = { page: "signed in to the page", token: "with a token", access: "by Cloudflare Access" };

/**
 * One line for each, and what changed behind it.
 *
 * @param {import("../model/audit-log.js").AuditLog} log
 * @param {boolean} [isOfOne] all are of the thing that it stands with
 */
export function auditEntries(log, isOfOne = false) {
  const { items, fresh, loading, failure, hasMore } = log;
  // The newest come first: of what is gone, that is known by then.
  const gone = new Set(items.map(({ event, about }) => (event === "key.deleted" ? about : "")));
  const more = async () => {
    const before = log.items.length;
    await log.more();
    // With the last page the button goes away, and the focus with it.
    const next = log.hasMore ? null : document.querySelectorAll("[data-entry] summary")[before];
    if (next instanceof HTMLElement) next.focus();
  };
  return html`<ol class="log" role="list" aria-label="Activity" aria-busy=${!fresh}>
      ${repeat(
        items,
        ({ number }) => number,
        (entry) => line(entry, isOfOne, gone),
      )}
    </ol>
    ${failure ? banner("bad", explain(failure)) : nothing}
    ${isOfOne && loading && !fresh ? html`<p class="quiet" role="status"><span class="spinner"></span> Loading…</p>` : nothing}
    ${failure || hasMore
      ? html`<div class="table-foot">
          ${button({ label: failure ? "Try again" : "Show more", busy: loading, busyLabel: "Loading…", onClick: () => void (fresh ? more() : log.load()) })}
        </div>`
      : nothing}`;
}

/** @param {AuditEntry} entry */
function line(entry, isOfOne, gone) {
  const { number, at, event, by_name: by, about, name, reason } = entry;
  const what = html`<bdi>${name ?? about}</bdi>`;
  const isThere = about?.startsWith("key_") && !gone.has(about);
  const on = isThere ? html`<a href=${Route.link("keys", { search: about, status: "all" })}>${what}</a>` : what;
  return html`<li class="log__entry" data-entry=${number}>
    <span class="quiet">${countdown(at)}</span>
    <span><bdi><strong>${by}</strong></bdi> ${EVENTS[event] ?? event}${isOfOne || !(name ?? about) ? nothing : html`: ${on}`}</span>
    ${reason ? html`<span class="text quiet" dir="auto">${reason}</span>` : nothing}
    <details class="more">
      <summary>Details<span class="visually-hidden"> of entry ${number}</span></summary>
      <dl class="facts">${facts(entry)}</dl>
    </details>
  </li>`;
}

/** @param {AuditEntry} entry */
function facts({ number, at, via, about, address, request, hash, before, after }) {
  const fact = (label, value) => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : nothing);
  const changed = Object.keys({ ...before, ...after }).map((name) => {
    const [was, is] = [shown(before?.[name]), shown(after?.[name])];
    const arrow = html`<span aria-hidden="true"> → </span><span class="visually-hidden"> became </span>`;
    return was === is ? nothing : fact(name.replaceAll("_", " "), html`<bdi>${was}</bdi>${before && after ? arrow : nothing}<bdi>${is}</bdi>`);
  });
  return html`${changed} ${fact("When", wholeMoment(at))} ${fact("Of", about)}
    ${fact("From", html`${address ? html`<code>${address}</code>, ` : nothing}${VIA[via]}`)}
    ${fact("Request", request && html`<code>${request}</code>`)} ${fact("Entry", html`${number}, <code>${hash}</code>`)}`;
}

/** What there is none of looks alike, however it is said. */
function shown(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return ["null", "[]", "{}", ""].includes(text) ? "–" : text;
}
