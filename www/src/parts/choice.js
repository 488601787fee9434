import { html } from "lit-html";

/**
 * One of a few, side by side: radio buttons, so the arrow keys work.
 *
 * @template {string} Value
 * @param {object} options
 * @param {string} options.name
 * @param {[Value, unknown][]} options.options
 * @param {Value} options.value
 * @param {(value: Value) => void} options.onChoose
 */
export function choice({ name, options, value, onChoose }) {
  return html`<div class="choice">
    ${options.map(
      ([option, label]) => html`<label class="choice__option">
        <input type="radio" name=${name} value=${option} .checked=${option === value} @change=${() => onChoose(option)} />
        <span>${label}</span>
      </label>`,
    )}
  </div>`;
}
