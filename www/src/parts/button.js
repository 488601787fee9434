import { html, nothing } from "lit-html";

/**
 * A button that can be busy. A busy one keeps its focus and its place and says
 * what it is doing; it is not `disabled`, which would drop the focus.
 *
 * @param {object} options
 * @param {unknown} options.label
 * @param {string} [options.kind] classes beside `button`
 * @param {"button" | "submit"} [options.type]
 * @param {boolean} [options.busy]
 * @param {string} [options.busyLabel]
 * @param {boolean} [options.locked] cannot be used while something else is busy
 * @param {boolean} [options.focusFirst] takes the focus when its dialog opens
 * @param {(event: MouseEvent) => void} [options.onClick]
 */
export function button({ label, kind = "", type = "button", busy = false, busyLabel = "", locked = false, focusFirst = false, onClick }) {
  const click = (event) => {
    if (busy || locked) event.preventDefault();
    else onClick?.(event);
  };
  return html`<button
    class="button ${kind}"
    type=${type}
    aria-disabled=${busy || locked ? "true" : nothing}
    aria-busy=${busy ? "true" : nothing}
    ?autofocus=${focusFirst}
    @click=${click}
  >${busy ? html`<span class="spinner"></span>${busyLabel}` : label}</button>`;
}
