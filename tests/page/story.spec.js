import { expect, pasted, test } from "./support/fixtures.js";

test("the story: a key goes from the page to the edge and back", async ({ page, context, keyway, api, unique }) => {
  await context.grantPermissions(["clipboard-write"]);
  const name = unique("Story");
  const scope = unique("story").replace(" ", ":");
  const { token: verifier } = await api.createVerifier(unique("Story service"));

  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await test.step("a scope that is missing is added on the spot, and chosen", async () => {
    // Where there is no account yet, that form is open, too.
    const dialog = keyway.dialog.getByRole("group", { name: "Scopes" });
    await expect(dialog.getByText("Loading scopes…")).toHaveCount(0);
    const add = dialog.getByRole("button", { name: "New scope" });
    if (await add.isVisible()) await add.click();
    await dialog.getByLabel("New scope").fill(scope);
    await dialog.getByLabel("Label").fill("Tell the story");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(dialog.getByRole("checkbox", { name: scope })).toBeChecked();
    await expect(dialog.getByRole("checkbox", { name: scope })).toBeFocused();
  });
  await keyway.submitCreate();

  await expect(keyway.dialog).toContainText(`The key “${name}” is created.`);
  await keyway.dialog.getByRole("button", { name: "Copy" }).click();
  await expect(keyway.dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  const token = await pasted(context);
  expect(token).toMatch(/^kw_live_[0-9A-Za-z]{36}$/u);
  await expect(keyway.secret).toHaveText(token);
  await keyway.saved();

  await expect(keyway.notice).toContainText(`“${name}” is ready to use.`);
  await expect(keyway.row(name)).toContainText("Active");
  await expect(keyway.row(name)).toContainText(scope);

  const good = await api.verify(token, { scopes: [scope] }, verifier);
  expect(good).toMatchObject({ valid: true, code: "valid", key: { name, scopes: [scope], environment: "live" } });

  await keyway.act(name, "Revoke");
  await expect(keyway.heading(`Revoke “${name}”?`)).toBeVisible();
  await expect(keyway.dialog).toContainText("This cannot be undone.");
  await keyway.dialog.getByLabel("Reason").fill("The story ends");
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(keyway.notice).toContainText(`“${name}” is revoked. It is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).toHaveCount(0);

  await expect.poll(async () => (await api.verify(token, {}, verifier)).code).toBe("revoked");

  await keyway.page.getByRole("radio", { name: "Revoked" }).check();
  await expect(keyway.row(name)).toContainText("The story ends");
});
