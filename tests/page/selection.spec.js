import { expect, gate, test } from "./support/fixtures.js";
import { keys, NOW } from "./support/sample.js";
import { list, problem, propagation, stub, workspace } from "./support/stubs.js";

const bar = (page) => page.getByRole("group", { name: "Selected keys" });
const all = (page) => page.getByRole("checkbox", { name: "Select all shown" });

const many = (length) =>
  Array.from({ length }, (_, at) => ({ ...keys[at % 5], id: `key_${String(at).padStart(22, "0")}`, name: `Client ${at}` }));

const done = (ids, pending = []) => ({
  status: pending.length ? 202 : 200,
  contentType: "application/json",
  body: JSON.stringify({ results: ids.map((id) => ({ id, key: null, problem: null })), propagation: propagation(...pending) }),
});

test("several keys are blocked, unblocked, revoked and deleted together", async ({ page, keyway, api, unique }) => {
  const mark = unique("Together").split(" ")[1];
  const names = ["one", "two", "three"].map((name) => `${mark} ${name}`);
  const tokens = [];
  for (const name of names) tokens.push((await api.createKey({ name })).token);
  const codes = () => Promise.all(tokens.map(async (token) => (await api.verify(token, { consistency: "strong" })).code));
  await keyway.signIn(`#/keys?search=${mark}&status=all`);

  await keyway.bulk("Block", names[0], names[1]);
  await expect(keyway.heading("Block 2 keys?")).toBeVisible();
  await expect(keyway.dialog.getByRole("listitem")).toContainText([names[1], names[0]]);
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await keyway.dialog.getByLabel(/^Reason/u).fill("Odd traffic");
  await keyway.dialog.getByRole("button", { name: "Block 2 keys" }).click();
  await expect(keyway.notice).toContainText("2 keys are blocked. They are refused everywhere within 10 seconds.");
  await expect(keyway.row(names[0])).toContainText("Odd traffic");
  await expect(bar(page)).toHaveCount(0);
  expect(await codes()).toEqual(["blocked", "blocked", "valid"]);

  await keyway.bulk("Unblock", names[0]);
  await keyway.dialog.getByRole("button", { name: "Unblock 1 key" }).click();
  await expect(keyway.notice).toContainText("1 key is unblocked.");
  expect(await codes()).toEqual(["valid", "blocked", "valid"]);

  await all(page).check();
  await bar(page).getByRole("button", { name: "Revoke" }).click();
  await keyway.dialog.getByRole("button", { name: "Revoke 3 keys" }).click();
  await expect(keyway.notice).toContainText("3 keys are revoked.");
  expect(await codes()).toEqual(["revoked", "revoked", "revoked"]);

  await keyway.bulk("Delete", names[0], names[2]);
  await keyway.dialog.getByRole("button", { name: "Delete 2 keys" }).click();
  await expect(page.getByRole("rowheader")).toHaveText([names[1]]);
  expect(await api.keysNamed(names[0])).toEqual([]);
});

test("what was refused is said of each key, and the others are done", async ({ page, keyway, api, unique }) => {
  const mark = unique("Refused").split(" ")[1];
  const [good, gone] = [`${mark} good`, `${mark} gone`];
  await api.createKey({ name: good });
  const { key } = await api.createKey({ name: gone });
  await keyway.signIn(`#/keys?search=${mark}`);
  await keyway.bulk("Block", good, gone);
  await api.call("POST", `/v1/keys/${key.id}/revoke`, {});
  await keyway.dialog.getByRole("button", { name: "Block 2 keys" }).click();
  await expect(keyway.heading("1 of 2 keys blocked")).toBeVisible();
  await expect(keyway.dialog.getByRole("listitem").filter({ hasText: gone })).toContainText("This key is revoked, for good");
  await expect(keyway.dialog.getByRole("listitem").filter({ hasText: good })).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await expect(keyway.row(good)).toContainText("Inactive");
  await expect(keyway.row(gone).getByRole("checkbox"), "what was refused stays selected").toBeChecked();
  await expect(keyway.row(good).getByRole("checkbox")).not.toBeChecked();
});

test("keys are selected by keyboard, counted aloud, and forgotten with the view", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await keyway.signIn();
  await keyway.row(keys[0].name).getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("status").filter({ hasText: "1 key selected" })).toBeAttached();
  await expect(all(page)).toHaveJSProperty("indeterminate", true);
  await all(page).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("status").filter({ hasText: "8 keys selected" })).toBeAttached();
  await expect(all(page)).toBeChecked();
  await bar(page).getByRole("button", { name: "Clear selection" }).press("Enter");
  await expect(bar(page)).toHaveCount(0);
  await expect(all(page)).toBeFocused();
  await keyway.tick(keys[1].name);
  await page.getByRole("radio", { name: /^Active/u }).check();
  await expect(page.getByText("5 keys", { exact: true })).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
  await expect(keyway.row(keys[1].name).getByRole("checkbox")).not.toBeChecked();
});

test("more than ten are ended for good only with their number typed; more than a hundred go in several calls", async ({ page, keyway }) => {
  const items = many(250);
  const door = gate();
  const calls = [];
  await stub(page, "GET", "/v1/keys", list(items));
  await stub(page, "POST", "/v1/keys/bulk", async (route, call) => {
    const body = route.request().postDataJSON();
    calls.push(body);
    if (call === 2) await door.opened;
    return route.fulfill(done(body.ids));
  });
  await keyway.signIn();
  await all(page).check();
  await bar(page).getByRole("button", { name: "Delete" }).click();
  const submit = keyway.dialog.getByRole("button", { name: "Delete 250 keys" });
  await submit.click();
  await expect(keyway.dialog).toContainText("Type the number 250, or cancel.");
  expect(calls).toEqual([]);
  await keyway.dialog.getByLabel("Type 250 to confirm").fill("250");
  await submit.click();
  await expect(keyway.dialog.getByRole("button", { name: "Deleting… 100 of 250" })).toBeVisible();
  door.open();
  await expect(keyway.notice).toContainText("250 keys are deleted.");
  expect(calls.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
  expect(calls.flatMap(({ ids }) => ids)).toEqual(items.map(({ id }) => id));
});

test("what fails half-way goes on where it stopped, or is left there", async ({ page, keyway }) => {
  const items = many(150);
  await stub(page, "GET", "/v1/keys", list(items));
  await stub(page, "POST", "/v1/keys/bulk", (route, call) =>
    route.fulfill(call === 1 ? done(route.request().postDataJSON().ids) : problem(503, "unavailable", "The workspace does not answer")),
  );
  await keyway.signIn();
  await all(page).check();
  await bar(page).getByRole("button", { name: "Block", exact: true }).click();
  await keyway.dialog.getByRole("button", { name: "Block 150 keys" }).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("The workspace does not answer.");
  await keyway.dialog.getByRole("button", { name: "Go on with 50 keys" }).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("The workspace does not answer.");
  await keyway.dialog.getByRole("button", { name: "Stop here" }).click();
  await expect(keyway.heading("100 of 150 keys blocked")).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await expect(bar(page)).toContainText("50 keys selected");
});

test("what one person began is not shown to who signs in next, nor gone on with", async ({ page, keyway }) => {
  const items = many(101);
  const calls = [];
  await stub(page, "GET", "/v1/keys", list(items));
  await stub(page, "POST", "/v1/keys/bulk", (route) => {
    const { ids } = route.request().postDataJSON();
    calls.push(ids);
    return route.fulfill(calls.length === 1 ? done(ids, ["apac"]) : problem(401, "credential_invalid", "The session has ended."));
  });
  await keyway.signIn();
  await all(page).check();
  await bar(page).getByRole("button", { name: "Block", exact: true }).click();
  await keyway.dialog.getByRole("button", { name: "Block 101 keys" }).click();
  await expect(page.getByText("Your session ended")).toBeVisible();
  await stub(page, "POST", "/v1/session", async (route) => {
    const response = await route.fetch();
    const { session } = await response.json();
    return route.fulfill({ response, json: { session: { ...session, member: { ...session.member, id: "mem_1111111111111111111111" } } } });
  });
  await keyway.submitToken(keyway.token);
  await expect(page.getByText("101 keys", { exact: true })).toBeVisible();
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.notice).toHaveText(/^\s*$/u);
  await expect(bar(page)).toHaveCount(0);
  expect(calls).toHaveLength(2);
});

test("while a region has not confirmed it, that is said, and asked again", async ({ page, keyway }) => {
  await workspace(page, { keys });
  const calls = [];
  await stub(page, "POST", "/v1/keys/bulk", (route, call) => {
    const { ids } = route.request().postDataJSON();
    calls.push(ids);
    return route.fulfill(done(ids, call === 1 ? ["apac"] : []));
  });
  await keyway.signIn();
  await keyway.bulk("Revoke", keys[0].name, keys[1].name);
  await keyway.dialog.getByRole("button", { name: "Revoke 2 keys" }).click();
  await expect(keyway.notice).toContainText("2 keys are revoked. Asia-Pacific has not confirmed it yet, so a client may still get in there.");
  await expect(keyway.notice).toContainText("2 keys are revoked. They are refused everywhere within 10 seconds.");
  expect(calls).toEqual([[keys[0].id, keys[1].id], [keys[0].id, keys[1].id]]);
});

test("the keys of a bulk change are marked until every region has it, and no other", async ({ page, keyway }) => {
  await page.clock.install({ time: NOW });
  await workspace(page, { keys });
  const blocked = { at: NOW.toISOString(), by: keys[0].created_by, reason: null };
  await stub(page, "POST", "/v1/keys/bulk", (route, call) => {
    const { ids } = route.request().postDataJSON();
    const results = ids.map((id) =>
      id === keys[2].id
        ? { id, key: null, problem: { title: "The key is revoked" } }
        : { id, key: { ...keys.find((key) => key.id === id), version: 2, status: "blocked", blocked }, problem: null },
    );
    return route.fulfill({ status: 202, json: { results, propagation: call === 1 ? propagation("weur") : propagation() } });
  });
  await keyway.signIn();
  await keyway.bulk("Block", keys[0].name, keys[1].name, keys[2].name);
  await keyway.dialog.getByRole("button", { name: "Block 3 keys" }).click();
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await expect(keyway.notice).toContainText("Western Europe has not confirmed it yet");
  const marked = page.getByRole("row").filter({ hasText: "Not confirmed everywhere yet" });
  await expect(marked).toHaveCount(2);
  await expect(keyway.row(keys[1].name)).toContainText("Not confirmed everywhere yet");
  await page.clock.runFor(2_000);
  await expect(keyway.notice).toContainText("They are refused everywhere within 10 seconds.");
  await expect(marked).toHaveCount(0);
});
