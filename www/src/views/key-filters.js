import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { number } from "../format/count.js";
import { shortcut } from "../format/shortcut.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { choice } from "../parts/choice.js";
import { icon } from "../parts/icon.js";
import { select } from "../parts/select.js";
import { STATUS_LABELS } from "../parts/status.js";

/** More of one status are not counted. */
const MOST = 100_000;

/** @param {number} [keys] */
const atMost = (keys) => (keys === undefined ? nothing : `${number(keys)}${keys < MOST ? "" : "+"}`);

const STATUSES = /** @type {const} */ (["active", "scheduled", "blocked", "expired", "revoked"]);

/** @type {[string, string][]} */
const ENVIRONMENTS = [
  ["", "Any environment"],
  ["live", "Live"],
  ["test", "Test"],
];

/** @type {[string, string][]} */
const EXPIRIES = [
  ["", "Any expiry"],
  ["7d", "Expires within 7 days"],
  ["30d", "Expires within 30 days"],
  ["over", "Expired"],
];

/** @type {[string, string][]} */
const USES = [
  ["", "Used or not"],
  ["never", "Never used"],
  ["90d", "Not used for 90 days"],
];

/** @type {[string, string][]} */
const SORTS = [
  ["", "Newest first"],
  ["created", "Oldest first"],
  ["name", "By name"],
  ["expires", "Next to expire first"],
  ["-used", "Last used first"],
  ["used", "Longest unused first"],
];

/** What is looked for, and how what is found is sorted. @param {import("../app.js").App} app */
export function keyFilters({ finding, keys }) {
  const { unfolded } = finding;
  const applied = applying(keys).length;
  return html`<div class="finder" role="search" aria-label="Keys">
      ${searchField(finding)}
      <button
        class="button finder__fold"
        type="button"
        aria-expanded=${unfolded}
        aria-controls="filters"
        @click=${() => finding.set({ unfolded: !unfolded })}
      >Filter${applied ? ` (${applied})` : ""}${icon("down")}</button>
      <div class="finder__filters ${unfolded ? "finder__filters--unfolded" : ""}" id="filters">${filters(finding, keys)}</div>
      <div class="finder__caught" role="status">${caught(finding)}</div>
    </div>`;
}

/** In words, what a key has to be to be found. @param {import("../model/key-list.js").KeyList} keys */
export function phrases(keys) {
  const { search } = keys.query;
  const parts = [...(search ? [html`“<bdi>${search}</bdi>”`] : []), ...applying(keys).map(({ text }) => text)];
  return parts.map((part, at) => html`${at > 0 ? ", " : ""}${part}`);
}

function searchField(finding) {
  return html`<div class="finder__search">
    ${icon("search")}
    <input
      class="input"
      id="search"
      type="search"
      dir="auto"
      aria-label="Search keys"
      aria-keyshortcuts=${shortcut("K").aria}
      placeholder="Name, token’s end, id or contact"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      .value=${live(finding.text)}
      @input=${(event) => finding.type(event.target.value)}
      @keydown=${(event) => {
        if (event.key === "Enter") finding.search();
        if (event.key !== "Escape" || finding.text === "") return;
        event.preventDefault();
        event.target.value = "";
        finding.type("");
        finding.search();
      }}
    />
    <kbd class="finder__key" aria-hidden="true">${shortcut("K").text}</kbd>
  </div>`;
}

function filters(finding, { query, counts }) {
  const narrow = (name) => (value) => finding.narrow({ [name]: value });
  const label = (status) => html`${STATUS_LABELS[status]} <small class="finder__count">${atMost(counts?.[status])}</small>`;
  return html`<fieldset class="toolbar__filter">
      <legend class="visually-hidden">Which keys</legend>
      ${choice({
        name: "filter",
        options: [["", "Current"], ...STATUSES.map((status) => [status, label(status)]), ["all", "All"]],
        value: query.status,
        onChoose: narrow("status"),
      })}
    </fieldset>
    <div class="finder__choices">
      ${select({ label: "Environment", options: ENVIRONMENTS, value: query.environment, onChoose: narrow("environment") })}
      ${finding.scope.template(query.scope, narrow("scope"))} ${finding.account.template(query.account, narrow("account"))}
      ${select({
        label: "Expiry",
        options: EXPIRIES,
        value: query.status === "expired" ? "over" : query.expires,
        onChoose: (value) => finding.narrow(expiry(value, query.status)),
      })}
      ${select({ label: "Use", options: USES, value: query.use, onChoose: narrow("use") })}
      <span class="finder__sort">${select({ label: "Order", options: SORTS, value: query.sort, onChoose: narrow("sort") })}</span>
    </div>`;
}

/** What is over has a status for it, and cannot end soon as well. */
function expiry(value, status) {
  if (value === "over") return { status: "expired", expires: "" };
  return { expires: value, status: status === "expired" || (value && status === "revoked") ? "" : status };
}

/** @returns {{name: string, text: unknown}[]} the conditions beside the search, as one reads them */
function applying({ query, creators }) {
  const label = (options, value) => options.find(([option]) => option === value)?.[1];
  const texts = {
    status: query.status === "all" ? "Revoked, too" : STATUS_LABELS[query.status],
    environment: label(ENVIRONMENTS, query.environment),
    scope: html`Scope <bdi>${query.scope}</bdi>`,
    account: html`Account <bdi>${query.account}</bdi>`,
    expires: label(EXPIRIES, query.expires),
    use: label(USES, query.use),
    created_by: html`Created by <bdi>${creators.get(query.created_by) ?? query.created_by}</bdi>`,
    shown_to: html`Token shown to <bdi>${creators.get(query.shown_to) ?? query.shown_to}</bdi>`,
  };
  return Object.entries(texts).flatMap(([name, text]) => (query[name] ? [{ name, text }] : []));
}

/** What the list is narrowed to, each to be taken away. @param {import("../app.js").App} app */
export function filterChips({ finding, keys }) {
  const applied = applying(keys);
  if (applied.length === 0) return nothing;
  const remove = (name) => {
    // The chip goes away, and the focus with it.
    document.getElementById("search")?.focus();
    finding.narrow({ [name]: "" });
  };
  const clear = () => {
    document.getElementById("search")?.focus();
    finding.clear();
  };
  return html`<ul class="chips" role="list" aria-label="Filters">
    ${applied.map(
      ({ name, text }) => html`<li>
        <button class="chip" type="button" @click=${() => remove(name)}>
          ${text}<span class="visually-hidden"> (remove)</span>${icon("close")}
        </button>
      </li>`,
    )}
    <li>${button({ label: "Clear all", kind: "button--plain button--small", onClick: clear })}</li>
  </ul>`;
}

function caught({ caught: found }) {
  if (!found) return nothing;
  return banner(
    "warning",
    html`${found.isWhole ? "That is a whole token" : "That looks like a token"}, so it was not sent. A token must not be in an
      address, and one that was passed around is no longer a secret. These are the keys whose token ends in
      <code>${found.search}</code>: rotate or revoke the one that it belongs to.`,
  );
}
