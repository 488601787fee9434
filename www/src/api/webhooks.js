/**
 * @typedef {object} Webhook
 * @property {string} id
 * @property {string | null} key whose own it is, if a key's
 * @property {string} url
 * @property {string | null} description
 * @property {string[]} events `[]` is every one
 * @property {boolean} active
 * @property {string | null} disabled_at
 * @property {string | null} disabled_why `by_hand`, `gone` or `failing`
 * @property {string | null} previous_secret_ends_at
 * @property {string | null} delivered_at
 * @property {number} recent_failures of the last 20 deliveries
 *
 * One way that a message goes: to a webhook, or to an address.
 * @typedef {{id: string, event: string, key: string | null, webhook: string | null, address: string | null, created_at: string, attempts: number, tried_at: string | null, next_attempt_at: string | null, outcome: "pending" | "delivered" | "failed", status: number | null, why: string | null}} Delivery
 * @typedef {{url?: string, description?: string | null, events?: string[], active?: boolean}} WebhookChange
 */

/** Where webhooks go, and what became of them. */
export class Webhooks {
  /** @param {import("./keyway.js").Keyway} keyway */
  constructor({ client }) {
    this.client = client;
  }

  /** @param {string} id @returns {Promise<Webhook>} */
  async read(id) {
    return (await this.client.send("GET", at(id))).body.webhook;
  }

  /** @param {WebhookChange} body @returns {Promise<{webhook: Webhook, secret: string}>} */
  async create(body) {
    return (await this.client.send("POST", "/v1/webhooks", { body })).body;
  }

  /** @param {string} id @param {WebhookChange} body @returns {Promise<Webhook>} */
  async edit(id, body) {
    return (await this.client.send("PATCH", at(id), { body })).body.webhook;
  }

  /** @param {string} id */
  async remove(id) {
    await this.client.send("DELETE", at(id));
  }

  /**
   * The secret before stays good for a day. Safe to repeat with the same `attempt`:
   * it then gives the same secret, or none where somebody has made another since.
   *
   * @param {string} id
   * @param {string} attempt
   * @returns {Promise<{webhook: Webhook, secret?: string}>}
   */
  async renew(id, attempt) {
    return (await this.client.send("POST", `${at(id)}/rotate`, { body: {}, headers: { "idempotency-key": attempt } })).body;
  }

  /** @param {string} id */
  async try(id) {
    await this.client.send("POST", `${at(id)}/test`);
  }

  /** @param {string} id of a delivery */
  async again(id) {
    await this.client.send("POST", `/v1/deliveries/${encodeURIComponent(id)}/resend`);
  }

  /**
   * The newest first.
   *
   * @param {string} of `webhook=…` or `key=…`
   * @param {string | null} cursor
   * @returns {Promise<{items: Delivery[], next_cursor: string | null}>}
   */
  async sent(of, cursor) {
    return (await this.client.send("GET", `/v1/deliveries?limit=20&${of}${cursor ? `&cursor=${cursor}` : ""}`)).body;
  }
}

/** @param {string} id */
function at(id) {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}
