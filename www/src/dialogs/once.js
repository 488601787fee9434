import { NoAnswer, Problem } from "../api/errors.js";

/**
 * Something that must be done once, however often it is sent: a second click
 * after a lost answer gives what the first one made.
 *
 * @template Body, Result
 */
export class Once {
  /** By this the server knows a repetition. */
  #attempt = crypto.randomUUID();
  /** What was sent and never answered: it may have been done. @type {Body | null} */
  #unanswered = null;

  #send;

  /** @param {(body: Body, attempt: string) => Promise<Result>} send */
  constructor(send) {
    this.#send = send;
  }

  /** Whether it may have been done without anybody having seen the answer. */
  get isUnsure() {
    return this.#unanswered !== null;
  }

  /** @param {Body} body @returns {Promise<Result>} */
  async send(body) {
    try {
      return this.#settled(await this.#send(body, this.#attempt));
    } catch (error) {
      if (error instanceof NoAnswer || (error instanceof Problem && error.isOutage)) {
        this.#unanswered ??= body;
      }
      const first = this.#unanswered;
      const wasChanged = error instanceof Problem && error.code === "idempotency_key_reused";
      if (!wasChanged || !first) throw error;
      // The form was changed after an attempt that did arrive. What that one
      // asked for gives what it made.
      return this.#settled(await this.#send(first, this.#attempt));
    }
  }

  #settled(result) {
    this.#unanswered = null;
    return result;
  }
}

/**
 * @param {unknown} error
 * @param {string} never what trying again does not do
 * @returns {string | undefined} what to say of a lost answer
 */
export function explainLost(error, never) {
  if (!(error instanceof NoAnswer)) return undefined;
  const cause = navigator.onLine ? "The connection broke before the answer came." : "You are offline.";
  return `${cause} Trying again is safe: it never ${never}.`;
}
