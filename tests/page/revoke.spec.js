import { expect, gate, test } from "./support/fixtures.js";
import { stub } from "./support/stubs.js";

test("Cancel and Escape revoke nothing, and the focus goes back to where it was", async ({ page, keyway, api, unique }) => {
  const name = unique("Spared");
  await api.createKey({ name });
  await keyway.signIn();
  const revoke = keyway.row(name).getByRole("button", { name: "Revoke" });

  await revoke.click();
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" }), "a stray Enter must not revoke").toBeFocused();
  await page.keyboard.press("Enter");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(revoke).toBeFocused();

  await revoke.click();
  await page.keyboard.press("Escape");
  await expect(revoke).toBeFocused();
  expect((await api.keysNamed(name))[0].status).toBe("active");
});

test("the confirmation names the key; afterwards the focus is on the next one", async ({ page, keyway, api, unique }) => {
  const [below, name] = [unique("Below"), unique("Chosen")];
  await api.createKey({ name: below });
  await api.createKey({ name });
  await keyway.signIn();
  await keyway.row(name).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("dialog", { name: `Revoke “${name}”?` })).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(keyway.row(name)).toHaveCount(0);
  await expect(page.locator(":focus")).toHaveText(/^Revoke /u);
  expect((await api.keysNamed(name))[0].status).toBe("revoked");
  expect((await api.keysNamed(below))[0].status).toBe("active");
});

test("a revocation that is still being delivered says so, and says when it has arrived", async ({ page, keyway, api, unique }) => {
  const name = unique("On its way");
  await api.createKey({ name });
  const door = gate();
  await stub(page, "POST", /\/revoke$/u, async (route, call) => {
    const response = await route.fetch();
    if (call > 1) {
      await door.opened;
      return route.fulfill({ response });
    }
    const body = { ...(await response.json()), propagation: { store: "pending" } };
    return route.fulfill({ status: 202, contentType: "application/json", body: JSON.stringify(body) });
  });
  await keyway.signIn("#/keys?status=all");
  await keyway.row(name).getByRole("button", { name: "Revoke" }).click();
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(keyway.notice).toContainText("The edge is still being told");
  await expect(keyway.row(name)).toContainText("The edge is being told");
  door.open();
  await expect(keyway.notice).toContainText(`“${name}” is revoked. Every location follows within about a minute.`);
  await expect(keyway.row(name)).not.toContainText("The edge is being told");
});

test("a revocation without an answer can be repeated; a reason that is too long stands at its field", async ({
  page,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Repeated");
  await api.createKey({ name });
  await stub(page, "POST", /\/revoke$/u, async (route, call) => {
    if (call !== 2) return route.fallback();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await keyway.signIn();
  await keyway.row(name).getByRole("button", { name: "Revoke" }).click();
  const reason = keyway.dialog.getByLabel("Reason");
  const submit = keyway.dialog.getByRole("button", { name: "Revoke key" });
  await reason.fill("x".repeat(501));
  await submit.click();
  await expect(reason).toHaveAttribute("aria-invalid", "true");
  await expect(reason).toBeFocused();

  await reason.fill("Lost and found");
  await submit.click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("Keyway did not answer.");
  await submit.click();
  await expect(keyway.notice).toContainText("is revoked");
  const [key] = await api.keysNamed(name);
  expect(key.revoked.reason).toBe("Lost and found");
});
