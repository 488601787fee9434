import { expect, gate } from "./support/fixtures.js";
import { manyScopes } from "./support/sample.js";
import { test } from "./support/stage.js";
import { list, stub } from "./support/stubs.js";

const posts = (page, path) => {
  const seen = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === path) seen.push(request);
  });
  return seen;
};

test("a double click creates one key, and does not close its token", async ({ page, keyway, api, unique }) => {
  const name = unique("Double");
  await keyway.signIn();
  const sent = posts(page, "/v1/keys");
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.dialog.getByRole("button", { name: "Create key" }).dblclick();
  await expect(keyway.secret).toBeVisible();
  expect(sent).toHaveLength(1);
  await keyway.saved();
  expect(await api.keysNamed(name)).toHaveLength(1);
});

test("while it is being created the dialog says so and cannot be left", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  const door = gate();
  await stub(page, "POST", "/v1/keys", async (route) => {
    await door.opened;
    return route.continue();
  });
  await keyway.openCreate();
  await keyway.fillName(unique("Patient"));
  await keyway.submitCreate();
  await expect(keyway.dialog.getByRole("button", { name: "Creating…" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeDisabled();
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click({ force: true });
  door.open();
  await expect(keyway.secret).toBeVisible();
});

test("a lost answer and a retry make exactly one key; it can be replaced by one with a token", async ({ page, keyway, api, unique }) => {
  const name = unique("Lost");
  await keyway.signIn();
  await loseFirstAnswer(page);
  const sent = posts(page, "/v1/keys");
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.submitCreate();
  await expect(keyway.dialog.getByRole("alert")).toContainText("it never creates a second key");

  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.heading("The key exists, its token is lost")).toBeVisible();
  expect(sent[1].headers()["idempotency-key"]).toBe(sent[0].headers()["idempotency-key"]);
  expect(await api.keysNamed(name)).toHaveLength(1);

  const replace = keyway.dialog.getByRole("button", { name: "Revoke it and create a new one" });
  await expect(replace).toBeFocused();
  await replace.click();
  const token = await keyway.secret.innerText();
  await keyway.saved();
  const made = await api.keysNamed(name);
  expect(made.map((key) => key.status)).toEqual(["active", "revoked"]);
  expect((await api.verify(token)).code).toBe("valid");
  await expect(keyway.row(name)).toHaveCount(1);
});

test("a form that was changed after a lost answer still makes exactly one key", async ({ page, keyway, api, unique }) => {
  const [first, second] = [unique("Before"), unique("After")];
  await keyway.signIn();
  await loseFirstAnswer(page);
  await keyway.openCreate();
  await keyway.fillName(first);
  await keyway.submitCreate();
  await expect(keyway.dialog.getByRole("alert")).toBeVisible();

  await keyway.fillName(second);
  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.heading("The key exists, its token is lost")).toBeVisible();
  await expect(keyway.dialog).toContainText(first);
  expect(await api.keysNamed(first)).toHaveLength(1);
  expect(await api.keysNamed(second)).toHaveLength(0);

  await keyway.dialog.getByRole("button", { name: "Keep it as it is" }).click();
  await expect(keyway.notice).toContainText("A key may have been created without its token reaching you");
  await expect(keyway.row(first)).toBeVisible();
});

async function loseFirstAnswer(page) {
  await stub(page, "POST", "/v1/keys", async (route, call) => {
    if (call > 1) return route.fallback();
    await route.fetch();
    return route.abort("connectionreset");
  });
}

test("what the server refuses stands at its field, described and focused", async ({ page, keyway, unique }) => {
  // Without the core nothing is checked before it is sent: the page works all the same.
  await page.route("**/browser/**", (route) => route.abort());
  await stub(page, "GET", "/v1/scopes", list([{ id: "no:such-scope", name: "no:such-scope", description: null, retired: false }]));
  await keyway.signIn();
  await keyway.openCreate();
  const name = keyway.dialog.getByLabel("Name", { exact: true });
  await name.fill(`${unique("x")} ${"x".repeat(101)}`);
  await keyway.submitCreate();
  await expect(name).toBeFocused();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toHaveAccessibleDescription(/100 characters/u);

  await keyway.fillName(unique("Unknown scope"));
  await keyway.dialog.getByRole("checkbox", { name: "no:such-scope" }).check();
  await keyway.submitCreate();
  const scopes = keyway.dialog.getByRole("group", { name: "Scopes" });
  await expect(scopes).toHaveAccessibleDescription(/no:such-scope/u);
  await expect(scopes.locator(":focus")).toHaveCount(1);
  await expect(name).not.toHaveAttribute("aria-invalid", "true");
});

test("the core refuses a name and a scope before they are sent", async ({ page, keyway }) => {
  await keyway.signIn();
  const sent = [...posts(page, "/v1/keys"), ...posts(page, "/v1/scopes")];
  await keyway.openCreate();
  const name = keyway.dialog.getByLabel("Name", { exact: true });
  await keyway.submitCreate();
  await expect(name).toHaveAccessibleDescription(/Give the key a name\./u);
  await expect(name).toBeFocused();
  await name.fill("x".repeat(101));
  await keyway.submitCreate();
  await expect(name).toHaveAccessibleDescription(/at most 100 characters/u);

  await expect(keyway.dialog.getByText("Loading scopes…")).toHaveCount(0);
  const add = keyway.dialog.getByRole("button", { name: "New scope" });
  if (await add.isVisible()) await add.click();
  const scope = keyway.dialog.getByLabel("New scope");
  await scope.fill("Not A Scope");
  await scope.press("Enter");
  await expect(scope).toHaveAttribute("aria-invalid", "true");
  await expect(scope).toBeFocused();
  expect(sent).toHaveLength(0);
});

test("adding a scope that is there already just chooses it", async ({ keyway, api, unique }) => {
  const id = unique("known").replace(" ", ":");
  await keyway.signIn();
  await keyway.openCreate();
  await expect(keyway.dialog.getByText("Loading scopes…")).toHaveCount(0);
  // Somebody else adds it meanwhile.
  await api.createScope(id, "Known");
  const add = keyway.dialog.getByRole("button", { name: "New scope" });
  if (await add.isVisible()) await add.click();
  await keyway.dialog.getByLabel("New scope").fill(id);
  await keyway.dialog.getByLabel("New scope").press("Enter");
  await expect(keyway.dialog.getByRole("checkbox", { name: id })).toBeChecked();
});

test("a scope that was typed and not added is not forgotten", async ({ page, keyway, api, unique }) => {
  const [name, id] = [unique("Hasty"), unique("hasty").replace(" ", ":")];
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await expect(keyway.dialog.getByText("Loading scopes…")).toHaveCount(0);
  const add = keyway.dialog.getByRole("button", { name: "New scope" });
  if (await add.isVisible()) await add.click();
  const scope = keyway.dialog.getByLabel("New scope");
  await scope.fill(id);
  await keyway.submitCreate();
  await expect(scope).toBeFocused();
  await expect(scope).toHaveAccessibleDescription(/not added yet/u);
  await page.keyboard.press("Enter");
  await expect(keyway.dialog.getByRole("checkbox", { name: id })).toBeChecked();
  await keyway.submitCreate();
  await keyway.saved();
  expect(await api.keysNamed(name)).toMatchObject([{ scopes: [id] }]);
});

test("“All scopes” is an explicit choice with its warning", async ({ keyway, api, unique }) => {
  const name = unique("All");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.dialog.getByRole("radio", { name: "All scopes" }).check();
  await expect(keyway.dialog).toContainText("This key may do everything, and everything that is added later.");
  await keyway.submitCreate();
  await keyway.saved();
  expect((await api.keysNamed(name))[0].scopes).toEqual(["*"]);
  await expect(keyway.row(name)).toContainText("All scopes");
});

test("300 scopes can be searched, chosen one by one and at once, and cleared; Enter in the search creates nothing", async ({ page, keyway, unique }) => {
  await stub(page, "GET", "/v1/scopes", (route) => {
    // In pages, as the server may give them.
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const rest = from + 100 < manyScopes.length ? String(from + 100) : null;
    return route.fulfill(list(manyScopes.slice(from, from + 100), rest));
  });
  await keyway.signIn();
  const sent = posts(page, "/v1/keys");
  await keyway.openCreate();
  await keyway.fillName(unique("Many"));
  const scopes = keyway.dialog.getByRole("group", { name: "Scopes" });
  const search = keyway.dialog.getByRole("searchbox", { name: "Search scopes" });
  await expect(scopes.getByRole("checkbox")).toHaveCount(300);
  await search.fill("apac.returns");
  await expect(scopes.getByRole("checkbox")).toHaveCount(10);
  await scopes.getByRole("checkbox", { name: "apac.returns:audit" }).check();
  await search.fill("approve orders");
  await search.press("Enter");
  await scopes.getByRole("checkbox", { name: "eu.orders:approve" }).check();
  await expect(keyway.dialog).toContainText("2 scopes chosen.");
  expect(sent).toHaveLength(0);

  await search.fill("nothing like it");
  await expect(keyway.dialog).toContainText("No scope matches “nothing like it”.");
  await search.fill("");
  await scopes.getByRole("button", { name: "Select none" }).click();
  await expect(keyway.dialog).toContainText("None chosen: the key is valid, but grants nothing.");
  await search.fill("apac.");
  await scopes.getByRole("button", { name: "Select these" }).click();
  await expect(keyway.dialog).toContainText("100 scopes chosen.");
});

for (const { timezoneId, end } of [
  { timezoneId: "Europe/Berlin", end: "2099-06-30T21:59:59Z" },
  { timezoneId: "Pacific/Auckland", end: "2099-06-30T11:59:59Z" },
]) {
  test.describe(timezoneId, () => {
    test.use({ timezoneId });

    test("an expiry date means the end of that day in the reader's zone", async ({ keyway, api, unique }) => {
      const name = unique("Dated");
      await keyway.signIn();
      await keyway.openCreate();
      await keyway.fillName(name);
      await keyway.dialog.getByRole("radio", { name: "A date" }).check();
      await keyway.submitCreate();
      await expect(keyway.dialog.getByText("Choose the last day of this key.")).toBeVisible();
      await keyway.dialog.getByLabel("Last day").fill("2099-06-30");
      await expect(keyway.dialog).toContainText("Works until the end of 30 June 2099");
      await keyway.submitCreate();
      await keyway.saved();
      const [key] = await api.keysNamed(name);
      expect(new Date(key.expires_at)).toEqual(new Date(end));
      await expect(keyway.row(name)).toContainText("30 Jun 2099");
      await expect(keyway.row(name).getByTitle(end.slice(0, 19).replace("T", " ") + " UTC")).toBeVisible();
    });
  });
}

test("the presets count days on the calendar, and a test key says test", async ({ page, keyway, api, unique }) => {
  const name = unique("Ninety");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.dialog.getByRole("radio", { name: "Test", exact: true }).check();
  await keyway.dialog.getByRole("radio", { name: "90 days" }).check();
  await expect(keyway.dialog).toContainText("in 90 days");
  await keyway.submitCreate();
  await expect(keyway.secret).toHaveText(/^kw_test_/u);
  await keyway.saved();
  const [key] = await api.keysNamed(name);
  const end = await page.evaluate(() => {
    const today = new Date();
    return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 90, 23, 59, 59).toISOString();
  });
  expect(new Date(key.expires_at).toISOString()).toBe(end);
  await expect(keyway.row(name)).toContainText("Test");
});

test("a name in Arabic stays in one piece, wherever it is shown", async ({ keyway, unique }) => {
  const name = unique("مستودع الرياض");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await expect(keyway.dialog.getByLabel("Name", { exact: true })).toHaveCSS("direction", "rtl");
  await keyway.submitCreate();
  await expect(keyway.heading("Save this token now")).toBeVisible();
  await expect(keyway.dialog.locator("bdi")).toHaveText(name);
  await keyway.saved();
  await expect(keyway.notice.locator("bdi")).toHaveText(name);
  await expect(keyway.row(name).getByRole("rowheader").locator("bdi")).toHaveCSS("direction", "rtl");
});

test("scopes that cannot be loaded can be asked for again", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/scopes", (route, call) => (call === 1 ? route.abort("connectionreset") : route.fallback()));
  await keyway.signIn();
  await keyway.openCreate();
  await expect(keyway.dialog).toContainText("The scopes could not be loaded.");
  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.dialog).not.toContainText("The scopes could not be loaded.");
});
