import { expect, pasted, test } from "./support/fixtures.js";
import { heap } from "./support/heap.js";
import { propagation, stub } from "./support/stubs.js";

test("promise 1: the token is left only by saying that it is saved: not by Escape, the shade or the Back button", async ({
  page,
  keyway,
  unique,
}) => {
  await keyway.signIn("#/verifiers");
  await page.getByRole("link", { name: "Keys" }).click();
  const token = await keyway.createKey(unique("Stays"));

  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await page.goBack();
  await expect(page).toHaveURL(/#\/verifiers$/u);
  await expect(keyway.secret).toHaveText(token);
  await expect(keyway.dialog).toHaveAttribute("aria-labelledby", /./u);

  const close = keyway.dialog.getByRole("button");
  await expect(close).toHaveText(["Copy", "I have saved it"]);
  await keyway.saved();
});

test("promise 1: leaving the page while a token is shown asks first, and afterwards does not", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  const token = await keyway.createKey(unique("Guarded"));

  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe("beforeunload");
  await question.dismiss();
  await expect(keyway.secret).toHaveText(token);

  await keyway.saved();
  await Promise.all([page.waitForEvent("close"), page.close({ runBeforeUnload: true })]);
});

test("promise 1: after “I have saved it” the token is nowhere: document, storage, address, history, memory", async ({
  page,
  context,
  keyway,
  unique,
}) => {
  await keyway.signIn();
  const token = await keyway.createKey(unique("Forgotten"));
  await keyway.dialog.getByRole("button", { name: /^Cop/u }).click();
  const inspector = await context.newCDPSession(page);
  expect(await heap(inspector), "the test can see a token in memory").toContain(token);

  await keyway.saved();
  const kept = await page.evaluate(async () => ({
    document: document.documentElement.outerHTML,
    storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    databases: JSON.stringify(await indexedDB.databases()),
    caches: JSON.stringify(await caches.keys()),
    address: location.href,
    history: JSON.stringify(history.state),
    name: window.name,
  }));
  for (const [place, text] of Object.entries(kept)) expect(text, place).not.toContain(token);
  // Where somebody is signed in, and nothing else.
  expect(kept.storage).toBe('[{"access":"","workspaces":"default"},{"workspaces":"default"},""]');
  expect(kept.databases).toBe("[]");
  await expect.poll(async () => (await heap(inspector)).includes(token), "the token in memory").toBe(false);

  await page.reload();
  await expect(keyway.heading("Keys")).toBeVisible();
  expect(await page.content()).not.toContain(token);
});

test("promise 1: print does not show the token", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  await keyway.createKey(unique("Paperless"));
  await page.emulateMedia({ media: "print" });
  await expect(keyway.secret).toBeHidden();
  await expect(keyway.dialog).toContainText("The token is not printed.");
});

test("Copy says Copied and announces it; the next dialog starts afresh", async ({ page, context, keyway, unique }) => {
  await context.grantPermissions(["clipboard-write"]);
  await keyway.signIn();
  const token = await keyway.createKey(unique("Copied"));
  const copy = keyway.dialog.getByRole("button", { name: "Copy" });
  await expect(copy, "a hasty Enter copies, and does not close").toBeFocused();
  await page.keyboard.press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Copied" })).toBeFocused();
  await expect(keyway.dialog.getByRole("status")).toHaveText("Copied to the clipboard.");
  expect(await pasted(context)).toBe(token);
  await keyway.saved();

  await keyway.createKey(unique("Copied next"));
  await expect(copy).toBeVisible();
});

test("when the clipboard is refused, the old way copies", async ({ page, context, keyway, unique }) => {
  await context.grantPermissions(["clipboard-write"]);
  await refuseClipboard(page);
  await keyway.signIn();
  const token = await keyway.createKey(unique("Old way"));
  await keyway.dialog.getByRole("button", { name: "Copy" }).click();
  await expect(keyway.dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await pasted(context)).toBe(token);
});

test("when nothing may copy, the token is selected and the reader is told how", async ({ page, keyway, unique }) => {
  await refuseClipboard(page);
  await page.addInitScript(() => (document.execCommand = () => false));
  await keyway.signIn();
  const token = await keyway.createKey(unique("By hand"));
  await keyway.dialog.getByRole("button", { name: "Copy" }).click();
  await expect(keyway.dialog.getByRole("status")).toContainText("The token is selected");
  expect(await page.evaluate(() => getSelection().toString())).toBe(token);
});

test("with the token stands from when on it works, and where not yet", async ({ page, keyway, unique }) => {
  await stub(page, "POST", "/v1/keys", async (route, call) => {
    const response = await route.fetch();
    if (call === 1) return route.fulfill({ response });
    return route.fulfill({ response, json: { ...(await response.json()), propagation: propagation("weur") } });
  });
  await keyway.signIn();
  await keyway.createKey(unique("Arrived"));
  await expect(keyway.dialog.getByText("It works everywhere within 10 seconds.", { exact: true })).toBeVisible();
  await keyway.saved();
  await keyway.createKey(unique("Under way"));
  await expect(keyway.dialog).toContainText("It works everywhere within 10 seconds, but for Western Europe");
});

function refuseClipboard(page) {
  return page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("", "NotAllowedError"));
  });
}
