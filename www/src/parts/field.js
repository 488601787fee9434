import { html, nothing } from "lit-html";
import { sentence } from "../format/sentence.js";
import { icon } from "./icon.js";

/**
 * @typedef {object} FieldText
 * @property {string} id of the control, or of the group
 * @property {unknown} label
 * @property {unknown} [help]
 * @property {string} [error]
 * @property {boolean} [optional]
 */

/** Ties the words around a control to it. @param {FieldText} text */
export function describedBy({ id, help, error }) {
  return [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || nothing;
}

/** @param {FieldText & {control: unknown}} field */
export function field({ control, ...text }) {
  return html`<div class="field ${text.error ? "field--wrong" : ""}">
    <label class="field__label" for=${text.id}>${text.label}${optionalMark(text)}</label>
    ${control} ${words(text)}
  </div>`;
}

/** Several controls that answer one question. @param {FieldText & {control: unknown}} group */
export function fieldGroup({ control, ...text }) {
  return html`<fieldset class="field ${text.error ? "field--wrong" : ""}" id=${text.id} aria-describedby=${describedBy(text)}>
    <legend class="field__label">${text.label}${optionalMark(text)}</legend>
    ${control} ${words(text)}
  </fieldset>`;
}

/** @param {string} id of the control @param {string | undefined} error */
export function fieldError(id, error) {
  return error ? html`<p class="field__error" id="${id}-error">${icon("warning")}<span>${sentence(error)}</span></p>` : nothing;
}

/** @param {FieldText} text */
function words({ id, help, error }) {
  return html`${fieldError(id, error)}${help ? html`<p class="field__help" id="${id}-help">${help}</p>` : nothing}`;
}

/** @param {FieldText} text */
function optionalMark({ optional }) {
  return optional ? html` <span class="field__optional">optional</span>` : nothing;
}

/** Moves the focus to the first thing to mend. @param {Element | null} root */
export function focusFirstError(root) {
  const control = root?.querySelector(".field--wrong :is(input, textarea, button)");
  if (control instanceof HTMLElement) control.focus();
}
