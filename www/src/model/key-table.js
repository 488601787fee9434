/** @typedef {import("../api/keyway.js").Key} Key */

/** What a table of keys has, for a program to read: never a token. @type {[string, (key: Key) => string | null | undefined][]} */
const COLUMNS = [
  ["id", ({ id }) => id],
  ["name", ({ name }) => name],
  ["description", ({ description }) => description],
  ["environment", ({ environment }) => environment],
  ["status", ({ status }) => status],
  ["hint", ({ hint }) => hint],
  ["previous_hint", ({ previous_token }) => previous_token?.hint],
  ["previous_ends_at", ({ previous_token }) => previous_token?.ends_at],
  ["scopes", ({ scopes }) => scopes.join(" ")],
  ["accounts", ({ accounts }) => accounts.join(" ")],
  ["allowed_ips", ({ allowed_ips }) => allowed_ips?.join(" ")],
  ["metadata", ({ metadata }) => metadata && JSON.stringify(metadata)],
  ["webhook_url", ({ webhook_url }) => webhook_url],
  ["locked", ({ locked }) => String(Boolean(locked))],
  ["recoverable", ({ recoverable }) => String(Boolean(recoverable))],
  ["contacts", ({ contacts }) => contacts?.map(({ name, email }) => (name ? `${name} <${email}>` : email)).join("; ")],
  ["created_at", ({ created_at }) => created_at],
  ["created_by", ({ created_by }) => created_by.name],
  ["not_before", ({ not_before }) => not_before],
  ["expires_at", ({ expires_at }) => expires_at],
  ["last_used_at", ({ last_used_at }) => last_used_at],
  ["blocked_at", ({ blocked }) => blocked?.at],
  ["blocked_by", ({ blocked }) => blocked?.by.name],
  ["blocked_reason", ({ blocked }) => blocked?.reason],
  ["revoked_at", ({ revoked }) => revoked?.at],
  ["revoked_by", ({ revoked }) => revoked?.by.name],
  ["revoked_reason", ({ revoked }) => revoked?.reason],
];

/** @param {Key[]} keys */
export function keyTable(keys) {
  return [COLUMNS.map(([name]) => name), ...keys.map((key) => COLUMNS.map(([, read]) => read(key)))];
}
