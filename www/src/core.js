import { NoAnswer } from "./api/errors.js";
import start, { check as checkNow } from "keyway-browser";

/**
 * Keyway's core, the same code that the edge runs, as wasm. It says what is
 * wrong with a text before the text is sent. It only ever helps: when it cannot
 * be loaded, or takes too long, the server says the same a moment later.
 */
const PATIENCE_MS = 3_000;

/** Whether it can be asked. Loads it once, and again after a failure. */
async function isThere() {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  try {
    return Boolean(await Promise.race([start({ module_or_path: "/browser/keyway_browser_bg.wasm" }), late]));
  } catch {
    return false;
  }
}

/** Starts the download, so that the answer is there when it is needed. */
export function prepareCore() {
  void isThere();
}

/**
 * @param {"api" | "management" | "verifier" | "name" | "entry" | "email" | "webhook" | "network"} what
 * @param {string} text
 * @returns {Promise<string | undefined>} what is wrong with it
 */
const check = async (what, text) => ((await isThere()) ? checkNow(what, text) : undefined);

/** @param {string} text @param {"management" | "verifier" | "api"} kind */
export const checkToken = (text, kind) => check(kind, text);

/** @param {string} text */
export const checkName = (text) => check("name", text);

/** @param {string} text */
export const checkEmail = (text) => check("email", text);

/** @param {string} text */
export const checkWebhookUrl = (text) => check("webhook", text);

/** @param {string} text */
export const checkNetwork = (text) => check("network", text);

/**
 * Where an export of the audit log is broken. Nobody else would say, so it fails
 * where the core cannot be loaded.
 *
 * @param {string} text
 */
export async function checkExport(text) {
  if (!(await isThere())) throw new NoAnswer(undefined);
  return checkNow("audit", text);
}

/** Of a scope or an account. @param {string} text */
export const checkEntryId = (text) => check("entry", text);
