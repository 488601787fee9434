import { html, nothing } from "lit-html";
import { explain } from "../api/errors.js";
import { button } from "./button.js";
import { helpLinks } from "./help-links.js";
import { icon } from "./icon.js";

/**
 * Stands where a list would be, when there is nothing to list.
 *
 * @param {{title: string, text: unknown, action?: unknown}} state
 */
export function emptyState({ title, text, action }) {
  return html`<div class="state">
    <span class="state__mark">${icon("key")}</span>
    <h2 class="state__title">${title}</h2>
    <p class="state__text">${text}</p>
    ${action ?? nothing}
  </div>`;
}

/** @param {{title: unknown, error: unknown, busy: boolean, onRetry: () => void}} failure */
export function failureState({ title, error, busy, onRetry }) {
  return html`<div class="state state--bad" role="alert">
    <span class="state__mark">${icon("warning")}</span>
    ${typeof title === "string" ? html`<h2 class="state__title">${title}</h2>` : title}
    <p class="state__text">${explain(error)}</p>
    ${helpLinks(error?.help)}
    ${button({ label: "Try again", busy, busyLabel: "Trying…", onClick: onRetry })}
  </div>`;
}

/**
 * Rows of the height of real ones, so that nothing jumps when those arrive.
 *
 * @param {number} columns
 */
export function waitingRows(columns) {
  return Array.from(
    { length: 6 },
    () => html`<tr class="row" aria-hidden="true">
      ${Array.from({ length: columns }, () => html`<td><span class="placeholder"></span></td>`)}
    </tr>`,
  );
}
