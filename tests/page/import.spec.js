import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { built } from "./support/classes.js";
import { expect, gate, test } from "./support/fixtures.js";
import { stub } from "./support/stubs.js";

const sha256 = (token, form = "hex") => createHash("sha256").update(token).digest(form);

const oldToken = () => `old_live_${randomBytes(14).toString("hex")}`;

async function choose(keyway, text, name = "keys.csv") {
  await keyway.button("Import").click();
  await expect(keyway.heading("Import keys")).toBeVisible();
  await keyway.dialog.getByLabel("File", { exact: true }).setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
}

const send = (keyway, label) => keyway.dialog.getByRole("button", { name: label, exact: true }).click();

async function saved(page, click) {
  const download = page.waitForEvent("download");
  await click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

test("a CSV becomes keys that keep their tokens, and the same file again makes none", async ({ page, keyway, api, unique }) => {
  const [one, two] = [unique("Old one"), unique('Old "two", 日本語')];
  const scope = `import.${randomBytes(4).toString("hex")}`;
  await api.createScope(`${scope}:read`);
  await api.createScope(`${scope}:write`);
  const tokens = [oldToken(), oldToken()];
  const csv = [
    "\uFEFFName,SHA256,Scopes,Contacts,Metadata,Expires at,Hint",
    `${one},${sha256(tokens[0])},${scope}:read; ${scope}:write,Ada <ada@example.com>; bo@example.com,"{""plan"": 1.50}",2099-12-31,old_…9xYz`,
    `"${two.replaceAll('"', '""')}",${sha256(tokens[1], "base64")},,,,,`,
    "",
  ].join("\r\n");
  await keyway.signIn();
  await choose(keyway, csv);
  await expect(keyway.dialog.getByRole("status").first()).toContainText("keys.csv: 2 keys.");
  await expect(keyway.dialog.getByRole("row").nth(1)).toContainText("old_…9xYz");
  await send(keyway, "Import 2 keys");
  await expect(keyway.heading("2 keys imported")).toBeVisible();
  await send(keyway, "Close");
  await expect(keyway.row(two)).toBeVisible();
  const [key] = await api.keysNamed(one);
  expect(key).toMatchObject({
    hint: "old_…9xYz",
    scopes: [`${scope}:read`, `${scope}:write`],
    contacts: [{ name: "Ada", email: "ada@example.com" }, { name: "bo@example.com", email: "bo@example.com" }],
    metadata: { plan: 1.5 },
  });
  expect(new Date(key.expires_at).getFullYear()).toBe(2099);
  const [other] = await api.keysNamed(two);
  expect(other.hint).toBe(`sha256:${sha256(tokens[1]).slice(0, 8)}…`);

  await choose(keyway, csv);
  await send(keyway, "Import 2 keys");
  await expect(keyway.heading("No new key")).toBeVisible();
  await expect(keyway.fact("Existed already")).toHaveText("2 keys");
  expect(await api.keysNamed(two)).toHaveLength(1);
});

test("mistakes are named by row before anything is sent, and unknown columns are left out only when told", async ({ page, keyway, unique }) => {
  const calls = [];
  page.on("request", (request) => calls.push(request.url()));
  const same = sha256(oldToken());
  await keyway.signIn();
  await choose(
    keyway,
    [
      "name,sha256,active,expires_at,owner,Exipres",
      `${unique("Good")},${same},,,me,`,
      `,${sha256(oldToken())},,,,`,
      `Digest,abc,,,,`,
      `Twice,${same.toUpperCase()},,,,`,
      `Maybe,,perhaps,,,`,
      `Someday,,,soon,,`,
      `Wide,,,,,,more`,
    ].join("\n"),
  );
  const dialog = keyway.dialog;
  await expect(dialog.getByRole("status").first()).toContainText("1 key, and 6 rows with mistakes");
  for (const said of [
    "Row 3: There is no name.",
    "Row 4, Digest: This is no SHA-256",
    "Row 5, Twice: The token is that of row 2.",
    "Row 6, Maybe: The cell “active” is neither true nor false.",
    "Row 7, Someday: The cell “expires_at” is no date",
    "Row 8, Wide: It has 7 cells, and there are 6 columns.",
  ]) {
    await expect(dialog).toContainText(said);
  }
  const { name, text } = await saved(page, () => send(keyway, "Download as CSV"));
  expect(name).toBe("keys-refused.csv");
  expect(text.trim().split("\r\n")).toHaveLength(7);

  await send(keyway, "Import 1 key");
  const leaveOut = dialog.getByRole("checkbox", { name: "Leave out the columns owner, Exipres" });
  await expect(leaveOut).toHaveAttribute("aria-invalid", "true");
  await expect(leaveOut).toBeFocused();
  expect(calls.filter((url) => url.endsWith("/import"))).toEqual([]);
  await leaveOut.check();
  await send(keyway, "Import 1 key");
  await expect(keyway.heading("1 key imported")).toBeVisible();
});

test("what is no table of keys says why", async ({ keyway }) => {
  await keyway.signIn();
  await keyway.button("Import").click();
  const file = keyway.dialog.getByLabel("File", { exact: true });
  for (const [name, text, why] of [
    ["a.csv", "id,key\n1,2\n", "one of them is “name”"],
    ["b.csv", "name\n", "There is no key in this file"],
    ["c.csv", 'name\n"open', "a quoted cell does not end"],
    ["d.csv", "name,Name\na,b\n", "is there twice"],
    ["e.json", '[{"name": "a",}]', "line 1, column 15"],
    ["f.json", '{"items": []}', "There is no list of keys"],
    ["g.csv", Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0xe9]), "not UTF-8"],
  ]) {
    await file.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await expect(keyway.dialog.locator(built(".field__error")), name).toContainText(why);
  }
});

test("a column of tokens is turned into digests in the browser, and no token is sent", async ({ page, keyway, api, unique }) => {
  const bodies = [];
  page.on("request", (request) => bodies.push(request.postData() ?? ""));
  const [name, token] = [unique("Plain"), oldToken()];
  await keyway.signIn();
  await choose(keyway, `name;token\n${name};${token}\n`);
  await send(keyway, "Import 1 key");
  await expect(keyway.heading("1 key imported")).toBeVisible();
  const [key] = await api.keysNamed(name);
  expect(key.hint).toBe(`…${token.slice(-4)}`);
  const sent = bodies.find((body) => body.includes(name));
  expect(sent).toContain(sha256(token));
  expect(bodies.join()).not.toContain(token);
});

test("promise 1: new tokens are given once, as a file, and left only by saying that they are saved", async ({ page, keyway, api, unique }) => {
  const [one, two] = [unique("New one"), unique("New two")];
  await keyway.signIn();
  await choose(keyway, JSON.stringify({ keys: [{ name: one }, { name: two, scopes: ["nobody.knows"] }, { name: two }] }), "keys.json");
  await expect(keyway.dialog).toContainText("3 rows without a SHA-256: a new token for each, shown once.");
  await send(keyway, "Import 3 keys");
  await expect(keyway.heading("2 keys imported")).toBeVisible();
  await expect(keyway.dialog).toContainText("Row 2");
  await expect(keyway.dialog).toContainText("nobody.knows");

  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("Escape");
  const done = keyway.dialog.getByRole("button", { name: "I have saved them" });
  await expect(done).toHaveAttribute("aria-disabled", "true");
  await done.click({ force: true });
  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  await (await asked).dismiss();
  const { name, text } = await saved(page, () => send(keyway, "Save 2 new tokens as CSV"));
  expect(name).toBe("keys-with-tokens.csv");
  const [head, ...rows] = text.slice(1).trim().split("\r\n");
  expect(head).toBe("row,name,id,token");
  const token = rows[0].split(",")[3];
  expect(rows[0].startsWith(`1,${one},key_`)).toBe(true);
  expect(rows[1].startsWith(`3,${two},key_`)).toBe(true);
  expect(await api.verify(token)).toMatchObject({ code: "valid" });

  await done.click();
  await expect(keyway.dialog).toHaveCount(0);
  expect(await page.content()).not.toContain(token);
});

test("a long import says how far it is; after a lost answer it goes on, and makes nothing twice", async ({ page, keyway, api, unique }) => {
  test.slow();
  const mark = unique("Many");
  const keys = Array.from({ length: 230 }, () => ({ name: mark, sha256: sha256(oldToken()) }));
  keys[150] = { name: mark };
  const attempts = [];
  const door = gate();
  await stub(page, "POST", "/v1/keys/import", async (route, call) => {
    attempts.push(route.request().headers()["idempotency-key"]);
    if (call === 2) {
      await route.fetch();
      return route.abort("connectionreset");
    }
    if (call === 4) await door.opened;
    return route.continue();
  });
  await keyway.signIn();
  await choose(keyway, JSON.stringify(keys), "keys.json");
  await send(keyway, "Import 230 keys");
  await expect(keyway.dialog.getByRole("alert")).toContainText("Trying again is safe: it never makes a key twice.");
  const bar = keyway.dialog.getByRole("progressbar", { name: "100 of 230 keys" });
  await expect(bar).toHaveAttribute("value", "100");
  await send(keyway, "Go on with 130 keys");
  await expect(keyway.dialog.getByRole("status")).toHaveText("200 of 230");
  door.open();
  await expect(keyway.heading("130 keys imported")).toBeVisible();
  expect(attempts[1]).toBe(attempts[2]);
  expect(new Set(attempts).size).toBe(3);
  await expect(keyway.fact("Existed already")).toHaveText("99 keys");
  await expect(keyway.dialog).toContainText("Created, but the token did not arrive: rotate these keys");
  await expect(keyway.dialog).toContainText("Row 151");
  expect(await api.keysNamed(mark)).toHaveLength(230);
});

test("an import that is stopped says what is left, and one that is not begun leaves nothing", async ({ page, keyway, unique }) => {
  await stub(page, "POST", "/v1/keys/import", (route, call) => (call === 1 ? route.continue() : route.abort("connectionreset")));
  await keyway.signIn();
  const name = unique("Stopped");
  const keys = Array.from({ length: 101 }, () => ({ name, sha256: sha256(oldToken()) }));
  await choose(keyway, JSON.stringify(keys), "keys.json");
  await send(keyway, "Import 101 keys");
  await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  await send(keyway, "Stop here");
  await expect(keyway.heading("100 keys imported")).toBeVisible();
  await expect(keyway.fact("Left")).toHaveText("1 key");
  await expect(keyway.dialog).toContainText("some of those that are left may have been created");
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);

  await choose(keyway, "name\nNever\n");
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.button("Import")).toBeFocused();
});

test("a file can be dropped, and all of it is done by keyboard", async ({ page, keyway, unique }) => {
  const name = unique("Dropped");
  await keyway.signIn();
  await keyway.button("Import").focus();
  await page.keyboard.press("Enter");
  await expect(keyway.heading("Import keys")).toBeVisible();
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "dropped.csv"));
    return transfer;
  }, `name,sha256\n${name},${sha256(oldToken())}\n`);
  const zone = keyway.dialog.locator(built(".import__drop"));
  await zone.dispatchEvent("dragover", { dataTransfer: data });
  await expect(zone.and(page.locator(built(".import__drop--over")))).toBeVisible();
  await zone.dispatchEvent("drop", { dataTransfer: data });
  await expect(keyway.dialog.getByRole("button", { name: "Import 1 key" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(keyway.heading("1 key imported")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(keyway.row(name)).toBeVisible();
});
