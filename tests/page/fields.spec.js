import { expect, gate } from "./support/fixtures.js";
import { test } from "./support/stage.js";
import { problem, stub } from "./support/stubs.js";

const patches = (page) => {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") sent.push(request.postDataJSON());
  });
  return sent;
};

const posts = (page) => {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === "/v1/keys") sent.push(request.postDataJSON());
  });
  return sent;
};

async function addContact(keyway, number, name, email) {
  await keyway.dialog.getByRole("button", { name: "Add contact" }).click();
  await keyway.contact(number).getByLabel("Contact name").fill(name);
  await keyway.contact(number).getByLabel("E-mail").fill(email);
}

const save = (keyway) => keyway.dialog.getByRole("button", { name: "Save", exact: true }).click();

const keyOf = async (api, id) => (await api.call("GET", `/v1/keys/${id}`)).body.key;

test("everything that is kept with a key goes from the form to its details and back into the form", async ({ page, keyway, api, unique }) => {
  const name = unique("Complete");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await expect(keyway.field("Webhook"), "not every key needs it").toBeHidden();
  await keyway.unfold();
  await keyway.field("Description").fill("Nightly\nreports");
  await addContact(keyway, 1, "نورة القحطاني", "noura@example.com");
  await addContact(keyway, 2, "Bo", " bo@example.org ");
  await keyway.field("Allowed networks").fill("203.0.113.0/24\n\n2001:DB8::/32, 198.51.100.7");
  await keyway.field("Webhook").fill("https://hooks.example.com/keyway?team=1");
  await keyway.field("Metadata").fill('{ "customer": 12345678901234567890123, "tags": ["a", { "b": 0.5 }], "ç": null }');
  await keyway.submitCreate();
  await keyway.saved();
  const [{ id, ...made }] = await api.keysNamed(name);
  expect(made).toMatchObject({
    description: "Nightly\nreports",
    contacts: [
      { name: "نورة القحطاني", email: "noura@example.com" },
      { name: "Bo", email: "bo@example.org" },
    ],
    allowed_ips: ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"],
    webhook_url: "https://hooks.example.com/keyway?team=1",
    metadata: { tags: ["a", { b: 0.5 }], ç: null },
    status: "active",
    locked: false,
  });

  await keyway.openDetails(name);
  const fact = (label) => keyway.fact(label);
  await expect(fact("Description")).toHaveText("Nightly\nreports");
  await expect(fact("Contacts").getByRole("link", { name: "noura@example.com" })).toHaveAttribute("href", "mailto:noura@example.com");
  await expect(fact("Contacts").locator("bdi").first()).toHaveCSS("direction", "rtl");
  await expect(fact("Networks").getByRole("listitem")).toHaveText(["203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"]);
  await expect(fact("Webhook")).toContainText("https://hooks.example.com/keyway?team=1");
  await expect(fact("Metadata")).toContainText('"customer": 12345678901234567890123,');
  await expect(fact("Locked")).toHaveText("No");

  await keyway.dialog.getByRole("button", { name: "Edit" }).click();
  await expect(keyway.heading(`Edit “${name}”`)).toBeVisible();
  await expect(keyway.field("Webhook"), "it is set").toBeVisible();
  await expect(keyway.field("Description")).toHaveValue("Nightly\nreports");
  await expect(keyway.contact(1).getByLabel("Contact name")).toHaveValue("نورة القحطاني");
  await expect(keyway.contact(2).getByLabel("E-mail")).toHaveValue("bo@example.org");
  await expect(keyway.field("Allowed networks")).toHaveValue("203.0.113.0/24\n2001:db8::/32\n198.51.100.7/32");
  await expect(keyway.field("Metadata")).toHaveValue(/"customer": 12345678901234567890123,/u);
  const sent = patches(page);
  await save(keyway);
  await expect(keyway.dialog).toHaveCount(0);
  expect(sent, "nothing was changed").toEqual([{}]);

  await keyway.openEdit(name);
  await keyway.dialog.getByRole("button", { name: "Remove contact 1" }).click();
  await keyway.field("Allowed networks").fill("");
  await keyway.field("Webhook").fill("");
  await keyway.field("Metadata").fill("");
  await save(keyway);
  await expect(keyway.notice).toContainText("is saved");
  expect(await keyOf(api, id)).toMatchObject({
    contacts: [{ name: "Bo", email: "bo@example.org" }],
    allowed_ips: [],
    webhook_url: null,
    metadata: {},
    description: "Nightly\nreports",
  });
});

test("what is wrong is marked at its field before anything is sent, and unfolded", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  const sent = posts(page);
  await keyway.openCreate();
  await keyway.fillName(unique("Wrong"));
  await keyway.unfold();
  await addContact(keyway, 1, "Good", "good@example.com");
  await addContact(keyway, 2, "", "nobody");
  await keyway.field("Allowed networks").fill("203.0.113.0/24\n\n10.0.0.1/8");
  await keyway.field("Webhook").fill("https://192.168.0.1/x");
  await keyway.field("Metadata").fill('{\n  "plan": pro\n}');
  // Folded again, so that it has to open.
  await keyway.dialog.locator(".fold > summary").click();
  await expect(keyway.field("Webhook")).toBeHidden();
  await keyway.submitCreate();
  await expect(keyway.contact(2).getByLabel("Contact name")).toBeFocused();
  await expect(keyway.contact(2).getByLabel("Contact name")).toHaveAccessibleDescription("Say who this is.");
  await expect(keyway.contact(2).getByLabel("E-mail")).toHaveAccessibleDescription("An e-mail address looks like name@example.com.");
  await expect(keyway.contact(1).locator("[aria-invalid]")).toHaveCount(0);
  await expect(keyway.field("Allowed networks")).toHaveAccessibleDescription(/Line 3, 10\.0\.0\.1\/8: .* would be 10\.0\.0\.0\/8\./u);
  await expect(keyway.field("Webhook")).toHaveAccessibleDescription(/public name/u);
  await expect(keyway.field("Metadata")).toHaveAccessibleDescription(/not valid JSON: .* \(line 2, column 11\)\./u);
  await keyway.field("Metadata").fill('{ "plan": "a", "plan": "b" }');
  await keyway.submitCreate();
  await expect(keyway.field("Metadata")).toHaveAccessibleDescription(/"plan" is there twice/u);
  expect(sent).toEqual([]);
});

test("what the server refuses is marked at its row, and nothing typed is lost", async ({ page, keyway, api, unique }) => {
  const name = unique("Refused");
  // Without the core nothing is checked before it is sent.
  await page.route("**/browser/**", (route) => route.abort());
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  await addContact(keyway, 1, "Good", "good@example.com");
  await addContact(keyway, 2, " ", "");
  await addContact(keyway, 3, "Bad", "nobody");
  await keyway.field("Allowed networks").fill("203.0.113.0/24\n\nlocalhost\n10.0.0.1/8");
  await keyway.field("Webhook").fill("http://hooks.example.com");
  await keyway.field("Metadata").fill("[1]");
  await keyway.submitCreate();
  const bad = keyway.contact(3).getByLabel("E-mail");
  await expect(bad).toBeFocused();
  await expect(bad).toHaveAccessibleDescription(/name@example\.com/u);
  await expect(keyway.contact(1).locator("[aria-invalid]"), "a row of nothing is not sent, and not counted").toHaveCount(0);
  await expect(keyway.contact(2).locator("[aria-invalid]")).toHaveCount(0);
  await expect(keyway.field("Allowed networks")).toHaveAccessibleDescription(/Line 3, localhost: .*\s*Line 4, 10\.0\.0\.1\/8: /u);
  await expect(keyway.field("Allowed networks")).toHaveValue("203.0.113.0/24\n\nlocalhost\n10.0.0.1/8");
  await expect(keyway.field("Webhook")).toHaveAccessibleDescription(/https:\/\//u);
  await expect(keyway.field("Metadata")).toHaveAttribute("aria-invalid", "true");
  await expect(keyway.field("Metadata")).toHaveValue("[1]");

  // The mark stays with its row when another goes.
  await keyway.dialog.getByRole("button", { name: "Remove contact 1" }).click();
  await expect(keyway.contact(2).getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await keyway.contact(2).getByLabel("E-mail").fill("good@example.org");
  await keyway.field("Allowed networks").fill("");
  await keyway.field("Webhook").fill("https://hooks.example.com");
  await keyway.field("Metadata").fill(`{ "x": "${"y".repeat(4_100)}" }`);
  await keyway.submitCreate();
  await expect(keyway.field("Metadata")).toHaveAccessibleDescription(/at most 4096 bytes/u);
  await expect(keyway.dialog.locator("[aria-invalid]")).toHaveCount(1);
  await keyway.field("Metadata").fill("{}");
  await keyway.submitCreate();
  await keyway.saved();
  expect(await api.keysNamed(name)).toMatchObject([{ contacts: [{ name: "Bad", email: "good@example.org" }], metadata: {} }]);
});

test("an edit changes, adds and takes away members of the metadata, in one request", async ({ page, keyway, api, unique }) => {
  const name = unique("Members");
  const { key } = await api.createKey({ name, metadata: { a: { b: 1, c: 2 }, gone: true, kept: null, list: [1, null] } });
  await keyway.signIn();
  const sent = patches(page);
  await keyway.openEdit(name);
  await keyway.field("Metadata").fill('{ "a": { "c": 2, "d": null }, "kept": null, "list": [2, null] }');
  await save(keyway);
  await expect(keyway.field("Metadata")).toHaveAccessibleDescription(/“d” cannot become null/u);
  await keyway.field("Metadata").fill('{ "a": { "c": 2, "d": { } }, "kept": null, "list": [2, null] }');
  await save(keyway);
  await expect(keyway.notice).toContainText("is saved");
  expect(sent).toEqual([{ metadata: { gone: null, a: { b: null, d: {} }, list: [2, null] } }]);
  expect((await keyOf(api, key.id)).metadata).toEqual({ a: { c: 2, d: {} }, kept: null, list: [2, null] });
});

test("a locked key says what it keeps for good; the rest of it can be edited", async ({ page, keyway, api, unique }) => {
  const name = unique("Locked");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  await addContact(keyway, 1, "Solveig", "solveig@example.com");
  await keyway.dialog.getByRole("checkbox", { name: "Locked" }).check();
  await expect(keyway.dialog).toContainText("Nobody can ever change the name, the expiry or the contacts of this key");
  await keyway.submitCreate();
  await keyway.saved();

  await keyway.openEdit(name);
  await expect(keyway.dialog).toContainText("its name, its times and its contacts can never be changed");
  await expect(keyway.fact("Name")).toHaveText(name);
  await expect(keyway.fact("Contacts")).toHaveText("Solveig solveig@example.com");
  await expect(keyway.fact("Expiry")).toHaveText("Never");
  for (const label of ["Name", "Contact name", "E-mail"]) await expect(keyway.dialog.getByLabel(label, { exact: true })).toHaveCount(0);
  await expect(keyway.dialog.getByRole("group", { name: "Expiry" })).toHaveCount(0);
  await expect(keyway.field("Description"), "the first that can be changed").toBeFocused();
  const sent = patches(page);
  await keyway.field("Description").fill("Still mine");
  await save(keyway);
  await expect(keyway.notice).toContainText("is saved");
  expect(sent).toEqual([{ description: "Still mine" }]);
  expect(await api.keysNamed(name)).toMatchObject([{ locked: true, description: "Still mine" }]);
});

test("a key that is created inactive is shown so and refused", async ({ keyway, api, unique }) => {
  const name = unique("Later");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  await keyway.dialog.getByRole("checkbox", { name: "Active" }).uncheck();
  await expect(keyway.dialog).toContainText("refused until somebody unblocks it");
  await keyway.submitCreate();
  const token = await keyway.secret.innerText();
  await keyway.saved();
  await expect(keyway.row(name)).toContainText("Inactive");
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("blocked");
});

test("contacts can be added and removed by keyboard alone", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Keyboard"));
  await keyway.dialog.locator(".fold > summary").focus();
  await page.keyboard.press("Enter");
  await keyway.dialog.getByRole("button", { name: "Add contact" }).focus();
  for (const name of ["First", "Second"]) {
    await page.keyboard.press("Enter");
    await page.keyboard.insertText(name);
    await page.keyboard.press("Tab");
    await page.keyboard.insertText(`${name}@example.com`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await expect(keyway.dialog.getByRole("button", { name: "Add contact" })).toBeFocused();
  }
  await keyway.dialog.getByRole("button", { name: "Remove contact 1" }).focus();
  await page.keyboard.press("Enter");
  await expect(keyway.contact(1).getByLabel("Contact name"), "what took its place").toBeFocused();
  await expect(keyway.contact(1).getByLabel("Contact name")).toHaveValue("Second");
  await expect(keyway.dialog.getByRole("status").filter({ hasText: "Contact 1 removed" })).toHaveCount(1);
  await keyway.dialog.getByRole("button", { name: "Remove contact 1" }).focus();
  await page.keyboard.press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Add contact" })).toBeFocused();
  for (let number = 1; number <= 10; number += 1) await keyway.dialog.getByRole("button", { name: "Add contact" }).click();
  await expect(keyway.dialog.getByRole("button", { name: "Add contact" })).toHaveCount(0);
  await expect(keyway.contact(10).getByLabel("Contact name")).toBeFocused();
});

test("what was unfolded stays so when the scopes arrive", async ({ page, keyway, unique }) => {
  const door = gate();
  await stub(page, "GET", "/v1/scopes", async (route) => {
    await door.opened;
    return route.fallback();
  });
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Early"));
  // Drawn anew before the browser has told that it is open.
  await keyway.dialog.locator(".fold > summary").evaluate((summary) => {
    summary.click();
    document.querySelector("dialog input[value=test]").click();
  });
  await expect(keyway.dialog.getByRole("radio", { name: "Test", exact: true })).toBeChecked();
  await expect(keyway.field("Webhook")).toBeVisible();
  door.open();
  await expect(keyway.dialog.getByText("Loading scopes…")).toHaveCount(0);
  await expect(keyway.field("Webhook")).toBeVisible();
});

test("of many wrong networks the first are named, and what the server says of all stands beside them", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Many"));
  await keyway.unfold();
  await keyway.field("Allowed networks").fill(Array.from({ length: 7 }, (_, at) => `host-${at}`).join("\n"));
  await keyway.submitCreate();
  await expect(keyway.field("Allowed networks")).toHaveAccessibleDescription(/Line 4, host-3: .*\s+And 3 more\./u);
  await stub(page, "POST", "/v1/keys", problem(422, "too_many_networks", "x", [{ pointer: "/allowed_ips", code: "too_many_networks", detail: "A key has at most 50 networks." }]));
  await keyway.field("Allowed networks").fill("10.0.0.0/8");
  await keyway.submitCreate();
  await expect(keyway.field("Allowed networks")).toHaveAccessibleDescription(/A key has at most 50 networks\./u);
});

test("who loses a race sees what was changed of all this", async ({ keyway, api, unique }) => {
  const name = unique("Raced");
  const { key } = await api.createKey({ name, metadata: { plan: "free", mine: 1 } });
  await keyway.signIn();
  await keyway.openEdit(name);
  await keyway.field("Metadata").fill('{ "plan": "free", "mine": 2 }');
  const theirs = { metadata: { plan: "pro" }, contacts: [{ name: "Bo", email: "bo@example.org" }], allowed_ips: ["10.0.0.0/8"] };
  await api.call("PATCH", `/v1/keys/${key.id}`, theirs, { headers: { "if-match": '"1"' } });
  await save(keyway);
  await expect(keyway.dialog).toContainText("Somebody else changed this key");
  await expect(keyway.fact("Contacts now")).toHaveText("Bo bo@example.org");
  await expect(keyway.fact("Networks now")).toHaveText("10.0.0.0/8");
  await expect(keyway.fact("Metadata now")).toContainText('"plan": "pro"');
  await keyway.dialog.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect(keyway.notice).toContainText("is saved");
  expect(await keyOf(api, key.id), "what was not touched here is as they left it").toMatchObject({ ...theirs, metadata: { plan: "pro", mine: 2 } });
});
