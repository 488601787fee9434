/** @typedef {import("../api/keyway.js").Key} Key */

/**
 * The key as it is by now: what time alone changes, the page does not ask the
 * server about.
 *
 * @param {Key} key
 * @returns {Key}
 */
export function keyNow(key) {
  const now = Date.now();
  const over = (moment) => moment !== null && Date.parse(moment) <= now;
  const { status } = key;
  if (status === "revoked") return key;
  const started = status === "scheduled" && over(key.not_before) ? "active" : status;
  return { ...key, status: over(key.expires_at) ? "expired" : started };
}

/** Whether the token that it had before is still good. @param {Key} key */
export function isInGrace({ previous_token }) {
  return Boolean(previous_token) && Date.parse(previous_token.ends_at) > Date.now();
}
