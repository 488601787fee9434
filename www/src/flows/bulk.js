import { BulkDialog } from "../dialogs/bulk.js";
import { BulkResultsDialog } from "../dialogs/bulk-results.js";
import { count } from "../format/count.js";
import { bulkActions } from "../model/bulk.js";
import { follow } from "./follow.js";

/** The same, done to all the keys that are ticked. */
export class BulkFlows {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {import("../api/keyway.js").BulkAction} action */
  async change(action) {
    const { keyway, keys, selection, session, dialogs, notices } = this.app;
    const member = session.current?.member.id;
    const chosen = selection.of(keys.items);
    if (chosen.length === 0) return;
    notices.dismiss();
    const outcome = await dialogs.ask(new BulkDialog(keyway, action, chosen));
    // What one person began is not for the next one to see, or to repeat.
    if (!outcome || session.current?.member.id !== member) return;
    const { done } = bulkActions[action];
    const byId = new Map(outcome.results.map((result) => [result.id, result]));
    const changed = chosen.filter(({ id }) => byId.has(id) && !byId.get(id)?.problem);
    const refused = chosen.flatMap((key) => {
      const problem = byId.get(key.id)?.problem;
      return problem ? [{ key, why: problem.detail ?? problem.title }] : [];
    });
    const left = chosen.filter(({ id }) => !byId.has(id));
    selection.tick(false, ...changed.map(({ id }) => id));
    if (action === "delete") keys.remove(...changed.map(({ id }) => id));
    else keys.put(...outcome.results.flatMap(({ key }) => (key ? [key] : [])));
    if (refused.length + left.length > 0) await dialogs.ask(new BulkResultsDialog({ done, changed, refused, left }));
    this.app.keepFocus();
    if (changed.length > 0) await this.#follow(action, changed, outcome.calls);
  }

  async #follow(action, changed, calls) {
    const { keyway, keys, notices } = this.app;
    const text = `${count(changed.length, "key")} ${changed.length === 1 ? "is" : "are"} ${bulkActions[action].done}.`;
    let open = calls;
    const reach = () => ({
      pending: [...new Set(open.flatMap((call) => call.reach.pending))],
      seconds: Math.max(...calls.map((call) => call.reach.seconds)),
    });
    if (action === "unblock") {
      // Nobody is let in who should not be, so it is not followed.
      notices.say({ tone: "good", text: `${text} Every region knows as soon as it can.` });
      return;
    }
    const done = new Set(changed.map(({ id }) => id));
    const mark = () => {
      for (const { ids, reach } of calls) keys.mark(ids.filter((id) => done.has(id)), reach.pending.length === 0);
    };
    mark();
    await follow(this.app, {
      done: text,
      risk: "a client may still get in",
      reach: reach(),
      holds: changed.length === 1 ? "It is refused" : "They are refused",
      repeat: async () => {
        for (const call of open) {
          if (call.reach.pending.length > 0) call.reach = (await keyway.changeKeys(action, call.ids, "")).reach;
        }
        open = calls.filter((call) => call.reach.pending.length > 0);
        mark();
        return { reach: reach() };
      },
    });
    keys.mark([...done], true);
  }
}
