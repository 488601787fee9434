import { html } from "lit-html";

const SHOWN = 3;

/**
 * The scopes of a key: the first few, and the rest on demand.
 *
 * @param {string[]} scopes
 */
export function scopeTags(scopes) {
  if (scopes.length === 0) return html`<span class="quiet">None</span>`;
  if (scopes.includes("*")) return html`<span class="tag tag--all">All scopes</span>`;
  const tag = (scope) => html`<li class="tag">${scope}</li>`;
  // One more is shown rather than hidden behind a "+1" of the same width.
  if (scopes.length <= SHOWN + 1) return html`<ul class="tags">${scopes.map(tag)}</ul>`;
  return html`<ul class="tags">${scopes.slice(0, SHOWN).map(tag)}</ul>
    <details class="more">
      <summary>${scopes.length - SHOWN} more</summary>
      <ul class="tags">${scopes.slice(SHOWN).map(tag)}</ul>
    </details>`;
}
