import { html, nothing } from "lit-html";
import { environmentBadge } from "./status.js";

/**
 * By what a reader recognises the key that a dialog is about.
 *
 * @param {import("../api/keyway.js").Key} key
 * @param {unknown} [more] further facts
 */
export function keyFacts({ hint, environment }, more = nothing) {
  return html`<dl class="facts">
    <dt>Token</dt>
    <dd><code>${hint}</code></dd>
    <dt>Environment</dt>
    <dd>${environmentBadge(environment)}</dd>
    ${more}
  </dl>`;
}
