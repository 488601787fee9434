import { randomUUID } from "node:crypto";
import { expect, test } from "./support/fixtures.js";
import { problem, stub } from "./support/stubs.js";

const slug = () => randomUUID().slice(0, 8);

/** A manager with API access to one account of their own. */
async function manager(api, unique, rest = {}) {
  const name = unique("Mo");
  const account = `mo-${slug()}`;
  await api.createAccount(account);
  const email = `${account}@example.com`;
  const invited = await api.inviteMember({ name, email, api_access: true, accounts: [account], scopes: ["*"], ...rest });
  return { ...invited, name, account, email };
}

const press = (keyway, name) => keyway.dialog.getByRole("button", { name, exact: true }).click();

async function listed(keyway) {
  await keyway.signIn("#/members");
  await expect(keyway.heading("Members")).toBeVisible();
}

test("a manager is invited, signs in elsewhere, and sees just the keys of one account", async ({ page, keyway, api, unique, elsewhere }) => {
  const name = unique("Mo");
  const account = `acme-${slug()}`;
  await api.createAccount(account);
  const theirs = unique("Theirs");
  const others = unique("Hidden");
  await api.createKey({ name: theirs, accounts: [account] });
  await api.createKey({ name: others, accounts: ["*"] });

  await keyway.signIn();
  await page.getByRole("link", { name: "Members" }).click();
  await expect(page).toHaveTitle("Members · Keyway");
  await keyway.button("Invite member").click();
  await press(keyway, "Invite member");
  await expect(keyway.dialog.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/Give the member a name\./u);
  await expect(keyway.field("E-mail")).toHaveAccessibleDescription(/Give an e-mail address\./u);
  await keyway.fillName(name);
  await keyway.field("E-mail").fill(`${account}@example.com`);
  await keyway.dialog.getByRole("checkbox", { name: "API access" }).check();
  await keyway.dialog.getByRole("group", { name: "Accounts" }).getByRole("checkbox", { name: account }).check();
  await keyway.dialog.getByRole("radio", { name: "All scopes" }).check();
  await keyway.dialog.getByRole("radio", { name: "90 days" }).check();
  await press(keyway, "Invite member");

  await expect(keyway.heading("Save this token now")).toBeVisible();
  await expect(keyway.dialog).toContainText("by a safe way");
  const token = await keyway.secret.innerText();
  expect(token).toMatch(/^kwm_default_/u);
  await page.keyboard.press("Escape");
  await keyway.saved();
  expect(await page.content()).not.toContain(token);
  const row = keyway.row(new RegExp(name, "u"));
  for (const text of [`${account}@example.com`, "Manager", account, "All scopes", token.slice(-4), "Never used", "in 90 days", "Active"]) {
    await expect(row).toContainText(text);
  }

  const them = await elsewhere(token);
  await them.signIn();
  await expect(them.row(theirs)).toBeVisible();
  await expect(them.row(others)).toHaveCount(0);
  const sections = them.page.getByRole("navigation", { name: "Sections" }).getByRole("link");
  await expect(sections).toHaveText(["Keys", "Scopes", "Accounts", "Settings"]);
  await them.open("#/members");
  await expect(them.heading("You have no access to members here")).toBeVisible();

  await them.open("#/keys");
  const made = unique("Made by Mo");
  await them.openCreate();
  await them.fillName(made);
  await expect(them.dialog.getByRole("button", { name: "New scope" })).toHaveCount(0);
  await them.dialog.getByRole("checkbox", { name: account }).check();
  await them.submitCreate();
  await them.saved();
  await expect(them.row(made)).toBeVisible();
  await page.reload();
  await expect(row).toContainText("Used");
});

test("a program is invited without an address, as a manager", async ({ keyway, api, unique }) => {
  const name = unique("Deployment");
  await listed(keyway);
  await keyway.button("Invite member").click();
  await keyway.dialog.getByRole("radio", { name: "Program" }).check();
  await expect(keyway.field("E-mail")).toHaveCount(0);
  await keyway.fillName(name);
  await press(keyway, "Invite member");
  await keyway.saved();
  await expect(keyway.row(new RegExp(name, "u"))).toContainText("Program");
  const { items } = (await api.call("GET", "/v1/members")).body;
  expect(items.find((member) => member.name === name)).toMatchObject({ kind: "service", role: "manager", api_access: false, email: null });
});

test("an address that a member has already is refused at its field", async ({ keyway, api, unique }) => {
  const { email } = await manager(api, unique);
  await listed(keyway);
  await keyway.button("Invite member").click();
  await keyway.fillName(unique("Mo again"));
  await keyway.field("E-mail").fill(email.toUpperCase());
  await press(keyway, "Invite member");
  await expect(keyway.field("E-mail")).toHaveAccessibleDescription(/exists already/u);
  await expect(keyway.field("E-mail")).toBeFocused();
});

test("a member is edited, and who loses the race for them sees what changed", async ({ keyway, api, unique }) => {
  const { member, name, account } = await manager(api, unique);
  const more = `more-${slug()}`;
  await api.createAccount(more);
  await listed(keyway);
  await keyway.row(new RegExp(name, "u")).getByRole("button", { name: `Edit ${name}` }).click();
  await keyway.dialog.getByRole("group", { name: "Accounts" }).getByRole("checkbox", { name: more }).check();
  await api.editMember(member.id, { name: `${name} Two` });
  await press(keyway, "Save");
  await expect(keyway.dialog).toContainText("Somebody else changed this member");
  await expect(keyway.fact("Name now")).toHaveText(`${name} Two`);
  await press(keyway, "Take theirs and begin again");
  await keyway.dialog.getByRole("group", { name: "Accounts" }).getByRole("checkbox", { name: more }).check();
  await keyway.dialog.getByRole("checkbox", { name: "Tell them by e-mail" }).check();
  await press(keyway, "Save");
  await expect(keyway.notice).toContainText(`“${name} Two” is saved. It holds at once.`);
  const now = (await api.call("GET", `/v1/members/${member.id}`)).body.member;
  expect(now).toMatchObject({ name: `${name} Two`, notices: true, api_access: true, accounts: [account, more].toSorted(), scopes: ["*"] });
});

test("who is suspended is told so by their open page, and is let back in", async ({ keyway, api, unique, elsewhere }) => {
  const { name, token } = await manager(api, unique);
  const them = await elsewhere(token);
  await them.signIn();
  await listed(keyway);
  await keyway.act(new RegExp(name, "u"), "Suspend", name);
  await expect(keyway.dialog).toContainText("It holds at once:");
  await press(keyway, "Suspend");
  await expect(keyway.notice).toContainText(`“${name}” is suspended.`);
  await expect(keyway.row(new RegExp(name, "u"))).toContainText("Suspended");

  await them.page.getByRole("link", { name: "Settings" }).click();
  await expect(them.page.getByText("Your session ended. You are suspended here. Ask an administrator.")).toBeVisible();
  await them.submitToken(token);
  await expect(them.tokenField).toHaveAccessibleDescription(/You are suspended here\./u);

  await keyway.act(new RegExp(name, "u"), "Let back in", name);
  await press(keyway, "Let back in");
  await expect(keyway.notice).toContainText(`“${name}” is back in.`);
  await them.submitToken(token);
  await expect(them.heading("Settings")).toBeVisible();
});

test("who loses a right is told, and their page shows what is left", async ({ keyway, api, unique, elsewhere }) => {
  const ada = await api.inviteMember({ name: unique("Ada"), email: `ada-${slug()}@example.com`, role: "administrator" });
  const { member, token, account } = await manager(api, unique);
  const name = unique("Theirs");
  const { key } = await api.createKey({ name, accounts: [account] });
  const them = await elsewhere(token);
  await them.signIn();
  await them.act(name, "Block");
  await api.editMember(member.id, { api_access: false });
  await them.dialog.getByRole("button", { name: "Block key" }).click();
  await expect(them.dialog.getByRole("alert")).toContainText("You have no access to API keys here.");
  await them.dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(them.heading("You have no access to API keys here")).toBeVisible();
  await expect(them.notice).toContainText("What you may do here was changed.");
  await expect(them.page.getByText(name)).toHaveCount(0);
  await expect(them.page.locator("main").getByRole("link", { name: /@example\.com$/u }).first()).toBeVisible();
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.blocked).toBe(null);

  // An administrator who is none any more, in the middle of what only those may do.
  const lead = await elsewhere(ada.token);
  await lead.signIn("#/verifiers");
  await api.inviteMember({ name: unique("Bo"), email: `bo-${slug()}@example.com`, role: "administrator" });
  await api.editMember(ada.member.id, { role: "manager", api_access: true, accounts: ["*"] });
  await lead.button("Create verifier").first().click();
  await lead.fillName(unique("Never"));
  await lead.dialog.getByRole("button", { name: "Create verifier" }).click();
  await expect(lead.dialog.getByRole("alert")).toContainText("Only administrators may do this.");
  await lead.dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(lead.heading("You have no access to verifiers here")).toBeVisible();
  await lead.page.getByRole("link", { name: "Keys", exact: true }).click();
  await expect(lead.button("Create key")).toBeVisible();
  await expect(lead.button("Review")).toHaveCount(0);
});

test("a token is replaced and taken away, and with it the pages that were signed in", async ({ keyway, api, unique, elsewhere }) => {
  const { name, token } = await manager(api, unique);
  const them = await elsewhere(token);
  await them.signIn();
  await listed(keyway);
  await keyway.act(new RegExp(name, "u"), "Replace token", name);
  await expect(keyway.dialog).toContainText(`${token.slice(-4)} ends at once`);
  await press(keyway, "Replace token");
  const other = await keyway.secret.innerText();
  await keyway.saved();
  await expect(keyway.row(new RegExp(name, "u"))).toContainText(other.slice(-4));
  await them.page.getByRole("link", { name: "Settings" }).click();
  await expect(them.page.getByText("Your session ended.")).toBeVisible();
  expect((await api.call("GET", "/v1/session", undefined, { token })).status).toBe(401);
  expect((await api.call("GET", "/v1/session", undefined, { token: other })).status).toBe(200);

  await keyway.act(new RegExp(name, "u"), "Take token away", name);
  await press(keyway, "Take token away");
  await expect(keyway.notice).toContainText(`“${name}” has no token any more.`);
  await expect(keyway.row(new RegExp(name, "u"))).toContainText("No token");
  expect((await api.call("GET", "/v1/session", undefined, { token: other })).status).toBe(401);
});

test("who is removed is out, and the keys that they created or whose tokens they saw are offered", async ({ page, keyway, api, unique, elsewhere }) => {
  const { name, token, account } = await manager(api, unique);
  const key = unique("Made by Mo");
  const made = await api.call("POST", "/v1/keys", { name: key, accounts: [account] }, { token });
  expect(made.status).toBe(201);
  const rotated = unique("Rotated by Mo");
  const { key: other } = await api.createKey({ name: rotated, accounts: [account] });
  await api.createKey({ name: unique("Never seen by Mo"), accounts: [account] });
  expect((await api.call("POST", `/v1/keys/${other.id}/rotate`, {}, { token })).status).toBe(200);
  const them = await elsewhere(token);
  await them.signIn();
  await listed(keyway);
  await keyway.act(new RegExp(name, "u"), "Remove", name);
  await expect(keyway.dialog).toContainText("This cannot be undone");
  await press(keyway, "Remove member");
  await expect(keyway.notice).toContainText(`“${name}” is removed. They may know the tokens of 2 keys. Rotate or revoke`);
  await expect(keyway.row(new RegExp(name, "u"))).toHaveCount(0);
  await them.page.getByRole("link", { name: "Settings" }).click();
  await expect(them.page.getByText("Your session ended.")).toBeVisible();

  await keyway.notice.getByRole("button", { name: "Look at them" }).click();
  await expect(keyway.heading("Keys")).toBeFocused();
  await expect(keyway.row(key)).toBeVisible();
  await expect(keyway.row(rotated)).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(3);
});

test("the last administrator stays one, and the page says why", async ({ page, keyway, api, unique }) => {
  const detail = "This is the last administrator. Make somebody else one first.";
  const { name } = await manager(api, unique, { role: "administrator" });
  // Other tests have administrators, too: only the answer is not the server's.
  await stub(page, "PATCH", /\/v1\/members\//u, problem(409, "last_administrator", detail));
  await stub(page, "DELETE", /\/v1\/members\//u, problem(409, "last_administrator", detail));
  await listed(keyway);
  for (const [action, button] of [["Suspend", "Suspend"], ["Remove", "Remove member"]]) {
    await keyway.act(new RegExp(name, "u"), action, name);
    await press(keyway, button);
    await expect(keyway.dialog.getByRole("alert")).toContainText(detail);
    await press(keyway, "Cancel");
  }
  await keyway.row(new RegExp(name, "u")).getByRole("button", { name: `Edit ${name}` }).click();
  await keyway.dialog.getByRole("radio", { name: "Manager" }).check();
  await press(keyway, "Save");
  await expect(keyway.dialog.getByRole("alert")).toContainText(detail);
});

test("an invitation whose answer is lost says what to do, and the list is looked at again", async ({ page, keyway, unique }) => {
  const name = unique("Lost");
  await stub(page, "POST", "/v1/members", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await listed(keyway);
  await keyway.button("Invite member").click();
  await keyway.fillName(name);
  await keyway.field("E-mail").fill(`lost-${slug()}@example.com`);
  await press(keyway, "Invite member");
  await expect(keyway.dialog.getByRole("alert")).toContainText("The member may exist all the same");
  await press(keyway, "Cancel");
  await expect(keyway.row(new RegExp(name, "u"))).toBeVisible();
});
