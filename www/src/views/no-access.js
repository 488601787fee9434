import { html, nothing } from "lit-html";
import { helpLinks } from "../parts/help-links.js";
import { contactList } from "../parts/key-lists.js";
import { emptyState } from "../parts/state.js";

/**
 * In the place of a section that is not for whoever is signed in.
 *
 * @param {import("../app.js").App} app
 * @param {string} label of the section
 */
export function noAccessView(app, label) {
  return html`<header class="page-head"><h1 tabindex="-1">${label}</h1></header>
    <div class="toolbar"></div>
    ${emptyState({
      title: `You have no access to ${label === "Keys" ? "API keys" : label.toLowerCase()} here`,
      text: "Ask an administrator.",
      action: whomToAsk(app),
    })}`;
}

/** Below what is theirs: that there is more, and who does that. @param {import("../app.js").App} app */
export function rest(app) {
  // Who manages members may do everything.
  if (app.may("members")) return nothing;
  return html`<aside class="rest" aria-label="Whom to ask">
    <p>The rest is for administrators.</p>
    ${whomToAsk(app)}
  </aside>`;
}

/** @param {import("../app.js").App} app */
function whomToAsk({ session, settings }) {
  const { administrators } = session.current;
  return html`<div class="whom">
    ${administrators.length > 0 ? contactList(administrators) : html`<p>Ask whoever runs this Keyway.</p>`}
    ${helpLinks(settings.items[0])}
  </div>`;
}
