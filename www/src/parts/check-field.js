import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { describedBy, fieldError } from "./field.js";

/**
 * Yes or no.
 *
 * @param {import("./field.js").FieldText & {checked: boolean, onChange: (checked: boolean) => void}} options
 */
export function checkField({ checked, onChange, ...text }) {
  return html`<div class="field check ${text.error ? "field--wrong" : ""}">
    <label class="check__label">
      <input
        type="checkbox"
        id=${text.id}
        aria-invalid=${text.error ? "true" : nothing}
        aria-describedby=${describedBy(text)}
        .checked=${live(checked)}
        @change=${(event) => onChange(event.target.checked)}
      />
      <span class="field__label">${text.label}</span>
    </label>
    ${fieldError(text.id, text.error)}
    <p class="field__help" id="${text.id}-help">${text.help}</p>
  </div>`;
}
