import { parseJson } from "../format/json.js";
import { NoAnswer, Problem, SignedOut } from "./errors.js";

const PATIENCE_MS = 20_000;
/** What is said to whoever lacks a right, and may have had it a moment ago. */
const RIGHTS = ["role_insufficient", "api_access_missing"];

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body
 */

/** One way to the API, so that every call carries the same headers and fails in the same few ways. */
export class Client {
  /** In which workspace everything is done. */
  workspace = "default";
  /** Called when the server no longer knows the session. Returns whether there was one to lose. @type {(refusal: Problem) => boolean} */
  onUnauthorized = () => false;
  /** Called when the server does not let whoever is signed in do that. */
  onForbidden = () => {};

  /**
   * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
   * @param {string} path
   * @param {{body?: object | Blob, headers?: Record<string, string>, signal?: AbortSignal}} [options]
   * @returns {Promise<Answer>}
   */
  async send(method, path, { body, headers, signal } = {}) {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const isFile = body instanceof Blob;
    let response, text;
    try {
      response = await fetch(path, {
        method,
        // The server takes the cookie only together with this header (CSRF).
        headers: {
          accept: "application/json",
          "x-keyway-page": "1",
          "x-keyway-workspace": this.workspace,
          ...(body && { "content-type": isFile ? body.type : "application/json" }),
          ...headers,
        },
        body: isFile ? body : body && JSON.stringify(body),
        cache: "no-store",
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      if (response.ok && response.headers.get("content-type")?.startsWith("image/")) return { status: response.status, body: await response.blob() };
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new NoAnswer(cause);
    }
    // Lines are hashed as they are.
    if (response.ok) return { status: response.status, body: headers?.accept ? text : parse(text) };
    const answer = parse(text);
    const problem = new Problem(response.status, answer ?? {});
    if (response.status === 401 && this.onUnauthorized(problem)) throw new SignedOut();
    if (RIGHTS.includes(problem.code)) this.onForbidden();
    throw problem;
  }
}

/** A proxy in between may answer with anything; that is a problem without words, not a crash. */
function parse(text) {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
