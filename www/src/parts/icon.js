import { html, svg } from "lit-html";

const shapes = {
  plus: svg`<path d="M8 3.25v9.5M3.25 8h9.5" />`,
  search: svg`<circle cx="7" cy="7" r="4" /><path d="m10 10 3 3" />`,
  warning: svg`<path d="M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.25v.01" />`,
  check: svg`<path d="m3.5 8.5 3 3 6-7" />`,
  copy: svg`<rect x="5.75" y="5.75" width="7.5" height="7.5" rx="1.5" /><path d="M10.25 3.5v-.25a1 1 0 0 0-1-1h-5.5a1.5 1.5 0 0 0-1.5 1.5v5.5a1 1 0 0 0 1 1h.25" />`,
  down: svg`<path d="m4 6 4 4 4-4" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  key: svg`<circle cx="5" cy="11" r="2.75" /><path d="m7 9 6-6M11 5l2 2M9.25 6.75l1.5 1.5" />`,
};

/** @param {keyof typeof shapes} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${shapes[name]}</svg>`;
}
