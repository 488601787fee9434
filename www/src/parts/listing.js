import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { count } from "../format/count.js";
import { emptyState, failureState, waitingRows } from "./state.js";

/**
 * A section that is a list, held whole, in each of its states: what it is and
 * what can be made there, how many there are, and a row for each.
 *
 * @template {{id: string}} Item
 * @param {object} options
 * @param {import("../model/collection.js").Collection<Item>} options.list
 * @param {Item[]} [options.items] in the order in which they are shown
 * @param {string} options.label of the section
 * @param {string} options.one
 * @param {unknown} options.text what they are
 * @param {unknown} [options.make] the button that makes one
 * @param {unknown} options.none what to say where there are none
 * @param {unknown} [options.makeFirst]
 * @param {string[]} options.columns
 * @param {boolean} [options.hasActions] whether something can be done with each
 * @param {(item: Item) => unknown} options.row
 */
export function listing({ list, items = list.items, label, one, text, make, none, makeFirst, columns, hasActions = true, row }) {
  const many = label.toLowerCase();
  const { fresh, loading, failure } = list;
  const content = () => {
    if (!fresh && failure) {
      return failureState({ title: `The ${many} could not be loaded`, error: failure, busy: loading, onRetry: () => void list.load() });
    }
    if (fresh && items.length === 0) return emptyState({ title: `No ${many} yet`, text: none, action: makeFirst });
    return html`<table class="table" role="table" aria-label=${label} aria-busy=${!fresh}>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
          ${hasActions ? html`<th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>` : nothing}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${fresh ? repeat(items, ({ id }) => id, row) : waitingRows(columns.length + Number(hasActions))}
      </tbody>
    </table>`;
  };
  const status = loading && !fresh ? html`<span class="spinner"></span>Loading ${many}…` : fresh ? count(items.length, one) : "";
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1">${label}</h1>
        <p class="page-head__text">${text}</p>
      </div>
      ${make ?? nothing}
    </header>
    <div class="toolbar"><p class="toolbar__count" role="status">${status}</p></div>
    ${content()}`;
}
