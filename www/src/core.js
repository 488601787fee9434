/**
 * Keyway's core, the same code that the edge runs, as wasm. It says what is
 * wrong with a text before the text is sent. It only ever helps: when it cannot
 * be loaded, or takes too long, the server says the same a moment later.
 */
const PATIENCE_MS = 3_000;

let loading;

async function core() {
  loading ??= import("/browser/keyway_browser.js").then(async (module) => {
    await module.default({ module_or_path: "/browser/keyway_browser_bg.wasm" });
    return module;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  try {
    return await Promise.race([loading, late]);
  } catch {
    loading = undefined;
    return undefined;
  }
}

/** Starts the download, so that the answer is there when it is needed. */
export function prepareCore() {
  void core();
}

/**
 * @param {string} text
 * @param {"management" | "verifier" | "api"} kind
 * @returns {Promise<string | undefined>} what is wrong with it
 */
export async function checkToken(text, kind) {
  return (await core())?.check_token(text, kind);
}

/** @param {string} text @returns {Promise<string | undefined>} */
export async function checkName(text) {
  return (await core())?.check_name(text);
}

/** @param {string} text @returns {Promise<string | undefined>} */
export async function checkEmail(text) {
  return (await core())?.check_email(text);
}

/** @param {string} text @returns {Promise<string | undefined>} */
export async function checkWebhookUrl(text) {
  return (await core())?.check_webhook_url(text);
}

/** @param {string} text @returns {Promise<string | undefined>} */
export async function checkNetwork(text) {
  return (await core())?.check_network(text);
}

/** Of a scope or an account. @param {string} text @returns {Promise<string | undefined>} */
export async function checkEntryId(text) {
  return (await core())?.check_entry_id(text);
}
