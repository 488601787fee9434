import { html } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { checkEmail, checkName } from "../core.js";
import { button } from "./button.js";
import { fieldGroup } from "./field.js";
import { icon } from "./icon.js";
import { textField } from "./text-field.js";

/** @typedef {import("../api/keyway.js").Contact} Contact */

const MOST = 10;

/** Whom to tell about a key: a row for each. */
export class ContactsField {
  /** @type {(Contact & {row: number})[]} */
  #rows;
  #serial = 0;
  #said = "";

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {HTMLElement} options.root where the field is shown
   * @param {() => void} options.onChange
   * @param {Contact[]} options.contacts
   */
  constructor({ id, root, onChange, contacts }) {
    this.id = id;
    this.root = root;
    this.onChange = onChange;
    this.#rows = contacts.map((contact) => this.#row(contact));
  }

  /** @returns {Contact[]} as the API takes them */
  get value() {
    return this.#filled.map(({ name, email }) => ({ name: name.trim(), email: email.trim() }));
  }

  /** A row in which nothing was typed is nobody. */
  get #filled() {
    return this.#rows.filter(({ name, email }) => name.trim() !== "" || email.trim() !== "");
  }

  /** @returns {Promise<Record<string, string | undefined>>} what is wrong with each */
  async check() {
    const findings = this.#filled.map(async ({ row, name, email }) => [
      [`contacts/${row}/name`, name.trim() === "" ? "Say who this is." : await checkName(name.trim())],
      [`contacts/${row}/email`, email.trim() === "" ? "Give an e-mail address." : await checkEmail(email.trim())],
    ]);
    return Object.fromEntries((await Promise.all(findings)).flat());
  }

  /** Of a row, by its place among those that were sent: it stays with the row if others go. @param {string} pointer */
  fieldAt(pointer) {
    const [, , place, member] = pointer.split("/");
    const row = this.#filled[Number(place)];
    return row && (member === "name" || member === "email") ? `contacts/${row.row}/${member}` : "contacts";
  }

  /** @param {Record<string, string>} errors */
  template(errors) {
    return fieldGroup({
      id: this.id,
      label: "Contacts",
      optional: true,
      error: errors.contacts,
      help: "Whom to tell about this key.",
      control: html`<div class="rows">
          ${repeat(this.#rows, ({ row }) => row, (contact, at) => this.#rowTemplate(contact, at, errors))}
        </div>
        ${this.#rows.length < MOST
          ? button({ label: html`${icon("plus")}Add contact`, kind: "button--small rows__add", onClick: () => this.#add() })
          : html`<p class="field__help">A key has no more than ${MOST} contacts.</p>`}
        <p class="visually-hidden" role="status">${this.#said}</p>`,
    });
  }

  #rowTemplate(contact, at, errors) {
    const { row } = contact;
    const id = this.#idOf(row);
    return html`<div class="rows__row" role="group" aria-label="Contact ${at + 1}">
      ${textField({
        id,
        label: "Contact name",
        error: errors[`contacts/${row}/name`],
        value: contact.name,
        onInput: (name) => (contact.name = name),
      })}
      ${textField({
        id: `${id}-email`,
        label: "E-mail",
        isCode: true,
        inputMode: "email",
        placeholder: "ops@example.com",
        error: errors[`contacts/${row}/email`],
        value: contact.email,
        onInput: (email) => (contact.email = email),
      })}
      ${button({
        label: html`${icon("close")}<span class="visually-hidden">Remove contact ${at + 1}</span>`,
        kind: "button--plain button--icon rows__remove",
        onClick: () => this.#remove(row),
      })}
    </div>`;
  }

  #add() {
    const contact = this.#row({ name: "", email: "" });
    this.#rows.push(contact);
    this.#said = "";
    this.onChange();
    this.#focus(contact);
  }

  #remove(row) {
    const at = this.#rows.findIndex((contact) => contact.row === row);
    this.#rows.splice(at, 1);
    this.#said = `Contact ${at + 1} removed`;
    this.onChange();
    this.#focus(this.#rows[at] ?? this.#rows.at(-1));
  }

  /** On a row, or where the first one is made. */
  #focus(contact) {
    const control = this.root.querySelector(contact ? `#${this.#idOf(contact.row)}` : `#${this.id} .rows__add`);
    if (control instanceof HTMLElement) control.focus();
  }

  #idOf(row) {
    return `${this.id}-${row}`;
  }

  /** @param {Contact} contact */
  #row({ name, email }) {
    return { row: ++this.#serial, name, email };
  }
}
