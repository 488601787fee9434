import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";

/**
 * One of several, folded away.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {[string, string][]} options.options the first says that nothing is chosen
 * @param {string} options.value
 * @param {(value: string) => void} options.onChoose
 */
export function select({ label, options, value, onChoose }) {
  return html`<select
    class="input select ${value === "" ? "" : "select--chosen"}"
    aria-label=${label}
    @change=${(event) => onChoose(event.target.value)}
  >
    ${options.map(([option, text]) => html`<option value=${option} .selected=${live(option === value)}>${text}</option>`)}
  </select>`;
}
