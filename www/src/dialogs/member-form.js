import { html, nothing } from "lit-html";
import { NoAnswer } from "../api/errors.js";
import { checkEmail, checkName } from "../core.js";
import { toRfc3339 } from "../format/time.js";
import { catalogs } from "../model/catalogs.js";
import { grantWords, ROLE_LABELS } from "../model/members.js";
import { mergePatch } from "../model/merge-patch.js";
import { button } from "../parts/button.js";
import { checkField } from "../parts/check-field.js";
import { choice } from "../parts/choice.js";
import { ExpiryPicker } from "../parts/expiry-picker.js";
import { fieldGroup } from "../parts/field.js";
import { grantTags } from "../parts/grant-tags.js";
import { GrantPicker } from "../parts/grant-picker.js";
import { textField } from "../parts/text-field.js";
import { refuse } from "./dialog.js";
import { EditDialog } from "./edit-dialog.js";

/** @typedef {import("../api/keyway.js").Member} Member */

/** What may have changed under the reader, and how to show it. @type {[keyof Member, string, (member: Member) => unknown][]} */
const SHOWN = [
  ["name", "Name", ({ name }) => html`<bdi>${name}</bdi>`],
  ["email", "E-mail", ({ email }) => html`<bdi>${email}</bdi>`],
  ["role", "Role", ({ role }) => ROLE_LABELS[role]],
  ["api_access", "API access", ({ api_access }) => (api_access ? "Yes" : "No")],
  ["accounts", "Accounts", ({ accounts }) => grantTags(accounts, catalogs.accounts.all)],
  ["scopes", "Scopes", ({ scopes }) => grantTags(scopes, catalogs.scopes.all)],
  ["notices", "Told by e-mail", ({ notices }) => (notices ? "Yes" : "No")],
  ["suspended", "Suspended", ({ suspended }) => (suspended ? "Yes" : "No")],
];

/**
 * Invites somebody, or changes what they may do.
 *
 * @extends {EditDialog<Member, {member: Member, token?: string}>}
 */
export class MemberFormDialog extends EditDialog {
  /** Whether somebody may have been invited who got no token. */
  isUnsure = false;

  /**
   * @param {import("../api/keyway.js").Keyway} keyway
   * @param {import("../app.js").Entries} entries
   * @param {Member} [member] the one to change
   */
  constructor(keyway, entries, member) {
    super("dialog--form");
    this.keyway = keyway;
    this.entries = entries;
    this.expiry = new ExpiryPicker({ id: `${this.id}-expiry`, root: this.element, onChange: () => this.update(), one: "token" });
    this.#begin(member);
  }

  /** @param {Member} [member] */
  #begin(member) {
    const picker = (catalog) =>
      new GrantPicker({
        id: `${this.id}-${catalog}`,
        catalog,
        entries: this.entries[catalog],
        keyway: this.keyway,
        root: this.element,
        onChange: () => this.update(),
        granted: member?.[catalog],
        words: grantWords[catalog],
      });
    this.member = member;
    this.name = member?.name ?? "";
    this.email = member?.email ?? "";
    this.isProgram = member?.kind === "service";
    this.role = member?.role ?? "manager";
    this.access = member?.api_access ?? false;
    this.notices = member?.notices ?? false;
    this.accounts = picker("accounts");
    this.scopes = picker("scopes");
  }

  get pointers() {
    return {
      "/name": "name",
      "/email": "email",
      "/role": "role",
      "/api_access": "access",
      "/accounts": "accounts",
      "/scopes": "scopes",
      "/notices": "notices",
      "/token_expires_at": "expiry",
    };
  }

  phrase(error) {
    if (this.member || !(error instanceof NoAnswer)) return super.phrase(error);
    return "No answer came. The member may exist all the same: cancel, look at the list, and remove it if it is there.";
  }

  bringBack() {
    super.bringBack();
    for (const list of Object.values(this.entries)) void list.load();
  }

  template() {
    const { member } = this;
    return this.frame({
      title: member ? html`Edit “<bdi>${member.name}</bdi>”` : "Invite a member",
      onSubmit: () => void this.attempt(() => (member ? this.#edit(member) : this.#invite())),
      body: html`${member ? this.lostRace({ one: "member", before: member, shown: SHOWN, begin: (theirs) => this.#begin(theirs) }) : nothing}
      ${member && this.isProgram ? nothing : this.#kind()}
      ${textField({
        id: `${this.id}-name`,
        label: "Name",
        help: "What they do is noted under it.",
        error: this.errors.name,
        focusFirst: true,
        value: this.name,
        onInput: (name) => (this.name = name),
      })}
      ${this.isProgram
        ? nothing
        : textField({
            id: `${this.id}-email`,
            label: "E-mail",
            isCode: true,
            inputMode: "email",
            placeholder: "ada@example.com",
            help: "By it they are known, also where they sign in without a token.",
            error: this.errors.email,
            value: this.email,
            onInput: (email) => (this.email = email),
          })}
      ${this.role === "manager" ? this.#rights() : nothing} ${member && !this.isProgram ? this.#told() : nothing} ${member ? nothing : this.expiry.template(this.errors.expiry)}`,
      actions: html`${this.cancelButton()}
      ${member
        ? this.saveButton()
        : button({ label: "Invite member", kind: "button--primary", type: "submit", busy: this.busy, busyLabel: "Inviting…" })}`,
    });
  }

  /** A program is a manager without an address, and stays one. */
  #kind() {
    const [kind, help] = this.isProgram
      ? ["service", "A manager without a person."]
      : [this.role, this.role === "manager" ? "Manages the keys of some accounts." : "May do everything."];
    const programs = this.member ? [] : [["service", "Program"]];
    return fieldGroup({
      id: `${this.id}-role`,
      label: "Role",
      help,
      error: this.errors.role,
      control: choice({
        name: `${this.id}-role`,
        options: [...Object.entries(ROLE_LABELS), ...programs],
        value: kind,
        onChoose: (kind) => this.update({ isProgram: kind === "service", role: kind === "administrator" ? kind : "manager" }),
      }),
    });
  }

  #told() {
    return checkField({
      id: `${this.id}-notices`,
      label: "Tell them by e-mail",
      help: "What happens to the keys that they see, and for administrators to members. Where e-mail is set up.",
      error: this.errors.notices,
      checked: this.notices,
      onChange: (notices) => this.update({ notices }),
    });
  }

  #rights() {
    return html`${checkField({
      id: `${this.id}-access`,
      label: "API access",
      help: "They see, create, edit, rotate and block the keys of these accounts.",
      error: this.errors.access,
      checked: this.access,
      onChange: (access) => this.update({ access }),
    })}
    ${this.access
      ? html`${this.accounts.template({ error: this.errors.accounts, newError: this.errors.newAccount })}
        ${this.scopes.template({ error: this.errors.scopes, newError: this.errors.newScope })}`
      : nothing}`;
  }

  /** As the API takes it. What is not shown is not sent. */
  get #wanted() {
    const isManager = this.role === "manager";
    return {
      name: this.name.trim(),
      ...(!this.isProgram && { email: this.email.trim() }),
      role: this.role,
      ...(this.member && !this.isProgram && { notices: this.notices }),
      ...(isManager && { api_access: this.access }),
      ...(isManager && this.access && { accounts: this.accounts.value.toSorted(), scopes: this.scopes.value.toSorted() }),
    };
  }

  async #check() {
    const [name, email] = [this.name.trim(), this.email.trim()];
    const picks = this.role === "manager" && this.access;
    refuse({
      name: name === "" ? "Give the member a name." : await checkName(name),
      email: this.isProgram ? undefined : email === "" ? "Give an e-mail address." : await checkEmail(email),
      newAccount: picks ? this.accounts.check() : undefined,
      newScope: picks ? this.scopes.check() : undefined,
      expiry: this.member ? undefined : this.expiry.check(),
    });
  }

  async #invite() {
    await this.#check();
    const { moment } = this.expiry;
    try {
      this.close(await this.keyway.inviteMember({ ...this.#wanted, token_expires_at: moment && toRfc3339(moment) }));
    } catch (error) {
      if (error instanceof NoAnswer) this.isUnsure = true;
      throw error;
    }
  }

  /** @param {Member} member */
  async #edit(member) {
    await this.#check();
    const wanted = this.#wanted;
    const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, Array.isArray(member[name]) ? member[name].toSorted() : member[name]]));
    await this.save(
      async () => ({ member: await this.keyway.editMember(this.theirs ?? member, mergePatch(before, wanted)) }),
      () => this.keyway.member(member.id),
    );
  }
}
