import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { describedBy, field } from "./field.js";

/**
 * A text of several lines.
 *
 * @param {import("./field.js").FieldText & {
 *   value: string,
 *   onInput: (value: string) => void,
 *   placeholder?: string,
 *   isCode?: boolean,
 *   rows?: number,
 *   focusFirst?: boolean,
 * }} options
 */
export function textArea({ value, onInput, placeholder, isCode = false, rows = 2, focusFirst = false, ...text }) {
  return field({
    ...text,
    control: html`<textarea
      class="input input--area ${isCode ? "input--code" : ""}"
      id=${text.id}
      dir=${isCode ? "ltr" : "auto"}
      rows=${rows}
      autocomplete="off"
      autocapitalize=${isCode ? "none" : nothing}
      spellcheck=${isCode ? "false" : nothing}
      placeholder=${placeholder ?? nothing}
      ?autofocus=${focusFirst}
      aria-invalid=${text.error ? "true" : nothing}
      aria-describedby=${describedBy(text)}
      .value=${live(value)}
      @input=${(event) => onInput(event.target.value)}
    ></textarea>`,
  });
}
