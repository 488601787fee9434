// The check as it is written by hand with Hono: the hash of a token is the name
// of its record in KV, and the record says what the token is good for.
//
//   POST /v1/verify   the same request as Keyway's: a verifier asks about a token
//   GET  /v1/auth     the client's token alone, as a middleware before a route
//
// `VERIFY` and `AUTH` say which headers Keyway's answers have, so that these
// have the same.

import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";

const SCOPE = "reports:read";

const encoder = new TextEncoder();

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function read(kv, kind, token) {
  return kv.get(`${kind}:${await sha256(token)}`, { type: "json", cacheTtl: 30 });
}

function judge(record, scopes) {
  if (record === null) return "not_found";
  if (!record.enabled) return "revoked";
  if (record.expires_at !== null && Date.parse(record.expires_at) <= Date.now()) return "expired";
  if (!scopes.every((scope) => record.scopes.includes(scope))) return "insufficient_scope";
  return "valid";
}

function answer(c, code, record, headers) {
  const valid = code === "valid";
  const detail = valid ? "The key is valid." : "The key is not valid.";
  if (record === null) return c.json({ valid, code, detail }, 200, headers);
  const { id, name, environment, scopes, accounts, expires_at } = record;
  const key = { id, name, environment, scopes, accounts, expires_at };
  return c.json({ valid, code, detail, key }, 200, headers);
}

const app = new Hono();

app.post(
  "/v1/verify",
  bearerAuth({
    verifyToken: async (token, c) => {
      const verifier = await read(c.env.KEYS, "verifier", token);
      return verifier !== null && verifier.enabled;
    },
  }),
  async (c) => {
    const { token, scopes = [] } = await c.req.json();
    const record = await read(c.env.KEYS, "key", token);
    return answer(c, judge(record, scopes), record, c.env.VERIFY.headers);
  },
);

app.get(
  "/v1/auth",
  bearerAuth({
    verifyToken: async (token, c) => {
      const record = await read(c.env.KEYS, "key", token);
      c.set("record", record);
      return judge(record, [SCOPE]) === "valid";
    },
  }),
  (c) => {
    const { hasBody, headers } = c.env.AUTH;
    // As Keyway does it: a proxy may want to know nothing but the status.
    return hasBody ? answer(c, "valid", c.get("record"), headers) : c.body(null, 200, headers);
  },
);

export default app;
