import { Problem } from "../api/errors.js";
import { Observable } from "./observable.js";

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

  /** @param {import("../api/keyway.js").Keyway} keyway */
  constructor(keyway) {
    super();
    this.keyway = keyway;
    keyway.client.onUnauthorized = () => this.#expired();
  }

  async resume() {
    this.set({ phase: "starting", failure: null });
    try {
      this.set({ phase: "signed-in", current: await this.keyway.session() });
    } catch (failure) {
      const unknown = failure instanceof Problem && failure.status === 401;
      this.set(unknown ? { phase: "signed-out" } : { phase: "unreachable", failure });
    }
  }

  /** @param {string} token */
  async signIn(token) {
    const current = await this.keyway.signIn(token);
    this.set({ phase: "signed-in", current, notice: "" });
  }

  async signOut() {
    await this.keyway.signOut();
    this.set({ phase: "signed-out", current: null, notice: "You are signed out." });
  }

  #expired() {
    if (this.phase !== "signed-in") return false;
    this.set({ phase: "signed-out", notice: "Your session ended. Sign in again to go on where you were." });
    return true;
  }
}
