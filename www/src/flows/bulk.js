import { explain, Problem, SignedOut } from "../api/errors.js";
import { BulkDialog } from "../dialogs/bulk.js";
import { BulkResultsDialog } from "../dialogs/bulk-results.js";
import { count } from "../format/count.js";
import { bulkActions } from "../model/bulk.js";
import { follow } from "./follow.js";
import { CHANGED, undo } from "./undo.js";

/** Each goes alone, of its version; a browser sends no more at once to one place. */
const AT_ONCE = 6;

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
    if (changed.length === 0) return;
    const way = action === "block" ? this.#unblocking(chosen, outcome.results) : undefined;
    await this.#follow(action, changed, outcome.calls, way);
  }

  async #follow(action, changed, calls, way) {
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
          // What was unblocked meanwhile must not be blocked by being asked about.
          const ids = action === "block" ? call.ids.filter((id) => keys.items.find((key) => key.id === id)?.blocked !== null) : call.ids;
          if (ids.length === 0) call.reach = { ...call.reach, pending: [] };
          else if (call.reach.pending.length > 0) call.reach = (await keyway.changeKeys(action, ids, "")).reach;
        }
        open = calls.filter((call) => call.reach.pending.length > 0);
        mark();
        return { reach: reach() };
      },
      undo: way,
    });
    keys.mark([...done], true);
  }

  /**
   * The way back, for those that this change blocked: not for what was blocked before.
   *
   * @param {import("../api/keyway.js").Key[]} before
   * @param {import("../api/keyway.js").BulkResult[]} results
   */
  #unblocking(before, results) {
    const { keyway, keys, session, dialogs } = this.app;
    const me = session.current?.member.id;
    const free = new Set(before.flatMap((key) => (key.blocked === null ? [key.id] : [])));
    const left = results.flatMap(({ key }) => (key && free.has(key.id) && key.blocked?.by.id === me ? [key] : []));
    if (left.length === 0) return undefined;
    return undo(this.app, {
      work: async () => {
        const changed = [];
        const refused = [];
        let failure;
        const one = async (key) => {
          try {
            changed.push((await keyway.editKey(key, { active: true })).key);
          } catch (error) {
            if (error instanceof SignedOut) throw error;
            failure = error;
            refused.push({ key, why: error instanceof Problem && error.code === "precondition_failed" ? CHANGED : explain(error) });
          }
        };
        for (let at = 0; at < left.length; at += AT_ONCE) await Promise.all(left.slice(at, at + AT_ONCE).map(one));
        // Nothing was done, and nobody said no: the way back stays.
        if (changed.length === 0 && !(failure instanceof Problem)) throw failure;
        keys.put(...changed);
        keys.mark(changed.map(({ id }) => id), true);
        if (refused.length > 0) await dialogs.ask(new BulkResultsDialog({ done: "unblocked", changed, refused, left: [] }));
        if (changed.length === 0) return undefined;
        return `${count(changed.length, "key")} ${changed.length === 1 ? "is" : "are"} unblocked again.`;
      },
      look: async () => {},
      focus: "h1",
    });
  }
}
