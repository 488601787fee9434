import { render } from "lit-html";
import { explain, SignedOut } from "./api/errors.js";
import { Keyway } from "./api/keyway.js";
import { prepareCore } from "./core.js";
import { HelpDialog } from "./dialogs/help.js";
import { OpenDialogs } from "./dialogs/open-dialogs.js";
import { BulkFlows } from "./flows/bulk.js";
import { Finding } from "./flows/finding.js";
import { KeyFlows } from "./flows/keys.js";
import { RotationFlows } from "./flows/rotations.js";
import { listenForShortcuts } from "./flows/shortcuts.js";
import { AuditLog } from "./model/audit-log.js";
import { Avatars } from "./model/avatars.js";
import { Clock } from "./model/clock.js";
import { Collection } from "./model/collection.js";
import { KeyList } from "./model/key-list.js";
import { Later } from "./model/later.js";
import { Notices } from "./model/notices.js";
import { Selection } from "./model/selection.js";
import { Session } from "./model/session.js";
import { Route } from "./route.js";
import { frameView, startingView, unreachableView } from "./views/frame.js";
import { sections } from "./views/sections.js";
import { SignInView } from "./views/sign-in.js";

/** @typedef {Record<import("./api/keyway.js").Catalog, Collection<import("./api/keyway.js").Entry>>} Entries */

/** Holds the parts together: models say that they changed, and the views are drawn from them. */
export class App {
  keyway = new Keyway();
  session = new Session(this.keyway);
  route = new Route(Object.keys(sections));
  keys = new KeyList(this.keyway);
  avatars = new Avatars(this.keyway);
  /** @type {Entries} */
  entries = {
    scopes: new Collection(() => this.keyway.entries("scopes")),
    accounts: new Collection(() => this.keyway.entries("accounts")),
  };
  verifiers = new Collection(async () => (await this.keyway.verifiers()).filter((verifier) => verifier.removed_at === null));
  members = new Collection(() => this.keyway.members());
  log = new AuditLog((asked) => this.keyway.audit(asked));
  reviews = new Collection(() => this.keyway.reviews());
  /** A list of one. */
  settings = new Collection(async () => [await this.keyway.settings()]);
  /** A list of one. */
  pepper = new Collection(async () => [await this.keyway.pepper()]);
  webhooks = new Collection(() => this.keyway.webhooks());
  /** All there are, for the root token. */
  workspaces = new Collection(() => this.keyway.workspaces());
  later = new Later();
  notices = new Notices();
  clock = new Clock();
  dialogs = new OpenDialogs();
  selection = new Selection();
  finding = new Finding(this);
  bulkFlows = new BulkFlows(this);
  keyFlows = new KeyFlows(this);
  rotationFlows = new RotationFlows(this);
  online = navigator.onLine;
  signingOut = false;

  #root;
  #signIn = new SignInView(
    this.session,
    () => this.#draw(),
    () => void this.help(),
  );
  #phase = this.session.phase;
  #nextLook = 0;
  /** What whoever is signed in could do, when this was drawn last. */
  #rights = "";
  /** Who was signed in last: what they left open is theirs. @type {string | undefined} */
  #member;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  get #lists() {
    return [...Object.values(this.entries), this.verifiers, this.members, this.reviews, this.log, this.settings, this.pepper, this.webhooks, this.workspaces];
  }

  start() {
    this.#root.replaceChildren();
    for (const model of [this.keys, this.avatars, this.selection, this.finding, ...this.#lists, this.later, this.notices, this.clock]) model.onChange(() => this.#draw());
    this.pepper.onChange(() => this.#watchPepper());
    this.route.onChange(() => this.#enter());
    this.session.onChange(() => this.#sessionChanged());
    listenForShortcuts(this);
    addEventListener("online", () => this.#connection(true));
    addEventListener("offline", () => this.#connection(false));
    this.#draw();
    void this.session.resume();
  }

  /** Asks how far a rotation of the pepper has got, while somebody looks. */
  #watchPepper() {
    clearTimeout(this.#nextLook);
    const [now] = this.pepper.items;
    if (!now || this.pepper.loading || (now.republished === now.records && (now.previous === null || now.previous_may_go_at))) return;
    this.#nextLook = setTimeout(() => {
      if (this.route.section === "settings") void this.pepper.load();
    }, 2_000);
  }

  /** Whether whoever is signed in may do that. @param {string} action */
  may(action) {
    return this.session.may(action);
  }

  /**
   * Does what the part of the page does that is not here from the start.
   *
   * @param {(part: import("./model/later.js").Part) => unknown} work
   */
  async withLater(work) {
    const member = this.session.current?.member.id;
    await this.later.use((part) => {
      if (this.session.current?.member.id === member) return work(part);
    });
    const { failure } = this.later;
    if (failure) this.notices.say({ tone: "bad", text: explain(failure) });
  }

  async signOut() {
    this.signingOut = true;
    this.#draw();
    try {
      await this.session.signOut();
    } catch (error) {
      if (!(error instanceof SignedOut)) {
        this.notices.say({ tone: "bad", text: `You are still signed in. ${explain(error)}` });
      }
    } finally {
      this.signingOut = false;
      this.#draw();
    }
  }

  /** For whoever is stuck, signed in or not. */
  async help() {
    const dialog = new HelpDialog(this.settings);
    const stop = this.settings.onChange(() => dialog.update());
    if (this.session.phase === "signed-in") void this.settings.load();
    await this.dialogs.ask(dialog);
    stop();
  }

  /**
   * Puts the focus somewhere sensible when what had it is gone.
   *
   * @param {string} [selector] what to prefer
   */
  keepFocus(selector) {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    const target = (selector && document.querySelector(selector)) || document.querySelector("h1");
    if (target instanceof HTMLElement) target.focus();
  }

  #sessionChanged() {
    const { phase, current } = this.session;
    const before = this.#phase;
    const changed = phase !== before;
    this.#phase = phase;
    const rights = String(current?.member.may);
    const haveChanged = phase === "signed-in" && !changed && rights !== this.#rights;
    this.#rights = rights;
    if (changed && phase === "signed-in") {
      const samePerson = this.#member === current?.member.id;
      this.#member = current?.member.id;
      this.#enter();
      // What the form of a key begins with.
      if (this.route.section !== "settings") void this.settings.load();
      this.dialogs.signedIn(samePerson);
      // The field that had it is gone. A page that just opened leaves the focus alone.
      if (before === "signed-out") this.keepFocus();
      prepareCore();
      return;
    }
    if (haveChanged) {
      // What they may no longer see must not stay.
      this.#forget();
      this.notices.say({ tone: "bad", text: "What you may do here was changed." });
      this.#enter();
      void this.settings.load();
      this.keepFocus();
      return;
    }
    if (changed && phase === "signed-out") {
      this.dialogs.sessionEnded();
      this.#forget();
    }
    this.#draw();
    if (changed && phase === "signed-out") this.#root.querySelector("input")?.focus();
  }

  /** Loads what the section shows. */
  #enter() {
    this.#draw();
    if (this.session.phase !== "signed-in") return;
    const { label, needs, view, load } = sections[this.route.section];
    const { workspaces } = this.session;
    document.title = `${label} · ${workspaces.several ? `${workspaces.current} · ` : ""}Keyway`;
    if (!this.may(needs)) return;
    if (!view) void this.later.load();
    void load(this);
  }

  /** The next person to sign in here may be allowed to see less. */
  #forget() {
    document.title = "Keyway";
    this.keys.clear();
    this.avatars.clear();
    this.selection.clear();
    this.finding.forget();
    for (const list of this.#lists) list.clear();
    this.notices.dismiss();
  }

  #connection(online) {
    this.online = online;
    this.#draw();
    if (!online || this.session.phase === "starting") return;
    this.avatars.retry();
    if (this.later.failure) void this.later.load();
    if (this.session.phase === "unreachable") void this.session.resume();
    else for (const list of [this.keys, ...this.#lists]) if (list.failure) void list.load();
  }

  #draw() {
    render(this.#view(), this.#root);
    this.clock.tickAt(this.keys.moments);
  }

  #view() {
    switch (this.session.phase) {
      case "signed-in":
        return frameView(this);
      case "signed-out":
        return this.#signIn.template();
      case "unreachable":
        return unreachableView(this);
      default:
        return startingView();
    }
  }
}
