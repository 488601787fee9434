import { Observable } from "./observable.js";

const READING_TIME_MS = 10_000;

/**
 * @typedef {object} Notice
 * @property {"good" | "busy" | "bad"} tone
 * @property {unknown} text
 * @property {{label: string, busyLabel: string, run: () => void}} [action] what the reader can do about it
 * @property {boolean} [busy] whether that is being done
 * @property {() => void} [undo] takes back what it says
 * @property {boolean} [undoing] whether that is being done
 */

/** The one message that is on screen, beside what the reader does. */
export class Notices extends Observable {
  /** @type {Notice | null} */
  current = null;

  #timer = 0;

  /** @param {Notice} notice */
  say(notice) {
    this.set({ current: notice });
    this.release();
  }

  /** What it says is said only while it is on screen. @param {Notice} notice @param {Partial<Notice>} change */
  change(notice, change) {
    Object.assign(notice, change);
    if (this.current === notice) this.set();
  }

  dismiss() {
    clearTimeout(this.#timer);
    this.set({ current: null });
  }

  /** Keeps the message while it is pointed at or focused. */
  hold() {
    clearTimeout(this.#timer);
  }

  /** Good news goes away by itself. The rest, and what can be taken back or gone on with, waits until it is read. */
  release() {
    clearTimeout(this.#timer);
    if (this.current?.tone === "good" && !this.current.undo && !this.current.action) this.#timer = setTimeout(() => this.dismiss(), READING_TIME_MS);
  }
}
