import { html } from "lit-html";

/** Keyway's sign, as in icon.svg. */
export function mark() {
  return html`<svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
    <rect class="mark__body" width="32" height="32" rx="8" />
    <path
      class="mark__slot"
      d="M16 6a5.5 5.5 0 0 1 2.5 10.4V18l2 2-2 2 2 2-2 2.5h-5v-10A5.5 5.5 0 0 1 16 6Zm0 3.2a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z"
    />
  </svg>`;
}
