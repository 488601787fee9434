import { randomUUID } from "node:crypto";
import { expect, test } from "./support/fixtures.js";

/** @typedef {import("./support/keyway-page.js").KeywayPage} KeywayPage */

/**
 * Where the page shows what each action of the core's table is done with: the
 * section, what opens it there, and the control.
 *
 * @type {[string, string, null | ((keyway: KeywayPage, its: Its) => Promise<unknown>), (keyway: KeywayPage, its: Its) => import("@playwright/test").Locator][]}
 * @typedef {{key: string, account: string}} Its
 */
const CONTROLS = [
  ["session", "keys", null, (keyway) => keyway.button("Sign out")],
  ["keys.read", "keys", null, (keyway, { key }) => keyway.row(key)],
  ["keys.read", "keys", null, (keyway) => keyway.button("Export CSV")],
  ["keys.create", "keys", null, (keyway) => keyway.button("Create key")],
  ["keys.create", "keys", null, (keyway) => keyway.button("Import")],
  ["keys.review", "keys", null, (keyway) => keyway.button("Review")],
  ["keys.review", "keys", null, ({ page }) => page.getByText(/^(Last review|Never reviewed)/u)],
  ["keys.edit", "keys", null, (keyway, { key }) => keyway.button(`Edit ${key}`)],
  ["settings.read", "settings", null, ({ page }) => page.getByText("Documentation", { exact: true })],
  ["settings.read", "settings", null, (keyway) => link(keyway, "Settings")],
  ["settings.edit", "settings", null, (keyway) => keyway.button("Edit settings")],
  ["webhooks", "settings", null, (keyway) => keyway.button("Manage webhooks")],
  ["webhooks", "keys", details, (keyway) => keyway.dialog.getByRole("button", { name: "What was sent" })],
  ["keys.edit", "keys", details, (keyway) => keyway.dialog.getByRole("button", { name: "Edit" })],
  ["keys.rotate", "keys", more, (keyway) => item(keyway, "Rotate")],
  ["keys.block", "keys", more, (keyway) => item(keyway, "Block")],
  ["keys.revoke", "keys", more, (keyway) => item(keyway, "Revoke")],
  ["keys.delete", "keys", more, (keyway) => item(keyway, "Delete")],
  ["keys.reveal", "keys", more, (keyway) => item(keyway, "Show token")],
  ["keys.block", "keys", ticked, (keyway) => several(keyway, "Block")],
  ["keys.block", "keys", ticked, (keyway) => several(keyway, "Unblock")],
  ["keys.revoke", "keys", ticked, (keyway) => several(keyway, "Revoke")],
  ["keys.delete", "keys", ticked, (keyway) => several(keyway, "Delete")],
  ["catalog.read", "accounts", null, (keyway, { account }) => keyway.row(account)],
  ["catalog.read", "accounts", null, (keyway) => link(keyway, "Accounts")],
  ["catalog.manage", "accounts", null, (keyway) => keyway.button("Create account")],
  ["catalog.manage", "accounts", null, (keyway, { account }) => keyway.button(`Edit ${account}`)],
  ["catalog.manage", "accounts", null, (keyway, { account }) => keyway.button(`Retire ${account}`)],
  ["catalog.manage", "accounts", null, (keyway, { account }) => keyway.button(`Delete ${account}`)],
  ["catalog.read", "scopes", null, (keyway) => link(keyway, "Scopes")],
  ["catalog.manage", "scopes", null, (keyway) => keyway.button("Create scope")],
  ["catalog.manage", "keys", creating, (keyway) => keyway.dialog.getByRole("button", { name: "New account" })],
  ["members", "members", null, (keyway) => keyway.button("Invite member")],
  ["members", "members", null, (keyway) => link(keyway, "Members")],
  ["verifiers", "verifiers", null, (keyway) => keyway.button("Create verifier")],
  ["verifiers", "verifiers", null, (keyway) => link(keyway, "Verifiers")],
];

/** Of the table, but not on the page yet. */
const NOT_SHOWN = ["audit.read", "audit.all"];

const ROLES = [
  ["an administrator", { role: "administrator" }],
  ["a manager with API access", { role: "manager", api_access: true, scopes: ["*"] }],
  ["a manager without API access", { role: "manager" }],
];

const link = ({ page }, name) => page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name });
const item = (keyway, name) => keyway.menu.getByRole("menuitem", { name, exact: true });
const several = ({ page }, name) => page.getByRole("group", { name: "Selected keys" }).getByRole("button", { name, exact: true });

/** What opens something does nothing where the way in is not shown. */
async function openedBy(control, after) {
  if ((await control.count()) === 0) return;
  await control.click();
  await expect(after).toBeVisible();
}

function more(keyway, { key }) {
  return openedBy(keyway.more(key), keyway.menu);
}

function details(keyway, { key }) {
  return openedBy(keyway.row(key).getByRole("button", { name: key, exact: true }), keyway.dialog);
}

function ticked(keyway, { key }) {
  return openedBy(keyway.row(key).getByRole("checkbox"), keyway.page.getByRole("group", { name: "Selected keys" }));
}

function creating(keyway, { account }) {
  return openedBy(keyway.button("Create key"), keyway.dialog.getByRole("checkbox", { name: account }));
}

for (const [who, rights] of ROLES) {
  test(`promise 10: ${who} is shown just what they may do, and nothing is asked for that is refused`, async ({ page, keyway, api, unique }) => {
    const account = `role-${randomUUID().slice(0, 8)}`;
    const key = unique("Of a role");
    await api.createAccount(account);
    await api.createKey({ name: key, accounts: [account], recoverable: true });
    const invited = await api.inviteMember({ name: unique(who), email: `${account}@example.com`, accounts: [account], ...rights });
    const { may } = (await api.call("GET", "/v1/session", undefined, { token: invited.token })).body.session.member;
    const refused = [];
    page.on("response", (response) => response.status() === 403 && refused.push(response.url()));

    await keyway.signIn("", invited.token);
    const shown = new Set();
    let at;
    let times = 0;
    for (const [action, section, open, control] of CONTROLS) {
      if (at !== `${section} ${open?.name}`) {
        at = `${section} ${open?.name}`;
        times += 1;
        // An address of its own for each: else only its fragment would change.
        await keyway.open(`?${times}#/${section}`);
        await expect(page.locator("h1")).toBeVisible();
        await page.waitForLoadState("networkidle");
        await open?.(keyway, { key, account });
      }
      const isShown = (await control(keyway, { key, account }).count()) > 0;
      expect(isShown, `${action} by ${control}`).toBe(may.includes(action));
      if (isShown) shown.add(action);
    }
    expect([...shown, ...NOT_SHOWN].filter((action) => may.includes(action)).toSorted(), "all that they may do").toEqual(may.toSorted());
    expect(refused, "calls that were refused").toEqual([]);
    await keyway.open("?last#/settings");
    await expect(keyway.heading("Settings")).toBeVisible();
    await expect(page.getByRole("complementary", { name: "Whom to ask" })).toHaveCount(may.includes("members") ? 0 : 1);
  });
}
