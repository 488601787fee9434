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

  await keyway.act(name, "Remove");
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
  await keyway.act(name, "Remove");
  await keyway.dialog.getByRole("button", { name: "Remove verifier" }).click();
  await expect(keyway.notice).toContainText(`“${name}” is removed. Asia-Pacific has not confirmed it yet, so it may still get answers there.`);
  await expect(keyway.row(name)).toHaveCount(0);
  await expect(keyway.notice).toContainText(`“${name}” is removed. It is refused everywhere within 10 seconds.`);
});

test("promise 1: a verifier is rotated, its new token is shown once, and both work until the old one is ended", async ({
  page,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Checkout");
  const { verifier, token: old } = await api.createVerifier(name);
  const { token: clientToken } = await api.createKey({ name: unique("Client") });
  const status = async (token) => (await api.call("POST", "/v1/verify", { token: clientToken }, { token })).status;
  await keyway.signIn("#/verifiers");
  await expect(keyway.row(name)).toContainText("Never used");
  await keyway.row(name).getByRole("button", { name: "Rotate" }).press("Enter");
  await expect(keyway.heading(`Rotate “${name}”?`)).toBeVisible();
  await expect(keyway.dialog).toContainText("The verifier gets a new token, which is shown once.");
  await expect(keyway.dialog).not.toContainText("Environment");
  await expect(keyway.dialog.getByRole("radio", { name: "1 day" })).toBeChecked();
  await keyway.dialog.getByRole("button", { name: "Rotate verifier" }).click();

  await expect(keyway.heading("Save the new token now")).toBeVisible();
  await expect(keyway.dialog).toContainText(`The verifier “${name}” has a new token. The old one, ${verifier.hint}, works until`);
  const token = await keyway.secret.innerText();
  expect(token).toMatch(/^kwv_default_[0-9A-Za-z]{36}$/u);
  expect(token).not.toBe(old);
  await keyway.saved();
  await expect(keyway.notice).toContainText(`“${name}” has a new token. The old one ends tomorrow.`);
  expect(await page.content()).not.toContain(token);
  await expect(keyway.row(name)).toContainText(`${verifier.hint} Old, ends tomorrow`);
  await expect(keyway.row(name).getByRole("button", { name: "Rotate" })).toBeFocused();
  await expect.poll(() => status(token)).toBe(200);
  expect(await status(old)).toBe(200);

  await keyway.act(name, "End the old token now");
  await expect(keyway.heading(`End the old token of “${name}” now?`)).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "End the old token" }).click();
  await expect(keyway.notice).toContainText(`The old token of “${name}” has ended. It is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).not.toContainText("Old");
  await expect.poll(() => status(old)).toBe(401);
  expect(await status(token)).toBe(200);
  await keyway.more(name).click();
  await expect(keyway.menu.getByRole("menuitem")).toHaveText(["Remove"]);
});

test("a rotation of a verifier that a region has not confirmed asks again by what makes nothing", async ({ page, keyway, api, unique }) => {
  const name = unique("Leaked");
  const { token: old } = await api.createVerifier(name);
  const sent = [];
  await stub(page, "POST", /\/rotate$/u, async (route, call) => {
    sent.push(await route.request().allHeaders());
    const response = await route.fetch();
    if (call > 1) return route.fulfill({ response });
    const body = JSON.stringify({ ...(await response.json()), propagation: propagation("weur") });
    return route.fulfill({ status: 202, contentType: "application/json", body });
  });
  await keyway.signIn("#/verifiers");
  await keyway.row(name).getByRole("button", { name: "Rotate" }).click();
  await keyway.dialog.getByRole("radio", { name: "At once" }).check();
  await keyway.dialog.getByRole("button", { name: "Rotate verifier" }).click();
  await expect(keyway.heading("Save the new token now")).toBeVisible();
  const token = await keyway.secret.innerText();
  await keyway.saved();
  await expect(keyway.notice).toContainText("Western Europe has not confirmed it yet, so the old one may still be accepted there.");
  await expect(keyway.notice).toContainText("The old one is refused everywhere within 10 seconds.");
  expect(sent[1]["idempotency-key"]).toBe(sent[0]["idempotency-key"]);
  expect([sent[0]["if-match"], sent[1]["if-match"]]).toEqual([undefined, '"1"']);
  await expect(keyway.row(name)).toContainText(token.slice(-4));
  const ask = (caller) => api.call("POST", "/v1/verify", { token: "x" }, { token: caller });
  await expect.poll(async () => (await ask(old)).status).toBe(401);
  expect((await ask(token)).status).toBe(200);
});
