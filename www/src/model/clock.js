import { Observable } from "./observable.js";

const LONGEST_MS = 60_000;

/** Tells that time has passed, so that what ends while it is on screen is seen to end. */
export class Clock extends Observable {
  /** Counts, for whatever is drawn anew only when something changed. */
  ticks = 0;

  #timer = 0;

  /** Tells when the next of these moments has come, and within a minute at the latest. @param {string[]} moments */
  tickAt(moments) {
    clearTimeout(this.#timer);
    const left = moments.map((iso) => Date.parse(iso) - Date.now()).filter((milliseconds) => milliseconds > 0);
    this.#timer = setTimeout(() => this.set({ ticks: this.ticks + 1 }), Math.min(LONGEST_MS, ...left));
  }
}
