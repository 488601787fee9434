import { html } from "lit-html";
import { icon } from "./icon.js";

/**
 * A message inside a dialog or a form, where the eye already is.
 *
 * @param {"good" | "warning" | "bad"} tone
 * @param {unknown} text
 */
export function banner(tone, text) {
  return html`<div class="banner banner--${tone}" role=${tone === "bad" ? "alert" : "note"}>
    ${icon(tone === "good" ? "check" : "warning")}
    <div>${text}</div>
  </div>`;
}
