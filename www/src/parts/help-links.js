import { html, nothing } from "lit-html";

/** Of another place: what is typed here stays here meanwhile. */
const away = (url, text) => html`<a href=${url} target="_blank" rel="noopener noreferrer">${text}</a>`;

/** @param {string | null | undefined} url @param {string} [text] */
export function docsLink(url, text = "Documentation") {
  return isLink(url) ? away(url, text) : nothing;
}

/** @param {string | null | undefined} contact an https URL or an address for e-mail */
export function contactLink(contact) {
  if (!contact) return nothing;
  if (isLink(contact)) return away(contact, "Support");
  // What stands before a question mark or beside a percent sign is still the address.
  return html`<a href="mailto:${encodeURIComponent(contact).replace("%40", "@")}"><bdi>${contact}</bdi></a>`;
}

/**
 * Where there is more help, if the workspace says so.
 *
 * @param {import("../api/errors.js").Help} [help]
 */
export function helpLinks({ docs_url: docs, support_contact: contact } = {}) {
  if (!docs && !contact) return nothing;
  return html`<div class="help-links">${docsLink(docs)} ${contactLink(contact)}</div>`;
}

function isLink(text) {
  return text?.startsWith("https://");
}
