import { html, nothing } from "lit-html";
import { count } from "../format/count.js";
import { bulkActions } from "../model/bulk.js";
import { button } from "../parts/button.js";

/** What can be done to the keys that are ticked. @param {import("../app.js").App} app */
export function selectionBar(app) {
  const { keys, selection, bulkFlows } = app;
  const chosen = selection.of(keys.items).length;
  const clear = () => {
    // The bar goes away, and the focus with it.
    const box = document.querySelector(".row__select input");
    if (box instanceof HTMLElement) box.focus();
    selection.clear();
  };
  return html`<p class="visually-hidden" role="status">${chosen > 0 ? `${count(chosen, "key")} selected` : ""}</p>
    ${chosen === 0
      ? nothing
      : html`<div class="selection" role="group" aria-label="Selected keys">
          <span class="selection__count" aria-hidden="true">${count(chosen, "key")} selected</span>
          ${Object.entries(bulkActions).map(([action, { label, needs }]) =>
            app.may(needs) ? button({ label, kind: "button--small", onClick: () => void bulkFlows.change(/** @type {any} */ (action)) }) : nothing,
          )}
          ${button({ label: "Clear selection", kind: "button--plain button--small", onClick: clear })}
        </div>`}`;
}
