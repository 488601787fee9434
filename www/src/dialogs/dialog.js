import { html, nothing, render } from "lit-html";
import { explain, Problem, SignedOut } from "../api/errors.js";
import { sentence } from "../format/sentence.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { focusFirstError } from "../parts/field.js";
import { helpLinks } from "../parts/help-links.js";
import { guardLeaving } from "./guard-leaving.js";

let count = 0;

/**
 * A question to the reader: opens a native modal dialog and settles with the
 * answer, or with undefined when it was left without one.
 *
 * @template Result
 */
export class Dialog {
  /** Whether it waits for the server. It must not be left then: the answer may be the only one. */
  busy = false;
  /** What is wrong with the whole of it. */
  problem = "";
  /** And where the workspace says that there is help. @type {import("../api/errors.js").Help | undefined} */
  help;
  /** What is wrong with each field. @type {Record<string, string>} */
  errors = {};
  /** What becomes of it when the session ends: `keep` shows it again after the next sign-in. @type {"close" | "keep" | "stay"} */
  whenSessionEnds = "close";

  element = document.createElement("dialog");
  #settle;
  #settled = new Promise((resolve) => {
    this.#settle = resolve;
  });
  #aside = false;

  /** @param {string} [kind] classes beside `dialog` */
  constructor(kind = "") {
    this.id = `dialog-${++count}`;
    this.element.className = `dialog ${kind}`;
    this.element.setAttribute("aria-labelledby", `${this.id}-title`);
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (this.mayLeave()) this.leave();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.mayLeave()) event.preventDefault();
    });
    // A browser may close it all the same: a second Escape gets past `cancel`.
    this.element.addEventListener("close", () => {
      if (!this.element.isConnected || this.element.open || this.#aside) return;
      if (this.mayLeave()) this.leave();
      else this.element.showModal();
    });
  }

  /** @returns {Promise<Result | undefined>} */
  open() {
    document.body.append(this.element);
    this.update();
    this.element.showModal();
    return this.#settled;
  }

  /** @returns {unknown} a lit-html template */
  template() {
    return nothing;
  }

  mayLeave() {
    return !this.busy;
  }

  /** Left with Escape, without an answer. */
  leave() {
    this.close(undefined);
  }

  /** @param {object} [change] the fields to set */
  update(change) {
    Object.assign(this, change);
    if (!this.element.isConnected) return;
    this.element.setAttribute("closedby", this.mayLeave() ? "closerequest" : "none");
    render(this.template(), this.element);
  }

  /** @param {Result | undefined} result */
  close(result) {
    if (!this.element.isConnected) return;
    render(nothing, this.element);
    this.element.close();
    this.element.remove();
    this.#settle(result);
  }

  putAside() {
    this.#aside = true;
    this.element.close();
  }

  bringBack() {
    this.#aside = false;
    this.update({ help: undefined, problem: "You are signed in again. What you typed is still here, and was not sent yet." });
    this.element.showModal();
  }

  /**
   * Does what the dialog was asked for, once at a time; shows where it went wrong.
   *
   * @param {() => Promise<void>} work
   */
  async attempt(work) {
    if (this.busy) return;
    this.update({ busy: true, problem: "", help: undefined, errors: {} });
    const letGo = guardLeaving();
    try {
      await work();
    } catch (error) {
      if (error instanceof Invalid) this.errors = error.errors;
      else if (!(error instanceof SignedOut)) this.blame(error);
    } finally {
      letGo();
    }
    this.update({ busy: false });
    focusFirstError(this.element);
    this.keepFocus();
  }

  /** What had the focus may be gone after a change; the keyboard must not be left outside. */
  keepFocus() {
    if (!this.element.open || this.element.contains(document.activeElement)) return;
    const control = this.element.querySelector("[autofocus]");
    if (control instanceof HTMLElement) control.focus();
  }

  /** Which field each pointer of the server's belongs to. @type {Record<string, string>} */
  get pointers() {
    return {};
  }

  /** @param {string} pointer @returns {string | undefined} */
  fieldAt(pointer) {
    return this.pointers[`/${pointer.split("/")[1] ?? ""}`];
  }

  /** Puts each of the server's errors at its field, and the rest above the buttons. @param {unknown} error */
  blame(error) {
    const rest = [];
    if (error instanceof Problem) this.help = error.help;
    for (const { pointer, detail } of error instanceof Problem ? error.errors : []) {
      const field = this.fieldAt(pointer);
      if (field === undefined) rest.push(detail);
      else this.errors[field] ??= detail;
    }
    if (rest.length > 0) this.problem = rest.map(sentence).join(" ");
    else if (Object.keys(this.errors).length === 0) this.problem = this.phrase(error);
  }

  /** @param {unknown} error @returns {string} */
  phrase(error) {
    return explain(error);
  }

  /** @param {{label?: string, focusFirst?: boolean}} [options] */
  cancelButton({ label = "Cancel", focusFirst = false } = {}) {
    return button({ label, kind: "button--plain", locked: this.busy, focusFirst, onClick: () => this.close(undefined) });
  }

  /** @param {{title: unknown, body: unknown, actions: unknown, onSubmit?: () => void}} parts */
  frame({ title, body, actions, onSubmit }) {
    const submit = (event) => {
      event.preventDefault();
      onSubmit?.();
    };
    return html`<form class="dialog__frame" novalidate @submit=${submit}>
      <header class="dialog__head"><h2 class="dialog__title" id="${this.id}-title">${title}</h2></header>
      <div class="dialog__body">${body}</div>
      <footer class="dialog__foot">
        ${this.problem ? banner("bad", html`${this.problem}${helpLinks(this.help)}`) : nothing}
        <div class="dialog__actions">${actions}</div>
      </footer>
    </form>`;
  }
}

/** What was typed cannot be sent as it is. */
export class Invalid extends Error {
  /** @param {Record<string, string>} errors */
  constructor(errors) {
    super("Some fields need another look.");
    this.errors = errors;
  }
}

/** @param {Record<string, string | undefined>} findings what is wrong with each field, if anything */
export function refuse(findings) {
  const errors = Object.fromEntries(Object.entries(findings).filter(([, finding]) => finding));
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
}
