import { html } from "lit-html";
import { kindOf } from "../api/keyway.js";
import { EndTokenDialog } from "../dialogs/end-token.js";
import { RotateKeyDialog } from "../dialogs/rotate-key.js";
import { ShowTokenDialog } from "../dialogs/show-token.js";
import { isInGrace } from "../model/key-now.js";
import { countdown, dayAhead } from "../parts/moment.js";
import { notYet } from "../parts/not-yet.js";
import { follow } from "./follow.js";

/** @typedef {import("../api/keyway.js").Key} Key */

/** What a person does with the tokens of a key or a verifier, from the first click to the last message. */
export class RotationFlows {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {Key} before */
  async rotate(before) {
    const { keyway, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new RotateKeyDialog(keyway, before);
    const rotated = await dialogs.ask(dialog);
    if (!rotated) {
      if (dialog.lost) this.#tokenIsLost(dialog.lost);
      else if (dialog.isUnsure) await this.#tokenMayBeLost(before);
      return;
    }
    const { key, reach } = rotated;
    const { again } = dialog;
    this.#put(key);
    await this.#show(rotated, before.hint);
    this.app.keepFocus();
    const old = isInGrace(key) ? key.previous_token : null;
    const done = html`“<bdi>${key.name}</bdi>” has a new token.`;
    if (!old) {
      await this.#followEnd(key, reach, again, { done, risk: "the old one may still be accepted", holds: "The old one is refused" });
    } else if (isInGrace(before)) {
      // There are no more than two: one that was in its grace has ended.
      await this.#followEnd(key, reach, again, { done, risk: "the oldest one may still be accepted", holds: "The oldest one is refused" });
    } else {
      notices.say({ tone: "good", text: html`${done} The old one ends ${countdown(old.ends_at)}.` });
    }
  }

  /**
   * What follows may take hours, and must not hold the token: nothing outside this does.
   *
   * @param {{key: Key, token: string, reach: import("../api/keyway.js").Reach}} rotated
   * @param {string} oldHint
   */
  async #show(rotated, oldHint) {
    const { key, reach } = rotated;
    const dialog = new ShowTokenDialog({
      title: "Save the new token now",
      lead: html`The ${kindOf(key.id)} “<bdi>${key.name}</bdi>” has a new token. The old one, <code>${oldHint}</code>,
      ${isInGrace(key) && key.previous_token ? html`works until ${dayAhead(key.previous_token.ends_at)}` : "ends now"}.`,
      token: rotated.token,
      reach,
      works: notYet(key),
      isKept: key.recoverable,
    });
    // From here on only the dialog holds it.
    rotated.token = "";
    await this.app.dialogs.ask(dialog);
  }

  /** @param {Key} key */
  async endOld(key) {
    const { keyway, dialogs, notices } = this.app;
    notices.dismiss();
    const ended = await dialogs.ask(new EndTokenDialog(keyway, key));
    if (!ended) return;
    this.#put(ended.key);
    await this.#followEnd(key, ended.reach, () => keyway.endPreviousToken(ended.key), {
      done: html`The old token of “<bdi>${key.name}</bdi>” has ended.`,
      risk: "it may still be accepted",
      holds: "It is refused",
    });
  }

  /**
   * Neither rotating nor ending is repeated of a key: since then there may be another old token, which somebody needs.
   * Of a verifier it is `again`, which its version keeps from doing so.
   */
  #followEnd({ id }, reach, again, words) {
    return follow(this.app, { ...words, reach, repeat: kindOf(id) === "key" ? () => this.app.keyway.reachOf(id) : again });
  }

  #put(key) {
    const { keys, verifiers } = this.app;
    if (kindOf(key.id) === "key") keys.put(key);
    else verifiers.add(key);
  }

  /** @param {Key} key */
  #tokenIsLost(key) {
    this.#put(key);
    this.app.notices.say({
      tone: "bad",
      text: html`The new token of “<bdi>${key.name}</bdi>” is lost. Rotate it once more to get another.`,
    });
  }

  /** No answer came. @param {Key} before */
  async #tokenMayBeLost({ id, name, hint }) {
    const { keyway, keys, verifiers, notices } = this.app;
    notices.say({
      tone: "bad",
      text: html`“<bdi>${name}</bdi>” may have been rotated without its new token reaching you. If its token is not
        <code>${hint}</code> any more, rotate it once more.`,
    });
    if (kindOf(id) === "verifier") {
      await verifiers.load();
      return;
    }
    try {
      keys.put(await keyway.key(id));
    } catch {
      await keys.load();
    }
  }
}
