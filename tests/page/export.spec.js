import { readFile } from "node:fs/promises";
import { expect, gate } from "./support/fixtures.js";
import { full, keys, revoked } from "./support/sample.js";
import { test } from "./support/stage.js";
import { list, problem, stub } from "./support/stubs.js";

/** What a program reads of a file as RFC 4180 has it. */
function parse(text) {
  const cells = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/gu;
  const rows = [[]];
  for (const [, cell, end] of text.matchAll(cells)) {
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== ",") rows.push([]);
  }
  rows.pop();
  const [head, ...body] = rows;
  return body.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}

async function exported(page, keyway) {
  const download = page.waitForEvent("download");
  await keyway.button("Export CSV").click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

test("all pages of what is asked for are saved, and no token", async ({ page, keyway, api, unique }) => {
  test.slow();
  const mark = unique("Export").split(" ")[1];
  const tokens = [];
  for (let at = 0; at < 103; at += 1) tokens.push((await api.createKey({ name: `${mark} ${at}` })).token);
  const odd = `${mark} "quoted", 日本語`;
  await api.createKey({ name: odd, description: "One\nTwo", contacts: [{ name: "Ada", email: "ada@example.com" }] });
  await keyway.signIn(`#/keys?search=${mark}&sort=created`);
  await expect(page.getByText("The first 50 keys")).toBeVisible();
  const { name, text } = await exported(page, keyway);
  expect(name).toMatch(/^keys-\d{4}-\d{2}-\d{2}\.csv$/u);
  expect(text.startsWith("\uFEFFid,name,"), "with a BOM").toBe(true);
  const rows = parse(text.slice(1));
  expect(rows.map((row) => row.name)).toEqual([...Array.from({ length: 103 }, (_, at) => `${mark} ${at}`), odd]);
  expect(rows.at(-1)).toMatchObject({ description: "One\nTwo", contacts: "Ada <ada@example.com>", status: "active", created_by: "Root" });
  for (const token of tokens) expect(text).not.toContain(token);
  await expect(keyway.notice).toContainText("104 keys exported, without their tokens.");
  await expect(page.getByRole("rowheader"), "the list stays as it was").toHaveCount(50);
});

test("every column says what it is called", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/keys", list([{ ...full, recoverable: true, not_before: "2026-12-01T00:00:00Z" }, keys[5], revoked[0]]));
  await keyway.signIn();
  const [all, blocked, ended] = parse((await exported(page, keyway)).text.slice(1));
  expect(all).toEqual({
    id: full.id,
    name: full.name,
    description: full.description,
    environment: "live",
    status: "active",
    hint: full.hint,
    previous_hint: full.previous_token.hint,
    previous_ends_at: full.previous_token.ends_at,
    scopes: full.scopes.join(" "),
    accounts: full.accounts.join(" "),
    allowed_ips: full.allowed_ips.join(" "),
    metadata: JSON.stringify(full.metadata),
    webhook_url: full.webhook_url,
    locked: "false",
    recoverable: "true",
    contacts: full.contacts.map(({ name, email }) => `${name} <${email}>`).join("; "),
    created_at: full.created_at,
    created_by: "Ada Okafor",
    not_before: "2026-12-01T00:00:00Z",
    expires_at: full.expires_at,
    last_used_at: full.last_used_at,
    blocked_at: "",
    blocked_by: "",
    blocked_reason: "",
    revoked_at: "",
    revoked_by: "",
    revoked_reason: "",
  });
  expect(blocked).toMatchObject({ blocked_at: keys[5].blocked.at, blocked_by: "Ada Okafor", blocked_reason: keys[5].blocked.reason });
  expect(ended).toMatchObject({ revoked_at: revoked[0].revoked.at, revoked_by: "Root", revoked_reason: "Found in a public repository" });
});

test("no cell is a formula", async ({ page, keyway }) => {
  const names = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=\"a\",b", "a=b"];
  await stub(page, "GET", "/v1/keys", list(names.map((name, at) => ({ ...keys[0], id: `key_${at}`, name, description: "-2" }))));
  await keyway.signIn();
  const { text } = await exported(page, keyway);
  const rows = parse(text.slice(1));
  expect(rows.map((row) => row.name)).toEqual([...names.slice(0, -1).map((name) => `'${name}`), "a=b"]);
  expect(rows.every((row) => row.description === "'-2")).toBe(true);
});

test("a long export says how far it is, and can be cancelled or taken up again", async ({ page, keyway }) => {
  const door = gate();
  let failing = true;
  await stub(page, "GET", "/v1/keys", async (route) => {
    const query = new URL(route.request().url()).searchParams;
    if (query.get("cursor") !== "next") return route.fulfill(list(keys.slice(0, 5), "next"));
    if (failing) return route.fulfill(problem(503, "unavailable", "The workspace does not answer"));
    await door.opened;
    return route.fulfill(list(keys.slice(5))).catch(() => {});
  });
  await keyway.signIn();
  await keyway.button("Export CSV").click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("The workspace does not answer.");
  failing = false;
  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.dialog.getByRole("status")).toHaveText("5 keys so far");
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.button("Export CSV")).toBeFocused();
  await expect(keyway.notice).not.toContainText("exported");
  door.open();
  const { text } = await exported(page, keyway);
  expect(parse(text.slice(1))).toHaveLength(keys.length);
});
