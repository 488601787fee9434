/**
 * Opens dialogs and remembers which are open, so that an ended session can put
 * a half-filled form aside and the next sign-in bring it back.
 */
export class OpenDialogs {
  /** @type {Set<import("./dialog.js").Dialog<any>>} */
  #open = new Set();

  /**
   * @template Result
   * @param {import("./dialog.js").Dialog<Result>} dialog
   * @returns {Promise<Result | undefined>}
   */
  async ask(dialog) {
    this.#open.add(dialog);
    const result = await dialog.open();
    this.#open.delete(dialog);
    return result;
  }

  sessionEnded() {
    for (const dialog of this.#open) {
      if (dialog.whenSessionEnds === "keep") dialog.putAside();
      else if (dialog.whenSessionEnds === "close") dialog.close(undefined);
    }
  }

  /** @param {boolean} samePerson what one person typed is not for another */
  signedIn(samePerson) {
    for (const dialog of this.#open) {
      if (dialog.whenSessionEnds !== "keep") continue;
      if (samePerson) dialog.bringBack();
      else dialog.close(undefined);
    }
  }
}
