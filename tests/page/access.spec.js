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

test("who comes through Cloudflare Access signs in to another workspace where they are a member, and nowhere else", async ({ page, keyway, api, unique }) => {
  const email = `${unique("ada").replace(" ", "-")}@example.com`;
  const other = unique("w").replace(" ", "-");
  const member = { name: "Ada", email, role: "administrator" };
  await api.inviteMember(member);
  expect((await api.call("POST", "/v1/workspaces", { name: other })).status).toBe(201);
  await page.setExtraHTTPHeaders(team.headers(email));
  await keyway.open("#/settings");
  await expect(keyway.button("Edit settings")).toBeVisible();
  // Also in a page that found them signed in.
  await page.reload();
  await keyway.button("Sign in to another workspace").click();
  await page.getByLabel("Workspace", { exact: true }).fill(other);
  await keyway.button("Sign in with Cloudflare Access").click();
  await expect(page.getByText("Nobody here has the address that Cloudflare Access knows you by.")).toBeVisible();
  await api.call("POST", "/v1/members", member, { headers: { "x-keyway-workspace": other } });
  await keyway.button("Sign in with Cloudflare Access").click();
  await expect(page.getByRole("button", { name: `Workspace: ${other}`, exact: true })).toBeVisible();
});

/** No browser: what an isolate does in an hour, by a clock that is set. */
test("the keys of the team are kept for an hour, and asked for anew when a token names another", async () => {
  const { isSigned } = await import("../../crates/edge/src/access.js");
  const real = Date.now;
  const begin = real();
  const at = async (minutes, kid, signer = kid) => {
    Date.now = () => begin + minutes * 60_000;
    try {
      return await isSigned(`${team.address}/cdn-cgi/access/certs`, kid, "signed", team.signature(signer, "signed"));
    } finally {
      Date.now = real;
    }
  };
  team.asked = 0;
  expect(await at(0, "one")).toBe(true);
  expect(await at(0, "one", "two")).toBe(false);
  team.has = ["one", "two"];
  expect(await at(0.5, "two"), "for a minute no unknown key makes it ask").toBeUndefined();
  expect(team.asked).toBe(1);
  expect(await at(1, "two")).toBe(true);
  expect(team.asked).toBe(2);
  team.has = ["two"];
  expect(await at(60.5, "one"), "a key that is gone is good until they are asked for again").toBe(true);
  expect(await at(61, "one")).toBeUndefined();
  expect(await at(61, "two")).toBe(true);
  expect(team.asked).toBe(3);
  expect(await at(0, "two"), "a clock that steps back makes it ask").toBe(true);
  expect(team.asked).toBe(4);
  team.has = ["one"];
});
