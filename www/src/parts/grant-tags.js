import { html } from "lit-html";

const SHOWN = 3;

/**
 * What a key is granted: the first few, and the rest on demand.
 *
 * @param {string[]} granted
 * @param {string} all what to call all of them
 * @param {number} [shown] how many are the first few
 */
export function grantTags(granted, all, shown = SHOWN) {
  if (granted.length === 0) return html`<span class="quiet">None</span>`;
  if (granted.includes("*")) return html`<span class="tag tag--all">${all}</span>`;
  const tag = (id) => html`<li class="tag">${id}</li>`;
  // One more is shown rather than hidden behind a "+1" of the same width.
  if (granted.length <= shown + 1) return html`<ul class="tags">${granted.map(tag)}</ul>`;
  return html`<ul class="tags">${granted.slice(0, shown).map(tag)}</ul>
    <details class="more">
      <summary>${granted.length - shown} more</summary>
      <ul class="tags">${granted.slice(shown).map(tag)}</ul>
    </details>`;
}
