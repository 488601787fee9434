import { html, nothing } from "lit-html";
import { dateLanguage, dayAndTime, distance, exactUtc, isSoon, shortDate } from "../format/time.js";

/** A day for reading, with the exact moment at hand. @param {string} iso */
export function day(iso) {
  const moment = new Date(iso);
  return html`<time datetime=${iso} title=${exactUtc(moment)} lang=${dateLanguage}>${shortDate(moment)}</time>`;
}

/** A moment in all its words. @param {string} iso */
export function wholeMoment(iso) {
  const moment = new Date(iso);
  return html`<time datetime=${iso} lang=${dateLanguage}>${dayAndTime(moment)}</time>
    <span class="distance">(<span lang=${dateLanguage}>${distance(moment, new Date())}</span>)</span>
    <span class="quiet nowrap">${exactUtc(moment)}</span>`;
}

/** How far away something is, with the exact moment at hand. @param {string} iso */
export function countdown(iso) {
  const moment = new Date(iso);
  return html`<time datetime=${iso} title=${exactUtc(moment)} lang=${dateLanguage}>${distance(moment, new Date())}</time>`;
}

/** A day with its distance. @param {string} iso */
export function dayAhead(iso) {
  return html`${day(iso)} (${countdown(iso)})`;
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
