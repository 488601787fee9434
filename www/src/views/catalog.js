import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { count } from "../format/count.js";
import { catalogs } from "../model/catalogs.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { day } from "../parts/moment.js";
import { emptyState, failureState, waitingRows } from "../parts/state.js";

const COLUMNS = ["Name", "Id", "Description", "Created"];

/**
 * The scopes, or the accounts.
 *
 * @param {import("../api/keyway.js").Catalog} catalog
 */
export function catalogView(catalog) {
  const words = catalogs[catalog];
  /** @param {import("../app.js").App} app */
  return (app) => {
    const entries = app.entries[catalog];
    const flows = app.catalogFlows[catalog];
    return html`<header class="page-head">
        <div>
          <h1 tabindex="-1">${words.label}</h1>
          <p class="page-head__text">${words.text}</p>
        </div>
        ${button({
          label: html`${icon("plus")}Create ${words.one}`,
          kind: "button--primary",
          onClick: () => void flows.create(),
        })}
      </header>
      <div class="toolbar"><p class="toolbar__count" role="status">${summary(entries, words, catalog)}</p></div>
      ${content(entries, flows, words, catalog)}`;
  };
}

function content(entries, flows, words, catalog) {
  if (!entries.fresh && entries.failure) {
    return failureState({
      title: `The ${catalog} could not be loaded`,
      error: entries.failure,
      busy: entries.loading,
      onRetry: () => void entries.load(),
    });
  }
  if (entries.fresh && entries.items.length === 0) {
    return emptyState({
      title: `No ${catalog} yet`,
      text: `${words.empty} Keys name it by its id, for example ${words.example}.`,
      action: button({ label: `Create the first ${words.one}`, onClick: () => void flows.create() }),
    });
  }
  return html`<table class="table table--compact" role="table" aria-label=${words.label} aria-busy=${!entries.fresh}>
    <thead role="rowgroup">
      <tr role="row">
        ${COLUMNS.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
        <th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${entries.fresh
        ? repeat(inOrder(entries.items), ({ id }) => id, (entry) => row(entry, flows))
        : waitingRows(COLUMNS.length + 1)}
    </tbody>
  </table>`;
}

/** By id, those that can still be granted first. */
function inOrder(items) {
  return items.toSorted((one, other) => Number(one.retired) - Number(other.retired) || (one.id < other.id ? -1 : 1));
}

function row(entry, flows) {
  const action = (label, onClick, kind = "row__action--calm") =>
    button({
      label: html`${label}<span class="visually-hidden"> <bdi>${entry.name}</bdi></span>`,
      kind: `button--plain button--small row__action ${kind}`,
      onClick,
    });
  return html`<tr class="row ${entry.retired ? "row--over" : ""}" role="row" data-entry=${entry.id}>
    <th class="row__name" role="rowheader" scope="row" tabindex="-1">
      <bdi>${entry.name}</bdi>${entry.retired ? html` <span class="tag">Retired</span>` : nothing}
    </th>
    <td class="row__hint row__id" role="cell" data-label="Id"><code>${entry.id}</code></td>
    <td class="row__text" role="cell" data-label="Description">
      ${entry.description ? html`<bdi>${entry.description}</bdi>` : html`<span class="quiet">None</span>`}
    </td>
    <td class="row__day" role="cell" data-label="Created">${day(entry.created_at)}</td>
    <td class="row__last row__last--several" role="cell">
      ${action("Edit", () => void flows.edit(entry))}
      ${entry.retired ? action("Put back", () => void flows.putBack(entry)) : action("Retire", () => void flows.retire(entry))}
      ${action("Delete", () => void flows.delete(entry), "")}
    </td>
  </tr>`;
}

function summary(entries, words, catalog) {
  if (entries.loading && !entries.fresh) return html`<span class="spinner"></span>Loading ${catalog}…`;
  return entries.fresh ? count(entries.items.length, words.one) : "";
}
