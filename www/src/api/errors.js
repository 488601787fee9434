import { sentence } from "../format/sentence.js";

/** Where a workspace has its help, if it says so. @typedef {{docs_url?: string | null, support_contact?: string | null}} Help */

/** The server answered, and said no: an RFC 9457 problem document. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, title?: string, detail?: string, errors?: {pointer: string, detail: string}[]} & Help} document
   */
  constructor(status, document) {
    super(document.detail ?? document.title ?? `The server answered ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.code = document.code ?? "unknown";
    this.errors = document.errors ?? [];
    /** @type {Help} */
    this.help = document;
  }

  /** Whether the server itself is in trouble, so that asking again may help. */
  get isOutage() {
    return this.status >= 500;
  }
}

/**
 * No answer arrived. The request may or may not have reached the server:
 * whoever changes something must be able to repeat it safely.
 */
export class NoAnswer extends Error {
  constructor(cause) {
    super("No answer arrived.", { cause });
    this.name = "NoAnswer";
  }
}

/** The session is over. The app shows the sign-in screen, so nobody else needs to speak of it. */
export class SignedOut extends Error {
  constructor() {
    super("The session is over.");
    this.name = "SignedOut";
  }
}

/** A part of the page did not arrive: the connection is lost, or the page was updated since it was opened. */
export class NotLoaded extends Error {
  constructor(cause) {
    super("A part of the page did not arrive.", { cause });
    this.name = "NotLoaded";
  }
}

/**
 * @param {unknown} error
 * @returns {string} one or two sentences for the reader
 */
export function explain(error) {
  if (error instanceof NoAnswer || error instanceof NotLoaded) {
    if (!navigator.onLine) return "You are offline. Try again when the connection is back.";
    if (error instanceof NotLoaded) return "This part of the page did not arrive. Keyway may have been updated: reload the page.";
    return "Keyway did not answer. Check the connection and try again.";
  }
  if (error instanceof Problem) {
    return error.isOutage ? `Keyway cannot do this right now. ${sentence(error.message)}` : sentence(error.message);
  }
  if (error instanceof SignedOut) return "The session ended. Sign in again.";
  return "Something went wrong on this page. Reload it and try again.";
}
