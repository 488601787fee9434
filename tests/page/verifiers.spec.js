import { expect } from "./support/fixtures.js";
import { test } from "./support/stage.js";
import { propagation, stub } from "./support/stubs.js";

test("a verifier is created, shown once, asks for verdicts, and is removed", async ({ page, keyway, api, unique }) => {
  const name = unique("Orders API");
  const { token: clientToken } = await api.createKey({ name: unique("Client") });

  await keyway.signIn();
  await page.getByRole("link", { name: "Verifiers" }).click();
  await expect(page).toHaveTitle("Verifiers · Keyway");
  await keyway.button("Create verifier").click();
  await keyway.dialog.getByRole("button", { name: "Create verifier" }).click();
  await expect(keyway.dialog.getByLabel("Name")).toHaveAccessibleDescription(/Give the verifier a name\./u);
  await keyway.fillName(name);
  await keyway.dialog.getByRole("button", { name: "Create verifier" }).click();

  await expect(keyway.heading("Save this token now")).toBeVisible();
  const token = await keyway.secret.innerText();
  expect(token).toMatch(/^kwv_default_[0-9A-Za-z]{36}$/u);
  await page.keyboard.press("Escape");
  await keyway.saved();
  expect(await page.content()).not.toContain(token);
  await expect(keyway.row(name)).toContainText(token.slice(-4));

  expect((await api.verify(clientToken, {}, token)).code).toBe("valid");

  await keyway.row(name).getByRole("button", { name: "Remove" }).click();
  await expect(keyway.dialog).toContainText("This cannot be undone.");
  await keyway.dialog.getByRole("button", { name: "Remove verifier" }).click();
  await expect(keyway.notice).toContainText(`“${name}” is removed. It is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).toHaveCount(0);

  const ask = () => api.call("POST", "/v1/verify", { token: clientToken }, { token });
  await expect.poll(async () => (await ask()).status).toBe(401);
});

test("a removal that a region has not confirmed says which, and says when it has arrived", async ({ page, keyway, api, unique }) => {
  const name = unique("Leaving");
  await api.createVerifier(name);
  await stub(page, "DELETE", /\/v1\/verifiers\//u, async (route, call) => {
    const response = await route.fetch();
    if (call > 1) return route.fulfill({ response });
    const body = JSON.stringify({ ...(await response.json()), propagation: propagation("apac") });
    return route.fulfill({ status: 202, contentType: "application/json", body });
  });
  await keyway.signIn("#/verifiers");
  await keyway.row(name).getByRole("button", { name: "Remove" }).click();
  await keyway.dialog.getByRole("button", { name: "Remove verifier" }).click();
  await expect(keyway.notice).toContainText(`“${name}” is removed. Asia-Pacific has not confirmed it yet, so it may still get answers there.`);
  await expect(keyway.row(name)).toHaveCount(0);
  await expect(keyway.notice).toContainText(`“${name}” is removed. It is refused everywhere within 10 seconds.`);
});
