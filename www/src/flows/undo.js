import { explain, Problem, SignedOut } from "../api/errors.js";

export const CHANGED = "Somebody changed it in the meantime, so it stays as it is now.";

/**
 * A way back, to be offered with the message that says what was done. It is gone
 * once, of the version that this change made: what somebody else changed since
 * then is theirs.
 *
 * @typedef {object} Undo
 * @property {"" | "busy" | "done"} state
 * @property {() => void} run
 *
 * @param {import("../app.js").App} app
 * @param {object} back
 * @param {() => Promise<unknown>} back.work does it, and says what is so now, or has said it itself
 * @param {() => Promise<unknown>} back.look shows what is there when it was refused
 * @param {string} back.focus selector of what to go on with
 * @returns {Undo}
 */
export function undo(app, { work, look, focus }) {
  const { notices, session } = app;
  const member = session.current?.member.id;
  const isTheirs = () => session.phase === "signed-in" && session.current?.member.id === member;
  /** @type {Undo} */
  const way = { state: "", run: () => void go() };
  const go = async () => {
    if (way.state !== "" || !isTheirs()) return;
    way.state = "busy";
    if (notices.current) notices.change(notices.current, { undoing: true });
    try {
      const text = await work();
      way.state = "done";
      if (!isTheirs()) return;
      if (text) notices.say({ tone: "good", text });
      else notices.dismiss();
    } catch (error) {
      way.state = "";
      if (error instanceof SignedOut || !isTheirs()) return;
      const isRefused = error instanceof Problem && !error.isOutage;
      const why = isRefused && error.code === "precondition_failed" ? CHANGED : explain(error);
      notices.say({ tone: "bad", text: `It is not undone. ${why}`, ...(!isRefused && { undo: way.run }) });
      if (isRefused) await look().catch(() => {});
    } finally {
      app.keepFocus(focus);
    }
  };
  return way;
}
