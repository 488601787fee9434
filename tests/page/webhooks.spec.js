import { expect, test } from "./support/fixtures.js";
import { problem, stub } from "./support/stubs.js";

const URL = "https://hooks.keyway-tests.dev/keyway";

const button = (keyway, name) => keyway.dialog.getByRole("button", { name, exact: true });
const inSettings = async (keyway) => {
  await keyway.signIn("#/settings");
  await keyway.button("Manage webhooks").click();
};

test("a webhook is added with its secret shown once, tried, changed, given another secret and removed", async ({ page, keyway, unique }) => {
  const url = `${URL}/${unique("a").replace(" ", "-")}`;
  await inSettings(keyway);
  await button(keyway, "Add webhook").click();
  const address = keyway.dialog.getByRole("textbox", { name: "Address" });
  await expect(address).toBeFocused();
  await button(keyway, "Add webhook").click();
  await expect(keyway.dialog).toContainText("Give the webhook an address.");
  await address.fill("https://localhost/");
  await button(keyway, "Add webhook").click();
  await expect(keyway.dialog).toContainText("public name");
  await expect(address).toBeFocused();
  await address.fill(url);
  await keyway.dialog.getByRole("checkbox", { name: "Tell it of everything" }).uncheck();
  await keyway.dialog.getByRole("checkbox", { name: "A key is revoked" }).check();
  await button(keyway, "Add webhook").click();

  const secret = await keyway.dialog.getByRole("group", { name: "Secret" }).locator("code").textContent();
  expect(secret).toMatch(/^whsec_[0-9A-Za-z+/]{43}=$/u);
  await button(keyway, "I have saved it").click();
  await expect(keyway.dialog.getByText(url, { exact: true }).first()).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await keyway.dialog.getByRole("button", { name: `Open ${url}` }).click();
  await expect(keyway.dialog).toContainText("key.revoked");
  await expect(keyway.dialog).toContainText("Nothing in the last 30 days.");

  await button(keyway, "Send a test").click();
  await expect(keyway.dialog.getByRole("listitem")).toContainText("webhook.test");
  await expect(keyway.dialog.getByRole("listitem")).toContainText("Failed so far");
  await expect(keyway.dialog.getByRole("note")).toContainText("Not everything that was sent there lately has arrived.");
  await keyway.dialog.getByRole("button", { name: "Send again" }).click();
  await expect(keyway.dialog.getByText("It is sent again.")).toBeVisible();
  await expect(keyway.dialog.getByRole("listitem")).toHaveCount(1);

  await button(keyway, "Edit").click();
  await keyway.dialog.getByRole("textbox", { name: "Description" }).fill("The pager");
  await button(keyway, "Save").click();
  await expect(keyway.dialog).toContainText("The pager");
  await button(keyway, "Switch off").click();
  await expect(keyway.dialog).toContainText("Switched off");
  await expect(button(keyway, "Send a test")).toHaveCount(0);
  await button(keyway, "Switch on").click();
  await button(keyway, "New signing secret").click();
  await button(keyway, "Make new secret").click();
  const other = await keyway.dialog.getByRole("group", { name: "Secret" }).locator("code").textContent();
  expect(other).not.toBe(secret);
  await button(keyway, "I have saved it").click();
  await expect(keyway.dialog).toContainText("Old secret");
  await button(keyway, "Close").click();
  await button(keyway, "Close").click();
  await expect(page.getByText("did not get everything lately")).toBeVisible();
  await expect(keyway.button("Manage webhooks")).toBeFocused();

  await keyway.button("Manage webhooks").click();
  await keyway.dialog.getByRole("button", { name: `Open ${url}` }).click();
  await button(keyway, "Remove").click();
  await button(keyway, "Remove webhook").click();
  await expect(keyway.dialog.getByText(url, { exact: true })).toHaveCount(0);
});

test("a key's own webhook shows what was sent and gets another secret, and its address is the key's", async ({ keyway, api, unique }) => {
  const name = unique("Hooked");
  await api.createKey({ name, webhook_url: URL });
  await keyway.signIn();
  await keyway.row(name).getByRole("button", { name, exact: true }).click();
  await button(keyway, "What was sent").click();
  await expect(keyway.dialog).toContainText(URL);
  await expect(keyway.dialog.getByRole("listitem").first()).toContainText("key.created");
  await expect(button(keyway, "Remove")).toHaveCount(0);
  await button(keyway, "Edit").click();
  await expect(keyway.dialog.getByRole("textbox", { name: "Address" })).toHaveCount(0);
  await button(keyway, "Cancel").click();
  await button(keyway, "New signing secret").click();
  await button(keyway, "Make new secret").click();
  await expect(keyway.dialog.getByRole("group", { name: "Secret" })).toContainText("whsec_");
  await button(keyway, "I have saved it").click();
});

test("promise 1: a lost answer and a retry make one new secret, and it is shown", async ({ page, keyway, api, unique }) => {
  const name = unique("Lost");
  await api.createKey({ name, webhook_url: URL });
  const sent = [];
  await stub(page, "POST", /\/rotate$/u, async (route, call) => {
    sent.push(route.request().headers()["idempotency-key"]);
    if (call > 1) return route.fallback();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await keyway.signIn();
  await keyway.row(name).getByRole("button", { name, exact: true }).click();
  await button(keyway, "What was sent").click();
  await button(keyway, "New signing secret").click();
  await button(keyway, "Make new secret").click();
  await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  // Also by who goes back and begins again.
  await button(keyway, "Cancel").click();
  await button(keyway, "New signing secret").click();
  await button(keyway, "Make new secret").click();
  await expect(keyway.dialog.getByRole("group", { name: "Secret" })).toContainText("whsec_");
  await button(keyway, "I have saved it").click();
  await button(keyway, "New signing secret").click();
  await button(keyway, "Make new secret").click();
  await button(keyway, "I have saved it").click();
  expect(sent).toEqual([sent[0], sent[0], sent[2]]);
  expect(sent[2]).not.toBe(sent[0]);
});

test("webhooks that could not be loaded say so, and are loaded again", async ({ keyway }) => {
  let broken = true;
  await stub(keyway.page, "GET", "/v1/webhooks", (route) => (broken ? route.fulfill(problem(503, "unavailable", "The workspace did not answer.")) : route.fallback()));
  await inSettings(keyway);
  await expect(keyway.dialog).toContainText("The workspace did not answer.");
  await expect(button(keyway, "Add webhook")).toHaveCount(0);
  broken = false;
  await button(keyway, "Try again").click();
  await expect(button(keyway, "Add webhook")).toBeVisible();
});

test("what was typed of a webhook stays when it could not be sent", async ({ keyway }) => {
  await stub(keyway.page, "POST", "/v1/webhooks", problem(503, "unavailable", "The workspace did not answer."));
  await inSettings(keyway);
  await button(keyway, "Add webhook").click();
  await keyway.dialog.getByRole("textbox", { name: "Address" }).fill(URL);
  await button(keyway, "Add webhook").click();
  await expect(keyway.dialog).toContainText("The workspace did not answer.");
  await expect(keyway.dialog.getByRole("textbox", { name: "Address" })).toHaveValue(URL);
});
