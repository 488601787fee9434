import { Client } from "./client.js";

/**
 * @typedef {{id: string, name: string}} Who
 * @typedef {{name: string, email: string}} Contact
 * @typedef {"active" | "scheduled" | "blocked" | "expired" | "revoked"} Status
 * @typedef {object} Key
 * @property {string} id
 * @property {number} version
 * @property {string} name
 * @property {string | null} description
 * @property {"live" | "test"} environment
 * @property {Status} status
 * @property {string[]} scopes `["*"]` grants all, `[]` none
 * @property {string[]} accounts likewise
 * @property {string[]} allowed_ips `[]` is everywhere
 * @property {object} metadata
 * @property {Contact[]} contacts
 * @property {string | null} webhook_url
 * @property {boolean} locked whether its name, times and contacts stay as created
 * @property {boolean} recoverable whether its token can be shown again
 * @property {null | {at: string, by: Who, reason: string | null}} revealed who saw it last
 * @property {string | null} avatar which picture it has; another one has another tag
 * @property {string} hint
 * @property {null | {hint: string, ends_at: string}} previous_token what it had before, while that is still good
 * @property {string} created_at
 * @property {Who} created_by
 * @property {string | null} not_before
 * @property {string | null} expires_at
 * @property {null | {at: string, by: Who, reason: string | null}} blocked
 * @property {null | {at: string, by: Who, reason: string | null}} revoked
 * @property {string | null} last_used_at about a minute late
 *
 * @typedef {{grace_seconds: number, reason?: string}} Rotation
 * What metadata lacks here stays, and null takes a member away; all else is put in the place of what there was.
 * @typedef {{name?: string, description?: string | null, scopes?: string[], accounts?: string[], not_before?: string | null, expires_at?: string | null, allowed_ips?: string[], metadata?: object, contacts?: Contact[], webhook_url?: string | null, active?: boolean}} KeyChange
 *
 * How often a key was found good or not, on the days on which it was asked for, newest first.
 * @typedef {{day: string, allowed: number, denied: number}} DayUsage
 * @typedef {{last_used_at: string | null, days: DayUsage[]}} Usage
 *
 * @typedef {"block" | "unblock" | "revoke" | "delete"} BulkAction
 * @typedef {{id: string, key: Key | null, problem: null | {title: string, detail?: string}}} BulkResult
 *
 * @typedef {{result: "created" | "exists" | "refused", id: string | null, token?: string, problem: null | {title: string, detail?: string, errors?: {detail: string}[]}}} ImportResult
 *
 * How far a change has got: the regions that do not have it yet, and how many
 * seconds after a region has it nothing is answered there from before it.
 * @typedef {{pending: string[], seconds: number}} Reach
 *
 * A scope or an account.
 * @typedef {{id: string, version: number, name: string, description: string | null, retired: boolean}} Entry
 * @typedef {"scopes" | "accounts"} Catalog
 * @typedef {{name?: string, description?: string | null, retired?: boolean}} EntryChange
 * @typedef {{id: string, version: number, name: string, hint: string, previous_token: Key["previous_token"], created_at: string, created_by: Who, last_used_at: string | null, removed_at: string | null}} Verifier
 * @typedef {{id: string, at: string, by: Who, kept: number, blocked: number, revoked: number}} Review
 * Days ahead of an end, the longest first; days without use, if that is told.
 * @typedef {{expiry_days: number[], unused_days: number | null, email_contacts: boolean}} NoticeSettings
 * @typedef {{docs_url: string | null, support_contact: string | null, locked_by_default: boolean, notices: NoticeSettings}} SettingsChange
 * @typedef {{id: string, current: number, previous: number | null, records: number, republished: number, previous_may_go_at: string | null}} Pepper
 * @typedef {SettingsChange & {id: string, version: number, bound_seconds: number, email: boolean}} Settings
 * @typedef {"administrator" | "manager"} Role
 * Somebody, or a program: with or without an address.
 * @typedef {{name: string, email?: string | null, role: Role, api_access: boolean, accounts: string[], scopes: string[], suspended: boolean, notices: boolean}} MemberState
 * @typedef {{hint: string, created_at: string, expires_at: string | null, last_used_at: string | null}} MemberToken
 * @typedef {MemberState & {id: string, version: number, kind: "person" | "service", token: MemberToken | null, created_at: string, created_by: Who}} Member
 * What was done: `before` and `after` have the members that changed.
 * @typedef {{number: number, at: string, event: string, by: string, by_name: string, via: "token" | "page", about: string | null, name: string | null, reason: string | null, address: string | null, request: string | null, before: object | null, after: object | null, hash: string, previous: string}} AuditEntry
 * Whom to ask is empty for whoever may do everything.
 * @typedef {{member: Who & {role: Role, may: string[]}, workspace: string, vault: boolean, administrators: Contact[], expires_at: string}} Session
 * @typedef {{id: string, name: string, created_at: string}} Workspace
 * @typedef {{id: string, created_at: string, expires_at: string, address: string | null, browser: string | null, current: boolean}} OpenSession
 * @typedef {{name: string, environment: "live" | "test", scopes: string[], accounts: string[], not_before?: string, expires_at: string | null, description?: string, allowed_ips?: string[], metadata?: object, contacts?: Contact[], webhook_url?: string, active?: boolean, locked?: boolean, recoverable?: boolean}} NewKey
 */

/** As many lines as the server gives at once. */
const LINES = 1000;

/** The API in the page's own words: what goes in and comes out, and nothing about HTTP. */
export class Keyway {
  client = new Client();

  /** @returns {Promise<Session>} */
  async session() {
    return (await this.client.send("GET", "/v1/session")).body.session;
  }

  /**
   * Without a token it is for Cloudflare Access to say who it is. Every token but the
   * root token names its workspace itself.
   *
   * @param {{token?: string, workspace?: string}} body
   * @returns {Promise<Session>}
   */
  async signIn(body) {
    return (await this.client.send("POST", "/v1/session", { body })).body.session;
  }

  async signOut() {
    await this.client.send("DELETE", "/v1/session");
  }

  /** @returns {Promise<OpenSession[]>} one's own */
  async openSessions() {
    return (await this.client.send("GET", "/v1/sessions")).body.items;
  }

  /** @param {string} [id] of one; else all, this one too */
  async endSessions(id) {
    await this.client.send("DELETE", `/v1/sessions${id ? `/${id}` : ""}`);
  }

  /**
   * What is asked for is called as the API calls it; what is empty is not asked.
   *
   * @param {Record<string, string | null | undefined> & {signal?: any}} query
   * @returns {Promise<{items: Key[], next_cursor: string | null}>}
   */
  async keys({ signal, ...asked }) {
    return (await this.client.send("GET", `/v1/keys${query(asked)}`, { signal })).body;
  }

  /** How many keys there are in each status. @param {AbortSignal} signal @returns {Promise<Record<Status, number>>} */
  async counts(signal) {
    return (await this.client.send("GET", "/v1/keys/counts", { signal })).body;
  }

  /**
   * Safe to repeat with the same `attempt`: it then gives the key of the first
   * time, without its token.
   *
   * @param {NewKey} body
   * @param {string} attempt
   * @returns {Promise<{key: Key, token: string | null, reach: Reach}>}
   */
  async createKey(body, attempt) {
    return this.#mint("/v1/keys", body, attempt);
  }

  /**
   * Gives a key or a verifier another token. Safe to repeat with the same `attempt`,
   * as creating is; a verifier's `version` keeps that so for ever.
   *
   * @param {{id: string, version?: number}} which
   * @param {Rotation} body
   * @param {string} attempt
   * @returns {Promise<{key: Key, token: string | null, reach: Reach}>} the verifier is in the place of the key
   */
  async rotate({ id, version }, body, attempt) {
    return this.#mint(`${holder(id)}/rotate`, body, attempt, version && { "if-match": `"${version}"` });
  }

  /**
   * The token of a recoverable key, once more. Each time is noted with the key.
   *
   * @param {string} id
   * @param {string} reason
   * @returns {Promise<{key: Key, token: string}>}
   */
  async revealToken(id, reason) {
    const body = reason === "" ? {} : { reason };
    return (await this.client.send("POST", `/v1/keys/${encodeURIComponent(id)}/reveal`, { body })).body;
  }

  /**
   * Safe to repeat: where none is left, none is ended. Refused with
   * `precondition_failed` when the key or verifier was rotated since `version`.
   *
   * @param {{id: string, version: number}} which
   * @returns {Promise<{key: Key, reach: Reach}>}
   */
  async endPreviousToken({ id, version }) {
    const headers = { "if-match": `"${version}"` };
    return changed(await this.client.send("DELETE", `${holder(id)}/tokens/previous`, { headers }));
  }

  /** Safe to repeat. @param {string} id @returns {Promise<{key: Key, reach: Reach}>} */
  async deleteKey(id) {
    return changed(await this.client.send("DELETE", `/v1/keys/${encodeURIComponent(id)}`));
  }

  /** @param {string} id @returns {Promise<Key>} */
  async key(id) {
    return (await this.client.send("GET", `/v1/keys/${encodeURIComponent(id)}`)).body.key;
  }

  /** @param {string} id @returns {Promise<Usage>} */
  async usage(id) {
    return (await this.client.send("GET", `/v1/keys/${encodeURIComponent(id)}/usage`)).body;
  }

  /** The picture of a key. @param {string} id @param {AbortSignal} signal @returns {Promise<Blob>} */
  async avatar(id, signal) {
    return (await this.client.send("GET", `/v1/keys/${encodeURIComponent(id)}/avatar`, { signal })).body;
  }

  /** Safe to repeat. @param {string} id @param {Blob} body @returns {Promise<Key>} */
  async putAvatar(id, body) {
    return (await this.client.send("PUT", `/v1/keys/${encodeURIComponent(id)}/avatar`, { body })).body.key;
  }

  /** Safe to repeat. @param {string} id @returns {Promise<Key>} */
  async deleteAvatar(id) {
    return (await this.client.send("DELETE", `/v1/keys/${encodeURIComponent(id)}/avatar`)).body.key;
  }

  /**
   * Refused with `precondition_failed` when it was changed since `version`.
   *
   * @param {{id: string, version: number}} which
   * @param {KeyChange} body
   * @returns {Promise<{key: Key, reach: Reach}>}
   */
  async editKey({ id, version }, body) {
    const headers = { "if-match": `"${version}"` };
    return changed(await this.client.send("PATCH", `/v1/keys/${encodeURIComponent(id)}`, { body, headers }));
  }

  /**
   * How far the last change of a key has got. It is asked by changing nothing,
   * so whatever else was changed since then stays as it is.
   *
   * @param {string} id
   * @returns {Promise<{reach: Reach}>}
   */
  async reachOf(id) {
    return this.editKey(await this.key(id), {});
  }

  /**
   * Safe to repeat: a revoked key stays as it is.
   *
   * @param {string} id
   * @param {string} reason
   * @returns {Promise<{key: Key, reach: Reach}>}
   */
  async revokeKey(id, reason) {
    return this.#decide(id, "revoke", reason);
  }

  /**
   * Safe to repeat: a blocked key stays as it is.
   *
   * @param {string} id
   * @param {string} reason
   * @returns {Promise<{key: Key, reach: Reach}>}
   */
  async blockKey(id, reason) {
    return this.#decide(id, "block", reason);
  }

  /** Safe to repeat. @param {string} id @returns {Promise<{key: Key, reach: Reach}>} */
  async unblockKey(id) {
    return this.#decide(id, "unblock", "");
  }

  /**
   * The same for up to a hundred keys, each on its own. Safe to repeat.
   *
   * @param {BulkAction} action
   * @param {string[]} ids
   * @param {string} reason
   * @returns {Promise<{results: BulkResult[], reach: Reach}>}
   */
  async changeKeys(action, ids, reason) {
    const body = { action, ids, ...(reason && { reason }) };
    const answer = await this.client.send("POST", "/v1/keys/bulk", { body });
    return { results: answer.body.results, reach: reach(answer) };
  }

  /**
   * Keys of an older system, each on its own. Safe to repeat with the same
   * `attempt`: what was made is there then, without its token.
   *
   * @param {object[]} keys
   * @param {string} attempt
   * @returns {Promise<ImportResult[]>}
   */
  async importKeys(keys, attempt) {
    const answer = await this.client.send("POST", "/v1/keys/import", { body: { keys }, headers: { "idempotency-key": attempt } });
    return answer.body.results;
  }

  /** @param {Catalog} catalog @returns {Promise<Entry[]>} */
  async entries(catalog) {
    return this.#all(`/v1/${catalog}`);
  }

  /** @param {Catalog} catalog @param {string} id @returns {Promise<Entry>} */
  async entry(catalog, id) {
    return entry(catalog, await this.client.send("GET", `/v1/${catalog}/${encodeURIComponent(id)}`));
  }

  /** @param {Catalog} catalog @param {{id: string, name?: string, description?: string}} body @returns {Promise<Entry>} */
  async createEntry(catalog, body) {
    return entry(catalog, await this.client.send("POST", `/v1/${catalog}`, { body }));
  }

  /**
   * Refused with `precondition_failed` when it was changed since `version`.
   *
   * @param {Catalog} catalog
   * @param {{id: string, version: number}} which
   * @param {EntryChange} body
   * @returns {Promise<Entry>}
   */
  async editEntry(catalog, { id, version }, body) {
    const headers = { "if-match": `"${version}"` };
    return entry(catalog, await this.client.send("PATCH", `/v1/${catalog}/${encodeURIComponent(id)}`, { body, headers }));
  }

  /** @param {Catalog} catalog @param {string} id */
  async deleteEntry(catalog, id) {
    await this.client.send("DELETE", `/v1/${catalog}/${encodeURIComponent(id)}`);
  }

  /**
   * What was done, newest first unless it is asked for otherwise.
   *
   * @param {Record<string, string | null | undefined> & {signal?: any}} query
   * @param {string} [of] a key
   * @returns {Promise<{items: AuditEntry[], next_cursor: string | null}>}
   */
  async audit({ signal, ...asked }, of) {
    const path = of ? `/v1/keys/${encodeURIComponent(of)}/audit` : "/v1/audit";
    return (await this.client.send("GET", `${path}${query(asked)}`, { signal })).body;
  }

  /**
   * The same as lines, byte for byte as they were hashed, oldest first.
   *
   * @param {Record<string, string | null | undefined> & {signal?: any}} query
   * @returns {Promise<{items: string[], next_cursor: string | null}>}
   */
  async auditLines({ signal, ...asked }) {
    const path = `/v1/audit${query({ ...asked, order: "oldest", limit: LINES })}`;
    const { body } = await this.client.send("GET", path, { signal, headers: { accept: "application/x-ndjson" } });
    const items = body.split("\n").filter(Boolean);
    return { items, next_cursor: items.length < LINES ? null : String(JSON.parse(items.at(-1)).number) };
  }

  /** The latest ones, newest first. @returns {Promise<Review[]>} */
  async reviews() {
    return (await this.#all("/v1/reviews")).map(review);
  }

  /** @param {{kept: number, blocked: number, revoked: number}} body @returns {Promise<Review>} */
  async noteReview(body) {
    return review((await this.client.send("POST", "/v1/reviews", { body })).body.review);
  }

  /** As the one item of a list. @returns {Promise<Pepper>} */
  async pepper() {
    return { id: "pepper", ...(await this.client.send("GET", "/v1/pepper")).body };
  }

  /** @returns {Promise<Workspace[]>} all there are */
  async workspaces() {
    return (await this.#all("/v1/workspaces")).map(named);
  }

  /** @param {string} name @returns {Promise<Workspace>} */
  async createWorkspace(name) {
    return named((await this.client.send("POST", "/v1/workspaces", { body: { name } })).body.workspace);
  }

  /** @returns {Promise<Settings>} */
  async settings() {
    return settings(await this.client.send("GET", "/v1/settings"));
  }

  /**
   * Changes the settings that the reader saw.
   *
   * @param {{version: number}} seen
   * @param {Partial<SettingsChange>} body
   * @returns {Promise<Settings>}
   */
  async editSettings({ version }, body) {
    return settings(await this.client.send("PATCH", "/v1/settings", { body, headers: { "if-match": `"${version}"` } }));
  }

  /** @returns {Promise<Member[]>} */
  async members() {
    return this.#all("/v1/members");
  }

  /** @param {string} id @returns {Promise<Member>} */
  async member(id) {
    return (await this.client.send("GET", member(id))).body.member;
  }

  /** @param {Partial<MemberState> & {token_expires_at: string | null}} body @returns {Promise<{member: Member, token: string}>} */
  async inviteMember(body) {
    return (await this.client.send("POST", "/v1/members", { body })).body;
  }

  /**
   * Refused with `precondition_failed` when it was changed since `version`.
   *
   * @param {{id: string, version: number}} which
   * @param {Partial<MemberState>} body
   * @returns {Promise<Member>}
   */
  async editMember({ id, version }, body) {
    return (await this.client.send("PATCH", member(id), { body, headers: { "if-match": `"${version}"` } })).body.member;
  }

  /** @param {string} id */
  async removeMember(id) {
    await this.client.send("DELETE", member(id));
  }

  /** @param {string} id @param {string | null} expires_at @returns {Promise<{member: Member, token: string}>} */
  async replaceMemberToken(id, expires_at) {
    return (await this.client.send("POST", `${member(id)}/token`, { body: { expires_at } })).body;
  }

  /** Safe to repeat. @param {string} id @returns {Promise<Member>} */
  async revokeMemberToken(id) {
    return (await this.client.send("DELETE", `${member(id)}/token`)).body.member;
  }

  /** @param {string} [key] whose own it is @returns {Promise<import("./webhooks.js").Webhook[]>} */
  async webhooks(key) {
    return (await this.client.send("GET", `/v1/webhooks${query({ key })}`)).body.items;
  }

  /** @returns {Promise<Verifier[]>} */
  async verifiers() {
    return this.#all("/v1/verifiers");
  }

  /** @param {string} name @returns {Promise<{verifier: Verifier, token: string, reach: Reach}>} */
  async createVerifier(name) {
    const answer = await this.client.send("POST", "/v1/verifiers", { body: { name } });
    return { verifier: answer.body.verifier, token: answer.body.token, reach: reach(answer) };
  }

  /** Safe to repeat. @param {string} id @returns {Promise<{reach: Reach}>} */
  async removeVerifier(id) {
    return { reach: reach(await this.client.send("DELETE", `/v1/verifiers/${encodeURIComponent(id)}`)) };
  }

  async #decide(id, decision, reason) {
    const body = reason ? { reason } : {};
    return changed(await this.client.send("POST", `/v1/keys/${encodeURIComponent(id)}/${decision}`, { body }));
  }

  async #mint(path, body, attempt, headers = {}) {
    const answer = await this.client.send("POST", path, { body, headers: { "idempotency-key": attempt, ...headers } });
    return { ...changed(answer), token: answer.body.token ?? null };
  }

  async #all(path) {
    const items = [];
    let cursor = null;
    do {
      const { body } = await this.client.send("GET", `${path}${query({ cursor })}`);
      items.push(...body.items);
      cursor = body.next_cursor;
    } while (cursor);
    return items;
  }
}

/** What it is that has tokens, by its id. @param {string} id */
export function kindOf(id) {
  return id.startsWith("ver_") ? "verifier" : "key";
}

/** @param {string} id */
function holder(id) {
  return `/v1/${kindOf(id)}s/${encodeURIComponent(id)}`;
}

/** @param {string} id */
function member(id) {
  return `/v1/members/${encodeURIComponent(id)}`;
}

/** The answer's member is called as one of its catalog is. @returns {Entry} */
function entry(catalog, { body }) {
  return body[catalog.slice(0, -1)];
}

/** One is known by its time. @returns {Review} */
function review(noted) {
  return { id: noted.at, ...noted };
}

/** As the one item of a list, with what the operator has set. @returns {Settings} */
function settings({ body }) {
  const { settings, bound_seconds, email } = body;
  return { id: "settings", ...settings, bound_seconds, email };
}

/** @returns {{key: Key, reach: Reach}} */
function changed(answer) {
  return { key: answer.body.key ?? answer.body.verifier, reach: reach(answer) };
}

/** @returns {Reach} */
function reach({ body }) {
  const { regions, bound_seconds } = body.propagation;
  return { pending: Object.keys(regions).filter((region) => regions[region] !== "confirmed"), seconds: bound_seconds };
}

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Its name is its id. */
function named(workspace) {
  return { id: workspace.name, ...workspace };
}
