import { faults } from "./support/axe.js";
import { expect, test } from "./support/fixtures.js";
import { problem, stub } from "./support/stubs.js";

const called = (unique) => unique("w").replace(" ", "-");
const header = (name) => ({ headers: { "x-keyway-workspace": name } });

/** Another workspace with an administrator of it; their token. */
async function another(api, unique) {
  const name = called(unique);
  const made = await api.call("POST", "/v1/workspaces", { name });
  expect(made.status).toBe(201);
  const ada = { name: "Ada", email: "ada@example.com", role: "administrator" };
  const invited = await api.call("POST", "/v1/members", ada, header(name));
  expect(invited.status).toBe(201);
  return { name, token: invited.body.token };
}

const switcher = (page, name) => page.getByRole("button", { name: `Workspace: ${name}`, exact: true });
const shown = (page) => page.locator("header").getByTitle("Workspace", { exact: true });

async function signInAsWell(keyway, token) {
  await keyway.page.getByRole("link", { name: "Settings", exact: true }).click();
  await keyway.button("Sign in to another workspace").click();
  await expect(keyway.tokenField).toBeFocused();
  await keyway.submitToken(token);
}

test("who is in two workspaces goes from one to the other, and each shows its own keys", async ({ page, keyway, api, unique }) => {
  const other = await another(api, unique);
  const [here, there] = [unique("Here"), unique("There")];
  const [ours] = await Promise.all([api.createKey({ name: here }), api.call("POST", "/v1/keys", { name: there }, { token: other.token })]);
  await keyway.signIn();
  await expect(shown(page), "there is nothing to switch").toHaveText("default");
  await expect(page).toHaveTitle("Keys · Keyway");
  await signInAsWell(keyway, other.token);

  await expect(switcher(page, other.name)).toBeVisible();
  await expect(page).toHaveTitle(`Keys · ${other.name} · Keyway`);
  await expect(keyway.row(there)).toBeVisible();
  await expect(keyway.row(here)).toHaveCount(0);

  // What is looked for in one is not looked for in the other.
  await page.goto(`/#/keys?search=${encodeURIComponent(there)}`);
  await expect(keyway.row(there)).toBeVisible();
  await switcher(page, other.name).focus();
  await page.keyboard.press("ArrowDown");
  await expect(keyway.menu.getByRole("menuitem", { name: "Go to default" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(switcher(page, "default")).toBeVisible();
  await expect(page).toHaveTitle("Keys · default · Keyway");
  await expect(page).toHaveURL(/^[^#]*$/u);
  await expect(keyway.row(here)).toBeVisible();
  await expect(keyway.row(there)).toHaveCount(0);

  // A reload stays, and a link to a key leads to nothing there.
  await page.reload();
  await expect(switcher(page, "default")).toBeVisible();
  await switcher(page, "default").click();
  await keyway.menu.getByRole("menuitem", { name: `Go to ${other.name}` }).click();
  await expect(switcher(page, other.name)).toBeVisible();
  await page.goto(`/#/keys?search=${ours.key.id}&status=all`);
  await expect(page.getByText("No key matches")).toBeVisible();
});

test("who signs out of one workspace stays in the other", async ({ page, context, keyway, api, unique }) => {
  const other = await another(api, unique);
  await keyway.signIn();
  await signInAsWell(keyway, other.token);
  await expect(switcher(page, other.name)).toBeVisible();
  expect((await context.cookies()).map(({ name }) => name).sort()).toEqual(["__Host-keyway", `__Host-keyway-${other.name}`]);
  await keyway.button("Sign out").click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  expect((await context.cookies()).map(({ name }) => name)).toEqual(["__Host-keyway"]);
  await keyway.button("Go to default, where you are signed in").click();
  await expect(shown(page), "the only one again").toHaveText("default");
  await expect(keyway.heading("Keys")).toBeVisible();
});

test("whoever changes their mind goes back without signing in again", async ({ page, keyway }) => {
  await keyway.signIn("#/settings");
  await keyway.button("Sign in to another workspace").click();
  await expect(page.getByText("You are still signed in where you were.")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await keyway.button("Go to default, where you are signed in").click();
  await expect(keyway.heading("Keys")).toBeVisible();
});

test("the root token creates a workspace, goes to it and finds it empty", async ({ page, keyway, unique, rootToken }) => {
  const name = called(unique);
  await keyway.signIn("#/settings");
  await keyway.button("Create workspace").click();
  const create = keyway.dialog.getByRole("button", { name: "Create workspace" });
  await create.click();
  await expect(keyway.dialog.getByLabel("Name")).toHaveAccessibleDescription(/Give the workspace a name\./u);
  await keyway.fillName("Acme Ltd");
  await create.click();
  await expect(keyway.dialog.getByLabel("Name")).toHaveAccessibleDescription(/lower-case letters, digits and hyphens/u);
  await keyway.fillName("default");
  await create.click();
  await expect(keyway.dialog).toContainText("There is a workspace of this name already.");
  expect(await faults(page)).toEqual([]);
  await keyway.fillName(name);
  await create.click();
  await expect(keyway.notice).toContainText(`“${name}” is created. Sign in to it with the root token, and invite its first administrator.`);
  await expect(page.getByRole("listitem").filter({ hasText: name })).toBeVisible();

  await keyway.notice.getByRole("button", { name: "Sign in to it" }).click();
  const field = page.getByLabel("Workspace", { exact: true });
  await expect(field, "the other tokens say where they belong").toHaveCount(0);
  await keyway.tokenField.fill(rootToken);
  await expect(field).toHaveValue(name);
  await field.fill("nowhere");
  await keyway.button("Sign in").click();
  await expect(field).toHaveAccessibleDescription(/There is no workspace of this name\./u);
  await expect(field).toBeFocused();
  await field.fill(name);
  await keyway.button("Sign in").click();
  await expect(switcher(page, name)).toBeVisible();
  await page.getByRole("link", { name: "Members", exact: true }).click();
  await expect(page).toHaveTitle(`Members · ${name} · Keyway`);
  // Workspaces are made in the first one.
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await expect(keyway.button("Edit settings")).toBeVisible();
  await expect(keyway.button("Create workspace")).toHaveCount(0);
});

test("promise 10: workspaces are nothing that an administrator sees", async ({ page, keyway, api, unique }) => {
  const { token } = await another(api, unique);
  await keyway.signIn("#/settings", token);
  await expect(keyway.button("Edit settings")).toBeVisible();
  await expect(page.locator("dt").filter({ hasText: /^Workspaces$/u })).toHaveCount(0);
});

test("a session that ended in one workspace is signed in to again there, or left for the other", async ({ page, context, keyway, api, unique }) => {
  const other = await another(api, unique);
  await keyway.signIn();
  await signInAsWell(keyway, other.token);
  await expect(switcher(page, other.name)).toBeVisible();
  await context.clearCookies({ name: `__Host-keyway-${other.name}` });
  await page.getByRole("link", { name: "Verifiers", exact: true }).click();
  await expect(page.getByText("Your session ended.")).toBeVisible();
  await expect(keyway.button("Go to default, where you are signed in")).toBeVisible();
  await keyway.submitToken(other.token);
  await expect(keyway.heading("Verifiers"), "it goes on where it was").toBeVisible();
  await expect(switcher(page, other.name)).toBeVisible();
});

test("workspaces that cannot be listed or created say why", async ({ page, keyway }) => {
  const down = problem(503, "unavailable", "The workspace did not answer.");
  await stub(page, "GET", "/v1/workspaces", down);
  await stub(page, "POST", "/v1/workspaces", down);
  await keyway.signIn("#/settings");
  await expect(page.locator("dt").filter({ hasText: /^Workspaces$/u }).locator("xpath=following-sibling::dd[1]")).toContainText("The workspace did not answer.");
  await keyway.button("Create workspace").click();
  await keyway.fillName("acme");
  await keyway.dialog.getByRole("button", { name: "Create workspace" }).click();
  await expect(keyway.dialog).toContainText("The workspace did not answer.");
  await expect(keyway.dialog.getByLabel("Name")).toHaveValue("acme");
});
