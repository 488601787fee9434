import { html } from "lit-html";
import { Problem } from "../api/errors.js";
import { button } from "../parts/button.js";
import { Dialog } from "./dialog.js";

/**
 * Asks once more before something is done, and does it.
 *
 * @template Result
 * @extends {Dialog<Result>}
 */
export class ConfirmDialog extends Dialog {
  /**
   * @param {object} content
   * @param {unknown} content.title
   * @param {unknown} content.body what will be so then
   * @param {string} content.label of the button that does it
   * @param {string} content.busyLabel
   * @param {boolean} [content.isGrave]
   * @param {() => Promise<Result>} content.work
   */
  constructor(content) {
    super();
    this.content = content;
  }

  template() {
    const { title, body, label, busyLabel, isGrave = true, work } = this.content;
    return this.frame({
      title,
      body,
      onSubmit: () => void this.attempt(async () => this.close(await work())),
      actions: html`${this.cancelButton({ focusFirst: true })}
      ${button({ label, kind: isGrave ? "button--danger" : "button--primary", type: "submit", busy: this.busy, busyLabel })}`,
    });
  }
}

/**
 * Takes something away. Where somebody was faster, or it is the second time, it is gone.
 *
 * @param {Promise<unknown>} taken
 */
export async function gone(taken) {
  try {
    await taken;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
  }
  return true;
}
