import { html } from "lit-html";
import { explain, Problem } from "../api/errors.js";
import { BlockKeyDialog } from "../dialogs/block-key.js";
import { ConfirmDialog } from "../dialogs/confirm.js";
import { CreateKeyDialog } from "../dialogs/create-key.js";
import { EditKeyDialog } from "../dialogs/edit-key.js";
import { KeyDetailsDialog } from "../dialogs/key-details.js";
import { RevealTokenDialog } from "../dialogs/reveal-token.js";
import { RevokeKeyDialog } from "../dialogs/revoke-key.js";
import { ShowTokenDialog } from "../dialogs/show-token.js";
import { BOUND } from "../format/bound.js";
import { count } from "../format/count.js";
import { banner } from "../parts/banner.js";
import { keyFacts } from "../parts/key-facts.js";
import { notYet } from "../parts/not-yet.js";
import { follow } from "./follow.js";
import { undo } from "./undo.js";

/** What a person does with keys, from the first click to the last message. */
export class KeyFlows {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
  }

  async create() {
    const { keyway, keys, entries, avatars, settings, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new CreateKeyDialog(keyway, entries, avatars, (key) => keys.put(key), settings, this.app.session);
    const created = await this.#withEntries(dialog, settings);
    if (!created) {
      if (dialog.isUnsure) {
        notices.say({
          tone: "bad",
          text: `A key may have been created without its token reaching you. If it is in the list, ${this.app.may("keys.revoke") ? "revoke" : "block"} it and create a new one.`,
        });
        await keys.load();
      }
      return;
    }
    const { key, token, reach, avatar } = created;
    // From here on only the dialog holds it.
    created.token = "";
    keys.put(key);
    // Beside it: the token waits for nothing.
    const lost = this.#picture(key, avatar);
    await dialogs.ask(
      new ShowTokenDialog({
        title: "Save this token now",
        lead: html`The key “<bdi>${key.name}</bdi>” is created.`,
        token,
        reach,
        works: notYet(key),
        isKept: key.recoverable,
        use: key,
      }),
    );
    const is = notYet(key) ? "is created" : "is ready to use";
    notices.say({ tone: "good", text: html`“<bdi>${key.name}</bdi>” ${is}.` });
    this.app.keepFocus();
    const error = await lost;
    if (!error) return;
    notices.say({
      tone: "bad",
      text: html`“<bdi>${key.name}</bdi>” ${is}, but its picture was not kept. ${explain(error)} To try again, choose it
        under Edit.`,
    });
  }

  /**
   * @param {import("../api/keyway.js").Key} key
   * @param {import("../parts/avatar-field.js").AvatarField} avatar
   * @returns {Promise<unknown>} why it was not kept, if it was not
   */
  async #picture(key, avatar) {
    try {
      const pictured = await avatar.save(this.app.keyway, key);
      if (pictured && this.app.session.phase === "signed-in") this.app.keys.put(pictured);
      return null;
    } catch (error) {
      return error;
    }
  }

  /** @param {import("../api/keyway.js").Key} key */
  async details(key) {
    const { keyway, avatars, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new KeyDetailsDialog(keyway, key, avatars, (action) => this.app.may(action));
    const stop = avatars.onChange(() => dialog.update());
    const next = await dialogs.ask(dialog);
    stop();
    if (next === "edit") await this.edit(dialog.key);
    if (next === "webhook") await this.app.withLater(({ flows }) => flows.keyWebhook(this.app, dialog.key));
  }

  /** @param {import("../api/keyway.js").Key} key */
  async edit(key) {
    const { keyway, keys, entries, avatars, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new EditKeyDialog(keyway, entries, avatars, key, this.app.may("catalog.manage"));
    const edited = await this.#withEntries(dialog);
    const latest = edited?.key ?? dialog.latest;
    if (latest) keys.put(latest);
    if (!edited) return;
    await follow(this.app, {
      done: html`“<bdi>${edited.key.name}</bdi>” is saved.`,
      risk: "what was taken away may still be had",
      reach: edited.reach,
      repeat: () => keyway.reachOf(key.id),
      holds: "It holds",
    });
  }

  /** Or unblocks it, if it is blocked. @param {import("../api/keyway.js").Key} key */
  async block(key) {
    const { keyway, keys, dialogs, notices } = this.app;
    notices.dismiss();
    const decided = await dialogs.ask(new BlockKeyDialog(keyway, key));
    if (!decided) return;
    keys.put(decided.key);
    const { reach } = decided;
    if (decided.key.blocked === null) {
      // Nobody is let in who should not be, so it is not followed.
      const rest = reach.pending.length > 0 ? "It reaches every region as soon as it can" : `Every region knows within ${count(reach.seconds, "second")}`;
      notices.say({ tone: "good", text: html`“<bdi>${key.name}</bdi>” is unblocked. ${rest}.` });
      return;
    }
    if (reach.pending.length > 0) keys.mark(key.id, false);
    await follow(this.app, {
      done: html`“<bdi>${key.name}</bdi>” is blocked.`,
      risk: "a client may still get in",
      reach,
      // Not by blocking it once more: somebody may have unblocked it meanwhile.
      repeat: () => keyway.reachOf(key.id),
      undo: this.#unblocking(decided.key),
    });
    keys.mark(key.id, true);
  }

  /** The way back, where it was this change that blocked it. @param {import("../api/keyway.js").Key} blocked */
  #unblocking(blocked) {
    const { keyway, keys, session } = this.app;
    if (blocked.blocked?.by.id !== session.current?.member.id) return undefined;
    return undo(this.app, {
      work: async () => {
        const { key } = await keyway.editKey(blocked, { active: true });
        keys.put(key);
        keys.mark(key.id, true);
        return html`“<bdi>${key.name}</bdi>” is unblocked again.`;
      },
      look: async () => keys.put(await keyway.key(blocked.id)),
      focus: `[data-key="${blocked.id}"] .row__more`,
    });
  }

  /** @param {import("../api/keyway.js").Key} key */
  async revoke(key) {
    const { keyway, keys, dialogs, notices } = this.app;
    notices.dismiss();
    const next = neighbour(keys.items, key);
    const revoked = await dialogs.ask(new RevokeKeyDialog(keyway, key));
    if (!revoked) return;
    keys.put(revoked.key);
    this.app.keepFocus(next && `[data-key="${next.id}"] .row__more`);
    const { reach } = revoked;
    if (reach.pending.length > 0) keys.mark(key.id, false);
    await follow(this.app, {
      done: html`“<bdi>${key.name}</bdi>” is revoked.`,
      risk: "a client may still get in",
      reach,
      repeat: () => keyway.revokeKey(key.id, ""),
    });
    keys.mark(key.id, true);
  }

  /** @param {import("../api/keyway.js").Key} key */
  async reveal(key) {
    const { keyway, keys, dialogs, notices } = this.app;
    notices.dismiss();
    const revealed = await dialogs.ask(new RevealTokenDialog(keyway, key));
    if (!revealed) return;
    keys.put(revealed.key);
    const { token } = revealed;
    // From here on only the dialog holds it.
    revealed.token = "";
    await dialogs.ask(
      new ShowTokenDialog({
        title: "The token, once more",
        lead: html`This is the current token of “<bdi>${key.name}</bdi>”.`,
        token,
        works: "",
        isKept: true,
      }),
    );
    this.app.keepFocus(`[data-key="${key.id}"] .row__more`);
  }

  /** @param {import("../api/keyway.js").Key} key */
  async delete(key) {
    const { keyway, keys, dialogs, notices } = this.app;
    notices.dismiss();
    const next = neighbour(keys.items, key);
    const isRevoked = key.status === "revoked";
    const deleted = await dialogs.ask(
      new ConfirmDialog({
        title: html`Delete “<bdi>${key.name}</bdi>”?`,
        body: html`${banner(
            "warning",
            html`<strong>This cannot be undone.</strong> ${isRevoked
              ? "The key is revoked, and stays so."
              : html`The key is revoked first, for good: whoever still uses it is refused everywhere, ${BOUND}.`}`,
          )}
          <p>
            It disappears from all lists, the one of the revoked keys included. What was done with it stays in the audit
            log.${isRevoked ? "" : " To keep it in sight, revoke it instead."}
          </p>
          ${keyFacts(key)}`,
        label: "Delete key",
        busyLabel: "Deleting…",
        work: async () => {
          try {
            return await keyway.deleteKey(key.id);
          } catch (error) {
            // Somebody was faster: it is gone, and nobody says how far that has got.
            if (!(error instanceof Problem) || error.code !== "key_not_found") throw error;
            return { reach: null };
          }
        },
      }),
    );
    if (!deleted) return;
    keys.remove(key.id);
    this.app.keepFocus(next && `[data-key="${next.id}"] th`);
    const done = html`“<bdi>${key.name}</bdi>” is deleted.`;
    const { reach } = deleted;
    if (!reach || (isRevoked && reach.pending.length === 0)) {
      notices.say({ tone: "good", text: done });
      return;
    }
    await follow(this.app, { done, risk: "a client may still get in", reach, repeat: () => keyway.deleteKey(key.id) });
  }

  /** Asks, with the scopes and accounts of now, and `more`. */
  async #withEntries(dialog, ...more) {
    const lists = [...Object.values(this.app.entries), ...more];
    const stops = [...lists, this.app.avatars].map((list) => list.onChange(() => dialog.update()));
    for (const list of lists) void list.load();
    const answer = await this.app.dialogs.ask(dialog);
    for (const stop of stops) stop();
    dialog.extras.avatar.forget();
    return answer;
  }
}

function neighbour(items, key) {
  const at = items.findIndex((other) => other.id === key.id);
  return items[at + 1] ?? items[at - 1];
}
