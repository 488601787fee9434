import { html, nothing } from "lit-html";
import { environmentBadge } from "./status.js";

/**
 * By what a reader recognises the key that a dialog is about, or the verifier.
 *
 * @param {import("../api/keyway.js").Key} key
 * @param {unknown} [more] further facts
 */
export function keyFacts({ hint, environment }, more = nothing) {
  return html`<dl class="facts">
    <dt>Token</dt>
    <dd><code>${hint}</code></dd>
    ${environment ? html`<dt>Environment</dt><dd>${environmentBadge(environment)}</dd>` : nothing}
    ${more}
  </dl>`;
}
