// `node fill.mjs FILE KEYS`: makes a workspace of very many keys.
//
// One key was made through the API. Its rows are written again so often, with
// what differs between the keys of a real workspace: through the API a million
// keys would take an hour. The folded texts are what `keys::search` writes.

import { DatabaseSync } from "node:sqlite";

const [file, count] = process.argv.slice(2);
const total = Number(count);
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000");

const PLACES = ["Berlin", "Lagos", "Osaka", "Quito", "Riyadh", "Tampere", "Wellington", "Zagreb"];
const THINGS = ["warehouse", "checkout", "billing", "partner portal", "mobile app", "nightly export", "search", "crawler", "support desk"];
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DAY = 86_400_000;

/** Well spread, and the same in each run. */
const mixed = (number, salt) => {
  let value = Math.imul(number ^ (salt * 0x9e3779b1), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};
const letters = (number, salt, length) =>
  Array.from({ length }, (_, at) => LETTERS[mixed(number, salt + at) % LETTERS.length]).join("");

const now = Date.now();
const name = (n) => `${PLACES[mixed(n, 1) % PLACES.length]} ${THINGS[mixed(n, 2) % THINGS.length]} ${n}`;
const id = (n) => `key_${String(n).padStart(8, "0")}${letters(n, 20, 14)}`;
const hint = (n) => `kw_live_${letters(n, 40, 4)}…${letters(n, 50, 4)}`;
const email = (n) => `team-${mixed(n, 3) % 400}@example.com`;
const differs = {
  id,
  name,
  number: (n) => n,
  folded_name: (n) => name(n).toLowerCase(),
  folded: (n) => `${name(n)}\n${hint(n)}\n${id(n).slice(4)}\nteam\n${email(n)}`.normalize("NFKC").toLowerCase(),
  contacts: (n) => `Team\n${email(n)}\n`,
  created_at: (n) => now - (total - n) * 1000 - DAY,
  created_by: (n) => `mem_${String(mixed(n, 4) % 20).padStart(22, "0")}`,
  environment: (n) => (mixed(n, 5) % 5 === 0 ? "test" : "live"),
  life: (n) => ["revoked", "blocked"][mixed(n, 6) % 20] ?? "active",
  expires_at: (n) => (mixed(n, 7) % 4 === 0 ? now + (mixed(n, 8) % 400) * DAY - 30 * DAY : null),
  last_used_at: (n) => (mixed(n, 9) % 2 === 0 ? now - (mixed(n, 10) % 200) * DAY : null),
  blocked_at: (n) => (differs.life(n) === "blocked" ? now : null),
  blocked_by: (n) => (differs.life(n) === "blocked" ? differs.created_by(n) : null),
  blocked_by_name: (n) => (differs.life(n) === "blocked" ? "Somebody" : null),
  revoked_at: (n) => (differs.life(n) === "revoked" ? now : null),
  revoked_by: (n) => (differs.life(n) === "revoked" ? differs.created_by(n) : null),
  revoked_by_name: (n) => (differs.life(n) === "revoked" ? "Somebody" : null),
};

const columns = (table) => database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all().map((row) => row.name);
const template = database.prepare("SELECT * FROM keys LIMIT 1").get();
const token = database.prepare("SELECT * FROM tokens WHERE key = ?").get(template.id);
const outbox = database.prepare("SELECT * FROM outbox WHERE digest = ?").get(token.digest);
const { top } = database.prepare("SELECT max(number) AS top FROM keys").get();

const adding = (table) => {
  const names = columns(table);
  const statement = database.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`);
  return (row) => statement.run(...names.map((column) => row[column]));
};
const [addKey, addToken, addOutbox, addGrant] = ["keys", "tokens", "outbox", "grants"].map(adding);
const addText = database.prepare("INSERT INTO key_search (rowid, text) VALUES (?, ?)");
const bytes = (n, salt) => Uint8Array.from({ length: 32 }, (_, at) => mixed(n, salt + at));

database.exec("BEGIN");
for (let n = top + 1; n <= total; n += 1) {
  const key = { ...template };
  for (const [column, value] of Object.entries(differs)) {
    if (column in key) key[column] = value(n);
  }
  addKey(key);
  const digest = bytes(n, 100);
  addToken({ ...token, sha256: bytes(n, 200), key: key.id, digest, hint: hint(n) });
  addOutbox({ ...outbox, digest });
  addGrant({ kind: "scopes", entry: template.scopes.split("\n")[0], created_at: key.created_at, key: key.id });
  addText.run(n, key.folded);
  if (n % 100_000 === 0) {
    database.exec("COMMIT; BEGIN");
    process.stderr.write(`bench: ${n} keys …\n`);
  }
}
database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
database.close();
