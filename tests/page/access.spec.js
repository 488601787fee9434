import { expect, test } from "./support/fixtures.js";
import { startTeam } from "./support/team.js";

// One server plays the team for all of them.
test.describe.configure({ mode: "serial" });

/** @type {Awaited<ReturnType<typeof startTeam>>} */
let team;
test.beforeAll(async () => {
  team = await startTeam();
});
test.afterAll(() => team.stop());

test("who comes through Cloudflare Access is signed in without a token, and can sign out and in again", async ({ page, keyway, api, unique }) => {
  const email = `${unique("ada").replace(" ", "-")}@example.com`;
  const name = unique("Ada");
  await api.inviteMember({ name, email, role: "administrator" });
  await page.setExtraHTTPHeaders(team.headers(email));
  await keyway.open();
  await expect(keyway.heading("Keys")).toBeVisible();
  await expect(page.getByText(name)).toBeVisible();
  await keyway.button("Sign out").click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await keyway.button("Sign in with Cloudflare Access").click();
  await expect(keyway.heading("Keys")).toBeVisible();
});

test("who comes through Cloudflare Access and is no member is told so, and may sign in with a token", async ({ page, keyway, rootToken }) => {
  await page.setExtraHTTPHeaders(team.headers("eve@example.com"));
  await keyway.open();
  await expect(page.getByText("Nobody here has the address that Cloudflare Access knows you by.")).toBeVisible();
  await keyway.submitToken(rootToken);
  await expect(keyway.heading("Keys")).toBeVisible();
});
