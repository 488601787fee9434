import { expect, test } from "./support/fixtures.js";
import { problem, stub } from "./support/stubs.js";

const open = async (keyway) => {
  await keyway.signIn("#/settings");
  await keyway.button("Open sessions").click();
};

test("one's own pages are listed, one is ended, and then all are", async ({ page, keyway, api, unique, elsewhere }) => {
  const { token } = await api.inviteMember({ name: unique("Ada"), email: `${unique("ada").replace(" ", "-")}@example.com`, role: "administrator" });
  const there = await elsewhere(token);
  await there.signIn();
  keyway.token = token;
  await open(keyway);
  await expect(keyway.dialog.getByRole("status")).toHaveText("2 sessions");
  await expect(keyway.dialog.getByText("This one")).toHaveCount(1);
  const end = keyway.dialog.getByRole("button", { name: /^End Chrome, / });
  await expect(end).toHaveCount(1);
  await end.focus();
  await page.keyboard.press("Enter");
  await expect(keyway.dialog.getByRole("status")).toHaveText("1 session");
  await expect(keyway.dialog.getByRole("button", { name: "Close" })).toBeFocused();
  await there.page.reload();
  await expect(there.button("Sign in")).toBeVisible();

  await page.keyboard.press("Escape");
  await expect(keyway.button("Open sessions")).toBeFocused();
  await there.signIn();
  await keyway.button("Open sessions").click();
  await keyway.dialog.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByText("You are signed out everywhere.")).toBeVisible();
  await expect(keyway.tokenField).toBeFocused();
  await there.page.reload();
  await expect(there.button("Sign in")).toBeVisible();
});

test("sessions that could not be loaded say so, and are loaded again", async ({ keyway }) => {
  let broken = true;
  await stub(keyway.page, "GET", "/v1/sessions", (route) => (broken ? route.fulfill(problem(503, "unavailable", "The workspace did not answer.")) : route.fallback()));
  await open(keyway);
  await expect(keyway.dialog).toContainText("The workspace did not answer.");
  await expect(keyway.dialog.getByRole("button", { name: "Sign out everywhere" })).toHaveCount(0);
  broken = false;
  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.dialog.getByText("This one")).toBeVisible();
});

test("a page that could not be ended stays on the list", async ({ keyway, api, unique, elsewhere }) => {
  const { token } = await api.inviteMember({ name: unique("Ben"), email: `${unique("ben").replace(" ", "-")}@example.com` });
  await (await elsewhere(token)).signIn();
  keyway.token = token;
  await stub(keyway.page, "DELETE", /^\/v1\/sessions\//u, problem(503, "unavailable", "The workspace did not answer."));
  await open(keyway);
  await keyway.dialog.getByRole("button", { name: /^End / }).click();
  await expect(keyway.dialog).toContainText("The workspace did not answer.");
  await expect(keyway.dialog.getByRole("status")).toHaveText("2 sessions");
});
