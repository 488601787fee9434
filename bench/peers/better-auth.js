// better-auth's API-key plugin as a service: node:http in front, SQLite behind.
// Settings come in `SETTINGS` (JSON); when it listens it prints one line of JSON
// with its port and the tokens of the keys that it made.

import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";

const { file, keys, rateLimit, permission, secret, headers } = JSON.parse(process.env.SETTINGS);

const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");

const options = {
  baseURL: "http://localhost",
  secret,
  database,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  logger: { disabled: true },
  plugins: [
    apiKey({
      // The shape of Keyway's tokens: the same prefix and length.
      defaultPrefix: "kw_live_",
      defaultKeyLength: 36,
      rateLimit: { enabled: rateLimit, timeWindow: 24 * 60 * 60 * 1000, maxRequests: 1_000_000_000 },
    }),
  ],
};
const auth = betterAuth(options);
await (await getMigrations(options)).runMigrations();

const { user } = await auth.api.signUpEmail({
  body: { name: "Bench", email: "bench@example.com", password: secret },
});

const [resource, action] = permission.split(":");
const permissions = { [resource]: [action] };
const tokens = [];
for (let number = 0; number < keys; number += 1) {
  const name = `Bench key ${String(number).padStart(4, "0")}`;
  const { key } = await auth.api.createApiKey({ body: { name, userId: user.id, permissions } });
  tokens.push(key);
}

async function verdict(body) {
  const { token } = JSON.parse(body);
  const { valid, key } = await auth.api.verifyApiKey({ body: { key: token, permissions } });
  const code = valid ? "valid" : "not_found";
  const detail = valid ? "The key is valid." : "The key is not valid.";
  if (!valid) return { valid, code, detail };
  const { id, name, permissions: scopes, expiresAt } = key;
  return { valid, code, detail, key: { id, name, scopes, expires_at: expiresAt } };
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  try {
    const answer = Buffer.from(JSON.stringify(await verdict(body)));
    response.writeHead(200, { ...headers, "content-length": answer.length }).end(answer);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port, tokens })}\n`);
});
