import { html, nothing } from "lit-html";
import { MemberFlows } from "../flows/members.js";
import { catalogs } from "../model/catalogs.js";
import { ROLE_LABELS } from "../model/members.js";
import { button } from "../parts/button.js";
import { grantTags } from "../parts/grant-tags.js";
import { icon } from "../parts/icon.js";
import { listing } from "../parts/listing.js";
import { menu } from "../parts/menu.js";
import { countdown, expiry } from "../parts/moment.js";

const COLUMNS = ["Name", "Role", "API keys", "Token", "Status"];

/** @param {import("../app.js").App} app */
export function membersView(app) {
  const flows = new MemberFlows(app);
  const make = (label, kind = "") => button({ label, kind, onClick: () => void flows.invite() });
  return listing({
    list: app.members,
    label: "Members",
    one: "member",
    text: "The people and programs that manage this workspace.",
    make: make(html`${icon("plus")}Invite member`, "button--primary"),
    none: "Invite whoever manages keys, and yourself as an administrator.",
    makeFirst: make("Invite the first member"),
    columns: COLUMNS,
    row: (member) => row(member, app, flows),
  });
}

/** @param {import("../api/keyway.js").Member} member @param {import("../app.js").App} app @param {MemberFlows} flows */
function row(member, app, flows) {
  const { name, email, role, suspended, token } = member;
  const isMe = member.id === app.session.current?.member.id;
  return html`<tr class="row ${suspended ? "row--over" : ""}" role="row" data-member=${member.id}>
    <th class="row__name" role="rowheader" scope="row" tabindex="-1">
      <bdi>${name}</bdi>${isMe ? html` <span class="tag">You</span>` : nothing}
      <span class="row__note">${email ? html`<bdi>${email}</bdi>` : "Program"}</span>
    </th>
    <td role="cell" data-label="Role">${ROLE_LABELS[role] ?? role}</td>
    <td class="row__scopes" role="cell" data-label="API keys">${access(member)}</td>
    <td class="row__hint" role="cell" data-label="Token">${token ? use(token) : html`<span class="quiet">No token</span>`}</td>
    <td class="row__status" role="cell" data-label="Status">
      <span class="status status--${suspended ? "blocked" : "active"}">${suspended ? "Suspended" : "Active"}</span>
    </td>
    <td class="row__last row__last--several" role="cell">${actions(member, flows)}</td>
  </tr>`;
}

/** @param {import("../api/keyway.js").Member} member */
function access({ role, api_access, accounts, scopes }) {
  if (role === "administrator") return html`<span class="tag tag--all">All keys</span>`;
  if (!api_access) return html`<span class="quiet">No access</span>`;
  return html`${grantTags(accounts, catalogs.accounts.all)}<span class="row__note">may grant ${grantTags(scopes, catalogs.scopes.all)}</span>`;
}

/** @param {import("../api/keyway.js").MemberToken} token */
function use({ hint, last_used_at: last, expires_at: end }) {
  return html`<code>${hint}</code>
    <span class="row__note">${last ? html`Used ${countdown(last)}` : "Never used"}</span>
    <span class="row__note">Expires: ${expiry(end, true)}</span>`;
}

/** @param {import("../api/keyway.js").Member} member @param {import("../flows/members.js").MemberFlows} flows */
function actions(member, flows) {
  const label = (text) => html`${text}<span class="visually-hidden"> <bdi>${member.name}</bdi></span>`;
  const kind = "button--plain button--small row__action row__action--calm";
  return html`${button({ label: label("Edit"), kind, onClick: () => void flows.edit(member) })}
  ${menu({
    id: `menu-${member.id}`,
    label: label("More"),
    kind: `${kind} row__more`,
    title: `More for ${member.name}`,
    items: [
      { label: member.token ? "Replace token" : "Give a token", run: () => void flows.giveToken(member) },
      ...(member.token ? [{ label: "Take token away", run: () => void flows.takeToken(member), isGrave: true }] : []),
      member.suspended
        ? { label: "Let back in", run: () => void flows.suspend(member) }
        : { label: "Suspend", run: () => void flows.suspend(member), isGrave: true },
      { label: "Remove", run: () => void flows.remove(member), isGrave: true },
    ],
  })}`;
}
