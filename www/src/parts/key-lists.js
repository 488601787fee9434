import { html } from "lit-html";
import { prettyJson } from "../format/json.js";

const none = html`<span class="quiet">None</span>`;

/** @param {import("../api/keyway.js").Contact[]} contacts */
export function contactList(contacts) {
  if (contacts.length === 0) return none;
  const address = (email) => `mailto:${encodeURIComponent(email).replace("%40", "@")}`;
  return html`<ul>
    ${contacts.map(({ name, email }) => html`<li><bdi>${name}</bdi> <a href=${address(email)} dir="ltr">${email}</a></li>`)}
  </ul>`;
}

/** @param {string[]} networks */
export function networkList(networks) {
  if (networks.length === 0) return html`<span class="quiet">Everywhere</span>`;
  return html`<ul class="tags">${networks.map((network) => html`<li class="tag">${network}</li>`)}</ul>`;
}

/** @param {object} metadata */
export function metadataText(metadata) {
  if (Object.keys(metadata).length === 0) return none;
  return html`<pre class="code" dir="ltr" translate="no">${prettyJson(metadata)}</pre>`;
}
