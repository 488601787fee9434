import { expect } from "./support/fixtures.js";
import { test } from "./support/stage.js";
import { propagation, stub } from "./support/stubs.js";

const DAY_MS = 86_400_000;

async function openEdit(keyway, name) {
  await keyway.row(name).getByRole("button", { name: "Edit" }).click();
  await expect(keyway.heading(`Edit “${name}”`)).toBeVisible();
  await expect(keyway.dialog.getByText(/^Loading/u)).toHaveCount(0);
}

const save = (keyway) => keyway.dialog.getByRole("button", { name: "Save", exact: true }).click();

test("a key is renamed, described, granted and limited, and verifies so", async ({ keyway, api, unique }) => {
  const name = unique("Before");
  const [scope, account] = [unique("scope"), unique("account")].map((text) => text.replaceAll(" ", "-"));
  await api.createScope(scope);
  await api.call("POST", "/v1/accounts", { id: account });
  const { key, token } = await api.createKey({ name });
  await keyway.signIn();

  await openEdit(keyway, name);
  const after = name.replace("Before", "بعد");
  await keyway.fillName(after);
  await keyway.dialog.getByLabel(/^Description/u).fill("For the night");
  await keyway.dialog.getByRole("checkbox", { name: scope }).check();
  await keyway.dialog.getByRole("checkbox", { name: account }).check();
  await keyway.dialog.getByRole("radio", { name: "30 days" }).check();
  await save(keyway);
  await expect(keyway.notice).toContainText(`“${after}” is saved. It holds everywhere within 10 seconds.`);
  await expect(keyway.row(after)).toContainText(scope);
  await expect(keyway.row(after)).toContainText(account);
  const { body } = await api.call("GET", `/v1/keys/${key.id}`);
  expect(body.key).toMatchObject({ name: after, description: "For the night", scopes: [scope], accounts: [account], version: 2 });
  const left = new Date(body.key.expires_at) - Date.now();
  expect(left).toBeGreaterThan(29 * DAY_MS);
  expect(left).toBeLessThan(31 * DAY_MS);
  expect((await api.verify(token, { scopes: [scope], account, consistency: "strong" })).code).toBe("valid");

  // Taken away again; the expiry stays as it is.
  await openEdit(keyway, after);
  await keyway.dialog.getByRole("checkbox", { name: scope }).uncheck();
  await save(keyway);
  await expect(keyway.notice).toContainText(`“${after}” is saved.`);
  const { body: narrowed } = await api.call("GET", `/v1/keys/${key.id}`);
  expect(narrowed.key).toMatchObject({ scopes: [], accounts: [account], expires_at: body.key.expires_at });
  expect((await api.verify(token, { scopes: [scope], consistency: "strong" })).code).toBe("insufficient_scope");
});

test("only what was changed is sent, and nothing for nothing", async ({ page, keyway, api, unique }) => {
  const name = unique("Little");
  await api.createKey({ name, expires_at: "2099-01-01T00:00:00Z" });
  await keyway.signIn();
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") sent.push([request.headers()["if-match"], request.postDataJSON()]);
  });
  await openEdit(keyway, name);
  await save(keyway);
  await expect(keyway.dialog).toHaveCount(0);
  await openEdit(keyway, name);
  await keyway.dialog.getByRole("radio", { name: "No expiry" }).check();
  await save(keyway);
  await expect(keyway.dialog).toHaveCount(0);
  expect(sent).toEqual([
    ['"1"', {}],
    ['"1"', { expires_at: null }],
  ]);
});

test("who loses a race sees what changed, and decides", async ({ keyway, api, unique }) => {
  const name = unique("Raced");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  const change = (version, body) => api.call("PATCH", `/v1/keys/${key.id}`, body, { headers: { "if-match": `"${version}"` } });

  await openEdit(keyway, name);
  await keyway.dialog.getByLabel(/^Description/u).fill("Mine");
  await change(1, { description: "Theirs", expires_at: "2099-01-01T00:00:00Z" });
  await save(keyway);
  await expect(keyway.dialog).toContainText("Somebody else changed this key in the meantime.");
  await expect(keyway.dialog).toContainText("Description nowTheirs");
  await expect(keyway.dialog).toContainText("Expiry now");
  await expect(keyway.dialog).not.toContainText("Name now");
  await keyway.dialog.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect(keyway.notice).toContainText("is saved.");
  // What was not touched here is as they left it.
  const { body } = await api.call("GET", `/v1/keys/${key.id}`);
  expect(body.key).toMatchObject({ description: "Mine", expires_at: "2099-01-01T00:00:00Z" });

  await openEdit(keyway, name);
  await keyway.fillName(`${name} mine`);
  await change(3, { name: `${name} theirs` });
  await save(keyway);
  await keyway.dialog.getByRole("button", { name: "Take theirs and begin again" }).click();
  await expect(keyway.dialog.getByLabel("Name", { exact: true })).toHaveValue(`${name} theirs`);
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(keyway.row(`${name} theirs`)).toBeVisible();
});

test("a retired scope stays with the key that has it, and can be taken away", async ({ keyway, api, unique }) => {
  const name = unique("Retired");
  const scope = name.toLowerCase().replaceAll(" ", "-");
  await api.createScope(scope);
  const { key } = await api.createKey({ name, scopes: [scope] });
  await api.call("PATCH", `/v1/scopes/${scope}`, { retired: true }, { headers: { "if-match": '"1"' } });
  await keyway.signIn();
  await openEdit(keyway, name);
  const box = keyway.dialog.getByRole("checkbox", { name: scope });
  await expect(box).toBeChecked();
  await keyway.dialog.getByLabel(/^Description/u).fill("Kept");
  await save(keyway);
  await expect(keyway.notice).toContainText("is saved.");
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.scopes).toEqual([scope]);
  await openEdit(keyway, name);
  await box.uncheck();
  await save(keyway);
  await expect(keyway.notice).toContainText("is saved.");
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.scopes).toEqual([]);
});

test("an edit that a region has not confirmed says which, and when it has", async ({ page, keyway, api, unique }) => {
  const name = unique("Slow");
  await api.createKey({ name });
  await keyway.signIn();
  await stub(page, "PATCH", /\/v1\/keys\//u, async (route, call) => {
    const response = await route.fetch();
    if (call > 1) return route.fulfill({ response });
    const body = JSON.stringify({ ...(await response.json()), propagation: propagation("weur") });
    return route.fulfill({ status: 202, contentType: "application/json", body });
  });
  await openEdit(keyway, name);
  await keyway.dialog.getByRole("radio", { name: "90 days" }).check();
  await save(keyway);
  await expect(keyway.notice).toContainText("so what was taken away may still be had there.");
  await expect(keyway.notice).toContainText(`“${name}” is saved. It holds everywhere within 10 seconds.`);
});
