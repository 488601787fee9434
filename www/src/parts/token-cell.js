import { html, nothing } from "lit-html";
import { isInGrace } from "../model/key-now.js";
import { countdown } from "./moment.js";

/** What may be shown of the tokens of a key or a verifier, and when it was used last. */
export function tokenCell(key) {
  const { hint, last_used_at: last } = key;
  return html`<td class="row__hint" role="cell" data-label="Token"><code>${hint}</code
    ><span class="row__note">${last ? html`Used ${countdown(last)}` : "Never used"}</span>${oldToken(key)}</td>`;
}

/** The one before the rotation, while it is good; and that it ended, for whoever was looking. */
function oldToken(key) {
  const { previous_token: old } = key;
  if (!old) return nothing;
  return html`<span class="row__note"><code>${old.hint}</code>
    <span class="distance--soon">Old, ${isInGrace(key) ? html`ends ${countdown(old.ends_at)}` : "ended"}</span></span>`;
}
