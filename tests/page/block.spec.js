import { expect } from "./support/fixtures.js";
import { test } from "./support/stage.js";
import { propagation, stub } from "./support/stubs.js";

test("a key is blocked with a reason, refused, unblocked, and good again", async ({ keyway, api, unique }) => {
  const name = unique("Paused");
  const { key, token } = await api.createKey({ name });
  await keyway.signIn();

  await keyway.act(name, "Block");
  await expect(keyway.heading(`Block “${name}”?`)).toBeVisible();
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await keyway.dialog.getByLabel(/^Reason/u).fill("Odd traffic");
  await keyway.dialog.getByRole("button", { name: "Block key" }).click();
  await expect(keyway.notice).toContainText(`“${name}” is blocked. It is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).toContainText("Inactive");
  await expect(keyway.row(name)).toContainText("Odd traffic");
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("blocked");

  await keyway.act(name, "Unblock");
  await expect(keyway.dialog).toContainText("Blocked byRoot");
  await keyway.dialog.getByRole("button", { name: "Unblock key" }).click();
  await expect(keyway.notice).toContainText(`“${name}” is unblocked. Every region knows within 10 seconds.`);
  await expect(keyway.row(name)).not.toContainText("Odd traffic");
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("valid");
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key).toMatchObject({ status: "active", blocked: null });
});

test("a key that was revoked meanwhile cannot be blocked, and that is said", async ({ keyway, api, unique }) => {
  const name = unique("Gone");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  await keyway.act(name, "Block");
  await api.call("POST", `/v1/keys/${key.id}/revoke`, {});
  await keyway.dialog.getByRole("button", { name: "Block key" }).click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("This key is revoked, for good");
});

test("a block that a region has not confirmed says which, and when it has", async ({ page, keyway, api, unique }) => {
  const name = unique("Slowly");
  await api.createKey({ name });
  await keyway.signIn();
  await stub(page, "POST", /\/block$/u, async (route, call) => {
    const response = await route.fetch();
    if (call > 1) return route.fulfill({ response });
    const body = JSON.stringify({ ...(await response.json()), propagation: propagation("apac") });
    return route.fulfill({ status: 202, contentType: "application/json", body });
  });
  await keyway.act(name, "Block");
  await keyway.dialog.getByRole("button", { name: "Block key" }).click();
  await expect(keyway.notice).toContainText("Asia-Pacific has not confirmed it yet, so a client may still get in there.");
  await expect(keyway.notice).toContainText(`“${name}” is blocked. It is refused everywhere within 10 seconds.`);
});
