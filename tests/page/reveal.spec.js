import { expect, test } from "./support/fixtures.js";
import { stub } from "./support/stubs.js";

const asks = (keyway, name) => keyway.heading(`Show the token of “${name}”?`);
const submit = (keyway) => keyway.dialog.getByRole("button", { name: "Show token" });

test("a key that is made recoverable shows its token again, and that is noted", async ({ page, keyway, unique }) => {
  const name = unique("مفتاح Kept");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  const box = keyway.dialog.getByLabel("Recoverable");
  await expect(box).not.toBeChecked();
  await box.check();
  await expect(keyway.dialog).toContainText("Whoever gets hold of the vault key and the database has it, too.");
  await keyway.submitCreate();
  await expect(keyway.heading("Save this token now")).toBeVisible();
  const token = await keyway.secret.innerText();
  await expect(keyway.dialog).toContainText("an administrator can have it shown again");
  await expect(keyway.dialog).not.toContainText("It will not be shown again.");
  await keyway.saved();

  await keyway.act(name, "Show token");
  await expect(asks(keyway, name)).toBeVisible();
  await expect(keyway.dialog).toContainText("Nobody has looked since it was created.");
  await keyway.dialog.getByLabel("Reason").fill("moved to another machine");
  await submit(keyway).click();
  await expect(keyway.heading("The token, once more")).toBeVisible();
  await expect(keyway.secret).toHaveText(token);
  await keyway.saved();
  await expect(keyway.more(name)).toBeFocused();
  expect(await page.content()).not.toContain(token);

  await keyway.row(name).getByRole("button", { name, exact: true }).click();
  await expect(keyway.fact("Recoverable")).toContainText("Yes");
  await expect(keyway.fact("Last shown")).toContainText("moved to another machine");
});

test("a key that was not made so has nothing to show, and its details say why", async ({ keyway, api, unique }) => {
  const name = unique("Once");
  await api.createKey({ name });
  await keyway.signIn();
  await keyway.more(name).click();
  await expect(keyway.menu.getByRole("menuitem", { name: "Rotate" })).toBeVisible();
  await expect(keyway.menu.getByRole("menuitem", { name: "Show token" })).toHaveCount(0);
  await keyway.page.keyboard.press("Escape");
  await keyway.row(name).getByRole("button", { name, exact: true }).click();
  await expect(keyway.fact("Recoverable")).toContainText("kept nowhere");
});

test("where the operator has set no vault key, nobody is offered what cannot be had", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/session", async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    if (body.session) body.session.vault = false;
    return route.fulfill({ response, json: body });
  });
  await keyway.signIn();
  await page.reload();
  await keyway.openCreate();
  await keyway.unfold();
  await expect(keyway.dialog.getByLabel("Locked")).toBeVisible();
  await expect(keyway.dialog.getByLabel("Recoverable")).toHaveCount(0);
});

test("a connection that breaks while a token is asked for loses nothing", async ({ page, keyway, api, unique }) => {
  const name = unique("Far");
  const { key, token } = await api.createKey({ name, recoverable: true });
  await keyway.signIn();
  await page.route(`**/v1/keys/${key.id}/reveal`, (route) => route.abort(), { times: 1 });
  await keyway.act(name, "Show token");
  await keyway.dialog.getByLabel("Reason").fill("again");
  await submit(keyway).click();
  await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  await expect(keyway.dialog.getByLabel("Reason")).toHaveValue("again");
  await submit(keyway).click();
  await expect(keyway.secret).toHaveText(token);
});
