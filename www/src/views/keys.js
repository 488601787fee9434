import { html, nothing } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { explain } from "../api/errors.js";
import { exportKeys } from "../flows/export.js";
import { count } from "../format/count.js";
import { catalogs } from "../model/catalogs.js";
import { keyNow } from "../model/key-now.js";
import { isNarrowed } from "../model/key-query.js";
import { avatar } from "../parts/avatar.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { countdown, day, expiry } from "../parts/moment.js";
import { grantTags } from "../parts/grant-tags.js";
import { emptyState, failureState, waitingRows } from "../parts/state.js";
import { environmentBadge, statusBadge } from "../parts/status.js";
import { tokenCell } from "../parts/token-cell.js";
import { keyActions } from "./key-actions.js";
import { filterChips, keyFilters, phrases } from "./key-filters.js";
import { selectionBar } from "./selection-bar.js";

const COLUMNS = ["Name", "Token", "Environment", "Scopes", "Status", "Created", "Expires"];

/** @param {import("../app.js").App} app */
export function keysView(app) {
  const { keys, keyFlows } = app;
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1">Keys</h1>
        <p class="page-head__text">What your clients send to get in. A token is shown once: when it is made.</p>
      </div>
      ${app.may("keys.create")
        ? button({ label: html`${icon("plus")}Create key`, kind: "button--primary", onClick: () => void keyFlows.create() })
        : nothing}
    </header>
    ${keyFilters(app)}
    <div class="toolbar">
      <p class="toolbar__count" role="status">${summary(keys)}</p>
      ${filterChips(app)}
      <div class="toolbar__tools">
        ${app.may("keys.review")
          ? html`<p class="toolbar__last">${lastReview(app)}</p>
              ${button({ label: "Review", kind: "button--plain button--small", onClick: () => void app.withLater(({ flows }) => flows.reviewKeys(app)) })}`
          : nothing}
        ${app.may("keys.create") ? button({ label: "Import", kind: "button--plain button--small", onClick: () => void app.withLater(({ flows }) => flows.importKeys(app)) }) : nothing}
        ${button({
          label: "Export CSV",
          kind: "button--plain button--small",
          locked: !keys.fresh || keys.items.length === 0,
          onClick: () => void exportKeys(app),
        })}
      </div>
    </div>
    ${content(app)}`;
}

/** @param {import("../app.js").App} app */
function lastReview({ reviews: { items, fresh, failure } }) {
  const [last] = items;
  if (last) return html`Last review: ${countdown(last.at)} by <bdi>${last.by.name}</bdi>`;
  if (failure) return "The last review could not be loaded";
  return fresh ? "Never reviewed" : "";
}

/** @param {import("../app.js").App} app */
function content(app) {
  const { keys } = app;
  if (!keys.fresh && keys.failure) {
    return failureState({
      title: "The keys could not be loaded",
      error: keys.failure,
      busy: keys.loading,
      onRetry: () => void keys.load(),
    });
  }
  if (keys.fresh && keys.items.length === 0) return nothingHere(app);
  const waiting = !keys.fresh && keys.items.length === 0;
  return html`<table class="table" role="table" aria-label="Keys" aria-busy=${!keys.fresh}>
      <thead role="rowgroup">
        <tr role="row">
          <th class="row__select" role="columnheader" scope="col">${selectAll(app)}</th>
          ${COLUMNS.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
          <th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${waiting ? waitingRows(COLUMNS.length + 2) : rows(app)}
      </tbody>
    </table>
    ${more(keys)} ${selectionBar(app)}`;
}

/** All that are shown; not those on pages that were never looked at. @param {import("../app.js").App} app */
function selectAll({ keys: { items, fresh }, selection }) {
  const chosen = selection.of(items).length;
  return html`<label class="tick">
    <input
      type="checkbox"
      ?disabled=${!fresh}
      .checked=${live(chosen > 0 && chosen === items.length)}
      .indeterminate=${live(chosen > 0 && chosen < items.length)}
      @change=${(event) => selection.tick(event.target.checked, ...items.map(({ id }) => id))}
    />
    <span>Select all shown</span>
  </label>`;
}

/** There may be thousands: one is drawn again only when it looks different. @param {import("../app.js").App} app */
function rows(app) {
  const { items, undelivered } = app.keys;
  const { ticks } = app.clock;
  const { ids } = app.selection;
  const { state } = app.avatars;
  const one = (key) => guard([key, ticks, undelivered.has(key.id), ids.has(key.id), app.avatars.of(key)], () => row(keyNow(key), app));
  return guard([items, ticks, undelivered, ids, state], () => repeat(items, (key) => key.id, one));
}

/** @param {import("../api/keyway.js").Key} key @param {import("../app.js").App} app */
function row(key, app) {
  const revoked = key.status === "revoked";
  return html`<tr class="row ${revoked ? "row--over" : ""}" role="row" data-key=${key.id}>
    <td class="row__select" role="cell">
      <label class="tick">
        <input
          type="checkbox"
          .checked=${live(app.selection.ids.has(key.id))}
          @change=${(event) => app.selection.tick(event.target.checked, key.id)}
        />
        <span class="visually-hidden">Select <bdi>${key.name}</bdi></span>
      </label>
    </td>
    <th class="row__name" role="rowheader" scope="row" tabindex="-1" title=${key.description ?? nothing}>
      <span class="named"
        >${avatar(key, app.avatars)}
        <button class="row__open" type="button" aria-haspopup="dialog" @click=${() => void app.keyFlows.details(key)}><bdi>${key.name}</bdi></button></span
      >
    </th>
    ${tokenCell(key)}
    <td role="cell" data-label="Environment">${environmentBadge(key.environment)}</td>
    <td class="row__scopes" role="cell" data-label="Scopes">${grantTags(key.scopes, catalogs.scopes.all)}${accounts(key)}</td>
    <td class="row__status" role="cell" data-label="Status">${statusBadge(key.status)}${start(key)}${decision(key, app.keys)}</td>
    <td class="row__day" role="cell" data-label="Created">${day(key.created_at)}${creator(key, app)}</td>
    <td class="row__day" role="cell" data-label="Expires">${expiry(key.expires_at, !revoked)}</td>
    <td class="row__last row__last--several" role="cell">${keyActions(key, app)}</td>
  </tr>`;
}

/** @param {import("../api/keyway.js").Key} key @param {import("../app.js").App} app */
function creator({ created_by: by }, { finding }) {
  return html`<span class="row__note">by
    <a class="row__link" href=${finding.link({ created_by: by.id })} title="Keys created by ${by.name}"><bdi>${by.name}</bdi></a></span>`;
}

/** Many have none, so they have no column of their own. */
function accounts(key) {
  if (key.accounts.length === 0) return nothing;
  return html`<span class="row__note">for ${grantTags(key.accounts, catalogs.accounts.all)}</span>`;
}

/** @param {import("../api/keyway.js").Key} key */
function start({ status, not_before }) {
  return status === "scheduled" && not_before ? html`<span class="row__note">Starts ${countdown(not_before)}</span>` : nothing;
}

/** What a person decided, when and why. */
function decision({ id, status, blocked, revoked }, keys) {
  const made = revoked ?? (status === "blocked" ? blocked : null);
  if (!made) return nothing;
  return html`<span class="row__note">
    ${keys.undelivered.has(id) ? html`<span class="distance--soon">Not confirmed everywhere yet</span>` : nothing}
    ${day(made.at)} by <bdi>${made.by.name}</bdi>
    ${made.reason ? html`<bdi class="row__reason">${made.reason}</bdi>` : nothing}
  </span>`;
}

function more(keys) {
  if (!keys.hasMore) return nothing;
  const loadMore = async () => {
    const before = keys.items.at(-1);
    await keys.more();
    // With the last page the button goes away, and the focus with it.
    if (keys.hasMore || !before) return;
    const next = document.querySelector(`[data-key="${before.id}"] + tr th`);
    if (next instanceof HTMLElement) next.focus();
  };
  return html`<div class="table-foot">
    ${button({ label: "Load more", busy: keys.loadingMore, busyLabel: "Loading…", onClick: () => void loadMore() })}
    ${keys.moreFailure ? html`<p class="field__error" role="alert">${icon("warning")}<span>${explain(keys.moreFailure)}</span></p>` : nothing}
  </div>`;
}

function summary(keys) {
  if (keys.loading || keys.loadingMore) return html`<span class="spinner"></span>Loading keys…`;
  if (!keys.fresh) return "";
  const found = count(keys.items.length, "key");
  const shown = keys.hasMore ? `The ${keys.query.sort ? "first" : "newest"} ${found}` : found;
  return keys.query.search ? html`<span>${shown} for “<bdi>${keys.query.search}</bdi>”</span>` : shown;
}

/** @param {import("../app.js").App} app */
function nothingHere(app) {
  const { keys, keyFlows, finding } = app;
  if (isNarrowed(keys.query)) {
    const clear = () => {
      finding.clear();
      document.getElementById("search")?.focus();
    };
    return emptyState({
      title: "No key matches",
      text: html`Nothing is found for ${phrases(keys)}.`,
      action: button({ label: "Show all keys", onClick: clear }),
    });
  }
  if (!app.may("keys.create")) return emptyState({ title: "No keys yet", text: "None that is yours to see." });
  return emptyState({
    title: "No keys yet",
    text: "Create the first one, give its token to a client, and check it at the edge.",
    action: button({ label: "Create the first key", onClick: () => void keyFlows.create() }),
  });
}
