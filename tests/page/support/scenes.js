import { expect } from "@playwright/test";
import { accounts, administrators, auditEntries, days, fewScopes, full, keys, locked, manyScopes, members, NOW, revoked, verifiers } from "./sample.js";
import { list, never, pepper, problem, propagation, settings, stub, workspace } from "./stubs.js";

const token = `kw_live_${"9fKq3vXo0cQyLrS8mTz4bNd1KeZt0B"}x7Jp2s`;

const json = (status, body) => ({ status, contentType: "application/json", body: JSON.stringify(body) });

const created = (...pending) => json(201, { key: keys[0], token, propagation: propagation(...pending) });

/** The key of the first row after its rotation, with the old token in its grace or not. */
const rotated = (graceDays) => ({
  ...keys[0],
  version: 2,
  hint: "kw_live_9fKq…Jp2s",
  previous_token: graceDays
    ? { hint: keys[0].hint, ends_at: new Date(NOW.getTime() + graceDays * 86_400_000).toISOString().replace(".000", "") }
    : null,
});

async function listed(keyway, rest = {}, fragment = "") {
  await workspace(keyway.page, { keys, revoked, scopes: fewScopes, accounts, verifiers, members, ...rest });
  await keyway.signIn(fragment);
  await expect(keyway.page.getByRole("status").filter({ hasText: /\d (key|scope|account|verifier|member)s?( for|$)/u })).toBeVisible();
}

async function creating(keyway, rest) {
  await listed(keyway, rest);
  await keyway.openCreate();
  await expect(keyway.dialog.getByText("Loading scopes…")).toHaveCount(0);
}

/** What an open workspace settles, and as long as some of it may get. */
const settled = { docs_url: "https://docs.nordwind.example/keys#rotate", support_contact: "api-team@nordwind.example", locked_by_default: true };
const long = { docs_url: `https://docs.example.com/${"a-long-way-down/".repeat(29)}`, support_contact: `${"on-call.".repeat(7)}x@${"operations.".repeat(8)}example` };

async function settling(keyway, rest = settled) {
  await workspace(keyway.page, { settled: rest });
  await keyway.signIn("#/settings");
  await expect(keyway.button("Edit settings")).toBeVisible();
}

/** Of somebody who is in three workspaces, with the menu of them. */
async function elsewhere(keyway) {
  await settling(keyway);
  await keyway.page.evaluate(() => localStorage.setItem("workspaces", "default acme a-workspace-of-thirtytwo-letters"));
  await keyway.page.reload();
  await keyway.button("Workspace: default").click();
  await expect(keyway.menu.getByRole("menuitem")).toHaveCount(3);
}

/** From the first pepper to the second. */
async function replacingPepper(keyway, progress) {
  await workspace(keyway.page, { settled });
  await stub(keyway.page, "GET", "/v1/pepper", pepper({ current: 2, previous: 1, records: 12_345, ...progress }));
  await keyway.signIn("#/settings");
  await expect(keyway.page.getByText("PEPPER_1")).toBeVisible();
}

/** What was done. */
async function active(keyway, answer = list(auditEntries, "2")) {
  await workspace(keyway.page, { members, keys });
  await stub(keyway.page, "GET", "/v1/audit", answer);
  await keyway.signIn("#/activity");
}

/** The page of somebody who may do no more than that. */
async function asManager(keyway, may, fragment = "") {
  await listed(keyway);
  const member = { id: members[1].id, name: members[1].name, role: "manager", may: ["session", "settings.read", ...may] };
  const session = { member, workspace: "default", vault: false, administrators, expires_at: "2026-11-21T21:00:00Z" };
  await stub(keyway.page, "GET", "/v1/session", json(200, { session }));
  await stub(keyway.page, "GET", "/v1/settings", settings(settled));
  await keyway.open(fragment);
  await expect(keyway.page.getByText("api-team@nordwind.example").first()).toBeVisible();
}

const OF_KEYS = ["keys.read", "catalog.read", "keys.create", "keys.edit", "keys.rotate", "keys.block"];

async function removing(keyway, made) {
  await stub(keyway.page, "DELETE", /\/v1\/members\//u, json(200, { member: members[1] }));
  await listed(keyway, { keys: made }, "#/members");
  await more(keyway, members[1], "Remove");
  await keyway.dialog.getByRole("button", { name: "Remove member" }).click();
  await expect(keyway.notice).toContainText("is removed");
}

async function more(keyway, { name }, action) {
  await keyway.more(name).click();
  await keyway.menu.getByRole("menuitem", { name: action, exact: true }).click();
  await expect(keyway.dialog).toBeVisible();
}

async function helping(keyway, ...questions) {
  await keyway.button("Help").click();
  await expect(keyway.heading("Help")).toBeVisible();
  for (const question of questions) await keyway.dialog.getByText(question, { exact: true }).click();
}

/** The details of one key, which is all that the list has. */
async function detailing(keyway, key, usage = json(200, { last_used_at: key.last_used_at, days })) {
  await stub(keyway.page, "GET", `/v1/keys/${key.id}`, json(200, { key }));
  await stub(keyway.page, "GET", `/v1/keys/${key.id}/usage`, usage);
  // Revoked ones are hidden until they are asked for.
  if (key.status === "revoked") await listed(keyway, { keys: [], revoked: [key] }, "#/keys?status=revoked");
  else await listed(keyway, { keys: [key], revoked: [] });
  await keyway.row(key.name).getByRole("button", { name: key.name, exact: true }).click();
  await expect(keyway.heading(key.name)).toBeVisible();
}

/** With something in each field, and the answer to it. */
async function refusing(keyway, errors) {
  await keyway.page.route("**/browser/**", (route) => route.abort());
  await stub(keyway.page, "POST", "/v1/keys", problem(422, errors[0].code, errors[0].detail, errors));
  await creating(keyway);
  await keyway.fillName("Something");
  await keyway.unfold();
  for (const [at, name] of ["Solveig Aas", "Bo"].entries()) {
    await keyway.dialog.getByRole("button", { name: "Add contact" }).click();
    await keyway.contact(at + 1).getByLabel("Contact name").fill(name);
    await keyway.contact(at + 1).getByLabel("E-mail").fill("nobody");
  }
  await keyway.field("Allowed networks").fill("203.0.113.0/24\n\n10.0.0.1/8\nlocalhost");
  await keyway.field("Webhook").fill("https://localhost/x");
  await keyway.submitCreate();
  await expect(keyway.field("Webhook")).toHaveAttribute("aria-invalid", "true");
}

async function rotating(keyway, key) {
  await listed(keyway);
  await keyway.act(key.name, "Rotate");
  await expect(keyway.heading(`Rotate “${key.name}”?`)).toBeVisible();
}

async function rotates(keyway, answer, choice = "1 day") {
  await stub(keyway.page, "POST", /\/rotate$/u, answer);
  await rotating(keyway, keys[0]);
  await keyway.dialog.getByRole("radio", { name: choice }).check();
  await keyway.dialog.getByRole("button", { name: "Rotate key" }).click();
}

/** The last one of a workspace. */
const review = { at: "2026-08-19T10:00:00Z", by: keys[0].created_by, kept: 7, blocked: 2, revoked: 1 };

/** Six of the keys were not used for long. */
async function reviewing(keyway) {
  const blocked = { at: "2026-11-21T09:30:00Z", by: keys[0].created_by, reason: null };
  await stub(keyway.page, "POST", /\/block$/u, json(200, { key: { ...keys[1], status: "blocked", blocked }, propagation: propagation() }));
  await listed(keyway, { reviews: [review] });
  await expect(keyway.page.getByText("Last review: ")).toBeVisible();
  await keyway.button("Review").click();
  await expect(keyway.dialog).toContainText("1 of 6");
}

async function shown(keyway, ...pending) {
  await stub(keyway.page, "POST", "/v1/keys", created(...pending));
  await creating(keyway);
  await keyway.fillName("Checkout, web shop");
  await keyway.submitCreate();
  await expect(keyway.secret).toBeVisible();
}

/** A file with good rows, bad ones, and a column that no key has. */
async function importing(keyway) {
  const rows = [
    "name,sha256,hint,scopes,expires_at,owner",
    `"Orders, web shop",${"9f86d081".repeat(8)},sk_live_…9xYz,orders:read orders:write,2027-12-31,ada`,
    `مخزن الرياض,${"0a1b2c3d".repeat(8)},,stock:read,,bo`,
    "New without a digest,,,,,",
    ...["d", "e", "f"].map((digit) => `Reporting ${digit},${digit.repeat(64)},,,,`),
    ",abc,,,,",
    "Wrong,abc,,,,",
  ];
  await listed(keyway);
  await keyway.button("Import").click();
  await keyway.dialog.getByLabel("File", { exact: true }).setInputFiles({ name: "keys.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await expect(keyway.dialog.getByRole("status").first()).toContainText("6 keys, and 2 rows with mistakes");
}

/** A workspace with webhooks in each state. */
async function hooked(keyway) {
  const one = { key: null, description: null, events: [], active: true, disabled_at: null, disabled_why: null, previous_secret_ends_at: null, created_at: "2026-11-01T08:15:00Z", delivered_at: "2026-11-21T08:15:00Z", recent_failures: 0 };
  const webhooks = [
    { ...one, id: "whk_1", url: `https://hooks.example.com/${"keyway/".repeat(30)}`, description: "The pager of whoever is on duty", events: ["key.revoked", "key.expiring"], recent_failures: 3, previous_secret_ends_at: "2099-01-01T00:00:00Z" },
    { ...one, id: "whk_2", url: "https://audit.example.com/", delivered_at: null },
    { ...one, id: "whk_3", url: "https://old.example.com/", active: false, disabled_at: "2026-11-20T08:15:00Z", disabled_why: "gone" },
  ];
  const sent = { message: "msg_1", event: "key.revoked", key: null, webhook: "whk_1", address: null, created_at: "2026-11-21T08:15:00Z", attempts: 1, tried_at: "2026-11-21T08:15:00Z", next_attempt_at: null, outcome: "delivered", status: 200, why: null };
  const deliveries = [
    { ...sent, id: "dlv_1", event: "webhook.test", outcome: "pending", status: null, tried_at: null, attempts: 0, next_attempt_at: "2026-11-21T08:15:00Z" },
    { ...sent, id: "dlv_2", outcome: "pending", status: 503, attempts: 3, next_attempt_at: "2099-01-01T00:00:00Z" },
    { ...sent, id: "dlv_3", outcome: "failed", status: null, why: "timeout", attempts: 10 },
    { ...sent, id: "dlv_4" },
  ];
  await stub(keyway.page, "GET", "/v1/webhooks", list(webhooks));
  await stub(keyway.page, "GET", "/v1/deliveries", list(deliveries, "17"));
  await settling(keyway);
  await keyway.button("Manage webhooks").click();
}

/**
 * Every screen and every dialog, in each state that looks different.
 *
 * @type {Record<string, (keyway: import("./keyway-page.js").KeywayPage) => Promise<void>>}
 */
export const scenes = {
  "sign-in": async (keyway) => {
    await keyway.open();
    await expect(keyway.tokenField).toBeVisible();
    await keyway.page.getByText("Where do I find it?").click();
  },
  "sign-in-refused": async (keyway) => {
    await keyway.open();
    await keyway.submitToken(`"${keyway.token}"`);
    await expect(keyway.tokenField).toHaveAttribute("aria-invalid", "true");
  },
  "sign-in-access": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/session", problem(401, "access_sign_in", "Cloudflare Access knows you."));
    const nobody = "Nobody here has the address that Cloudflare Access knows you by. Ask an administrator.";
    await stub(keyway.page, "POST", "/v1/session", problem(401, "credential_invalid", nobody));
    await keyway.open();
    await expect(keyway.button("Sign in with Cloudflare Access")).toBeVisible();
  },
  "sign-in-root": async (keyway) => {
    await keyway.open();
    await keyway.tokenField.fill(keyway.token);
    await expect(keyway.page.getByLabel("Workspace", { exact: true })).toHaveValue("default");
  },
  "sign-in-another": async (keyway) => {
    await elsewhere(keyway);
    await keyway.menu.getByRole("menuitem", { name: "Sign in to another workspace" }).click();
    await expect(keyway.button("Go to default, where you are signed in")).toBeVisible();
  },
  "workspaces": elsewhere,
  "workspace-create": async (keyway) => {
    await settling(keyway);
    await keyway.button("Create workspace").click();
    await keyway.fillName("Acme");
    await keyway.dialog.getByRole("button", { name: "Create workspace" }).click();
    await expect(keyway.dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  },
  "session-ended": async (keyway) => {
    await listed(keyway);
    await stub(keyway.page, "GET", "/v1/verifiers", problem(401, "credential_invalid", "The session has ended."));
    await keyway.page.getByRole("link", { name: "Verifiers" }).click();
    await expect(keyway.page.getByText("Your session ended")).toBeVisible();
  },
  "unreachable": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/session", (route) => route.abort("connectionfailed"));
    await keyway.open();
    await expect(keyway.heading("Keyway is not available")).toBeVisible();
  },
  "keys": (keyway) => listed(keyway),
  "keys-revoked": (keyway) => listed(keyway, {}, "#/keys?status=revoked"),
  "keys-all": (keyway) => listed(keyway, {}, "#/keys?status=all"),
  "keys-found": async (keyway) => {
    await listed(keyway, {}, "#/keys?search=orders&scope=orders:read&environment=live");
  },
  "keys-filtered": async (keyway) => {
    await listed(keyway, {}, `#/keys?status=active&scope=stock:read&account=riyadh-warehouse&created_by=${keys[0].created_by.id}&sort=name`);
    const fold = keyway.page.getByRole("button", { name: /^Filter/u });
    if (await fold.isVisible()) await fold.click();
  },
  "keys-choose-scope": async (keyway) => {
    await listed(keyway, { scopes: manyScopes });
    const fold = keyway.page.getByRole("button", { name: /^Filter/u });
    if (await fold.isVisible()) await fold.click();
    await keyway.button("Scopes: Any scope").click();
    await keyway.page.getByLabel("Search scopes").fill("invoices");
    await expect(keyway.page.getByText("30 scopes found")).toBeAttached();
  },
  "keys-no-match": async (keyway) => {
    await workspace(keyway.page, { keys, revoked });
    await keyway.signIn("#/keys?search=warehouze&environment=test&use=never");
    await expect(keyway.heading("No key matches")).toBeVisible();
  },
  "keys-token-caught": async (keyway) => {
    await listed(keyway);
    await keyway.page.getByLabel("Search keys").fill(token);
    await expect(keyway.page.getByText("so it was not sent")).toBeVisible();
  },
  "keys-selected": async (keyway) => {
    await listed(keyway);
    for (const { name } of keys.slice(0, 3)) await keyway.tick(name);
    await expect(keyway.page.getByRole("group", { name: "Selected keys" })).toBeVisible();
  },
  "bulk-block": async (keyway) => {
    await listed(keyway);
    await keyway.bulk("Block", ...keys.slice(0, 4).map(({ name }) => name));
  },
  "bulk-revoke": async (keyway) => {
    const many = Array.from({ length: 14 }, (_, at) => ({ ...keys[at % 5], id: `key_${String(at).padStart(22, "m")}`, name: `Client ${at}` }));
    await listed(keyway, { keys: many });
    await keyway.page.getByRole("checkbox", { name: "Select all shown" }).check();
    await keyway.page.getByRole("group", { name: "Selected keys" }).getByRole("button", { name: "Revoke" }).click();
    await keyway.dialog.getByRole("button", { name: "Revoke 14 keys" }).click();
    await expect(keyway.dialog).toContainText("Type the number 14");
  },
  "bulk-results": async (keyway) => {
    const result = ({ id }, problem = null) => ({ id, key: problem ? null : keys[0], problem });
    const refusal = { title: "Revoked", detail: "This key is revoked, for good: there is nothing left to block. Create a new one." };
    const results = [result(keys[0]), result(keys[1], refusal), result(keys[2]), result(keys[3], refusal)];
    await stub(keyway.page, "POST", "/v1/keys/bulk", json(200, { results, propagation: propagation() }));
    await listed(keyway);
    await keyway.bulk("Block", ...keys.slice(0, 4).map(({ name }) => name));
    await keyway.dialog.getByRole("button", { name: "Block 4 keys" }).click();
    await expect(keyway.heading("2 of 4 keys blocked")).toBeVisible();
  },
  "export": async (keyway) => {
    await listed(keyway);
    await stub(keyway.page, "GET", "/v1/keys", (route, call) => (call === 1 ? route.fulfill(list(keys, "next")) : never()));
    await keyway.button("Export CSV").click();
    await expect(keyway.dialog).toContainText("8 keys so far");
  },
  "review": async (keyway) => {
    await reviewing(keyway);
    await keyway.dialog.getByRole("button", { name: "Block" }).click();
    await expect(keyway.dialog).toContainText("2 of 6");
    await expect(keyway.dialog.getByRole("button", { name: "Keep" })).toBeFocused();
  },
  "review-revoke": async (keyway) => {
    await reviewing(keyway);
    await keyway.dialog.getByRole("button", { name: "Revoke" }).click();
    await expect(keyway.dialog).toContainText("This cannot be undone.");
  },
  "review-not-noted": async (keyway) => {
    await stub(keyway.page, "POST", "/v1/reviews", problem(503, "unavailable", "The workspace does not answer"));
    await reviewing(keyway);
    await keyway.dialog.getByRole("button", { name: "Keep" }).click();
    await keyway.dialog.getByRole("button", { name: "Finish now" }).click();
    await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  },
  "review-empty": async (keyway) => {
    await listed(keyway, { keys: keys.slice(0, 1), reviews: [review] });
    await keyway.button("Review").click();
    await expect(keyway.heading("Every key was used in the last 90 days")).toBeVisible();
  },
  "keys-loading": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/keys", never);
    await keyway.signIn();
    await expect(keyway.page.getByText("Loading keys…")).toBeVisible();
  },
  "keys-empty": async (keyway) => {
    await workspace(keyway.page, {});
    await keyway.signIn();
    await expect(keyway.heading("No keys yet")).toBeVisible();
  },
  "keys-failed": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/keys", problem(503, "unavailable", "The workspace does not answer"));
    await keyway.signIn();
    await expect(keyway.heading("The keys could not be loaded")).toBeVisible();
  },
  "keys-offline": async (keyway) => {
    await listed(keyway);
    await keyway.page.context().setOffline(true);
    await expect(keyway.page.getByText("You are offline.")).toBeVisible();
  },
  "keys-many": async (keyway) => {
    const many = Array.from({ length: 16 }, (_, at) => ({
      ...keys[at % keys.length],
      id: `key_${String(at).padStart(22, "m")}`,
      name: `Client ${at}`,
    }));
    // As long as they may be, with and without a place to break.
    many[0].name = "A name as long as names may be, which is one hundred characters, and that is a lot for a single cell";
    many[1].name = "x".repeat(100);
    many[2].scopes = ["a".repeat(64), `${"b".repeat(31)}:${"c".repeat(32)}`];
    await stub(keyway.page, "GET", "/v1/keys", list(many, "next"));
    await keyway.signIn();
    await keyway.button("Load more").scrollIntoViewIfNeeded();
  },
  "create": (keyway) => creating(keyway),
  "create-first-scope": (keyway) => creating(keyway, { scopes: [], accounts: [] }),
  "create-many-scopes": async (keyway) => {
    await creating(keyway, { scopes: manyScopes });
    await keyway.dialog.getByLabel("Search scopes").fill("invoices");
    await keyway.dialog.getByLabel("eu.invoices:read").check();
    await keyway.dialog.getByRole("button", { name: "New scope" }).click();
    await keyway.dialog.getByRole("radio", { name: "A date" }).check();
  },
  "create-all-scopes": async (keyway) => {
    await creating(keyway);
    await keyway.dialog.getByRole("radio", { name: "All scopes" }).check();
    await keyway.dialog.getByRole("radio", { name: "90 days" }).check();
  },
  "create-more": async (keyway) => {
    await creating(keyway);
    await keyway.unfold();
    await keyway.dialog.getByRole("button", { name: "Add contact" }).click();
    await keyway.dialog.getByRole("checkbox", { name: "Active" }).uncheck();
    await keyway.dialog.getByRole("checkbox", { name: "Locked" }).check();
    await expect(keyway.dialog).toContainText("This cannot be undone.");
  },
  "create-more-refused": (keyway) =>
    refusing(keyway, [
      { pointer: "/contacts/1/email", code: "invalid_email", detail: "An e-mail address looks like name@example.com." },
      { pointer: "/allowed_ips/1", code: "invalid_network", detail: "The address has digits beyond its prefix; the network would be 10.0.0.0/8." },
      { pointer: "/allowed_ips/2", code: "invalid_network", detail: "A network is written as 203.0.113.0/24, 2001:db8::/32 or one address." },
      { pointer: "/webhook_url", code: "webhook_not_public", detail: "A webhook's host is a public name such as hooks.example.com." },
    ]),
  "create-refused": async (keyway) => {
    await stub(
      keyway.page,
      "POST",
      "/v1/keys",
      problem(422, "invalid_name", "The name is not usable", [
        { pointer: "/name", code: "invalid_name", detail: "The name has a control character at position 4." },
        { pointer: "/scopes/0", code: "unknown_scope", detail: "There is no scope `orders:read`." },
      ]),
    );
    await creating(keyway);
    await keyway.fillName("Something");
    await keyway.submitCreate();
    await expect(keyway.dialog.getByText("control character")).toBeVisible();
  },
  "create-lost": async (keyway) => {
    await stub(keyway.page, "POST", "/v1/keys", (route) => route.abort("connectionreset"));
    await creating(keyway);
    await keyway.fillName("Checkout, web shop");
    await keyway.submitCreate();
    await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  },
  "create-token-lost": async (keyway) => {
    const replayed = JSON.stringify({ key: keys[0], propagation: propagation() });
    await stub(keyway.page, "POST", "/v1/keys", { status: 200, contentType: "application/json", body: replayed });
    await creating(keyway);
    await keyway.fillName("Checkout, web shop");
    await keyway.submitCreate();
    await expect(keyway.heading("The key exists, its token is lost")).toBeVisible();
  },
  "create-remarks": async (keyway) => {
    await creating(keyway, { keys: [...keys, { ...keys[7], id: "key_ffffffffffffffffffffff", name: "Test" }] });
    await keyway.fillName("test");
    await keyway.field("Starts").fill("2026-12-24");
    await expect(keyway.dialog.locator(".remarks")).toContainText("Another key is called so");
    await keyway.dialog.getByLabel("Name", { exact: true }).focus();
  },
  "token": (keyway) => shown(keyway),
  "token-snippet": async (keyway) => {
    await shown(keyway);
    await keyway.dialog.getByText("Check it in your service").click();
    await keyway.dialog.getByRole("button", { name: "Copy snippet" }).scrollIntoViewIfNeeded();
  },
  "token-nginx": async (keyway) => {
    await shown(keyway);
    await keyway.dialog.getByText("Check it in your service").click();
    await keyway.dialog.getByRole("radio", { name: "nginx" }).check();
    await keyway.dialog.getByRole("button", { name: "Copy snippet" }).scrollIntoViewIfNeeded();
  },
  "token-pending": (keyway) => shown(keyway, "weur"),
  "token-copied": async (keyway) => {
    await keyway.page.context().grantPermissions(["clipboard-write"]);
    await shown(keyway);
    await keyway.dialog.getByRole("button", { name: "Copy" }).click();
    await expect(keyway.dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  },
  "created": async (keyway) => {
    await shown(keyway);
    await keyway.saved();
    await expect(keyway.notice).toContainText("is ready to use");
  },
  "edit": async (keyway) => {
    await listed(keyway);
    await keyway.row(keys[2].name).getByRole("button", { name: "Edit" }).click();
    await expect(keyway.dialog.getByText(/^Loading/u)).toHaveCount(0);
  },
  "edit-full": async (keyway) => {
    await listed(keyway, { keys: [full] });
    await keyway.openEdit(full.name);
    await keyway.contact(3).scrollIntoViewIfNeeded();
  },
  "edit-picture-refused": async (keyway) => {
    await listed(keyway, { keys: [full] });
    await keyway.openEdit(full.name);
    const svg = { name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") };
    await keyway.dialog.locator("input[type=file]").setInputFiles(svg);
    await keyway.dialog.getByText("An SVG can carry scripts").scrollIntoViewIfNeeded();
  },
  "edit-locked": async (keyway) => {
    await listed(keyway, { keys: [locked] });
    await keyway.openEdit(locked.name);
  },
  "details": async (keyway) => {
    await detailing(keyway, full);
    await expect(keyway.dialog.getByRole("img")).toBeVisible();
  },
  "details-end": async (keyway) => {
    await detailing(keyway, locked);
    await expect(keyway.dialog.getByRole("img")).toBeVisible();
    await keyway.dialog.getByText("Show as a table").click();
    await keyway.dialog.getByRole("heading", { name: "Times" }).scrollIntoViewIfNeeded();
  },
  "details-unused": async (keyway) => {
    await detailing(keyway, keys[3], json(200, { last_used_at: null, days: [] }));
    await expect(keyway.dialog).toContainText("Not used yet.");
  },
  "activity": async (keyway) => {
    await active(keyway);
    for (const at of [0, 1]) await keyway.page.locator("summary").nth(at).click();
    await expect(keyway.button("Show more")).toBeVisible();
  },
  "activity-none": async (keyway) => {
    await active(keyway, list([]));
    await expect(keyway.heading("No entry matches")).toBeVisible();
  },
  "activity-loading": async (keyway) => {
    await active(keyway, never);
    await expect(keyway.page.getByText("Loading activity…")).toBeVisible();
  },
  "activity-failed": async (keyway) => {
    await active(keyway, problem(503, "unavailable", "The workspace does not answer"));
    await expect(keyway.heading("The activity could not be loaded")).toBeVisible();
  },
  "activity-offline": async (keyway) => {
    await active(keyway);
    await keyway.page.context().setOffline(true);
    await expect(keyway.page.getByText("You are offline.")).toBeVisible();
  },
  "activity-check": async (keyway) => {
    await active(keyway);
    await keyway.button("Check an export").click();
    await keyway.dialog.getByLabel("File").setInputFiles({ name: "activity.ndjson", mimeType: "application/x-ndjson", buffer: Buffer.from("{}") });
    await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  },
  "details-history": async (keyway) => {
    await stub(keyway.page, "GET", /\/audit$/u, list(auditEntries.slice(0, 2), "7"));
    await detailing(keyway, keys[0]);
    await keyway.dialog.getByText("History", { exact: true }).click();
    await expect(keyway.dialog.getByRole("button", { name: "Show more" })).toBeVisible();
    await keyway.dialog.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
  },
  "settings": (keyway) => settling(keyway),
  "settings-none": (keyway) => settling(keyway, {}),
  "settings-long": (keyway) => settling(keyway, long),
  "settings-rotating": (keyway) => replacingPepper(keyway, { republished: 12_000 }),
  "settings-rotated": (keyway) => replacingPepper(keyway, { republished: 12_345, previous_may_go_at: "2099-01-01T00:00:00Z" }),
  "settings-edit": async (keyway) => {
    await settling(keyway);
    await keyway.button("Edit settings").click();
    await expect(keyway.heading("Edit the settings")).toBeVisible();
  },
  "webhooks": async (keyway) => {
    await hooked(keyway);
    await expect(keyway.dialog.getByRole("listitem")).toHaveCount(3);
  },
  "webhook": async (keyway) => {
    await hooked(keyway);
    await keyway.dialog.getByRole("button", { name: /^Open/u }).first().click();
    await expect(keyway.dialog.getByRole("listitem")).toHaveCount(4);
  },
  "webhook-add": async (keyway) => {
    await hooked(keyway);
    await keyway.dialog.getByRole("button", { name: "Add webhook" }).click();
    await keyway.dialog.getByRole("checkbox", { name: "Tell it of everything" }).uncheck();
  },
  "sessions": async (keyway) => {
    const one = { created_at: "2026-11-21T08:15:00Z", expires_at: "2026-11-21T20:15:00Z", current: false };
    const sessions = [
      { ...one, id: "ses_1", address: "203.0.113.7", browser: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", current: true },
      { ...one, id: "ses_2", address: "2001:db8:1234:5678:9abc:def0:1234:5678", browser: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1" },
      { ...one, id: "ses_3", address: null, browser: `NightlyReportDashboard/${"7.".repeat(60)}0` },
      { ...one, id: "ses_4", address: "198.51.100.23", browser: null },
    ];
    await stub(keyway.page, "GET", "/v1/sessions", list(sessions));
    await settling(keyway);
    await keyway.button("Open sessions").click();
    await expect(keyway.dialog).toContainText("4 sessions");
  },
  "sessions-loading": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/sessions", never);
    await settling(keyway);
    await keyway.button("Open sessions").click();
    await expect(keyway.dialog).toContainText("Loading sessions…");
  },
  "settings-refused": async (keyway) => {
    const errors = [
      { pointer: "/docs_url", code: "invalid_link", detail: "An address begins with https:// and a host name, without user name and blanks, and has at most 500 characters." },
      { pointer: "/support_contact", code: "invalid_support_contact", detail: "A contact is an e-mail address such as name@example.com, or begins with https://." },
    ];
    await stub(keyway.page, "PATCH", "/v1/settings", problem(422, "invalid_link", "2 fields of the body are not right.", errors));
    await settling(keyway);
    await keyway.button("Edit settings").click();
    await keyway.field("Documentation").fill("docs.nordwind.example");
    await keyway.dialog.getByRole("button", { name: "Save" }).click();
    await expect(keyway.dialog.getByText("without user name")).toBeVisible();
  },
  "settings-raced": async (keyway) => {
    await stub(keyway.page, "PATCH", "/v1/settings", problem(412, "precondition_failed", "It was changed in the meantime."));
    await settling(keyway);
    await keyway.button("Edit settings").click();
    await stub(keyway.page, "GET", "/v1/settings", settings({ ...long, version: 2 }));
    await keyway.dialog.getByRole("button", { name: "Save" }).click();
    await expect(keyway.dialog).toContainText("Somebody else changed this workspace");
  },
  "settings-failed": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/settings", problem(503, "unavailable", "The workspace does not answer", undefined, settled));
    await keyway.signIn("#/settings");
    await expect(keyway.heading("The settings could not be loaded")).toBeVisible();
  },
  "help": async (keyway) => {
    await listed(keyway, { settled });
    await helping(keyway);
    await expect(keyway.dialog.getByRole("link", { name: "Documentation" })).toBeVisible();
  },
  "help-open": async (keyway) => {
    await listed(keyway, { settled: long });
    await helping(keyway, "A revoked key still works", "A client is told that it is not authorized", "How do I keep keys safe?");
    await expect(keyway.dialog.getByText("every quarter")).toBeVisible();
  },
  "help-signed-out": async (keyway) => {
    await keyway.open();
    await helping(keyway, "I have lost a token");
  },
  "create-locked-by-default": async (keyway) => {
    await creating(keyway, { settled });
    const box = keyway.dialog.getByRole("checkbox", { name: "Locked" });
    await expect(box).toBeChecked();
    await box.scrollIntoViewIfNeeded();
  },
  "create-helped": async (keyway) => {
    await stub(keyway.page, "POST", "/v1/keys", problem(503, "unavailable", "No answer can be established now", undefined, settled));
    await creating(keyway);
    await keyway.fillName("Something");
    await keyway.submitCreate();
    await expect(keyway.dialog.getByRole("link", { name: "Documentation" })).toBeVisible();
  },
  "details-loading": (keyway) => detailing(keyway, keys[5], never),
  "details-failed": async (keyway) => {
    await detailing(keyway, keys[1], problem(503, "unavailable", "The workspace does not answer"));
    await expect(keyway.dialog).toContainText("The use could not be loaded.");
  },
  "details-revoked": async (keyway) => {
    await detailing(keyway, revoked[0], json(200, { last_used_at: null, days: [{ day: "2026-11-18", allowed: 0, denied: 7 }] }));
    await expect(keyway.dialog.getByRole("img")).toBeVisible();
  },
  "edit-raced": async (keyway) => {
    await stub(keyway.page, "PATCH", /\/v1\/keys\//u, problem(412, "precondition_failed", "It was changed in the meantime."));
    const body = JSON.stringify({ key: { ...keys[2], version: 2, description: "Only until the contract ends", scopes: ["orders:read"] } });
    await stub(keyway.page, "GET", `/v1/keys/${keys[2].id}`, { status: 200, contentType: "application/json", body });
    await listed(keyway);
    await keyway.row(keys[2].name).getByRole("button", { name: "Edit" }).click();
    await keyway.fillName("Partner portal");
    await keyway.dialog.getByRole("button", { name: "Save", exact: true }).click();
    await expect(keyway.dialog).toContainText("Somebody else changed this key");
  },
  "block": async (keyway) => {
    await listed(keyway);
    await keyway.act(keys[2].name, "Block");
    await expect(keyway.heading(`Block “${keys[2].name}”?`)).toBeVisible();
  },
  "blocked-pending": async (keyway) => {
    const blocked = { at: keys[0].created_at, by: keys[4].created_by, reason: null };
    await stub(keyway.page, "GET", /\/v1\/keys\/key_/u, never);
    await stub(keyway.page, "POST", /\/block$/u, json(202, { key: { ...keys[0], version: 2, status: "blocked", blocked }, propagation: propagation("weur") }));
    await listed(keyway);
    await keyway.act(keys[0].name, "Block");
    await keyway.dialog.getByRole("button", { name: "Block key" }).click();
    await expect(keyway.notice.getByRole("button", { name: "Undo" })).toBeVisible();
  },
  "unblock": async (keyway) => {
    await listed(keyway);
    await keyway.act(keys[5].name, "Unblock");
    await expect(keyway.heading(`Unblock “${keys[5].name}”?`)).toBeVisible();
  },
  "revoke": async (keyway) => {
    await listed(keyway);
    await keyway.act(keys[2].name, "Revoke");
    await expect(keyway.heading(`Revoke “${keys[2].name}”?`)).toBeVisible();
  },
  "revoke-pending": async (keyway) => {
    await stub(keyway.page, "POST", /\/revoke$/u, {
      status: 202,
      contentType: "application/json",
      body: JSON.stringify({
        key: { ...keys[0], status: "revoked", revoked: { at: keys[0].created_at, by: keys[0].created_by, reason: null } },
        propagation: propagation("weur", "apac"),
      }),
    });
    await listed(keyway, {}, "#/keys?status=all");
    await keyway.act(keys[0].name, "Revoke");
    await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
    await expect(keyway.notice).toContainText("have not confirmed it yet");
  },
  "revoked": async (keyway) => {
    const revoked = { at: keys[0].created_at, by: keys[0].created_by, reason: null };
    await stub(keyway.page, "POST", /\/revoke$/u, {
      status: 200,
      contentType: "application/json",
      body: JSON.stringify({ key: { ...keys[0], status: "revoked", revoked }, propagation: propagation() }),
    });
    await listed(keyway);
    await keyway.act(keys[0].name, "Revoke");
    await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
    await expect(keyway.notice).toContainText("is refused everywhere");
  },
  "menu": async (keyway) => {
    await listed(keyway);
    await keyway.more(keys[2].name).click();
    await expect(keyway.menu).toBeVisible();
  },
  "rotate": (keyway) => rotating(keyway, keys[0]),
  "rotate-at-once": async (keyway) => {
    await rotating(keyway, keys[0]);
    await keyway.dialog.getByRole("radio", { name: "At once" }).check();
  },
  "rotate-limited": async (keyway) => {
    await rotating(keyway, keys[1]);
    await expect(keyway.dialog).toContainText("7 days and 30 days would be too long");
  },
  "rotate-in-grace": async (keyway) => {
    await rotating(keyway, keys[2]);
    await expect(keyway.dialog).toContainText("no more than two tokens");
  },
  "rotate-blocked": (keyway) => rotating(keyway, keys[5]),
  "rotate-lost": async (keyway) => {
    await rotates(keyway, (route) => route.abort("connectionreset"));
    await expect(keyway.dialog.getByRole("alert")).toContainText("Trying again is safe");
  },
  "rotate-token-lost": async (keyway) => {
    await rotates(keyway, json(200, { key: rotated(7), propagation: propagation() }));
    await expect(keyway.heading("There is a new token, but it is lost")).toBeVisible();
  },
  "rotate-token-lost-at-once": async (keyway) => {
    await rotates(keyway, json(200, { key: rotated(0), propagation: propagation() }), "At once");
    await expect(keyway.heading("There is a new token, but it is lost")).toBeVisible();
  },
  "rotated-token": async (keyway) => {
    await rotates(keyway, json(200, { key: rotated(7), token, propagation: propagation() }));
    await expect(keyway.secret).toBeVisible();
  },
  "rotated": async (keyway) => {
    await rotates(keyway, json(200, { key: rotated(7), token, propagation: propagation() }));
    await keyway.saved();
    await expect(keyway.notice).toContainText("has a new token");
  },
  "rotated-pending": async (keyway) => {
    await stub(keyway.page, "GET", /\/v1\/keys\/key_/u, never);
    await rotates(keyway, json(202, { key: rotated(0), token, propagation: propagation("weur") }), "At once");
    await keyway.saved();
    await expect(keyway.notice).toContainText("has not confirmed it yet");
  },
  "end-token": async (keyway) => {
    await listed(keyway);
    await keyway.act(keys[2].name, "End the old token now");
    await expect(keyway.dialog).toBeVisible();
  },
  "delete": async (keyway) => {
    await listed(keyway);
    await keyway.act(keys[2].name, "Delete");
    await expect(keyway.heading(`Delete “${keys[2].name}”?`)).toBeVisible();
  },
  "delete-revoked": async (keyway) => {
    await listed(keyway, {}, "#/keys?status=revoked");
    await keyway.act(revoked[0].name, "Delete");
    await expect(keyway.heading(`Delete “${revoked[0].name}”?`)).toBeVisible();
  },
  "deleted": async (keyway) => {
    await stub(keyway.page, "DELETE", /\/v1\/keys\//u, json(200, { key: keys[0], propagation: propagation() }));
    await listed(keyway);
    await keyway.act(keys[0].name, "Delete");
    await keyway.dialog.getByRole("button", { name: "Delete key" }).click();
    await expect(keyway.notice).toContainText("is deleted");
  },
  "import": async (keyway) => {
    await listed(keyway);
    await keyway.button("Import").click();
    await expect(keyway.heading("Import keys")).toBeVisible();
  },
  "import-preview": async (keyway) => {
    await importing(keyway);
  },
  "import-sending": async (keyway) => {
    await stub(keyway.page, "POST", "/v1/keys/import", never);
    await importing(keyway);
    await keyway.dialog.getByRole("checkbox").check();
    await keyway.dialog.getByRole("button", { name: /^Import \d/u }).click();
    await expect(keyway.dialog.getByRole("progressbar")).toBeVisible();
  },
  "import-results": async (keyway) => {
    const made = { result: "created", id: keys[0].id, problem: null };
    const detail = "This workspace has no scope `orders:write`. Create it first.";
    const refused = { result: "refused", id: null, problem: { title: "", detail, errors: [{ pointer: "/keys/1/scopes/0", detail }] } };
    const results = [made, refused, { ...made, token }, { ...made, result: "exists" }, made, made];
    await stub(keyway.page, "POST", "/v1/keys/import", json(200, { results }));
    await importing(keyway);
    await keyway.dialog.getByRole("checkbox").check();
    await keyway.dialog.getByRole("button", { name: /^Import \d/u }).click();
    await expect(keyway.heading("4 keys imported")).toBeVisible();
  },
  "accounts": (keyway) => listed(keyway, {}, "#/accounts"),
  "scopes-empty": async (keyway) => {
    await workspace(keyway.page, {});
    await keyway.signIn("#/scopes");
    await expect(keyway.heading("No scopes yet")).toBeVisible();
  },
  "scopes-failed": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/scopes", problem(503, "unavailable", "The workspace does not answer"));
    await keyway.signIn("#/scopes");
    await expect(keyway.heading("The scopes could not be loaded")).toBeVisible();
  },
  "account-create": async (keyway) => {
    await listed(keyway, {}, "#/accounts");
    await keyway.button("Create account").click();
    await expect(keyway.heading("Create an account")).toBeVisible();
  },
  "account-raced": async (keyway) => {
    await stub(keyway.page, "PATCH", /\/v1\/accounts\//u, problem(412, "precondition_failed", "It was changed in the meantime."));
    const body = JSON.stringify({ account: { ...accounts[0], version: 2, name: "Nordwind AS", description: null } });
    await stub(keyway.page, "GET", "/v1/accounts/nordwind", { status: 200, contentType: "application/json", body });
    await listed(keyway, {}, "#/accounts");
    await keyway.row("Nordwind GmbH").getByRole("button", { name: "Edit" }).click();
    await keyway.dialog.getByRole("button", { name: "Save" }).click();
    await expect(keyway.dialog).toContainText("Somebody else changed this account");
  },
  "account-delete": async (keyway) => {
    await stub(keyway.page, "DELETE", /\/v1\/accounts\//u, problem(409, "account_in_use", "20 keys have the account `nordwind`. Take it from them first, or retire it."));
    await listed(keyway, {}, "#/accounts");
    await keyway.row("Nordwind GmbH").getByRole("button", { name: "Delete" }).click();
    await keyway.dialog.getByRole("button", { name: "Delete account" }).click();
    await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  },
  "verifiers": (keyway) => listed(keyway, {}, "#/verifiers"),
  "verifiers-empty": async (keyway) => {
    await workspace(keyway.page, {});
    await keyway.signIn("#/verifiers");
    await expect(keyway.heading("No verifiers yet")).toBeVisible();
  },
  "verifier-create": async (keyway) => {
    await listed(keyway, {}, "#/verifiers");
    await keyway.button("Create verifier").click();
    await expect(keyway.heading("Create a verifier")).toBeVisible();
  },
  "verifier-menu": async (keyway) => {
    await listed(keyway, {}, "#/verifiers");
    await keyway.more("Orders API").click();
    await expect(keyway.menu).toBeVisible();
  },
  "verifier-rotate": async (keyway) => {
    await listed(keyway, {}, "#/verifiers");
    await keyway.row("Orders API").getByRole("button", { name: "Rotate" }).click();
    await expect(keyway.heading("Rotate “Orders API”?")).toBeVisible();
  },
  "verifier-end-token": async (keyway) => {
    await listed(keyway, {}, "#/verifiers");
    await keyway.act("Orders API", "End the old token now");
    await expect(keyway.heading("End the old token of “Orders API” now?")).toBeVisible();
  },
  "verifier-remove": async (keyway) => {
    await listed(keyway, {}, "#/verifiers");
    await keyway.act("Orders API", "Remove");
    await expect(keyway.heading("Remove “Orders API”?")).toBeVisible();
  },
  "members": (keyway) => listed(keyway, {}, "#/members"),
  "members-empty": async (keyway) => {
    await workspace(keyway.page, {});
    await keyway.signIn("#/members");
    await expect(keyway.heading("No members yet")).toBeVisible();
  },
  "members-failed": async (keyway) => {
    await stub(keyway.page, "GET", "/v1/members", problem(503, "unavailable", "The workspace does not answer"));
    await keyway.signIn("#/members");
    await expect(keyway.heading("The members could not be loaded")).toBeVisible();
  },
  "member-menu": async (keyway) => {
    await listed(keyway, {}, "#/members");
    await keyway.more(members[1].name).click();
    await expect(keyway.menu).toBeVisible();
  },
  "member-invite": async (keyway) => {
    await listed(keyway, {}, "#/members");
    await keyway.button("Invite member").click();
    await expect(keyway.heading("Invite a member")).toBeVisible();
  },
  "member-invite-refused": async (keyway) => {
    const detail = "A member of this e-mail address exists already.";
    await stub(keyway.page, "POST", "/v1/members", problem(409, "member_exists", detail, [{ pointer: "/email", code: "member_exists", detail }]));
    await listed(keyway, {}, "#/members");
    await keyway.button("Invite member").click();
    await keyway.fillName("نورة القحطاني");
    await keyway.field("E-mail").fill("noura@nordwind.example");
    await keyway.dialog.getByRole("checkbox", { name: "API access" }).check();
    await keyway.dialog.getByRole("radio", { name: "All accounts" }).check();
    await keyway.dialog.getByRole("button", { name: "Invite member" }).click();
    await expect(keyway.field("E-mail")).toHaveAttribute("aria-invalid", "true");
  },
  "member-invited": async (keyway) => {
    const management = token.replace("kw_live", "kwm_default");
    await stub(keyway.page, "POST", "/v1/members", json(201, { member: members[1], token: management }));
    await listed(keyway, { members: [] }, "#/members");
    await keyway.button("Invite the first member").click();
    await keyway.fillName(members[1].name);
    await keyway.field("E-mail").fill(members[1].email);
    await keyway.dialog.getByRole("button", { name: "Invite member" }).click();
    await expect(keyway.secret).toBeVisible();
  },
  "member-edit": async (keyway) => {
    await listed(keyway, {}, "#/members");
    await keyway.row(/^نورة/u).getByRole("button", { name: "Edit" }).click();
    await expect(keyway.dialog.getByText("1 scope chosen.").or(keyway.dialog.getByText("2 accounts chosen."))).toBeVisible();
  },
  "member-raced": async (keyway) => {
    const theirs = { ...members[1], version: 2, accounts: [], api_access: false, suspended: true };
    await stub(keyway.page, "PATCH", /\/v1\/members\//u, problem(412, "precondition_failed", "It was changed in the meantime."));
    await stub(keyway.page, "GET", `/v1/members/${theirs.id}`, json(200, { member: theirs }));
    await listed(keyway, {}, "#/members");
    await keyway.row(/^Mo Haddad/u).getByRole("button", { name: "Edit" }).click();
    await keyway.dialog.getByRole("button", { name: "Save" }).click();
    await expect(keyway.dialog).toContainText("Somebody else changed this member");
  },
  "member-suspend": async (keyway) => {
    await listed(keyway, {}, "#/members");
    await more(keyway, members[1], "Suspend");
  },
  "member-let-in": async (keyway) => {
    await listed(keyway, {}, "#/members");
    await more(keyway, members[3], "Let back in");
  },
  "member-token": async (keyway) => {
    await listed(keyway, {}, "#/members");
    await more(keyway, members[1], "Replace token");
  },
  "member-remove": async (keyway) => {
    await stub(keyway.page, "DELETE", /\/v1\/members\//u, problem(409, "last_administrator", "This is the last administrator. Make somebody else one first."));
    await listed(keyway, {}, "#/members");
    await more(keyway, members[5], "Remove");
    await keyway.dialog.getByRole("button", { name: "Remove member" }).click();
    await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  },
  "member-removed": (keyway) => removing(keyway, keys.map((key) => ({ ...key, created_by: members[1] }))),
  "manager-keys": (keyway) => asManager(keyway, OF_KEYS),
  "manager-accounts": (keyway) => asManager(keyway, OF_KEYS, "#/accounts"),
  "manager-settings": (keyway) => asManager(keyway, OF_KEYS, "#/settings"),
  "manager-no-access": (keyway) => asManager(keyway, []),
  "manager-not-theirs": (keyway) => asManager(keyway, OF_KEYS, "#/verifiers"),
};
