/** A workspace as it looks after a year of use, for the screens that need one. */
export const NOW = new Date("2026-11-21T09:30:00Z");

const ada = { id: "mem_2vXo0cQyLrS8mTz4bNd1Ke", name: "Ada Okafor" };
const root = { id: "mem_0000000000000000000000", name: "Root" };

let serial = 0;

function key(name, hint, created, { expires = null, revoked = null, by = ada, environment = "live", ...rest } = {}) {
  serial += 1;
  return {
    id: `key_${String(serial).padStart(22, "0")}`,
    version: 1,
    name,
    description: null,
    environment,
    status: "active",
    scopes: [],
    accounts: [],
    allowed_ips: [],
    metadata: {},
    contacts: [],
    webhook_url: null,
    locked: false,
    avatar: null,
    hint: `kw_${environment}_${hint}`,
    previous_token: null,
    created_at: created,
    created_by: by,
    not_before: null,
    expires_at: expires,
    blocked: null,
    revoked,
    last_used_at: null,
    ...rest,
  };
}

export const keys = [
  key("Checkout, web shop", "9fKq…Zt0B", "2026-11-19T14:02:11Z", {
    avatar: "0123456789abcdef",
    scopes: ["orders:read", "orders:write"],
    last_used_at: "2026-11-21T09:22:00Z",
  }),
  key("Nightly export to the warehouse", "Qm2x…7LwA", "2026-11-02T08:40:00Z", {
    scopes: ["reporting:read"],
    expires: "2026-11-24T22:59:59Z",
  }),
  key("Partner portal (Nordwind GmbH)", "c0Rt…pX3e", "2026-10-28T11:15:42Z", {
    avatar: "0123456789abcdef",
    scopes: ["orders:read", "customers:read", "invoices:read", "invoices:write", "webhooks:manage", "reporting:read"],
    expires: "2027-10-28T21:59:59Z",
    previous_token: { hint: "kw_live_Pn7w…s2Kd", ends_at: "2026-11-24T15:20:00Z" },
  }),
  key("مستودع الرياض", "a7Yd…kk2P", "2026-10-12T06:30:00Z", {
    scopes: ["stock:read", "stock:write"],
    last_used_at: "2026-07-01T03:00:00Z",
    accounts: ["riyadh-warehouse"],
  }),
  key("Load test rig", "Hh5s…0vQn", "2026-09-30T16:20:05Z", { environment: "test", scopes: ["*"], by: root }),
  key("Mobile app, beta", "tU8w…Jc6M", "2026-09-14T09:00:00Z", {
    environment: "test",
    scopes: ["orders:read"],
    status: "blocked",
    blocked: { at: "2026-11-20T17:05:00Z", by: ada, reason: "Odd traffic since the last release" },
  }),
  key("Winter sale microsite", "zB4n…rE9i", "2026-09-01T12:12:12Z", {
    scopes: ["catalog:read"],
    status: "scheduled",
    not_before: "2026-12-01T00:00:00Z",
    expires: "2027-01-31T22:59:59Z",
  }),
  key("Accounting, year end 2025", "L1mo…5gHs", "2025-12-01T10:00:00Z", {
    scopes: ["invoices:read"],
    status: "expired",
    expires: "2026-10-31T22:59:59Z",
    by: root,
  }),
];

export const revoked = [
  key("Old checkout", "Yw3p…D8fa", "2025-11-30T10:00:00Z", {
    scopes: ["orders:read", "orders:write"],
    status: "revoked",
    revoked: { at: "2026-11-18T13:37:00Z", by: root, reason: "Found in a public repository" },
  }),
  key("Integration of a former supplier", "b6Vx…oN1u", "2025-06-02T10:00:00Z", {
    scopes: ["stock:read"],
    status: "revoked",
    revoked: { at: "2026-08-03T09:00:00Z", by: ada, reason: null },
  }),
];

/** With all there can be, and as long as some of it may get. */
export const full = {
  ...keys[2],
  description: "Orders and invoices of the German branch.\nAsk before the end of the year: the contract may go on.",
  accounts: ["nordwind", "a".repeat(64)],
  allowed_ips: ["203.0.113.0/24", "198.51.100.7/32", "2001:db8:85a3:8d3:1319:8a2e:370:7344/128"],
  metadata: { customer: 4711, plan: "pro", tags: ["b2b", "north"], billing: { currency: "EUR", reference: "NW-".padEnd(70, "0") } },
  contacts: [
    { name: "Solveig Aas", email: "solveig.aas@nordwind.example" },
    { name: "نورة القحطاني", email: "noura@riyadh.nordwind.example" },
    { name: "x".repeat(100), email: `${"on-call.".repeat(7)}x@${"operations.".repeat(8)}example` },
  ],
  webhook_url: `https://hooks.nordwind.com/keyway/${"events-".repeat(12)}end?team=integration`,
  last_used_at: "2026-11-21T09:12:40Z",
};

export const locked = { ...full, locked: true };

/** Of the 90 days before `NOW`: busy on weekdays, one bad week, and some days without any. */
export const days = Array.from({ length: 90 }, (_, ago) => {
  const at = new Date(NOW.getTime() - ago * 86_400_000);
  const isBusy = at.getUTCDay() % 6 !== 0;
  const isBad = ago > 30 && ago < 38;
  return {
    day: at.toISOString().slice(0, 10),
    allowed: ago % 11 === 5 ? 0 : (isBusy ? 900 : 140) + ((ago * 7919) % 230),
    denied: isBad ? 380 - Math.abs(34 - ago) * 60 : (ago * 31) % 9,
  };
}).filter(({ allowed, denied }) => allowed + denied > 0);

const entry = (id, name, rest = {}) => ({
  id,
  version: 1,
  name,
  description: null,
  retired: false,
  created_at: "2025-06-01T08:00:00Z",
  ...rest,
});

export const fewScopes = [
  entry("orders:read", "Read orders"),
  entry("orders:write", "Create and change orders"),
  entry("reporting:read", "reporting:read"),
];

/** In each state, and as long as they may be. */
export const accounts = [
  entry("nordwind", "Nordwind GmbH", { description: "Since 2019; invoices go to the parent company in Oslo." }),
  entry("riyadh-warehouse", "مستودع الرياض"),
  entry("a".repeat(64), "A name as long as names may be, which is one hundred characters, and that is a lot for a single cell", {
    description: `${"An account about which there is a great deal to say. ".repeat(8)}End.`,
  }),
  entry("former-supplier", "Former supplier", { retired: true }),
];

const NOUNS = ["orders", "customers", "invoices", "stock", "catalog", "reporting", "webhooks", "shipments", "returns", "prices"];
const VERBS = ["read", "write", "create", "delete", "export", "import", "approve", "cancel", "archive", "audit"];

/** 300 of them. */
export const manyScopes = ["eu", "us", "apac"].flatMap((region) =>
  NOUNS.flatMap((noun) => VERBS.map((verb) => entry(`${region}.${noun}:${verb}`, `${verb} ${noun} (${region.toUpperCase()})`))),
);

const verifier = (id, name, hint, created, by = ada, rest = {}) => ({
  id: `ver_${id.padStart(22, "0")}`,
  version: 1,
  name,
  hint: `kwv_default_${hint}`,
  previous_token: null,
  created_at: created,
  created_by: by,
  last_used_at: null,
  removed_at: null,
  ...rest,
});

export const verifiers = [
  verifier("1", "Orders API", "Ab3d…9xYz", "2026-10-01T08:00:00Z", ada, {
    version: 2,
    previous_token: { hint: "kwv_default_Zz9y…1aBc", ends_at: "2026-11-22T05:30:00Z" },
    last_used_at: "2026-11-21T09:27:00Z",
  }),
  verifier("2", "nginx at the front door", "k0Pq…Tr5v", "2026-03-12T08:00:00Z", root),
];

const member = (id, name, rest = {}) => ({
  id: `mem_${id.padStart(22, "0")}`,
  version: 1,
  kind: "person",
  name,
  email: `${id}@nordwind.example`,
  role: "manager",
  api_access: true,
  accounts: ["nordwind"],
  scopes: ["orders:read"],
  suspended: false,
  token: { hint: "kwm_default_Ab3d…9xYz", created_at: "2026-09-01T08:00:00Z", expires_at: "2027-08-31T21:59:59Z", last_used_at: "2026-11-21T09:12:00Z" },
  created_at: "2026-09-01T08:00:00Z",
  created_by: root,
  ...rest,
});

/** In each state, and as long as they may be. */
export const members = [
  member("noura", "نورة القحطاني", { accounts: ["riyadh-warehouse", "a".repeat(64)], scopes: ["*"], token: null }),
  member("mo", "Mo Haddad", { token: { hint: "kwm_default_Qm2x…7LwA", created_at: "2026-10-01T08:00:00Z", expires_at: "2026-11-24T22:59:59Z", last_used_at: null } }),
  member("deploy", "Deployment of the web shop", { kind: "service", email: null, accounts: ["*"] }),
  member("bo", "Bo Lindqvist", { suspended: true }),
  member("long", "A name as long as names may be, which is one hundred characters, and that is a lot for a single cell", {
    email: `${"on-call.".repeat(7)}x@${"operations.".repeat(8)}example`,
    api_access: false,
    token: { hint: "kwm_default_Yw3p…D8fa", created_at: "2025-10-01T08:00:00Z", expires_at: "2026-10-31T22:59:59Z", last_used_at: "2026-10-01T08:00:00Z" },
  }),
  { ...member("ada", ada.name, { role: "administrator", accounts: ["*"], scopes: ["*"], created_at: "2025-06-01T08:00:00Z" }), id: ada.id },
];

/** Of which a manager is told whom to ask. */
export const administrators = [
  { name: ada.name, email: "ada@nordwind.example" },
  { name: "نورة القحطاني", email: `${"on-call.".repeat(7)}x@${"operations.".repeat(8)}example` },
];

const happened = (number, event, rest = {}) => ({
  hash: String(number).repeat(64).slice(0, 64),
  previous: String(number - 1).repeat(64).slice(0, 64),
  number,
  at: `2026-11-2${Math.min(1, number % 2)}T0${number}:12:00Z`,
  event,
  by: ada.id,
  by_name: ada.name,
  via: "page",
  about: keys[number % 4].id,
  name: keys[number % 4].name,
  reason: null,
  address: "203.0.113.7",
  request: "8f1c2d3e4a5b6c7d-FRA",
  before: null,
  after: null,
  ...rest,
});

/** The newest first, in each shape, and as long as they may be. */
export const auditEntries = [
  happened(8, "key.blocked", { reason: "The laptop with it was lost", before: { status: "active" }, after: { status: "blocked" } }),
  happened(7, "key.updated", {
    by: "mem_noura",
    by_name: "نورة القحطاني",
    name: "مخزن الرياض",
    before: { scopes: ["stock:read"], expires_at: null, metadata: { team: "stock" } },
    after: { scopes: ["stock:read", "stock:write"], expires_at: "2027-12-31T22:59:59Z", metadata: { team: "stock", note: "x".repeat(90) } },
  }),
  happened(6, "settings.changed", { about: null, name: null, before: { locked_by_default: false }, after: { locked_by_default: true } }),
  happened(5, "key.deleted", { about: "key_gone", name: "A name as long as names may be, which is one hundred characters, and that is a lot for a single cell" }),
  happened(4, "right.refused", { by_name: "Deployment of the web shop", via: "token", about: null, name: "keys.revoke", address: null, request: null }),
  happened(3, "session.created", { about: null, name: null }),
  happened(2, "key.created", { about: "key_gone", name: "x".repeat(100), after: { status: "active", scopes: ["*"], contacts: [] } }),
];
