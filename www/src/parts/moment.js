import { html, nothing } from "lit-html";
import { dateLanguage, distance, exactUtc, isSoon, shortDate } from "../format/time.js";

/** A day for reading, with the exact moment at hand. @param {string} iso */
export function day(iso) {
  const moment = new Date(iso);
  return html`<time datetime=${iso} title=${exactUtc(moment)} lang=${dateLanguage}>${shortDate(moment)}</time>`;
}

/** @param {string | null} iso @param {boolean} matters whether the end still lies in the key's way */
export function expiry(iso, matters) {
  if (iso === null) return html`<span class="quiet">Never</span>`;
  const moment = new Date(iso);
  const now = new Date();
  return html`${day(iso)}${matters
    ? html` <span class="distance ${isSoon(moment, now) ? "distance--soon" : ""}" lang=${dateLanguage}>${distance(moment, now)}</span>`
    : nothing}`;
}
