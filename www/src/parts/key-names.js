import { html, nothing } from "lit-html";

const SHOWN = 8;

/** Which keys it is about: the first few, and the rest on demand. @param {{id: string, name: string, hint: string}[]} keys */
export function keyNames(keys) {
  const one = ({ name, hint }) => html`<li><bdi>${name}</bdi> <code class="quiet">${hint}</code></li>`;
  return html`<ul class="key-names" role="list">${keys.slice(0, SHOWN).map(one)}</ul>
    ${keys.length > SHOWN
      ? html`<details class="more">
          <summary>${keys.length - SHOWN} more</summary>
          <ul class="key-names" role="list">${keys.slice(SHOWN).map(one)}</ul>
        </details>`
      : nothing}`;
}
