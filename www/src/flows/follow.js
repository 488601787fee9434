import { html } from "lit-html";
import { explain, Problem } from "../api/errors.js";
import { count } from "../format/count.js";
import { regionNames } from "../format/region.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** It was deleted, revoked or changed since, so no answer will ever say more. */
const OVERTAKEN = [404, 409, 412];

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/**
 * Says how far a change has got that takes something away. While a region does
 * not have it, the change is repeated: that has to be safe, and the answer says
 * more.
 *
 * @typedef {import("../api/keyway.js").Reach} Reach
 * @param {import("../app.js").App} app
 * @param {object} change
 * @param {unknown} change.done a sentence: what has become of what
 * @param {string} change.risk what may still happen where it has not arrived
 * @param {Reach} change.reach
 * @param {() => Promise<{reach: Reach}>} change.repeat
 * @param {string} [change.holds] what is so everywhere in the end
 * @param {import("./undo.js").Undo} [change.undo] a way back
 */
export async function follow(app, { done, risk, reach, repeat, holds = "It is refused", undo }) {
  const { notices, session } = app;
  const member = session.current?.member.id;
  if (reach.pending.length > 0) {
    let asked = false;
    let wake = () => {};
    const text = (remark = "") =>
      html`${done} ${regionNames(reach.pending)} ${reach.pending.length === 1 ? "has" : "have"} not confirmed it yet, so ${risk}
        there. Keyway keeps trying.${remark && ` ${remark}`}`;
    /** @type {import("../model/notices.js").Notice} */
    const notice = {
      tone: "busy",
      text: text(),
      action: {
        label: "Check again",
        busyLabel: "Checking…",
        run: () => {
          asked = true;
          notices.change(notice, { busy: true });
          wake();
        },
      },
      undo: undo?.run,
    };
    notices.say(notice);
    for (let pause = FIRST_PAUSE_MS; reach.pending.length > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause);
      });
      // It is repeated in the name of whoever made it.
      if (session.phase !== "signed-in" || session.current?.member.id !== member) return;
      if (undo?.state === "done") return;
      // It must not be repeated into its own undoing.
      if (undo?.state === "busy") continue;
      const before = reach.pending.length;
      let remark;
      try {
        ({ reach } = await repeat());
        remark = `Checked at ${time.format(new Date())}.`;
      } catch (error) {
        remark = explain(error);
        if (error instanceof Problem && OVERTAKEN.includes(error.status)) {
          if (notices.current === notice) notices.say({ tone: "bad", text: html`${done} How far that has got cannot be seen any more. ${remark}` });
          return;
        }
      }
      // Each change of it is read out: not so a look that nobody asked for and that found nothing new.
      if (asked || reach.pending.length !== before) notices.change(notice, { text: text(asked ? remark : ""), busy: false });
      asked = false;
    }
  }
  if (undo?.state === "done") return;
  const hadFocus = document.querySelector(".notice:focus-within") !== null;
  notices.say({ tone: "good", text: html`${done} ${holds} everywhere within ${count(reach.seconds, "second")}.`, undo: undo?.run });
  if (hadFocus) app.keepFocus();
}
