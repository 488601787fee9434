import { html, nothing } from "lit-html";
import { Problem } from "../api/errors.js";
import { banner } from "../parts/banner.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";

/**
 * Changes something, of the version that the reader saw. When somebody else was
 * faster, nothing is overwritten silently: the reader sees both, and decides.
 *
 * @template Item, Result
 * @extends {Dialog<Result>}
 */
export class EditDialog extends Dialog {
  whenSessionEnds = /** @type {const} */ ("keep");

  /** What it was changed to meanwhile, by somebody else. @type {Item | null} */
  theirs = null;
  /** What is known to be on the server, if that is not what the dialog began with. @type {Item | null} */
  latest = null;

  /**
   * @param {() => Promise<Result>} send
   * @param {() => Promise<Item>} read what is there when it was changed since
   */
  async save(send, read) {
    try {
      this.close(await send());
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "precondition_failed") throw error;
      this.theirs = await read();
      this.latest = this.theirs;
    }
  }

  /**
   * What somebody else changed, above the form.
   *
   * @param {object} race
   * @param {string} race.one what it is
   * @param {Item} race.before
   * @param {[keyof Item, string, (item: Item) => unknown][]} race.shown what may have changed, and how to show it
   * @param {(theirs: Item) => void} race.begin begins again with theirs
   */
  lostRace({ one, before, shown, begin }) {
    const { theirs } = this;
    if (!theirs) return nothing;
    const changed = shown.filter(([member]) => JSON.stringify(theirs[member]) !== JSON.stringify(before[member]));
    return html`${banner("warning", `Somebody else changed this ${one} in the meantime. Your changes are not saved yet.`)}
      <dl class="facts">
        ${changed.map(([, label, show]) => html`<dt>${label} now</dt><dd>${show(theirs)}</dd>`)}
      </dl>
      ${button({
        label: "Take theirs and begin again",
        kind: "button--small",
        locked: this.busy,
        onClick: () => {
          begin(theirs);
          this.update({ theirs: null });
        },
      })}`;
  }

  saveButton() {
    return button({
      label: this.theirs ? "Save mine over theirs" : "Save",
      kind: "button--primary",
      type: "submit",
      busy: this.busy,
      busyLabel: "Saving…",
    });
  }
}
