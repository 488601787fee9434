import { expect, test } from "./support/fixtures.js";
import { pepper, problem, settings, stub, workspace } from "./support/stubs.js";

const PATH = "/v1/settings";
const DOCS = "https://docs.example.com/keys#rotate";

const fact = (page, label) => page.locator("dt").filter({ hasText: new RegExp(`^${label}$`, "u") }).locator("xpath=following-sibling::dd[1]");
const save = (keyway) => keyway.dialog.getByRole("button", { name: "Save", exact: true }).click();

/** As they are now, whoever has changed them. */
const now = async (api) => (await api.call("GET", PATH)).body.settings;

async function change(api, body) {
  const { version } = await now(api);
  const { status } = await api.call("PATCH", PATH, body, { headers: { "if-match": `"${version}"` } });
  expect(status).toBe(200);
}

async function edit(keyway) {
  await keyway.button("Edit settings").click();
  await expect(keyway.heading("Edit the settings")).toBeVisible();
}

test.describe("of the real workspace", () => {
  // There is one, and each of these changes it.
  test.describe.configure({ mode: "serial" });
  const notices = { expiry_days: [14, 3, 1, 0], unused_days: 90, email_contacts: true };
  test.afterEach(({ api }) => change(api, { docs_url: null, support_contact: null, locked_by_default: false, notices }));

  test("the settings are shown, changed and taken back", async ({ page, keyway, api }) => {
    await keyway.signIn();
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(page).toHaveTitle("Settings · Keyway");
    await expect(fact(page, "Workspace")).toHaveText("default");
    await expect(fact(page, "Revoking")).toContainText("within 10 seconds");
    await expect(fact(page, "Documentation")).toHaveText("None");

    await edit(keyway);
    await keyway.field("Documentation").fill(DOCS);
    await keyway.field("Contact").fill(" ops+keys@example.com ");
    await keyway.dialog.getByRole("checkbox", { name: "Lock new keys" }).check();
    await save(keyway);
    await expect(keyway.notice).toContainText("The settings are saved.");
    await expect(keyway.button("Edit settings")).toBeFocused();
    await expect(fact(page, "Documentation").getByRole("link")).toHaveAttribute("href", DOCS);
    await expect(fact(page, "Contact").getByRole("link")).toHaveAttribute("href", "mailto:ops%2Bkeys@example.com");
    await expect(fact(page, "New keys")).toContainText(/^Locked/u);
    expect(await now(api)).toMatchObject({ docs_url: DOCS, support_contact: "ops+keys@example.com", locked_by_default: true });

    await page.reload();
    await edit(keyway);
    await expect(keyway.field("Documentation")).toHaveValue(DOCS);
    await keyway.field("Documentation").fill("");
    await keyway.field("Contact").fill("https://help.example.com/");
    await save(keyway);
    await expect(fact(page, "Documentation")).toHaveText("None");
    await expect(fact(page, "Contact").getByRole("link", { name: "Support" })).toHaveAttribute("href", "https://help.example.com/");
    expect(await now(api)).toMatchObject({ docs_url: null, locked_by_default: true });
  });

  test("when people are told of an end, and of a key that nobody uses, is settled here", async ({ page, keyway, api }) => {
    await keyway.signIn("#/settings");
    await expect(fact(page, "Notices")).toHaveText("14, 3, 1 days before a key expires, on the day, at its end, after 90 days without use");
    await expect(fact(page, "E-mail")).toContainText("Not set up");
    await edit(keyway);
    await expect(keyway.dialog.getByRole("checkbox", { name: "Write to contacts" })).toHaveAccessibleDescription(/E-mail is not set up here/u);
    await keyway.field("Days before an expiry").fill("a week");
    await keyway.field("Days without use").fill("0");
    await save(keyway);
    await expect(keyway.field("Days before an expiry")).toHaveAccessibleDescription(/Write days from 0 to 365/u);
    await expect(keyway.field("Days before an expiry")).toBeFocused();
    await keyway.field("Days before an expiry").fill("1, 30");
    await save(keyway);
    await expect(keyway.field("Days without use")).toHaveAccessibleDescription(/1 to 3650 days/u);
    await keyway.field("Days without use").fill("");
    await keyway.dialog.getByRole("checkbox", { name: "Write to contacts" }).uncheck();
    await save(keyway);
    await expect(fact(page, "Notices")).toHaveText("30, 1 days before a key expires, at its end. Contacts get no e-mail");
    expect((await now(api)).notices).toEqual({ expiry_days: [30, 1], unused_days: null, email_contacts: false });
  });

  test("what is refused is said at its field, and nothing is lost", async ({ page, keyway, api }) => {
    await keyway.signIn("#/settings");
    await edit(keyway);
    await keyway.field("Documentation").fill("docs.example.com");
    await keyway.field("Contact").fill("Ops");
    await save(keyway);
    await expect(keyway.field("Documentation")).toHaveAccessibleDescription(/begins with https:\/\//u);
    await expect(keyway.field("Contact")).toHaveAccessibleDescription(/name@example\.com/u);
    await expect(keyway.field("Documentation")).toBeFocused();
    await expect(keyway.field("Contact")).toHaveValue("Ops");
    await keyway.field("Documentation").fill(DOCS);
    await keyway.field("Contact").fill("");
    await save(keyway);
    await expect(keyway.notice).toContainText("The settings are saved.");
    expect(await now(api)).toMatchObject({ docs_url: DOCS, support_contact: null });
    // From here on refusals of the workspace have it.
    await page.goto("/#/settings");
    expect((await api.call("GET", "/v1/keys/key_0000000000000000000000")).body.docs_url).toBe(DOCS);
  });

  test("who loses a race for the settings sees what changed, and decides", async ({ page, keyway, api }) => {
    await keyway.signIn("#/settings");
    await edit(keyway);
    await keyway.field("Documentation").fill(DOCS);
    await change(api, { support_contact: "theirs@example.com" });
    await save(keyway);
    await expect(keyway.dialog).toContainText("Somebody else changed this workspace in the meantime.");
    await expect(keyway.fact("Contact now")).toHaveText("theirs@example.com");
    await expect(keyway.fact("Documentation now")).toHaveCount(0);
    await keyway.dialog.getByRole("button", { name: "Save mine" }).click();
    await expect(keyway.notice).toContainText("The settings are saved.");
    // Only what was changed here was sent.
    await expect(fact(page, "Contact")).toHaveText("theirs@example.com");
    expect(await now(api)).toMatchObject({ docs_url: DOCS, support_contact: "theirs@example.com" });

    await edit(keyway);
    await change(api, { support_contact: "others@example.com" });
    await keyway.field("Contact").fill("mine@example.com");
    await save(keyway);
    await keyway.dialog.getByRole("button", { name: "Take theirs" }).click();
    await expect(keyway.field("Contact")).toHaveValue("others@example.com");
    await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(fact(page, "Contact")).toHaveText("others@example.com");
  });
});

test("the form of a key begins as the workspace has it, and what it shows is what is made", async ({ page, keyway, api, unique }) => {
  await stub(page, "GET", PATH, settings({ locked_by_default: true }));
  await keyway.signIn("#/settings");
  await expect(fact(page, "New keys")).toContainText(/^Locked/u);
  await page.getByRole("link", { name: "Keys", exact: true }).click();
  const box = keyway.dialog.getByRole("checkbox", { name: "Locked" });
  const names = [unique("Locked by default"), unique("Not this one")];
  for (const [at, name] of names.entries()) {
    await keyway.openCreate();
    // Unfolded already: it is for good, so it is not left unseen.
    await expect(box).toBeChecked();
    await expect(keyway.dialog).toContainText("This cannot be undone.");
    if (at === 1) await box.uncheck();
    await keyway.fillName(name);
    await keyway.submitCreate();
    await keyway.saved();
  }
  expect(await api.keysNamed(names[0])).toMatchObject([{ locked: true }]);
  expect(await api.keysNamed(names[1])).toMatchObject([{ locked: false }]);
});

test("where the settings are not known, a key that is shown unlocked is made so", async ({ page, keyway, api, unique }) => {
  await stub(page, "GET", PATH, problem(503, "unavailable", "The workspace does not answer"));
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/v1/keys"));
  await keyway.signIn();
  const name = unique("Unknown default");
  await keyway.createKey(name);
  expect((await sent).postDataJSON().locked).toBe(false);
  await keyway.saved();
  expect(await api.keysNamed(name)).toMatchObject([{ locked: false }]);
});

test("settings that could not be loaded say so, and are loaded again", async ({ page, keyway }) => {
  await stub(page, "GET", PATH, (route, call) =>
    route.fulfill(call === 1 ? problem(503, "unavailable", "The workspace does not answer") : settings({ docs_url: DOCS })),
  );
  await keyway.signIn("#/settings");
  await expect(keyway.heading("The settings could not be loaded")).toBeVisible();
  await expect(keyway.button("Edit settings")).toHaveCount(0);
  await keyway.button("Try again").click();
  await expect(fact(page, "Documentation").getByRole("link", { name: DOCS })).toBeVisible();
});

test("a rotation of the pepper is shown until the old one is gone", async ({ page, keyway }) => {
  const shown = fact(page, "Pepper");
  const rotation = { current: 2, previous: 1, records: 12_345 };
  await workspace(page, {});
  await keyway.signIn("#/settings");
  await expect(fact(page, "Revoking")).toBeVisible();
  await expect(shown).toHaveCount(0);

  await stub(page, "GET", "/v1/pepper", pepper({ ...rotation, republished: 12_000 }));
  await page.reload();
  await expect(shown).toContainText("12,000 of 12,345 records");
  await expect(shown.getByRole("progressbar", { name: /12,000 of 12,345/u })).toHaveAttribute("value", "12000");
  await expect(shown).toContainText("Keep PEPPER_1");
  // It goes on by itself.
  await stub(page, "GET", "/v1/pepper", pepper({ ...rotation, republished: 12_345, previous_may_go_at: "2099-01-01T00:00:00Z" }));
  await expect(shown).toContainText(/PEPPER_1 may be removed from .*2099/u);
  await expect(shown.getByRole("progressbar")).toHaveCount(0);
  await stub(page, "GET", "/v1/pepper", pepper({ ...rotation, republished: 12_345, previous_may_go_at: "2020-01-01T00:00:00Z" }));
  await page.reload();
  await expect(shown).toHaveText("PEPPER_1 may be removed now.");
  await stub(page, "GET", "/v1/pepper", pepper({ current: 2, records: 12_345, republished: 12_345 }));
  await page.reload();
  await expect(fact(page, "Revoking")).toBeVisible();
  await expect(shown).toHaveCount(0);

  // Removed too early, there is nothing to keep.
  await stub(page, "GET", "/v1/pepper", pepper({ current: 2, records: 12_345, republished: 1 }));
  await page.reload();
  await expect(shown).toContainText("Keys that are not are refused until they are.");
});
