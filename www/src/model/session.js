import { Problem } from "../api/errors.js";
import { Observable } from "./observable.js";

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
  /** Why the sign-in screen is shown, when there is more to say than "sign in". */
  notice = "";
  /** @type {unknown} */
  failure = null;

  /** Whether Cloudflare Access stands before the page, and can sign in whoever it knows. */
  access = false;

  #looking = false;

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
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
      this.set({ phase: "signed-in", current: await this.keyway.session().catch((failure) => this.#byAccess(failure)) });
    } catch (failure) {
      const unknown = failure instanceof Problem && (failure.status === 401 || this.access);
      this.set(unknown ? { phase: "signed-out", notice: more(failure) } : { phase: "unreachable", failure });
    }
  }

  /** @param {any} failure */
  #byAccess(failure) {
    this.access = failure.code === "access_sign_in";
    if (this.access) return this.keyway.signIn();
    throw failure;
  }

  /** @param {string} token */
  async signIn(token) {
    const current = await this.keyway.signIn(token);
    this.set({ phase: "signed-in", current, notice: "" });
  }

  async signOut(everywhere = false) {
    await (everywhere ? this.keyway.endSessions() : this.keyway.signOut());
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
    this.set({ phase: "signed-out", notice: `Your session ended. ${more(refusal) || "Sign in again to go on where you were."}` });
    return true;
  }
}

/** Why a credential is not good, where that is more than that the session is over. @param {Problem} refusal */
function more({ code, message }) {
  return code === "credential_missing" || message === OVER ? "" : message;
}
