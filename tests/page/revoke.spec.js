import { expect, gate, test } from "./support/fixtures.js";
import { propagation, stub } from "./support/stubs.js";

test("Cancel and Escape revoke nothing, and the focus goes back to where it was", async ({ page, keyway, api, unique }) => {
  const name = unique("Spared");
  await api.createKey({ name });
  await keyway.signIn();
  await keyway.act(name, "Revoke");
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" }), "a stray Enter must not revoke").toBeFocused();
  await page.keyboard.press("Enter");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.more(name)).toBeFocused();

  await keyway.act(name, "Revoke");
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.more(name)).toBeFocused();
  expect((await api.keysNamed(name))[0].status).toBe("active");
});

test("the confirmation names the key; afterwards the focus is on the next one", async ({ page, keyway, api, unique }) => {
  const [below, name] = [unique("Below"), unique("Chosen")];
  await api.createKey({ name: below });
  await api.createKey({ name });
  await keyway.signIn();
  await keyway.act(name, "Revoke");
  await expect(page.getByRole("dialog", { name: `Revoke “${name}”?` })).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(keyway.row(name)).toHaveCount(0);
  await expect(page.locator(":focus")).toHaveText(/^More /u);
  expect((await api.keysNamed(name))[0].status).toBe("revoked");
  expect((await api.keysNamed(below))[0].status).toBe("active");
});

/** What the real server answers, but for the regions that have not confirmed it yet. */
async function confirmedLater(route, ...pending) {
  const response = await route.fetch();
  const answer = await response.json();
  expect(answer.propagation, "what is made up here has the shape of the real one").toEqual(propagation());
  const body = JSON.stringify({ ...answer, propagation: propagation(...pending) });
  return route.fulfill({ status: pending.length > 0 ? 202 : 200, contentType: "application/json", body });
}

test("the confirmation before makes no promise that the server has not made", async ({ keyway, api, unique }) => {
  const name = unique("Asked");
  await api.createKey({ name });
  await keyway.signIn();
  await keyway.act(name, "Revoke");
  await expect(keyway.dialog).toContainText("within 10 seconds of the confirmation unless the operator has chosen another bound");
});

test("a revocation that a region has not confirmed says which, and says by itself when it has arrived", async ({
  page,
  keyway,
  api,
  unique,
}) => {
  const name = unique("On its way");
  await api.createKey({ name });
  const door = gate();
  await stub(page, "POST", /\/revoke$/u, async (route, call) => {
    if (call === 1) return confirmedLater(route, "weur", "apac");
    if (call === 2) return confirmedLater(route, "weur");
    await door.opened;
    return confirmedLater(route);
  });
  await keyway.signIn("#/keys?status=all");
  await keyway.act(name, "Revoke");
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  const said = keyway.notice.getByRole("status");
  await expect(said).toContainText(
    `“${name}” is revoked. Western Europe and Asia-Pacific have not confirmed it yet, so a client may still get in there. Keyway keeps trying.`,
  );
  await expect(keyway.row(name)).toContainText("Not confirmed everywhere yet");
  await expect(said).toContainText("Western Europe has not confirmed it yet");
  door.open();
  await expect(said).toHaveText(`“${name}” is revoked. It is refused everywhere within 10 seconds.`);
  await expect(keyway.row(name)).not.toContainText("Not confirmed everywhere yet");
});

test("“Check again” works by keyboard, and always says what it found", async ({ page, keyway, api, unique }) => {
  const name = unique("Impatient");
  await api.createKey({ name });
  const doors = [];
  await stub(page, "POST", /\/revoke$/u, async (route, call) => {
    if (call === 1) return confirmedLater(route, "enam");
    const door = gate();
    doors.push(door);
    const found = await door.opened;
    return found === "lost" ? route.abort("connectionreset") : confirmedLater(route, ...found);
  });
  await keyway.signIn();
  await keyway.act(name, "Revoke");
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  const check = keyway.notice.getByRole("button", { name: "Check again" });
  const checking = keyway.notice.getByRole("button", { name: "Checking…" });
  // A look that the page takes by itself may be under way; then that one answers.
  const answer = async (found) => {
    await expect.poll(() => doors.length).toBe(1);
    doors.pop().open(found);
  };

  await expect(keyway.notice).toContainText("Eastern North America has not confirmed it yet");
  await check.focus();
  await page.keyboard.press("Enter");
  await expect(checking).toBeFocused();
  await answer(["enam"]);
  await expect(keyway.notice.getByRole("status")).toContainText("Keyway keeps trying. Checked at");
  await expect(check).toBeFocused();

  await page.keyboard.press("Enter");
  await answer("lost");
  await expect(keyway.notice.getByRole("status")).toContainText("Keyway keeps trying. Keyway did not answer.");

  await page.keyboard.press("Enter");
  await answer([]);
  await expect(keyway.notice.getByRole("status")).toHaveText(`“${name}” is revoked. It is refused everywhere within 10 seconds.`);
  await expect(page.locator(":focus"), "the keyboard is not left where the button was").toHaveText("Keys");
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
  await keyway.act(name, "Revoke");
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

test("a revocation under way is not repeated in the name of whoever signs in next", async ({ page, keyway, api, unique }) => {
  const name = unique("Left");
  await api.createKey({ name });
  let calls = 0;
  await stub(page, "POST", /\/revoke$/u, (route, call) => {
    calls = call;
    return confirmedLater(route, "weur");
  });
  await page.clock.install();
  await keyway.signIn();
  await keyway.act(name, "Revoke");
  await keyway.dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(keyway.notice).toContainText("has not confirmed it yet");
  await expect.poll(() => calls, "it is being followed").toBeGreaterThan(1);
  await page.clock.pauseAt(Date.now() + 1_000);
  await keyway.button("Sign out").click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await stub(page, "POST", "/v1/session", async (route) => {
    const response = await route.fetch();
    const { session } = await response.json();
    return route.fulfill({ response, json: { session: { ...session, member: { ...session.member, id: "mem_1111111111111111111111" } } } });
  });
  await keyway.submitToken(keyway.token);
  await expect(keyway.heading("Keys")).toBeVisible();
  const before = calls;
  await page.clock.runFor(120_000);
  await expect(keyway.notice).not.toContainText(name);
  expect(calls).toBe(before);
});
