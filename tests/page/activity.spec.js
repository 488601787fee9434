import { readFile } from "node:fs/promises";
import { expect, gate } from "./support/fixtures.js";
import { auditEntries, keys, members } from "./support/sample.js";
import { test } from "./support/stage.js";
import { list, problem, stub, workspace } from "./support/stubs.js";

const entries = (page) => page.getByRole("list", { name: "Activity" }).getByRole("listitem");

async function exported(page, keyway, button) {
  const download = page.waitForEvent("download");
  await keyway.button(button).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

async function checked(keyway, text, name = "activity.ndjson") {
  await keyway.dialog.getByLabel("File").setInputFiles({ name, mimeType: "application/x-ndjson", buffer: Buffer.from(text) });
}

test("what was done stands in the activity: who, what, on what and why, and what changed behind it", async ({ page, keyway, api, unique }) => {
  const name = unique("Orders");
  const { key } = await api.createKey({ name });
  await api.call("POST", `/v1/keys/${key.id}/block`, { reason: "Left the company" });
  await keyway.signIn();
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveTitle("Activity · Keyway");
  const entry = entries(page).filter({ hasText: name }).first();
  await expect(entry).toContainText(`Root blocked a key: ${name}`);
  await expect(entry).toContainText("Left the company");
  await expect(entry.getByText("active → blocked")).toBeHidden();
  await entry.getByText("Details").focus();
  await page.keyboard.press("Enter");
  await expect(entry).toContainText("statusactive → became blocked");
  await expect(entry).toContainText("with a token");
  await entry.getByRole("link", { name }).click();
  await expect(keyway.row(name)).toBeVisible();
});

test("the activity is narrowed by person, action and time, in the address", async ({ page, keyway }) => {
  await workspace(page, { members });
  const asked = [];
  await stub(page, "GET", "/v1/audit", (route) => {
    asked.push(new URL(route.request().url()).search);
    return route.fulfill(list(auditEntries));
  });
  await keyway.signIn("#/activity");
  await page.getByLabel("Person").selectOption("Mo Haddad");
  await page.getByLabel("Action").selectOption("revoked a key");
  await page.getByLabel("From").fill("2026-11-01");
  await page.getByLabel("To").fill("2026-11-02");
  await page.getByLabel("To").blur();
  await expect.poll(() => asked.at(-1)).toContain("to=");
  const query = new URLSearchParams(asked.at(-1));
  expect(query.get("by")).toBe(members[1].id);
  expect(query.get("event")).toBe("key.revoked");
  expect(Date.parse(query.get("to")) - Date.parse(query.get("from")), "both days, whole").toBe(2 * 86_400_000);
  expect(page.url()).toContain("from=2026-11-01&to=2026-11-02");
  await page.goBack();
  await expect(page.getByLabel("To")).toHaveValue("");
});

test("“Show more” goes on where the entries end, and what fails there is tried again", async ({ page, keyway }) => {
  await workspace(page, { members });
  let failing = true;
  await stub(page, "GET", "/v1/audit", (route) => {
    if (!new URL(route.request().url()).searchParams.get("cursor")) return route.fulfill(list(auditEntries.slice(0, 3), "5"));
    return route.fulfill(failing ? problem(503, "unavailable", "The workspace does not answer") : list(auditEntries.slice(3)));
  });
  await keyway.signIn("#/activity");
  await expect(entries(page)).toHaveCount(3);
  await keyway.button("Show more").click();
  await expect(page.getByRole("alert").filter({ hasText: "The workspace does not answer." })).toBeVisible();
  failing = false;
  await keyway.button("Try again").click();
  await expect(entries(page)).toHaveCount(auditEntries.length);
  await expect(entries(page).nth(3).locator("summary")).toBeFocused();
});

test("activity that could not be loaded says so, and is loaded again", async ({ page, keyway }) => {
  await workspace(page, { members });
  const door = gate();
  await stub(page, "GET", "/v1/audit", async (route, call) => {
    if (call === 1) return route.fulfill(problem(503, "unavailable", "The workspace does not answer"));
    await door.opened;
    return route.fulfill(list([]));
  });
  await keyway.signIn("#/activity");
  await expect(keyway.heading("The activity could not be loaded")).toBeVisible();
  await keyway.button("Try again").click();
  door.open();
  await expect(keyway.heading("No entry matches")).toBeVisible();
});

test("the details of a key have its own history, once it is opened", async ({ page, keyway, api, unique }) => {
  const name = unique("With a past");
  const { key } = await api.createKey({ name });
  await api.call("POST", `/v1/keys/${key.id}/block`, {});
  let asked = 0;
  page.on("request", (request) => (asked += Number(request.url().includes("/audit"))));
  await keyway.signIn(`#/keys?search=${name.slice(-8)}`);
  await keyway.openDetails(name);
  expect(asked).toBe(0);
  await keyway.dialog.getByText("History", { exact: true }).click();
  await expect(keyway.dialog.getByRole("list", { name: "Activity" }).getByRole("listitem")).toHaveText([/Root blocked a key/u, /Root created a key/u]);
});

test("the whole log is exported byte for byte, and its check says that it is unbroken, or where it is not", async ({ page, keyway, api, unique }) => {
  const name = unique("Exported");
  const { key } = await api.createKey({ name });
  await api.call("POST", `/v1/keys/${key.id}/revoke`, { reason: "=1+1" });
  await keyway.signIn("#/activity?event=key.created");
  const { name: file, text } = await exported(page, keyway, "Export all as NDJSON");
  expect(file).toMatch(/^activity-\d{4}-\d{2}-\d{2}\.ndjson$/u);
  const lines = text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).number)).toEqual(lines.map((_, at) => at + 1));
  await expect(keyway.notice).toContainText("exported");

  await keyway.button("Check an export").click();
  await checked(keyway, text);
  await expect(keyway.dialog.getByRole("status")).toContainText(`unbroken from 1 to ${lines.length}.`);
  await expect(keyway.dialog.getByRole("status")).toContainText(`This workspace has the same entry ${lines.length}.`);

  await page.context().setOffline(true);
  await checked(keyway, text);
  await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  await expect(keyway.dialog.getByRole("status")).toContainText(`unbroken from 1 to ${lines.length}.`);
  await page.context().setOffline(false);

  await checked(keyway, lines.slice(1).join("\n"));
  await expect(keyway.dialog.getByRole("status")).toContainText("It does not begin at entry 1.");
  await checked(keyway, lines.with(1, lines[1].replace('"via":"token"', '"via":"page"').replace('"via":"page"', '"via":"pagE"')).join("\n"));
  await expect(keyway.dialog.getByRole("alert")).toContainText(/, entry 2:\s*Line 2 was changed\./u);
  await checked(keyway, lines.toSpliced(1, 1).join("\n"));
  await expect(keyway.dialog.getByRole("alert")).toContainText(/, entry 3:\s*Line 2 does not follow the one before it/u);
  await checked(keyway, "name,sha256\n");
  await expect(keyway.dialog.getByRole("alert")).toContainText("Line 1 is no entry of an audit log.");
  await checked(keyway, "");
  await expect(keyway.dialog.getByRole("alert")).toContainText("There is no entry in");
});

test("what is asked for is exported as a table without formulas", async ({ page, keyway }) => {
  await workspace(page, { members });
  const asked = [];
  await stub(page, "GET", "/v1/audit", (route) => {
    const request = route.request();
    if (!request.headers().accept.includes("ndjson")) return route.fulfill(list(auditEntries));
    asked.push(new URL(request.url()).searchParams.get("event"));
    const body = auditEntries.map((entry) => `${JSON.stringify({ ...entry, name: "=1+1" })}\n`).join("");
    return route.fulfill({ status: 200, contentType: "application/x-ndjson", body });
  });
  await keyway.signIn("#/activity?event=key.blocked");
  const { name, text } = await exported(page, keyway, "Export CSV");
  expect(name).toMatch(/^activity-.*\.csv$/u);
  expect(asked).toEqual(["key.blocked"]);
  expect(text).toContain("number,at,event,by,by_name");
  expect(text).toContain(",'=1+1,");
  expect(text).not.toContain(",=1+1,");
});

test("the activity is for administrators", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await stub(page, "GET", "/v1/session", {
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({
      session: {
        member: { id: members[1].id, name: "Mo", role: "manager", may: ["session", "keys.read", "catalog.read", "audit.read"] },
        workspace: "default",
        vault: false,
        administrators: [],
        expires_at: "2099-01-01T00:00:00Z",
      },
    }),
  });
  await keyway.open("#/activity");
  await expect(keyway.heading("You have no access to activity here")).toBeVisible();
  await expect(page.getByRole("link", { name: "Activity" })).toHaveCount(0);
});
