import { built } from "./support/classes.js";
import { expect, gate, test } from "./support/fixtures.js";
import { heap } from "./support/heap.js";
import { propagation, stub } from "./support/stubs.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const strong = async (api, token) => (await api.verify(token, { consistency: "strong" })).code;
const ahead = (milliseconds) => new Date(Date.now() + milliseconds).toISOString();
const submit = (keyway) => keyway.dialog.getByRole("button", { name: "Rotate key" });
const choose = (keyway, grace) => keyway.dialog.getByRole("radio", { name: grace, exact: true }).check();

const rotate = async (api, key, body = {}) => {
  const answer = await api.call("POST", `/v1/keys/${key.id}/rotate`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};

async function openRotate(keyway, name) {
  await keyway.act(name, "Rotate");
  await expect(keyway.heading(`Rotate “${name}”?`)).toBeVisible();
}

/** Rotates on the page, and stops where the new token is shown. @returns {Promise<string>} */
async function rotated(keyway, name, grace) {
  await openRotate(keyway, name);
  await choose(keyway, grace);
  await submit(keyway).click();
  await expect(keyway.heading("Save the new token now")).toBeVisible();
  return keyway.secret.innerText();
}

/** What the real server answers, but for the regions that have not confirmed it yet. */
async function confirmedLater(route, ...pending) {
  const response = await route.fetch();
  const answer = await response.json();
  expect(answer.propagation, "what is made up here has the shape of the real one").toEqual(propagation());
  const body = JSON.stringify({ ...answer, propagation: propagation(...pending) });
  return route.fulfill({ status: pending.length > 0 ? 202 : 200, contentType: "application/json", body });
}

test("promise 1: rotated at once, a key shows its new token once, and its old one is refused", async ({ page, keyway, api, unique }) => {
  const name = unique("Leaked");
  const { key, token: old } = await api.createKey({ name });
  await keyway.signIn();
  const token = await rotated(keyway, name, "At once");
  expect(token).toMatch(/^kw_live_[0-9A-Za-z]{36}$/u);
  expect(token).not.toBe(old);
  await expect(keyway.dialog).toContainText(`The old one, ${key.hint}, ends now.`);
  await expect(keyway.dialog).toContainText("It will not be shown again.");
  await page.keyboard.press("Escape");
  await expect(keyway.secret).toHaveText(token);
  await keyway.saved();

  await expect(keyway.notice).toContainText(`“${name}” has a new token. The old one is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).not.toContainText(key.hint);
  await expect(keyway.row(name)).toContainText(token.slice(-4));
  await expect(keyway.more(name)).toBeFocused();
  expect(await page.content()).not.toContain(token);
  expect(await strong(api, token)).toBe("valid");
  expect(await strong(api, old)).toBe("expired");
});

test("promise 1: a saved token is nowhere, however long the end of the old one takes to arrive", async ({
  page,
  context,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Forgotten");
  await api.createKey({ name });
  await stub(page, "POST", /\/rotate$/u, (route) => confirmedLater(route, "weur"));
  let pending = ["weur"];
  await stub(page, "PATCH", /\/v1\/keys\//u, (route) => confirmedLater(route, ...pending));
  await keyway.signIn();
  const token = await rotated(keyway, name, "At once");
  const inspector = await context.newCDPSession(page);
  expect(await heap(inspector), "the test can see a token in memory").toContain(token);
  await keyway.saved();
  await expect(keyway.notice).toContainText("Western Europe has not confirmed it yet");
  await expect.poll(async () => (await heap(inspector)).includes(token), "the token in memory").toBe(false);
  expect(await page.content()).not.toContain(token);
  await expect(keyway.notice).toContainText("Western Europe has not confirmed it yet");
  pending = [];
  // It asks by itself, later and later.
  await expect(keyway.notice).toContainText("The old one is refused everywhere within 10 seconds.", { timeout: 60_000 });
});

test("with a grace the row shows both tokens and when the old one ends, and both are good", async ({ keyway, api, unique }) => {
  const name = unique("Planned");
  const { key, token: old } = await api.createKey({ name });
  await keyway.signIn();
  const before = Date.now();
  const token = await rotated(keyway, name, "7 days");
  await expect(keyway.dialog).toContainText(`The old one, ${key.hint}, works until`);
  await expect(keyway.dialog).toContainText("(in 7 days)");
  await keyway.saved();

  await expect(keyway.notice).toContainText(`“${name}” has a new token. The old one ends in 7 days.`);
  const [after] = await api.keysNamed(name);
  await expect(keyway.row(name)).toContainText(after.hint);
  await expect(keyway.row(name)).toContainText(`${key.hint} Old, ends in 7 days`);
  expect(after.previous_token.hint).toBe(key.hint);
  const end = new Date(after.previous_token.ends_at);
  expect(end - before).toBeGreaterThan(7 * DAY_MS - 1_000);
  expect(end - before).toBeLessThan(7 * DAY_MS + 60_000);
  await expect(keyway.row(name).getByText("in 7 days"), "the exact moment is at hand").toHaveAttribute(
    "title",
    `${end.toISOString().slice(0, 19).replace("T", " ")} UTC`,
  );
  expect(await strong(api, old)).toBe("valid");
  expect(await strong(api, token)).toBe("valid");
});

test("the old token is ended early: refused from then on, while the new one stays", async ({ keyway, api, unique }) => {
  const name = unique("Early");
  const { key, token: old } = await api.createKey({ name });
  const { token } = await rotate(api, key, { grace_seconds: 86_400 });
  await keyway.signIn();
  await keyway.act(name, "End the old token now");
  await expect(keyway.heading(`End the old token of “${name}” now?`)).toBeVisible();
  await expect(keyway.dialog).toContainText(key.hint);
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await strong(api, old)).toBe("valid");

  await keyway.act(name, "End the old token now");
  await keyway.dialog.getByRole("button", { name: "End the old token" }).click();
  await expect(keyway.notice).toContainText(`The old token of “${name}” has ended. It is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).not.toContainText("Old,");
  expect(await strong(api, old)).toBe("expired");
  expect(await strong(api, token)).toBe("valid");
  await keyway.more(name).click();
  await expect(keyway.menu.getByRole("menuitem")).toHaveText(["Rotate", "Block", "Revoke", "Delete"]);
});

test("a key that was rotated meanwhile loses no token that nobody looked at", async ({ keyway, api, unique }) => {
  const name = unique("Overtaken");
  const { key, token: first } = await api.createKey({ name });
  const { token: second } = await rotate(api, key, { grace_seconds: 86_400 });
  await keyway.signIn();
  await keyway.act(name, "End the old token now");
  await expect(keyway.dialog).toContainText(key.hint);
  const { key: after } = await rotate(api, key, { grace_seconds: 86_400 });
  const end = keyway.dialog.getByRole("button", { name: "End the old token" });
  await end.click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("changed in the meantime");
  await expect(keyway.dialog, "which one it would be now").toContainText(after.previous_token.hint);
  expect(await strong(api, second)).toBe("valid");
  expect(await strong(api, first)).toBe("expired");
  await end.click();
  await expect(keyway.notice).toContainText("has ended");
  expect(await strong(api, second)).toBe("expired");
});

test("the countdown goes over to “ended” by itself, and with it the offer to end it", async ({ page, keyway, api, unique }) => {
  const name = unique("Watched");
  const { key } = await api.createKey({ name });
  await rotate(api, key, { grace_seconds: 3_600 });
  await page.clock.install();
  await keyway.signIn();
  await expect(keyway.row(name)).toContainText("Old, ends in 1 hour");
  await page.clock.fastForward(30 * 60_000);
  await expect(keyway.row(name)).toContainText("ends in 30 minutes");
  await page.clock.fastForward(29 * 60_000 + 50_000);
  await expect(keyway.row(name)).toContainText("ends this minute");
  await page.clock.fastForward(15_000);
  await expect(keyway.row(name)).toContainText(`${key.hint} Old, ended`);
  await keyway.more(name).click();
  await expect(keyway.menu.getByRole("menuitem")).toHaveText(["Rotate", "Block", "Revoke", "Delete"]);
});

test("a key that expires while it is looked at says so, and is not rotated any more", async ({ page, keyway, api, unique }) => {
  const name = unique("Ending");
  await api.createKey({ name, expires_at: ahead(2 * HOUR_MS) });
  await page.clock.install();
  await keyway.signIn();
  await expect(keyway.row(name)).toContainText("Active");
  await page.clock.fastForward(2 * HOUR_MS + 1_000);
  await expect(keyway.row(name)).toContainText("Expired");
  await keyway.more(name).click();
  await expect(keyway.menu.getByRole("menuitem")).toHaveText(["Block", "Revoke", "Delete"]);
});

test("only what fits before the key's own end is offered, and why is said", async ({ keyway, api, unique }) => {
  const [name, brief, free] = [unique("Limited"), unique("Brief"), unique("Unlimited")];
  await api.createKey({ name, expires_at: ahead(3 * DAY_MS + HOUR_MS) });
  await api.createKey({ name: brief, expires_at: ahead(HOUR_MS / 2) });
  await api.createKey({ name: free });
  await keyway.signIn();
  const offered = () => keyway.dialog.getByRole("radio");
  const labels = () => keyway.dialog.locator(built(".choice__option")).allInnerTexts();

  await openRotate(keyway, name);
  expect(await labels()).toEqual(["At once", "1 hour", "1 day"]);
  await expect(keyway.dialog.getByRole("group", { name: "The old token ends" })).toHaveAccessibleDescription(
    /7 days and 30 days would be too long: the key itself ends in 3 days\./u,
  );
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();

  await openRotate(keyway, brief);
  expect(await labels()).toEqual(["At once"]);
  await expect(offered()).toBeChecked();
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();

  await openRotate(keyway, free);
  expect(await labels()).toEqual(["At once", "1 hour", "1 day", "7 days", "30 days"]);
  await expect(keyway.dialog).not.toContainText("the key itself ends");
});

test("a grace that the server finds too long stands at its field", async ({ keyway, api, unique }) => {
  const name = unique("Shortened");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  await openRotate(keyway, name);
  await choose(keyway, "30 days");
  // Somebody else gives it an end meanwhile.
  await api.call("PATCH", `/v1/keys/${key.id}`, { expires_at: ahead(DAY_MS) }, { headers: { "if-match": '"1"' } });
  await submit(keyway).click();
  const graces = keyway.dialog.getByRole("group", { name: "The old token ends" });
  await expect(graces).toHaveAccessibleDescription(/before this grace is over/u);
  await expect(graces.locator(":focus")).toHaveCount(1);
});

test("a second rotation says which token it ends, and ends it", async ({ keyway, api, unique }) => {
  const name = unique("Twice");
  const { key, token: first } = await api.createKey({ name });
  const { token: second } = await rotate(api, key, { grace_seconds: 604_800 });
  await keyway.signIn();
  await openRotate(keyway, name);
  await expect(keyway.dialog).toContainText(`the one before this, ${key.hint}, ends with the rotation, and not in 7 days`);
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
  const third = await rotated(keyway, name, "1 hour");
  await keyway.saved();
  await expect(keyway.notice).toContainText("has a new token. The oldest one is refused everywhere within 10 seconds.");
  expect(await Promise.all([first, second, third].map((token) => strong(api, token)))).toEqual(["expired", "valid", "valid"]);
});

test("a lost answer and a retry rotate once; that the token is lost is said, and another can be made", async ({
  page,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Lost");
  const { key, token: old } = await api.createKey({ name });
  const sent = [];
  await stub(page, "POST", /\/rotate$/u, async (route, call) => {
    sent.push(route.request().headers()["idempotency-key"]);
    if (call > 1) return route.fallback();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await keyway.signIn();
  await openRotate(keyway, name);
  await choose(keyway, "1 day");
  await submit(keyway).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("it never rotates a second time");

  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.heading("There is a new token, but it is lost")).toBeVisible();
  expect(sent).toEqual([sent[0], sent[0]]);
  const [once] = await api.keysNamed(name);
  expect(once).toMatchObject({ version: 2, previous_token: { hint: key.hint } });
  await expect(keyway.dialog).toContainText(`The old token, ${key.hint}, works until`);
  await expect(keyway.dialog.getByRole("definition")).toHaveText(once.hint);
  expect(await strong(api, old)).toBe("valid");
  await expect(keyway.dialog.getByRole("button", { name: "Keep it as it is" }), "a stray Enter must not end it").toBeFocused();

  await keyway.dialog.getByRole("button", { name: "Rotate once more" }).click();
  const token = await keyway.secret.innerText();
  await keyway.saved();
  expect(sent[2]).not.toBe(sent[0]);
  expect(await strong(api, token)).toBe("valid");
  expect(await strong(api, old)).toBe("expired");
  expect((await api.keysNamed(name))[0].version).toBe(3);
});

test("a lost token that is kept lost leaves the row as it is by now", async ({ page, keyway, api, unique }) => {
  const name = unique("Kept");
  const { key } = await api.createKey({ name });
  await stub(page, "POST", /\/rotate$/u, async (route, call) => {
    if (call > 1) return route.fallback();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await keyway.signIn();
  await openRotate(keyway, name);
  await choose(keyway, "1 day");
  await submit(keyway).click();
  // What is chosen now comes too late: the first attempt did arrive.
  await choose(keyway, "7 days");
  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await keyway.dialog.getByRole("button", { name: "Keep it as it is" }).click();
  await expect(keyway.notice.getByRole("alert")).toContainText(`The new token of “${name}” is lost.`);
  const [after] = await api.keysNamed(name);
  expect(after.version).toBe(2);
  await expect(keyway.row(name)).toContainText(after.hint);
  await expect(keyway.row(name)).toContainText(`${key.hint} Old, ends tomorrow`);
});

test("a network error keeps the dialog with what was chosen; left then, it says what may have happened", async ({
  page,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Offline");
  const { key } = await api.createKey({ name });
  await stub(page, "POST", /\/rotate$/u, (route) => route.abort("connectionrefused"));
  await keyway.signIn();
  await openRotate(keyway, name);
  await choose(keyway, "7 days");
  await keyway.dialog.getByLabel(/^Reason/u).fill("Every quarter");
  await submit(keyway).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("The connection broke before the answer came.");
  await expect(keyway.dialog.getByRole("radio", { name: "7 days" })).toBeChecked();
  await expect(keyway.dialog.getByLabel(/^Reason/u)).toHaveValue("Every quarter");
  await page.keyboard.press("Escape");
  await expect(keyway.notice.getByRole("alert")).toContainText(`“${name}” may have been rotated`);
  await expect(keyway.notice.getByRole("alert")).toContainText(`If its token is not ${key.hint} any more`);
  await expect(keyway.row(name)).toContainText(key.hint);
  expect((await api.keysNamed(name))[0].version).toBe(1);
});

test("while it is being rotated the dialog says so and cannot be left", async ({ page, keyway, api, unique }) => {
  const name = unique("Patient");
  await api.createKey({ name });
  const door = gate();
  await stub(page, "POST", /\/rotate$/u, async (route) => {
    await door.opened;
    return route.fallback();
  });
  await keyway.signIn();
  await openRotate(keyway, name);
  await submit(keyway).dblclick();
  await expect(keyway.dialog.getByRole("button", { name: "Rotating…" })).toBeFocused();
  await page.keyboard.press("Escape");
  door.open();
  await expect(keyway.secret).toBeVisible();
  expect((await api.keysNamed(name))[0].version).toBe(2);
});

test("a blocked key can be rotated, and its token says that it is not good yet", async ({ keyway, api, unique }) => {
  const name = unique("Blocked");
  const { key } = await api.createKey({ name });
  await api.call("POST", `/v1/keys/${key.id}/block`, {});
  await keyway.signIn();
  await openRotate(keyway, name);
  await expect(keyway.dialog).toContainText("no token of it gets in until it is unblocked");
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
  const token = await rotated(keyway, name, "At once");
  await expect(keyway.dialog).toContainText("The key is blocked: the token is refused until it is unblocked.");
  await expect(keyway.dialog).not.toContainText("It works everywhere");
  await keyway.saved();
  await expect(keyway.row(name)).toContainText("Inactive");
  expect(await strong(api, token)).toBe("blocked");
});

test("a key that was revoked meanwhile is not rotated, and that is said", async ({ keyway, api, unique }) => {
  const name = unique("Gone");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  await openRotate(keyway, name);
  await api.call("POST", `/v1/keys/${key.id}/revoke`, {});
  await submit(keyway).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("This key is revoked, for good");
});

test("a rotation that a region has not confirmed says which, and is asked about without another rotation", async ({
  page,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Slowly");
  const { key, token: old } = await api.createKey({ name });
  await stub(page, "POST", /\/rotate$/u, (route) => confirmedLater(route, "weur"));
  await stub(page, "PATCH", /\/v1\/keys\//u, (route, call) => confirmedLater(route, ...(call === 1 ? ["weur"] : [])));
  await keyway.signIn();
  const token = await rotated(keyway, name, "At once");
  await keyway.saved();
  await expect(keyway.notice).toContainText(
    `“${name}” has a new token. Western Europe has not confirmed it yet, so the old one may still be accepted there.`,
  );
  // In the meantime somebody rotates again, with a grace for this token.
  await rotate(api, key, { grace_seconds: 3_600 });
  await expect(keyway.notice).toContainText(`“${name}” has a new token. The old one is refused everywhere within 10 seconds.`);
  const [after] = await api.keysNamed(name);
  expect(after.version, "the page rotated once").toBe(3);
  expect(await strong(api, token), "and left what others did").toBe("valid");
  expect(await strong(api, old)).toBe("expired");
});

test("an end that a region has not confirmed says which, and when it has", async ({ page, keyway, api, unique }) => {
  const name = unique("Later");
  const { key } = await api.createKey({ name });
  await rotate(api, key, { grace_seconds: 86_400 });
  await stub(page, "DELETE", /\/tokens\/previous$/u, (route) => confirmedLater(route, "apac"));
  await keyway.signIn();
  await keyway.act(name, "End the old token now");
  await keyway.dialog.getByRole("button", { name: "End the old token" }).click();
  await expect(keyway.notice).toContainText("Asia-Pacific has not confirmed it yet, so it may still be accepted there.");
  await expect(keyway.notice).toContainText(`The old token of “${name}” has ended. It is refused everywhere within 10 seconds.`);
});

test("what cannot be seen any more is not followed for ever", async ({ page, keyway, api, unique }) => {
  const name = unique("Overtaken");
  const { key } = await api.createKey({ name });
  await stub(page, "POST", /\/rotate$/u, (route) => confirmedLater(route, "weur"));
  await keyway.signIn();
  await rotated(keyway, name, "At once");
  await api.call("POST", `/v1/keys/${key.id}/revoke`, {});
  await keyway.saved();
  await expect(keyway.notice.getByRole("alert")).toContainText("How far that has got cannot be seen any more.");
});

test("a rotation works by keyboard alone, through the menu", async ({ page, keyway, api, unique }) => {
  const name = unique("Keyboard");
  const { key } = await api.createKey({ name });
  const press = (text) => page.keyboard.press(text);
  const item = (label) => keyway.menu.getByRole("menuitem", { name: label });
  await keyway.signIn();
  await expect(keyway.row(name)).toBeVisible();
  const more = keyway.more(name);
  await more.focus();
  await expect(more).toHaveAttribute("aria-expanded", "false");

  await press("ArrowUp");
  await expect(item("Delete")).toBeFocused();
  await expect(more).toHaveAttribute("aria-expanded", "true");
  await press("ArrowDown");
  await expect(item("Rotate")).toBeFocused();
  await press("End");
  await press("ArrowUp");
  await expect(item("Revoke")).toBeFocused();
  await press("Home");
  await press("b");
  await expect(item("Block")).toBeFocused();
  await press("Escape");
  await expect(keyway.menu).toHaveCount(0);
  await expect(more).toBeFocused();
  await expect(more).toHaveAttribute("aria-expanded", "false");

  await press("Enter");
  await expect(item("Rotate")).toBeFocused();
  await press("Tab");
  await expect(keyway.menu).toHaveCount(0);
  await expect(more).not.toBeFocused();
  await press("Shift+Tab");
  await expect(more).toBeFocused();

  await press("ArrowDown");
  await press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await press("Shift+Tab");
  await page.keyboard.insertText("By keyboard");
  await expect(keyway.dialog.getByLabel(/^Reason/u)).toHaveValue("By keyboard");
  await press("Shift+Tab");
  await expect(keyway.dialog.getByRole("radio", { name: "1 day" })).toBeFocused();
  await press("ArrowRight");
  await expect(keyway.dialog).toContainText("(in 7 days)");
  await press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Copy" })).toBeFocused();
  await press("Tab");
  await press("Space");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(more).toBeFocused();
  await expect(keyway.row(name)).toContainText(`${key.hint} Old, ends in 7 days`);
});

test("the menu closes when something else is clicked, and with its button", async ({ page, keyway, api, unique }) => {
  const name = unique("Menu");
  await api.createKey({ name });
  await keyway.signIn();
  const more = keyway.more(name);
  await more.click();
  await expect(keyway.menu).toHaveAccessibleName(`More for ${name}`);
  await more.click();
  await expect(keyway.menu).toHaveCount(0);
  await more.click();
  await expect(keyway.menu).toBeVisible();
  await page.getByRole("heading", { name: "Keys" }).click();
  await expect(keyway.menu).toHaveCount(0);
});

test("a session that ends in the middle leads to the sign-in and back, with what was chosen", async ({ page, context, keyway, api, unique }) => {
  const name = unique("Interrupted");
  await api.createKey({ name });
  await keyway.signIn();
  await openRotate(keyway, name);
  await choose(keyway, "7 days");
  await context.clearCookies();
  await submit(keyway).click();
  await expect(page.getByText("Your session ended.")).toBeVisible();
  await keyway.submitToken(keyway.token);
  await expect(keyway.dialog.getByRole("radio", { name: "7 days" })).toBeChecked();
  expect((await api.keysNamed(name))[0].version).toBe(1);
  await submit(keyway).click();
  await keyway.saved();
  expect((await api.keysNamed(name))[0].version).toBe(2);
});

test("a name in Arabic stays in one piece, wherever it is shown", async ({ keyway, api, unique }) => {
  const name = unique("مستودع الرياض");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  await openRotate(keyway, name);
  await expect(keyway.dialog.locator("h2 bdi")).toHaveCSS("direction", "rtl");
  await keyway.dialog.getByLabel(/^Reason/u).fill("تسرّب الرمز");
  await expect(keyway.dialog.getByLabel(/^Reason/u)).toHaveCSS("direction", "rtl");
  await submit(keyway).click();
  await expect(keyway.dialog.locator("bdi")).toHaveText(name);
  await keyway.saved();
  await expect(keyway.notice.locator("bdi")).toHaveText(name);
  await expect(keyway.row(name)).toContainText(`${key.hint} Old, ends`);
});

test.describe("a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("rotates a key with a finger: nothing is beside the screen", async ({ page, keyway, api, unique }) => {
    const name = unique("Phone");
    const { key } = await api.createKey({ name });
    await keyway.signIn();
    await keyway.more(name).tap();
    for (const item of await keyway.menu.getByRole("menuitem").all()) {
      const box = await item.boundingBox();
      expect(box.height, await item.innerText()).toBeGreaterThanOrEqual(40);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(390);
    }
    await keyway.menu.getByRole("menuitem", { name: "Rotate" }).tap();
    await keyway.dialog.getByRole("radio", { name: "1 hour" }).tap();
    await submit(keyway).tap();
    await keyway.saved();
    await expect(keyway.row(name)).toContainText(`${key.hint} Old, ends in 1 hour`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
});
