import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { describedBy, field } from "./field.js";

/**
 * A line of text, in whatever direction its script runs.
 *
 * @param {import("./field.js").FieldText & {
 *   value: string,
 *   onInput: (value: string) => void,
 *   placeholder?: string,
 *   isCode?: boolean,
 *   inputMode?: "email" | "url",
 *   focusFirst?: boolean,
 * }} options
 */
export function textField({ value, onInput, placeholder, isCode = false, inputMode, focusFirst = false, ...text }) {
  return field({
    ...text,
    control: html`<input
      class="input ${isCode ? "input--code" : ""}"
      id=${text.id}
      dir=${isCode ? "ltr" : "auto"}
      autocomplete="off"
      autocapitalize=${isCode ? "none" : nothing}
      inputmode=${inputMode ?? nothing}
      spellcheck=${isCode ? "false" : nothing}
      placeholder=${placeholder ?? nothing}
      ?autofocus=${focusFirst}
      ?required=${!text.optional}
      aria-invalid=${text.error ? "true" : nothing}
      aria-describedby=${describedBy(text)}
      .value=${live(value)}
      @input=${(event) => onInput(event.target.value)}
    />`,
  });
}
