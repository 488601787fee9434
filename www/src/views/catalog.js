import { html, nothing } from "lit-html";
import { CatalogFlows } from "../flows/catalog.js";
import { catalogs } from "../model/catalogs.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { listing } from "../parts/listing.js";
import { day } from "../parts/moment.js";

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
    const flows = new CatalogFlows(app, catalog);
    const isTheirs = app.may("catalog.manage");
    const make = (label, kind = "") => (isTheirs ? button({ label, kind, onClick: () => void flows.create() }) : undefined);
    return listing({
      list: entries,
      items: inOrder(entries.items),
      label: words.label,
      one: words.one,
      text: words.text,
      make: make(html`${icon("plus")}Create ${words.one}`, "button--primary"),
      none: `${words.empty} Keys name it by its id, for example ${words.example}.`,
      makeFirst: make(`Create the first ${words.one}`),
      columns: COLUMNS,
      hasActions: isTheirs,
      row: (entry) => row(entry, flows, isTheirs),
    });
  };
}

/** By id, those that can still be granted first. */
function inOrder(items) {
  return items.toSorted((one, other) => Number(one.retired) - Number(other.retired) || (one.id < other.id ? -1 : 1));
}

function row(entry, flows, isTheirs) {
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
    <td role="cell" data-label="Description">
      ${entry.description ? html`<bdi>${entry.description}</bdi>` : html`<span class="quiet">None</span>`}
    </td>
    <td class="row__day" role="cell" data-label="Created">${day(entry.created_at)}</td>
    ${isTheirs
      ? html`<td class="row__last row__last--several" role="cell">
          ${action("Edit", () => void flows.edit(entry))}
          ${entry.retired ? action("Put back", () => void flows.putBack(entry)) : action("Retire", () => void flows.retire(entry))}
          ${action("Delete", () => void flows.delete(entry), "")}
        </td>`
      : nothing}
  </tr>`;
}
