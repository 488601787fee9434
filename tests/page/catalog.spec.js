import { expect } from "./support/fixtures.js";
import { test } from "./support/stage.js";

const CATALOGS = [
  { section: "Scopes", catalog: "scopes", one: "scope", fragment: "#/scopes" },
  { section: "Accounts", catalog: "accounts", one: "account", fragment: "#/accounts" },
];

/** An id that no other test uses. */
const idOf = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-");

for (const { section, catalog, one, fragment } of CATALOGS) {
  test.describe(section, () => {
    test("one is created, renamed, retired, put back and deleted", async ({ page, keyway, api, unique }) => {
      const name = unique("Nordwind");
      const id = idOf(name);
      await keyway.signIn();
      await page.getByRole("link", { name: section, exact: true }).click();
      await expect(page).toHaveTitle(`${section} · Keyway`);

      await keyway.button(`Create ${one}`).click();
      const create = keyway.dialog.getByRole("button", { name: `Create ${one}` });
      await create.click();
      await expect(keyway.dialog.getByLabel("Id", { exact: true })).toHaveAccessibleDescription(new RegExp(`Give the ${one} an id`, "u"));
      await keyway.dialog.getByLabel("Id", { exact: true }).fill("Not An Id");
      await create.click();
      await expect(keyway.dialog.getByLabel("Id", { exact: true })).toHaveAccessibleDescription(/lower-case letters/u);
      await keyway.dialog.getByLabel("Id", { exact: true }).fill(id);
      await keyway.dialog.getByLabel(/^Name/u).fill(name);
      await keyway.dialog.getByLabel(/^Description/u).fill("شركة نوردويند");
      await create.click();
      await expect(keyway.notice).toContainText(`“${name}” can be granted now.`);
      await expect(keyway.row(name)).toContainText(id);
      await expect(keyway.row(name)).toContainText("شركة نوردويند");

      await keyway.row(name).getByRole("button", { name: "Edit" }).click();
      await keyway.fillName(`${name} GmbH`);
      await keyway.dialog.getByLabel(/^Description/u).fill("");
      await keyway.dialog.getByRole("button", { name: "Save" }).click();
      const renamed = `${name} GmbH`;
      await expect(keyway.notice).toContainText(`“${renamed}” is saved.`);
      await expect(keyway.row(renamed)).toContainText("None");

      await keyway.row(renamed).getByRole("button", { name: "Retire" }).click();
      await expect(keyway.notice).toContainText(`“${renamed}” is retired.`);
      const retired = page.locator(`[data-entry="${id}"]`);
      await expect(retired).toContainText("Retired");
      expect((await api.call("GET", `/v1/${catalog}/${id}`)).body[one]).toMatchObject({ retired: true, description: null });
      await keyway.notice.getByRole("button", { name: "Undo" }).click();
      await expect(keyway.notice).toContainText(`“${renamed}” can be granted again.`);
      await retired.getByRole("button", { name: "Retire" }).click();
      await retired.getByRole("button", { name: "Put back" }).click();
      await expect(keyway.row(renamed).getByRole("button", { name: "Retire" })).toBeVisible();

      await keyway.row(renamed).getByRole("button", { name: "Delete" }).click();
      await keyway.dialog.getByRole("button", { name: `Delete ${one}` }).click();
      await expect(keyway.notice).toContainText(`“${renamed}” is deleted.`);
      await expect(keyway.row(renamed)).toHaveCount(0);
      expect((await api.call("GET", `/v1/${catalog}/${id}`)).status).toBe(404);
    });

    test("one that a key has is not deleted, and how many have it is said", async ({ keyway, api, unique }) => {
      const name = unique("In use");
      const id = idOf(name);
      await api.call("POST", `/v1/${catalog}`, { id, name });
      await api.createKey({ name, [catalog]: [id] });
      await keyway.signIn(fragment);
      await keyway.row(name).getByRole("button", { name: "Delete" }).click();
      await keyway.dialog.getByRole("button", { name: `Delete ${one}` }).click();
      await expect(keyway.dialog.getByRole("alert")).toContainText(`1 key has the ${one} \`${id}\`.`);
      await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(keyway.row(name)).toBeVisible();
    });

    test("who loses a race sees what changed, and decides", async ({ keyway, api, unique }) => {
      const name = unique("Raced");
      const id = idOf(name);
      await api.call("POST", `/v1/${catalog}`, { id, name });
      await keyway.signIn(fragment);
      const change = (version, body) =>
        api.call("PATCH", `/v1/${catalog}/${id}`, body, { headers: { "if-match": `"${version}"` } });
      const race = async (version, theirs) => {
        await keyway.row(name).getByRole("button", { name: "Edit" }).click();
        await keyway.dialog.getByLabel(/^Description/u).fill("Mine");
        await change(version, { description: theirs });
        await keyway.dialog.getByRole("button", { name: "Save" }).click();
        await expect(keyway.dialog).toContainText(`Somebody else changed this ${one} in the meantime.`);
        await expect(keyway.dialog).toContainText(theirs);
      };

      await race(1, "Theirs, the first time");
      await keyway.dialog.getByRole("button", { name: "Save mine" }).click();
      await expect(keyway.notice).toContainText("is saved.");
      await expect(keyway.row(name)).toContainText("Mine");

      await race(3, "Theirs, the second time");
      await keyway.dialog.getByRole("button", { name: "Take theirs" }).click();
      await expect(keyway.dialog.getByLabel(/^Description/u)).toHaveValue("Theirs, the second time");
      await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(keyway.row(name)).toContainText("Theirs, the second time");
      expect((await api.call("GET", `/v1/${catalog}/${id}`)).body[one].description).toBe("Theirs, the second time");
    });
  });
}

test("a key is for the accounts that were chosen, and its row says so", async ({ keyway, api, unique }) => {
  const name = unique("Two customers");
  const ids = ["a", "b", "c"].map((letter) => `${idOf(name)}-${letter}`);
  for (const id of ids) await api.call("POST", "/v1/accounts", { id });
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  const accounts = keyway.dialog.getByRole("group", { name: "Accounts" });
  await expect(accounts.getByText("Loading accounts…")).toHaveCount(0);
  const search = accounts.getByRole("searchbox");
  if (await search.count()) await search.fill(idOf(name));
  await accounts.getByRole("button", { name: /^Select (all|these)$/u }).click();
  await accounts.getByRole("checkbox", { name: ids[2] }).uncheck();
  await expect(accounts).toContainText(/\d+ accounts? chosen\./u);
  await keyway.submitCreate();
  const token = await keyway.secret.innerText();
  await keyway.saved();
  await expect(keyway.row(name)).toContainText(ids[0]);
  await expect(keyway.row(name)).not.toContainText(ids[2]);
  const code = async (account) => (await api.verify(token, { account, consistency: "strong" })).code;
  expect(await code(ids[1])).toBe("valid");
  expect(await code(ids[2])).toBe("wrong_account");
});
