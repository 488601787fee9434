import { html, nothing } from "lit-html";
import { explain } from "../api/errors.js";
import { shortcut } from "../format/shortcut.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { mark } from "../parts/mark.js";
import { menu } from "../parts/menu.js";
import { failureState } from "../parts/state.js";
import { Route } from "../route.js";
import { noAccessView, rest } from "./no-access.js";
import { sections } from "./sections.js";

/** What surrounds every section: where one is, who one is, and the way out. @param {import("../app.js").App} app */
export function frameView(app) {
  const { route, session, signingOut } = app;
  const section = sections[route.section];
  const isOpen = app.may(section.needs);
  // Keys are what everybody comes for: who may not see them is told so there.
  const shown = Object.entries(sections).filter(([name, { needs }]) => name === "keys" || app.may(needs));
  const link = ([section, { label }]) => html`<li>
    <a href=${Route.link(section)} aria-current=${section === route.section ? "page" : nothing}>${label}</a>
  </li>`;
  const skip = (event) => {
    // The fragment of the address is where the reader is; it cannot be used to jump.
    event.preventDefault();
    document.querySelector("h1")?.focus();
  };
  return html`<a class="skip" href="#main" @click=${skip}>Skip to content</a>
    <header class="bar">
      <div class="bar__inner">
        <div class="bar__brand">${mark()}<span class="bar__name">Keyway</span></div>
        <nav class="bar__nav" aria-label="Sections"><ul role="list">${shown.map(link)}</ul></nav>
        <div class="bar__who">
          ${workspaceView(session)}
          <span class="bar__member" title="Signed in as"><bdi>${session.current.member.name}</bdi></span>
          ${helpButton(app)}
          ${button({
            label: "Sign out",
            kind: "button--plain button--small",
            busy: signingOut,
            busyLabel: "Signing out…",
            onClick: () => void app.signOut(),
          })}
        </div>
      </div>
    </header>
    <p class="offline" role="status">${app.online ? nothing : html`<span>You are offline. What you see may be out of date.</span>`}</p>
    <main class="main" id="main">${isOpen ? html`${sectionView(app, section)} ${rest(app)}` : noAccessView(app, section.label)}</main>
    ${notice(app.notices)}`;
}

/** Which it is, and the others that this browser is signed in to. @param {import("../model/session.js").Session} session */
function workspaceView(session) {
  const name = html`<bdi>${session.current.workspace}</bdi>`;
  const { others } = session.workspaces;
  if (!others.length) return html`<span class="bar__workspace" title="Workspace">${name}</span>`;
  return menu({
    id: "workspaces",
    label: html`<span class="visually-hidden">Workspace: </span>${name}`,
    kind: "button--small bar__switch",
    title: "Workspaces",
    items: [
      ...others.map((other) => ({ label: html`<span>Go to <bdi>${other}</bdi></span>`, run: () => session.switchTo(other) })),
      { label: "Sign in to another workspace", run: () => session.another() },
    ],
  });
}

/** @param {import("../app.js").App} app @param {import("./sections.js").Section} section */
function sectionView(app, { label, view }) {
  const { later, route } = app;
  const shown = view ?? later.part?.views[route.section];
  if (shown) return shown(app);
  return html`<header class="page-head"><h1 tabindex="-1">${label}</h1></header>
    <div class="toolbar">${later.failure ? nothing : html`<p class="toolbar__count" role="status"><span class="spinner"></span>Loading ${label.toLowerCase()}…</p>`}</div>
    ${later.failure
      ? failureState({ title: `${label} could not be loaded`, error: later.failure, busy: false, onRetry: () => void later.load() })
      : nothing}`;
}

/** The elements are always there: only a change inside them is announced. */
function notice(notices) {
  const { current } = notices;
  return html`<div
    class="notice ${current ? `notice--${current.tone}` : "notice--none"}"
    @pointerenter=${() => notices.hold()}
    @pointerleave=${() => notices.release()}
    @focusin=${() => notices.hold()}
    @focusout=${() => notices.release()}
  >
    ${current ? html`<span class="notice__mark">${noticeMark(current.tone)}</span>` : nothing}
    <div class="notice__body">
      <div role="status">${current && current.tone !== "bad" ? html`${current.text}${undoHint(current)}` : nothing}</div>
      <div role="alert">${current?.tone === "bad" ? current.text : nothing}</div>
      ${current?.action ? noticeAction(current) : nothing}${current?.undo ? noticeUndo(current) : nothing}
    </div>
    ${current
      ? html`<button class="button button--plain button--icon" type="button" aria-label="Dismiss" @click=${() => notices.dismiss()}>
          ${icon("close")}
        </button>`
      : nothing}
  </div>`;
}

function noticeAction({ action: { label, busyLabel, run }, busy }) {
  return button({ label, busyLabel, busy, kind: "button--small", onClick: run });
}

function noticeUndo({ undo, undoing }) {
  return button({ label: "Undo", busyLabel: "Undoing…", busy: undoing, kind: "button--small", onClick: undo });
}

/** The button is far from where one is: who does not see it hears of the short way. */
function undoHint({ undo }) {
  return undo ? html`<span class="visually-hidden"> ${shortcut("Z").text} undoes it.</span>` : nothing;
}

function noticeMark(tone) {
  if (tone === "busy") return html`<span class="spinner"></span>`;
  return icon(tone === "good" ? "check" : "warning");
}

export function startingView() {
  return html`<p class="boot" role="status">Loading Keyway…</p>`;
}

/** @param {import("../app.js").App} app */
function helpButton(app) {
  return button({ label: "Help", kind: "button--plain button--small", onClick: () => void app.help() });
}

/** @param {import("../app.js").App} app */
export function unreachableView(app) {
  const { session } = app;
  return html`<main class="main">
    ${failureState({
      title: html`<h1 class="state__title">Keyway is not available</h1>`,
      error: session.failure,
      busy: false,
      onRetry: () => void session.resume(),
    })}
    <p class="unreachable-help">${helpButton(app)}</p>
  </main>`;
}
