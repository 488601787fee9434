import { expect, test } from "./support/fixtures.js";

test("everything works by keyboard alone, and the focus returns where it was", async ({ page, keyway, api, unique, rootToken }) => {
  const name = unique("Keyboard");
  const press = (key) => page.keyboard.press(key);
  /** Tabs on until that has the focus. */
  const reach = async (target) => {
    for (let steps = 0; steps < 150; steps += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await press("Tab");
    }
    await expect(target).toBeFocused();
  };

  await keyway.open();
  await expect(keyway.tokenField).toBeFocused();
  await page.keyboard.insertText(rootToken);
  await press("Enter");
  await expect(keyway.heading("Keys")).toBeVisible();

  const create = keyway.button("Create key");
  await reach(create);
  await press("Enter");
  await expect(keyway.dialog.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.insertText(name);

  await reach(keyway.dialog.getByRole("radio", { name: "Live", exact: true }));
  await press("ArrowRight");
  await expect(keyway.dialog.getByRole("radio", { name: "Test", exact: true })).toBeChecked();
  await reach(keyway.dialog.getByRole("radio", { name: "Chosen scopes" }));
  await press("ArrowRight");
  await expect(keyway.dialog.getByRole("radio", { name: "All scopes" })).toBeChecked();
  await reach(keyway.dialog.getByRole("radio", { name: "No expiry" }));
  await press("ArrowRight");
  await expect(keyway.dialog.getByRole("radio", { name: "30 days" })).toBeChecked();
  await reach(keyway.dialog.getByRole("button", { name: "Create key" }));
  await press("Enter");

  await expect(keyway.dialog.getByRole("button", { name: "Copy" })).toBeFocused();
  await press("Tab");
  await expect(keyway.dialog.locator("summary:focus")).toHaveText("Check it in your service");
  await press("Tab");
  await press("Space");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(create).toBeFocused();
  const [key] = await api.keysNamed(name);
  expect(key).toMatchObject({ environment: "test", scopes: ["*"] });

  await reach(keyway.more(name));
  await press("Enter");
  await expect(keyway.menu.getByRole("menuitem", { name: "Rotate" })).toBeFocused();
  await press("r");
  await expect(keyway.menu.getByRole("menuitem", { name: "Revoke" })).toBeFocused();
  await press("Enter");
  await reach(keyway.dialog.getByLabel("Reason"));
  await page.keyboard.insertText("Keyboard");
  await press("Enter");
  await expect(keyway.notice).toContainText("is revoked");
  expect((await api.keysNamed(name))[0].revoked.reason).toBe("Keyboard");
});

test("the first Tab offers to skip the navigation", async ({ page, keyway }) => {
  await keyway.signIn();
  await page.reload();
  await expect(keyway.heading("Keys")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(keyway.heading("Keys")).toBeFocused();
});
