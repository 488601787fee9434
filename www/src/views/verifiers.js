import { html } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { count } from "../format/count.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { day } from "../parts/moment.js";
import { emptyState, failureState, waitingRows } from "../parts/state.js";

const COLUMNS = ["Name", "Token", "Created", "By"];

/** @param {import("../app.js").App} app */
export function verifiersView({ verifiers, verifierFlows }) {
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1">Verifiers</h1>
        <p class="page-head__text">The services that may ask Keyway whether a key is good.</p>
      </div>
      ${button({
        label: html`${icon("plus")}Create verifier`,
        kind: "button--primary",
        onClick: () => void verifierFlows.create(),
      })}
    </header>
    <div class="toolbar"><p class="toolbar__count" role="status">${summary(verifiers)}</p></div>
    ${content(verifiers, verifierFlows)}`;
}

function content(verifiers, flows) {
  if (!verifiers.fresh && verifiers.failure) {
    return failureState({
      title: "The verifiers could not be loaded",
      error: verifiers.failure,
      busy: verifiers.loading,
      onRetry: () => void verifiers.load(),
    });
  }
  if (verifiers.fresh && verifiers.items.length === 0) {
    return emptyState({
      title: "No verifiers yet",
      text: "Create one for each service that checks keys. It sends the verifier's token when it asks.",
      action: button({ label: "Create the first verifier", onClick: () => void flows.create() }),
    });
  }
  return html`<table class="table table--compact" role="table" aria-label="Verifiers" aria-busy=${!verifiers.fresh}>
    <thead role="rowgroup">
      <tr role="row">
        ${COLUMNS.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
        <th role="columnheader" scope="col"><span class="visually-hidden">Action</span></th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${verifiers.fresh
        ? repeat(verifiers.items, (verifier) => verifier.id, (verifier) => row(verifier, flows))
        : waitingRows(COLUMNS.length + 1)}
    </tbody>
  </table>`;
}

function row(verifier, flows) {
  return html`<tr class="row" role="row" data-verifier=${verifier.id}>
    <th class="row__name" role="rowheader" scope="row"><bdi>${verifier.name}</bdi></th>
    <td class="row__hint" role="cell" data-label="Token"><code>${verifier.hint}</code></td>
    <td class="row__day" role="cell" data-label="Created">${day(verifier.created_at)}</td>
    <td role="cell" data-label="By"><bdi>${verifier.created_by.name}</bdi></td>
    <td class="row__last" role="cell">
      ${button({
        label: html`Remove<span class="visually-hidden"> <bdi>${verifier.name}</bdi></span>`,
        kind: "button--plain button--small row__action",
        onClick: () => void flows.remove(verifier),
      })}
    </td>
  </tr>`;
}

function summary(verifiers) {
  if (verifiers.loading && !verifiers.fresh) return html`<span class="spinner"></span>Loading verifiers…`;
  return verifiers.fresh ? count(verifiers.items.length, "verifier") : "";
}
