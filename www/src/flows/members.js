import { html } from "lit-html";
import { Problem } from "../api/errors.js";
import { ConfirmDialog, gone } from "../dialogs/confirm.js";
import { MemberFormDialog } from "../dialogs/member-form.js";
import { MemberTokenDialog } from "../dialogs/member-token.js";
import { ShowTokenDialog } from "../dialogs/show-token.js";
import { count } from "../format/count.js";
import { banner } from "../parts/banner.js";
import { Route } from "../route.js";

/** @typedef {import("../api/keyway.js").Member} Member */

const AT_ONCE = html`<strong>It holds at once:</strong> their token and every page that is signed in with it stop working.`;
const STAY = "The keys that they made stay good.";

/** What a person does with members, from the first click to the last message. */
export class MemberFlows {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
  }

  async invite() {
    const { keyway, entries, members } = this.app;
    const dialog = new MemberFormDialog(keyway, entries);
    const invited = await this.#withEntries(dialog);
    if (!invited) {
      if (dialog.isUnsure) await members.load();
      return;
    }
    await this.#show(invited, html`“<bdi>${invited.member.name}</bdi>” is invited.`);
  }

  /** @param {Member} member */
  async edit(member) {
    const { keyway, entries, notices } = this.app;
    const dialog = new MemberFormDialog(keyway, entries, member);
    const edited = await this.#withEntries(dialog);
    const latest = edited?.member ?? dialog.latest;
    if (latest) this.app.members.add(latest);
    if (edited) notices.say({ tone: "good", text: html`“<bdi>${edited.member.name}</bdi>” is saved. It holds at once.` });
  }

  /** @param {Member} member */
  async giveToken(member) {
    const { keyway, dialogs, notices } = this.app;
    notices.dismiss();
    const given = await dialogs.ask(new MemberTokenDialog(keyway, member));
    if (given) await this.#show(given, html`“<bdi>${member.name}</bdi>” has a new token.`);
  }

  /** @param {Member} member */
  async takeToken(member) {
    const taken = await this.#confirm({
      title: html`Take the token of “<bdi>${member.name}</bdi>” away?`,
      body: banner("warning", html`${AT_ONCE} Another token can be given later.`),
      label: "Take token away",
      busyLabel: "Taking…",
      work: () => this.app.keyway.revokeMemberToken(member.id),
    });
    this.#done(taken, html`“<bdi>${member.name}</bdi>” has no token any more.`);
  }

  /** Or lets them back in, if they are suspended. @param {Member} member */
  async suspend(member) {
    const { suspended } = member;
    const changed = await this.#confirm({
      title: html`${suspended ? "Let" : "Suspend"} “<bdi>${member.name}</bdi>”${suspended ? " back in" : ""}?`,
      body: suspended
        ? html`<p>It holds at once: they may do again what they could before.</p>`
        : banner("warning", html`${AT_ONCE} ${STAY}`),
      label: suspended ? "Let back in" : "Suspend",
      busyLabel: suspended ? "Letting in…" : "Suspending…",
      isGrave: !suspended,
      work: () => this.#change(member, { suspended: !suspended }),
    });
    this.#done(changed, html`“<bdi>${member.name}</bdi>” ${suspended ? "is back in" : "is suspended"}.`);
  }

  /** @param {Member} member */
  async remove(member) {
    const { keyway, members, notices, route } = this.app;
    const { id, name } = member;
    const shown = await this.#confirm({
      title: html`Remove “<bdi>${name}</bdi>”?`,
      body: banner("warning", html`<strong>This cannot be undone.</strong> ${AT_ONCE} ${STAY}`),
      label: "Remove member",
      busyLabel: "Removing…",
      work: async () => {
        await gone(keyway.removeMember(id));
        return this.#shownTo(id);
      },
    });
    if (shown === undefined) return;
    members.remove(id);
    this.app.keepFocus();
    const done = html`“<bdi>${name}</bdi>” is removed.`;
    const look = () => {
      notices.dismiss();
      route.go(Route.link("keys", { shown_to: id }));
      this.app.keepFocus();
    };
    notices.say(
      shown === ""
        ? { tone: "good", text: done }
        : {
            tone: "good",
            text: html`${done} They may know the tokens of ${shown}. Rotate or revoke those keys.`,
            action: { label: "Look at them", busyLabel: "", run: look },
          },
    );
  }

  /** How many keys that are not over somebody made, or saw the tokens of, in words. It only helps: without it the member is removed all the same. @param {string} id */
  async #shownTo(id) {
    try {
      const { items, next_cursor } = await this.app.keyway.keys({ shown_to: id, status: "scheduled,active,blocked", limit: "100" });
      if (items.length === 0) return "";
      return `${next_cursor ? "more than " : ""}${count(items.length, "key")}`;
    } catch {
      return "keys";
    }
  }

  /** One word says all there is to say, so a lost race is run again on what is there now. */
  async #change(member, change) {
    const { keyway } = this.app;
    try {
      return await keyway.editMember(member, change);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "precondition_failed") throw error;
      return keyway.editMember(await keyway.member(member.id), change);
    }
  }

  async #show(given, lead) {
    const { dialogs, notices } = this.app;
    const { member, token } = given;
    // From here on only the dialog holds it.
    given.token = "";
    this.app.members.add(member);
    await dialogs.ask(
      new ShowTokenDialog({
        title: "Save this token now",
        lead: html`${lead} They sign in with this token. Hand it over by a safe way: a password manager, not an e-mail or a chat.`,
        token,
      }),
    );
    notices.say({ tone: "good", text: lead });
    this.app.keepFocus();
  }

  /** @param {ConstructorParameters<typeof ConfirmDialog<any>>[0]} content */
  #confirm(content) {
    this.app.notices.dismiss();
    return this.app.dialogs.ask(new ConfirmDialog(content));
  }

  /** @param {Member | undefined} member @param {unknown} text */
  #done(member, text) {
    if (!member) return;
    this.app.members.add(member);
    this.app.notices.say({ tone: "good", text });
    this.app.keepFocus(`[data-member="${member.id}"] .row__more`);
  }

  /** Asks, with the scopes and accounts of now. */
  async #withEntries(dialog) {
    const { dialogs, notices } = this.app;
    notices.dismiss();
    const lists = Object.values(this.app.entries);
    const stops = lists.map((list) => list.onChange(() => dialog.update()));
    for (const list of lists) void list.load();
    const answer = await dialogs.ask(dialog);
    for (const stop of stops) stop();
    return answer;
  }
}
