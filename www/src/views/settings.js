import { html } from "lit-html";
import { explain } from "../api/errors.js";
import { SettingsFlows } from "../flows/settings.js";
import { count, number } from "../format/count.js";
import { isFailing } from "../model/is-failing.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { contactLink, docsLink } from "../parts/help-links.js";
import { wholeMoment } from "../parts/moment.js";
import { noticed } from "../parts/noticed.js";
import { failureState } from "../parts/state.js";

const none = html`<span class="quiet">None</span>`;

/** What holds for the whole workspace. @param {import("../app.js").App} app */
export function settingsView(app) {
  const { settings } = app;
  const [now] = settings.items;
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1">Settings</h1>
        <p class="page-head__text">What holds for the whole workspace.</p>
      </div>
      ${now && app.may("settings.edit") ? button({ label: "Edit settings", kind: "button--primary", onClick: () => void new SettingsFlows(app).edit(now) }) : ""}
    </header>
    <div class="toolbar toolbar--slim"><p class="toolbar__count" role="status">${now || settings.failure ? "" : html`<span class="spinner"></span>Loading settings…`}</p></div>
    ${content(app, now)}`;
}

function content(app, now) {
  const { settings, session, pepper } = app;
  if (!now) {
    if (!settings.failure) return "";
    return failureState({
      title: "The settings could not be loaded",
      error: settings.failure,
      busy: settings.loading,
      onRetry: () => void settings.load(),
    });
  }
  const { docs_url: docs, support_contact: contact } = now;
  return html`<dl class="facts facts--card">
    <dt>Documentation</dt>
    <dd>${docs ? docsLink(docs, docs) : none}</dd>
    <dt>Contact</dt>
    <dd>${contact ? contactLink(contact) : none}</dd>
    <dt>New keys</dt>
    <dd>${now.locked_by_default ? "Locked" : "Not locked"}, unless whoever creates one says otherwise</dd>
    <dt>Notices</dt>
    <dd>${noticed(now.notices)}</dd>
    <dt>E-mail</dt>
    <dd>${now.email ? "Set up" : html`Not set up, so nobody is written to. <span class="quiet">Set up by the operator.</span>`}</dd>
    <dt>Workspace</dt>
    <dd><bdi>${session.current.workspace}</bdi></dd>
    <dt>Revoking</dt>
    <dd>Holds everywhere within ${count(now.bound_seconds, "second")} of its confirmation. <span class="quiet">Set by the operator.</span></dd>
    ${rotation(pepper.items[0])}
    ${app.may("webhooks") ? webhooks(app) : ""} ${app.may("workspaces") ? workspaces(app) : ""}
    <dt>Signed in as</dt>
    <dd><bdi>${session.current.member.name}</bdi> ${button({ label: "Open sessions", kind: "button--small", onClick: () => void new SettingsFlows(app).sessions() })}
      ${button({ label: "Sign in to another workspace", kind: "button--small", onClick: () => session.another() })}</dd>
  </dl>`;
}

function webhooks(app) {
  const { items, fresh, failure } = app.webhooks;
  const failing = items.filter(isFailing).length;
  return html`<dt>Webhooks</dt>
    <dd>
      ${failing ? banner("warning", html`<strong>${count(failing, "webhook")}</strong> did not get everything lately. Open it to see why.`) : ""}
      ${failure ? explain(failure) : fresh ? (items.length ? number(items.length) : none) : ""}
      ${button({ label: "Manage webhooks", kind: "button--small", onClick: () => void app.withLater(({ flows }) => flows.manageWebhooks(app)) })}
    </dd>`;
}

function workspaces(app) {
  const { items, failure } = app.workspaces;
  return html`<dt>Workspaces</dt>
    <dd>
      ${failure ? explain(failure) : html`<ul role="list">${items.map(({ name }) => html`<li><bdi>${name}</bdi></li>`)}</ul>`}
      ${button({ label: "Create workspace", kind: "button--small", onClick: () => void new SettingsFlows(app).createWorkspace() })}
    </dd>`;
}

/** While one pepper takes over from another. @param {import("../api/keyway.js").Pepper | undefined} now */
function rotation(now) {
  if (!now || (now.previous === null && now.republished === now.records)) return "";
  const { current, previous, records, republished, previous_may_go_at: at } = now;
  return html`<dt>Pepper</dt>
    <dd>${at
      ? html`<code>PEPPER_${previous}</code> may be removed ${new Date(at) > new Date() ? html`from ${wholeMoment(at)}` : "now"}.`
      : html`<label for="pepper">${number(republished)} of ${count(records, "record")} published under <code>PEPPER_${current}</code>.</label>
          <progress class="import__progress" id="pepper" max=${records} value=${republished}></progress>
          <span class="quiet">${previous === null ? "Keys that are not are refused until they are." : html`Keep <code>PEPPER_${previous}</code> until this says that it may go.`}</span>`}</dd>`;
}
