import { ReviewDialog } from "../dialogs/review.js";
import { follow } from "./follow.js";

/** Goes through the keys that nobody uses. @param {import("../app.js").App} app */
export async function reviewKeys(app) {
  const { keyway, keys, reviews, session, dialogs, notices } = app;
  const member = session.current?.member.id;
  notices.dismiss();
  const changes = await dialogs.ask(new ReviewDialog(keyway, (review) => reviews.add(review)));
  // What one person began is not for the next one to see, or to repeat.
  if (!changes?.length || session.current?.member.id !== member) return;
  const shown = new Set(keys.items.map(({ id }) => id));
  keys.put(...changes.flatMap(({ key }) => (shown.has(key.id) ? [key] : [])));
  const mark = () => {
    for (const { key, reach } of changes) keys.mark(key.id, reach.pending.length === 0);
  };
  const reach = () => ({
    pending: [...new Set(changes.flatMap((change) => change.reach.pending))],
    seconds: Math.max(...changes.map((change) => change.reach.seconds)),
  });
  mark();
  await follow(app, {
    done: summary(changes),
    risk: "a client may still get in",
    reach: reach(),
    holds: changes.length === 1 ? "It is refused" : "They are refused",
    repeat: async () => {
      for (const change of changes) {
        if (change.reach.pending.length === 0) continue;
        // What was unblocked meanwhile must not be blocked by being asked about.
        const { id, revoked } = change.key;
        change.reach = (await (revoked ? keyway.revokeKey(id, "") : keyway.reachOf(id))).reach;
      }
      mark();
      return { reach: reach() };
    },
  });
}

/** @param {import("../dialogs/review.js").Decided[]} changes */
function summary(changes) {
  const revoked = changes.filter(({ key }) => key.revoked).length;
  const said = [
    [changes.length - revoked, "blocked"],
    [revoked, "revoked"],
  ].filter(([number]) => number);
  return `Reviewed: ${said.map(([number, done]) => `${number} ${done}`).join(", ")}.`;
}
