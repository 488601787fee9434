import { html, nothing } from "lit-html";
import { explain, NoAnswer, Problem } from "../api/errors.js";
import { checkToken, prepareCore } from "../core.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { describedBy, fieldError } from "../parts/field.js";
import { helpLinks } from "../parts/help-links.js";
import { mark } from "../parts/mark.js";
import { textField } from "../parts/text-field.js";

/** The token lives in the field, and nowhere else on this page. */
export class SignInView {
  #visible = false;
  #busy = false;
  #error = "";
  #problem = "";
  /** @type {import("../api/errors.js").Help | undefined} */
  #help;
  /** Whether a token stands there that says nothing of a workspace. */
  #isRoot = false;
  /** What was typed as the workspace, if anything was. @type {string | null} */
  #typed = null;
  /** What is wrong with it. */
  #unknown = "";

  /** @param {import("../model/session.js").Session} session @param {() => void} redraw @param {() => void} onHelp */
  constructor(session, redraw, onHelp) {
    this.session = session;
    this.onHelp = onHelp;
    this.redraw = redraw;
  }

  /** Into which workspace, where the token does not say it. */
  get #workspace() {
    const { wanted, workspaces } = this.session;
    return this.#typed ?? (wanted || workspaces.current);
  }

  template() {
    const { session } = this;
    const text = { id: "token", label: "Management token", help: html`It starts with <code>kwm_</code>.`, error: this.#error };
    return html`<main class="sign-in">
      <div class="sign-in__mark">${mark()}</div>
      <h1>Sign in to Keyway</h1>
      <p class="sign-in__notice" id="sign-in-notice" role="status">${session.notice}</p>
      <form class="sign-in__form" novalidate @submit=${(event) => void this.#submit(event)}>
        <div class="field ${this.#error ? "field--wrong" : ""}">
          <label class="field__label" for=${text.id}>${text.label}</label>
          <div class="reveal">
            <input
              class="input input--code"
              id=${text.id}
              type=${this.#visible ? "text" : "password"}
              dir="ltr"
              autocomplete="off"
              autocapitalize="none"
              spellcheck="false"
              required
              aria-invalid=${this.#error ? "true" : nothing}
              aria-describedby="sign-in-notice ${describedBy(text)}"
              @focus=${prepareCore}
              @input=${(event) => this.#changed(event.target.value)}
            />
            <button
              class="button button--plain button--small reveal__button"
              type="button"
              aria-controls=${text.id}
              @click=${() => this.#toggle()}
            >${this.#visible ? "Hide" : "Show"}<span class="visually-hidden"> the token</span></button>
          </div>
          ${fieldError(text.id, text.error)} ${this.#error ? helpLinks(this.#help) : nothing}
          <p class="field__help" id="${text.id}-help">${text.help}</p>
        </div>
        ${this.#isRoot || session.access
          ? textField({
              id: "workspace",
              label: "Workspace",
              help: "Which one to go to: “default”, unless others were made.",
              isCode: true,
              error: this.#unknown,
              value: this.#workspace,
              onInput: (name) => (this.#typed = name),
            })
          : nothing}
        ${this.#problem ? banner("bad", html`${this.#problem}${helpLinks(this.#help)}`) : nothing}
        ${button({ label: "Sign in", kind: "button--primary button--wide", type: "submit", busy: this.#busy, busyLabel: "Signing in…" })}
      </form>
      ${session.access ? button({ label: "Sign in with Cloudflare Access", kind: "button--wide", onClick: () => void this.#attempt(undefined) }) : nothing}
      ${session.workspaces.names.map((name) =>
        button({ label: html`<span>Go to <bdi>${name}</bdi>, where you are signed in</span>`, kind: "button--wide", onClick: () => session.switchTo(name) }),
      )}
      <details class="sign-in__where">
        <summary>Where do I find it?</summary>
        <dl>
          <dt>If you were invited</dt>
          <dd>Whoever invited you has it, and hands it over. If it is lost, an administrator can give you another.</dd>
          <dt>On this machine</dt>
          <dd><code>cargo xtask dev</code> prints it when it starts. It is <code>ROOT_TOKEN</code> in <code>.dev.vars</code>.</dd>
          <dt>On Cloudflare</dt>
          <dd>
            <code>cargo xtask deploy</code> printed it once. If it is lost, set a new one:
            <code>npx wrangler secret put ROOT_TOKEN</code>.
          </dd>
        </dl>
      </details>
      ${button({ label: "Help", kind: "button--plain button--small sign-in__help", onClick: this.onHelp })}
    </main>`;
  }

  #toggle() {
    this.#visible = !this.#visible;
    this.redraw();
  }

  #changed(token) {
    const isRoot = token.startsWith("kwm_root_");
    if (!this.#error && isRoot === this.#isRoot) return;
    this.#error = "";
    this.#isRoot = isRoot;
    this.redraw();
  }

  async #submit(event) {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (document.getElementById("token"));
    const token = input.value;
    await this.#attempt(token, async () => (token === "" ? "Paste your management token." : ((await checkToken(token, "management")) ?? "")));
    if (this.session.phase === "signed-in") input.value = "";
    else if (this.#unknown) document.getElementById("workspace")?.focus();
    else if (this.#error) input.focus();
  }

  /** @param {string | undefined} token @param {() => Promise<string>} [check] what is wrong with it */
  async #attempt(token, check = async () => "") {
    if (this.#busy) return;
    this.#busy = true;
    this.#error = "";
    this.#unknown = "";
    this.#problem = "";
    this.#help = undefined;
    this.redraw();
    try {
      this.#error = await check();
      if (this.#error === "") {
        const isNamed = token === undefined || this.#isRoot;
        await this.session.signIn(token, isNamed ? this.#workspace.trim() : undefined);
        this.#visible = false;
        this.#isRoot = false;
        this.#typed = null;
      }
    } catch (error) {
      this.#help = error?.help;
      if (error instanceof Problem && (error.code === "workspace_not_found" || error.errors[0]?.pointer === "/workspace")) this.#unknown = explain(error);
      else if (token !== undefined && error instanceof Problem && (error.status === 401 || error.status === 422)) this.#error = explain(error);
      else this.#problem = explain(error);
    } finally {
      this.#busy = false;
      this.redraw();
    }
  }
}
