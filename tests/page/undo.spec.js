import { expect, test } from "./support/fixtures.js";
import { propagation, stub } from "./support/stubs.js";

const undo = (keyway) => keyway.notice.getByRole("button", { name: "Undo" });

async function block(keyway, name) {
  await keyway.act(name, "Block");
  await keyway.dialog.getByRole("button", { name: "Block key" }).click();
  await expect(keyway.dialog).toHaveCount(0);
}

/** Answers that a region has not confirmed, as long as `isOpen` says so. */
async function pendingIn(page, method, path, isOpen) {
  const calls = [];
  await stub(page, method, path, async (route) => {
    calls.push(route.request().postDataJSON());
    const response = await route.fetch();
    if (!isOpen(calls.length) || !response.ok()) return route.fulfill({ response });
    return route.fulfill({ response, status: 202, json: { ...(await response.json()), propagation: propagation("apac") } });
  });
  return calls;
}

test("a block is undone from its message, of the version that it made", async ({ page, keyway, api, unique }) => {
  const name = unique("Hasty");
  const { key, token } = await api.createKey({ name });
  await keyway.signIn();
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") sent.push([request.headers()["if-match"], request.postDataJSON()]);
  });
  await block(keyway, name);
  await expect(keyway.notice).toContainText(`“${name}” is blocked. It is refused everywhere within 10 seconds.`);
  await undo(keyway).click();
  await expect(keyway.notice).toContainText(`“${name}” is unblocked again.`);
  await expect(undo(keyway)).toHaveCount(0);
  await expect(keyway.more(name)).toBeFocused();
  await expect(keyway.row(name)).toContainText("Active");
  expect(sent).toEqual([['"2"', { active: true }]]);
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("valid");
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key).toMatchObject({ version: 3, blocked: null });
});

test("Ctrl+Z undoes it from wherever one is, but for a field; a screen reader is told so", async ({ page, keyway, api, unique }) => {
  const name = unique("By key");
  const { key } = await api.createKey({ name });
  const isBlocked = async () => (await api.call("GET", `/v1/keys/${key.id}`)).body.key.blocked !== null;
  await keyway.signIn();
  await block(keyway, name);
  await expect(keyway.notice.getByRole("status")).toContainText("Ctrl Z undoes it.");
  await expect(keyway.more(name)).toBeFocused();
  await page.getByRole("searchbox", { name: "Search keys" }).focus();
  await page.keyboard.press("Control+z");
  await keyway.openDetails(name);
  await page.keyboard.press("Control+z");
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  expect(await isBlocked()).toBe(true);
  await expect(undo(keyway), "looking at it begins something else").toHaveCount(0);

  await keyway.act(name, "Unblock");
  await keyway.dialog.getByRole("button", { name: "Unblock key" }).click();
  await expect(keyway.notice).toContainText("is unblocked.");
  await expect(undo(keyway), "who blocked it and why cannot be put back").toHaveCount(0);
  await block(keyway, name);
  await expect(undo(keyway)).toBeVisible();
  await keyway.more(name).focus();
  await page.keyboard.press("Control+z");
  await expect(keyway.notice).toContainText(`“${name}” is unblocked again.`);
  await expect(keyway.more(name), "the focus stays").toBeFocused();
  expect(await isBlocked()).toBe(false);
});

test("what somebody else changed since then is not undone, and is shown", async ({ keyway, api, unique }) => {
  const name = unique("Theirs");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  await block(keyway, name);
  await expect(undo(keyway)).toBeVisible();
  const theirs = `${name} now`;
  await api.call("PATCH", `/v1/keys/${key.id}`, { name: theirs }, { headers: { "if-match": '"2"' } });
  await undo(keyway).click();
  await expect(keyway.notice.getByRole("alert")).toHaveText("It is not undone. Somebody changed it in the meantime, so it stays as it is now.");
  await expect(keyway.row(theirs)).toContainText("Inactive");
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key).toMatchObject({ version: 3, status: "blocked" });
});

test("an undoing without an answer can be tried again; the way back stays until it is dismissed", async ({ page, keyway, api, unique }) => {
  const name = unique("Offline");
  await api.createKey({ name });
  await page.clock.install();
  await keyway.signIn();
  await stub(page, "PATCH", /\/v1\/keys\//u, (route, call) => (call === 1 ? route.abort("connectionreset") : route.fallback()));
  await block(keyway, name);
  await expect(undo(keyway)).toBeVisible();
  await page.clock.runFor(120_000);
  await undo(keyway).click();
  await expect(keyway.notice.getByRole("alert")).toHaveText("It is not undone. Keyway did not answer. Check the connection and try again.");
  await undo(keyway).click();
  await expect(keyway.notice).toContainText("is unblocked again.");
  await page.clock.runFor(11_000);
  await expect(keyway.notice).not.toContainText("is unblocked again.");
});

test("a block is not repeated into its undoing while a region is pending", async ({ page, keyway, api, unique }) => {
  const name = unique("Pending");
  const { key } = await api.createKey({ name });
  await page.clock.install();
  await keyway.signIn();
  const blocks = await pendingIn(page, "POST", /\/block$/u, () => true);
  await block(keyway, name);
  await expect(keyway.notice).toContainText("Asia-Pacific has not confirmed it yet");
  await undo(keyway).click();
  await expect(keyway.notice).toContainText("is unblocked again.");
  await expect(keyway.row(name)).toContainText("Active");
  await page.clock.runFor(60_000);
  expect(blocks).toHaveLength(1);
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.status).toBe("active");
});

test("nor into what somebody else decided: how far it has got is asked by changing nothing", async ({ page, keyway, api, unique }) => {
  const name = unique("Unblocked there");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  const blocks = await pendingIn(page, "POST", /\/block$/u, () => true);
  await block(keyway, name);
  await expect(keyway.row(name)).toContainText("Not confirmed everywhere yet");
  await api.call("POST", `/v1/keys/${key.id}/unblock`, {});
  await keyway.notice.getByRole("button", { name: "Check again" }).click();
  await expect(keyway.notice).toContainText("It is refused everywhere within 10 seconds.");
  expect(blocks).toHaveLength(1);
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.status).toBe("active");
});

test("several that were blocked together are unblocked again, but not what was blocked before", async ({ page, keyway, api, unique }) => {
  const mark = unique("Together").split(" ")[1];
  const [one, two, before, gone] = ["one", "two", "before", "gone"].map((name) => `${mark} ${name}`);
  const made = {};
  for (const name of [one, two, before, gone]) made[name] = (await api.createKey({ name })).key.id;
  await api.call("POST", `/v1/keys/${made[before]}/block`, { reason: "For another reason" });
  await keyway.signIn(`#/keys?search=${mark}&status=all`);
  await keyway.bulk("Block", one, two, before, gone);
  await keyway.dialog.getByRole("button", { name: "Block 4 keys" }).click();
  await expect(keyway.notice).toContainText("4 keys are blocked.");
  await api.call("POST", `/v1/keys/${made[gone]}/revoke`, {});
  await undo(keyway).click();
  await expect(keyway.heading("2 of 3 keys unblocked")).toBeVisible();
  await expect(keyway.dialog.getByRole("listitem").filter({ hasText: gone })).toContainText("Somebody changed it in the meantime");
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await expect(keyway.notice).toContainText("2 keys are unblocked again.");
  await expect(keyway.row(one)).toContainText("Active");
  await expect(keyway.row(before)).toContainText("For another reason");
  const status = async (name) => (await api.call("GET", `/v1/keys/${made[name]}`)).body.key.status;
  expect(await Promise.all([one, two, before, gone].map(status))).toEqual(["active", "active", "blocked", "revoked"]);
});

test("retiring and putting back are undone, and not over what somebody else changed", async ({ keyway, api, unique }) => {
  const name = unique("Nordwind");
  const id = name.toLowerCase().replace(" ", "-");
  await api.createScope(id, name);
  const retired = async () => (await api.call("GET", `/v1/scopes/${id}`)).body.scope.retired;
  await keyway.signIn("#/scopes");
  await keyway.row(name).getByRole("button", { name: "Retire" }).click();
  await undo(keyway).click();
  await expect(keyway.notice).toContainText(`“${name}” can be granted again.`);
  expect(await retired()).toBe(false);
  await keyway.row(name).getByRole("button", { name: "Retire" }).click();
  const row = keyway.page.locator(`[data-entry="${id}"]`);
  await row.getByRole("button", { name: "Put back" }).click();
  await expect(keyway.notice).toContainText(`“${name}” can be granted again.`);
  await undo(keyway).click();
  await expect(keyway.notice).toContainText(`“${name}” is retired.`);
  expect(await retired()).toBe(true);
  await row.getByRole("button", { name: "Put back" }).click();
  await expect(undo(keyway)).toBeVisible();
  await api.call("PATCH", `/v1/scopes/${id}`, { description: "Theirs" }, { headers: { "if-match": '"7"' } });
  await undo(keyway).click();
  await expect(keyway.notice.getByRole("alert")).toContainText("Somebody changed it in the meantime");
  await expect(row).toContainText("Theirs");
  expect(await retired()).toBe(false);
});
