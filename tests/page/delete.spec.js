import { expect } from "./support/fixtures.js";
import { test } from "./support/stage.js";
import { propagation, stub } from "./support/stubs.js";

const submit = (keyway) => keyway.dialog.getByRole("button", { name: "Delete key" });

async function openDelete(keyway, name) {
  await keyway.act(name, "Delete");
  await expect(keyway.heading(`Delete “${name}”?`)).toBeVisible();
}

test("a key that is deleted is refused and on no list, and the focus is on the next one", async ({ page, keyway, api, unique }) => {
  const [below, name] = [unique("Below"), unique("Deleted")];
  await api.createKey({ name: below });
  const { key, token } = await api.createKey({ name });
  await keyway.signIn();
  await openDelete(keyway, name);
  await expect(keyway.dialog).toContainText("This cannot be undone. The key is revoked first, for good");
  await expect(keyway.dialog).toContainText("It disappears from all lists");
  await expect(keyway.dialog).toContainText("What was done with it stays in the audit log.");
  await submit(keyway).click();
  await expect(keyway.row(name)).toHaveCount(0);
  await expect(keyway.notice.getByRole("status")).toHaveText(`“${name}” is deleted. It is refused everywhere within 10 seconds.`);
  await expect(page.getByRole("rowheader").and(page.locator(":focus")), "the focus is on a row").toHaveCount(1);

  expect((await api.verify(token, { consistency: "strong" })).code).toBe("revoked");
  expect((await api.call("GET", `/v1/keys/${key.id}`)).status).toBe(404);
  expect(await api.keysNamed(name)).toEqual([]);
  expect((await api.keysNamed(below))[0].status).toBe("active");
  await page.getByRole("radio", { name: "All" }).check();
  await expect(keyway.row(below)).toBeVisible();
  await expect(keyway.row(name)).toHaveCount(0);
});

test("a revoked key is deleted from its list, and nothing is said of refusing it again", async ({ page, keyway, api, unique }) => {
  const name = unique("Revoked");
  const { key, token } = await api.createKey({ name });
  await api.call("POST", `/v1/keys/${key.id}/revoke`, {});
  await keyway.signIn("#/keys?status=revoked");
  await openDelete(keyway, name);
  await expect(keyway.dialog).toContainText("The key is revoked, and stays so.");
  await expect(keyway.dialog).not.toContainText("revoke it instead");
  await submit(keyway).click();
  await expect(keyway.row(name)).toHaveCount(0);
  await expect(keyway.notice.getByRole("status")).toHaveText(`“${name}” is deleted.`);
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("revoked");
  await page.getByRole("radio", { name: "All" }).check();
  await expect(page.getByText(/\d keys?$/u)).toBeVisible();
  await expect(keyway.row(name)).toHaveCount(0);
});

test("Cancel and Escape delete nothing, and the focus goes back to where it was", async ({ page, keyway, api, unique }) => {
  const name = unique("Spared");
  await api.createKey({ name });
  await keyway.signIn();
  await openDelete(keyway, name);
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" }), "a stray Enter must not delete").toBeFocused();
  await page.keyboard.press("Enter");
  await expect(keyway.more(name)).toBeFocused();
  await openDelete(keyway, name);
  await page.keyboard.press("Escape");
  await expect(keyway.more(name)).toBeFocused();
  expect((await api.keysNamed(name))[0].status).toBe("active");
});

test("a key is deleted by keyboard alone; after the last one the focus is on the heading", async ({ page, keyway, api, unique }) => {
  const name = unique("Only");
  const { key } = await api.createKey({ name });
  // As if there were no other.
  await stub(page, "GET", "/v1/keys", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    return route.fulfill({ response, json: { items: answer.items.filter(({ id }) => id === key.id), next_cursor: null } });
  });
  await keyway.signIn();
  await expect(keyway.row(name)).toBeVisible();
  await keyway.more(name).focus();
  await page.keyboard.press("Enter");
  await expect(keyway.menu.getByRole("menuitem", { name: "Rotate" })).toBeFocused();
  await page.keyboard.press("d");
  await page.keyboard.press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(keyway.heading("No keys yet")).toBeVisible();
  await expect(keyway.heading("Keys")).toBeFocused();
});

test("a deletion that a region has not confirmed says which, and is repeated until it has", async ({ page, keyway, api, unique }) => {
  const name = unique("On its way");
  await api.createKey({ name });
  await stub(page, "DELETE", /\/v1\/keys\/key_/u, async (route, call) => {
    const response = await route.fetch();
    const answer = await response.json();
    expect(response.status(), "a repetition is answered as the first").toBe(200);
    if (call > 2) return route.fulfill({ response });
    const body = JSON.stringify({ ...answer, propagation: propagation("apac") });
    return route.fulfill({ status: 202, contentType: "application/json", body });
  });
  await keyway.signIn();
  await openDelete(keyway, name);
  await submit(keyway).click();
  await expect(keyway.row(name), "the row does not wait for the regions").toHaveCount(0);
  await expect(keyway.notice).toContainText(
    `“${name}” is deleted. Asia-Pacific has not confirmed it yet, so a client may still get in there.`,
  );
  await expect(keyway.notice).toContainText(`“${name}” is deleted. It is refused everywhere within 10 seconds.`);
});

test("a lost answer keeps the dialog; the second time it is deleted", async ({ page, keyway, api, unique }) => {
  const name = unique("Repeated");
  await api.createKey({ name });
  await stub(page, "DELETE", /\/v1\/keys\/key_/u, async (route, call) => {
    if (call > 1) return route.fallback();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await keyway.signIn();
  await openDelete(keyway, name);
  await submit(keyway).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("Keyway did not answer.");
  await expect(keyway.row(name)).toBeVisible();
  await submit(keyway).click();
  await expect(keyway.notice).toContainText(`“${name}” is deleted.`);
  await expect(keyway.row(name)).toHaveCount(0);
});

test("a key that is not there any more vanishes, and no more is said than is known", async ({ page, keyway, api, unique }) => {
  const name = unique("Vanished");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  // As an identifier that the server never gave.
  await stub(page, "DELETE", /\/v1\/keys\/key_/u, (route) =>
    route.continue({ url: route.request().url().replace(key.id, "key_0000000000000000000000") }),
  );
  await openDelete(keyway, name);
  await submit(keyway).click();
  await expect(keyway.notice.getByRole("status")).toHaveText(`“${name}” is deleted.`);
  await expect(keyway.row(name)).toHaveCount(0);
});

test("a name in Arabic stays in one piece, wherever it is shown", async ({ keyway, api, unique }) => {
  const name = unique("مستودع الرياض");
  await api.createKey({ name });
  await keyway.signIn();
  await openDelete(keyway, name);
  await expect(keyway.dialog.locator("h2 bdi")).toHaveCSS("direction", "rtl");
  await submit(keyway).click();
  await expect(keyway.notice.locator("bdi")).toHaveText(name);
});

test.describe("a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("deletes a key with a finger", async ({ keyway, api, unique }) => {
    const name = unique("Phone");
    await api.createKey({ name });
    await keyway.signIn();
    await keyway.more(name).tap();
    await keyway.menu.getByRole("menuitem", { name: "Delete" }).tap();
    await submit(keyway).tap();
    await expect(keyway.notice).toContainText(`“${name}” is deleted.`);
  });
});
