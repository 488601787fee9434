/**
 * An API that lets clients in with Keyway keys.
 *
 * Every request carries a token. This Worker asks Keyway whether the token is
 * good for what the request wants, and goes on only after a clear yes.
 *
 * @typedef {object} Env
 * @property {Fetcher} [KEYWAY] Service binding to Keyway, when both are in one account.
 * @property {string} [KEYWAY_URL] The address of Keyway, when there is no binding.
 * @property {string} KEYWAY_VERIFIER Secret: the verifier token (kwv_…) of this service.
 */

/** Longer than a verification takes; after that the answer is no. */
const PATIENCE = 5_000;

/** The key is good, but not for this (403). Every other refusal is about the token (401). */
const FORBIDDEN = new Set(["wrong_environment", "wrong_account", "insufficient_scope", "ip_not_allowed"]);

export default {
  /** @param {Request} request @param {Env} env */
  async fetch(request, env) {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) {
      return refuse(401, "token_missing", "Send `Authorization: Bearer` and your API token.");
    }

    const verdict = await verify(env, { token, scopes: ["reporting:read"] });
    if (verdict.valid !== true) {
      const status = verdict.code === "unavailable" ? 503 : FORBIDDEN.has(verdict.code) ? 403 : 401;
      return refuse(status, verdict.code, verdict.detail);
    }

    // `verdict.key` says whose token it is, and what else it may do.
    const { id, name, accounts } = verdict.key;
    return Response.json({ report: "All is well.", for: { id, name, accounts } });
  },
};

/**
 * Asks Keyway. Whatever goes wrong, the answer is not a yes.
 *
 * @param {Env} env
 * @param {{token: string, scopes?: string[], account?: string, environment?: "live" | "test"}} question
 */
async function verify(env, question) {
  const headers = {
    "authorization": `Bearer ${env.KEYWAY_VERIFIER}`,
    "content-type": "application/json",
  };
  const init = { method: "POST", headers, body: JSON.stringify(question), signal: AbortSignal.timeout(PATIENCE) };
  try {
    // Through the binding the host is not looked at, only the path.
    const answer = env.KEYWAY
      ? await env.KEYWAY.fetch("https://keyway/v1/verify", init)
      : await fetch(new URL("/v1/verify", env.KEYWAY_URL), init);
    const body = await answer.json();
    if (answer.status === 200) return body;
    // Not the client's fault: this service's own credential or question is wrong,
    // or Keyway cannot answer. `code` and `detail` never hold a token.
    console.error(`Keyway answered ${answer.status} ${body.code}: ${body.detail}`);
  } catch (error) {
    console.error(`Keyway did not answer: ${error.name}`);
  }
  return { valid: false, code: "unavailable", detail: "Tokens cannot be checked now. Try again." };
}

/** @param {number} status @param {string} code @param {string} detail */
function refuse(status, code, detail) {
  const headers = { "cache-control": "no-store" };
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="reports"';
  if (status === 503) headers["retry-after"] = "5";
  return Response.json({ code, detail }, { status, headers });
}
