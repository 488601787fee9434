import { Problem } from "../api/errors.js";
import { Observable } from "./observable.js";
import { Workspaces } from "./workspaces.js";

/** What the server says of every session that is simply over. */
const OVER = "You are signed out. Sign in again.";

/**
 * Who is signed in. The session itself is a cookie that this page can neither
 * read nor keep; what is here is what the server says of it.
 */
export class Session extends Observable {
  /** @type {"starting" | "unreachable" | "signed-out" | "signed-in"} */
  phase = "starting";
  /** @type {import("../api/keyway.js").Session | null} */
  current = null;
  /** Which workspace somebody wants to sign in to, if that is known. */
  wanted = "";
  /** Why the sign-in screen is shown, when there is more to say than "sign in". */
  notice = "";
  /** @type {unknown} */
  failure = null;

  workspaces = new Workspaces();

  /** Whether Cloudflare Access stands before the page, and can sign in whoever it knows. */
  access = this.workspaces.vouched;

  #looking = false;
  /** The workspace of which this page has shown something. */
  #shown = "";

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
    keyway.client.workspace = this.workspaces.current;
    keyway.client.onUnauthorized = (refusal) => this.#expired(refusal);
    keyway.client.onForbidden = () => void this.#look();
  }

  /** Whether whoever is signed in may do that: the word of the core's table. @param {string} action */
  may(action) {
    return this.current?.member.may.includes(action) ?? false;
  }

  async resume() {
    this.set({ phase: "starting", failure: null });
    try {
      this.#enter(await this.keyway.session().catch((failure) => this.#byAccess(failure)));
    } catch (failure) {
      const unknown = failure instanceof Problem && (failure.status === 401 || this.access);
      if (unknown) this.workspaces.leave();
      this.set(unknown ? { phase: "signed-out", notice: more(failure) } : { phase: "unreachable", failure });
    }
  }

  /** @param {any} failure */
  #byAccess(failure) {
    this.access = failure.code === "access_sign_in";
    this.workspaces.vouched = this.access;
    if (this.access) return this.keyway.signIn({ workspace: this.workspaces.current });
    throw failure;
  }

  /** @param {string | undefined} token or Cloudflare Access says who it is @param {string} [workspace] for whom none is given by the token */
  async signIn(token, workspace) {
    this.#enter(await this.keyway.signIn({ token, workspace }));
  }

  /** @param {import("../api/keyway.js").Session} current */
  #enter(current) {
    const { workspace } = current;
    this.workspaces.enter(workspace);
    // Nothing of another one may stay.
    if (this.#shown && this.#shown !== workspace) {
      this.switchTo(workspace);
      return;
    }
    this.#shown = workspace;
    this.keyway.client.workspace = workspace;
    this.set({ phase: "signed-in", current, notice: "", wanted: "" });
  }

  /** Shows another workspace, with nothing of this one left: the page begins anew. @param {string} name */
  switchTo(name) {
    this.workspaces.show(name);
    history.replaceState(null, "", location.pathname + location.search);
    location.reload();
  }

  /** Offers to sign in to another workspace as well; whoever is signed in here stays so. @param {string} [name] */
  another(name = "") {
    this.set({ phase: "signed-out", notice: "You are still signed in where you were.", wanted: name });
  }

  async signOut(everywhere = false) {
    await (everywhere ? this.keyway.endSessions() : this.keyway.signOut());
    this.workspaces.leave();
    this.set({ phase: "signed-out", current: null, notice: `You are signed out${everywhere ? " everywhere" : ""}.` });
  }

  /** What they may do may be something else by now. */
  async #look() {
    if (this.#looking || this.phase !== "signed-in") return;
    this.#looking = true;
    try {
      const current = await this.keyway.session();
      if (this.phase === "signed-in") this.set({ current });
    } catch {
      // The refusal itself was told.
    } finally {
      this.#looking = false;
    }
  }

  /** @param {Problem} refusal */
  #expired(refusal) {
    if (this.phase !== "signed-in") return false;
    this.workspaces.leave();
    this.set({ phase: "signed-out", notice: `Your session ended. ${more(refusal) || "Sign in again to go on where you were."}` });
    return true;
  }
}

/** Why a credential is not good, where that is more than that the session is over. @param {Problem} refusal */
function more({ code, message }) {
  return code === "credential_missing" || message === OVER ? "" : message;
}
