import { expect, pasted, test } from "./support/fixtures.js";
import { days } from "./support/sample.js";
import { never, problem, stub } from "./support/stubs.js";

const usage = (body) => ({ status: 200, contentType: "application/json", body: JSON.stringify(body) });

test("a click on a name tells everything about the key, and leads to the form", async ({ keyway, api, unique }) => {
  const name = unique("مستودع الرياض");
  const { key, token } = await api.createKey({ name, environment: "test", not_before: "2098-01-01T00:00:00Z", expires_at: "2099-06-30T21:59:59Z" });
  await keyway.signIn();
  await keyway.openDetails(name);
  await expect(keyway.dialog.getByRole("heading", { level: 2 }).locator("bdi")).toHaveCSS("direction", "rtl");
  await expect(keyway.fact("Status")).toHaveText(/^\s*Scheduled, starts in \d+ years\s*$/u);
  await expect(keyway.fact("Token")).toContainText(key.hint);
  await expect(keyway.fact("Environment")).toHaveText("Test");
  await expect(keyway.fact("Networks")).toHaveText("Everywhere");
  await expect(keyway.fact("Accounts")).toHaveText("None");
  await expect(keyway.fact("Id")).toHaveText(key.id);
  // In the reader's zone, from here, and exactly.
  await expect(keyway.fact("Expiry")).toHaveText(/30 Jun 2099, 23:59\s+\(in 7\d years\)\s+2099-06-30 21:59:59 UTC/u);
  await expect(keyway.fact("Start")).toContainText("2098-01-01 00:00:00 UTC");
  await expect(keyway.fact("Created")).toContainText("by Root");
  await expect(keyway.dialog).not.toContainText(token);
  await expect(keyway.dialog).toContainText("Not used yet.");

  const open = keyway.row(name).getByRole("button", { name, exact: true });
  await keyway.dialog.getByRole("button", { name: "Edit" }).click();
  await expect(keyway.heading(`Edit “${name}”`)).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(open).toBeFocused();
});

test("by keyboard it opens and closes, and the focus is back on the name", async ({ page, keyway, api, unique }) => {
  const name = unique("Keys only");
  await api.createKey({ name });
  await keyway.signIn();
  const open = keyway.row(name).getByRole("button", { name, exact: true });
  await open.focus();
  await page.keyboard.press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(open).toBeFocused();
});

test("the use of each day is drawn, said in words, and there as a table", async ({ page, keyway, api, unique }) => {
  const name = unique("Busy");
  await api.createKey({ name });
  await page.clock.setFixedTime(new Date("2026-11-21T09:30:00Z"));
  const few = [
    { day: "2026-11-21", allowed: 1, denied: 0 },
    { day: "2026-11-20", allowed: 2000, denied: 3 },
    { day: "2026-08-24", allowed: 0, denied: 40 },
    { day: "2026-08-23", allowed: 7, denied: 0 },
  ];
  await stub(page, "GET", /\/usage$/u, usage({ last_used_at: "2026-11-21T09:12:40Z", days: few }));
  await keyway.signIn();
  await keyway.openDetails(name);
  await expect(keyway.fact("Last used")).toContainText("(17 minutes ago)");
  await expect(keyway.dialog).toContainText("Allowed 2,008 times, denied 43 times, on 4 days of the last 90. Most on 20 Nov 2026: 2,003 uses.");
  const chart = keyway.dialog.getByRole("img", { name: "Uses per day" });
  // The first day of the 90 is the 24th of August: what is before it has no place.
  const bars = await chart.locator("g").evaluateAll((groups) =>
    groups.map((group) => [...group.querySelectorAll("rect")].slice(1).map((bar) => [Number(bar.getAttribute("x")), Number(bar.getAttribute("height"))])),
  );
  expect(bars.map(([[x]]) => Math.floor(x))).toEqual([89, 88, 0]);
  const [[[, one], [, nothing]], [[, most], [, few3]], [[, none], [, denied]]] = bars;
  expect([nothing, none]).toEqual([0, 0]);
  expect(most).toBeGreaterThan(30 * one);
  expect(one, "it is still to be seen").toBeGreaterThan(1);
  expect(few3).toBeGreaterThan(1);
  expect(denied).toBeLessThan(most);
  await expect(chart.locator("title").nth(1)).toHaveText("20 Nov 2026: 2,000 allowed, 3 denied");
  await keyway.dialog.getByText("Show as a table").click();
  const rows = keyway.dialog.getByRole("row");
  await expect(rows).toHaveCount(5);
  await expect(rows.nth(2)).toHaveText("20 Nov 2026 2,000 3", { useInnerText: true });
});

test("a full chart keeps within the dialog on a phone", async ({ page, keyway, api, unique }) => {
  const name = unique("Narrow");
  await api.createKey({ name });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.clock.setFixedTime(new Date("2026-11-21T09:30:00Z"));
  await stub(page, "GET", /\/usage$/u, usage({ last_used_at: "2026-11-21T09:12:40Z", days }));
  await keyway.signIn();
  await keyway.openDetails(name);
  const [chart, dialog] = await Promise.all([keyway.dialog.getByRole("img").boundingBox(), keyway.dialog.boundingBox()]);
  expect(chart.x).toBeGreaterThanOrEqual(dialog.x);
  expect(chart.x + chart.width).toBeLessThanOrEqual(dialog.x + dialog.width);
  expect(await keyway.dialog.getByRole("img").locator("g").count()).toBe(days.length);
});

test("use that cannot be loaded can be asked for again, and waits meanwhile", async ({ page, keyway, api, unique }) => {
  const name = unique("Slow");
  await api.createKey({ name });
  await keyway.signIn();
  let answer = problem(503, "unavailable", "The workspace does not answer");
  await stub(page, "GET", /\/usage$/u, (route) => (answer ? route.fulfill(answer) : never()));
  await keyway.openDetails(name);
  await expect(keyway.dialog.getByRole("alert")).toContainText("The use could not be loaded. Keyway cannot do this right now.");
  await expect(keyway.fact("Status"), "the rest is there").toHaveText("Active");
  answer = undefined;
  await keyway.dialog.getByRole("button", { name: "Try again" }).click();
  await expect(keyway.dialog.getByRole("button", { name: "Close" }), "the focus stays in the dialog").toBeFocused();
  await expect(keyway.dialog.getByRole("status").filter({ hasText: "Loading the use…" })).toBeVisible();
});

test("what was changed since the list was loaded is shown, and edited from there", async ({ page, keyway, api, unique }) => {
  const name = unique("Newer");
  const { key } = await api.createKey({ name });
  await keyway.signIn();
  await expect(keyway.row(name)).toBeVisible();
  await api.call("PATCH", `/v1/keys/${key.id}`, { description: "Since then" }, { headers: { "if-match": '"1"' } });
  await keyway.openDetails(name);
  await expect(keyway.fact("Description")).toHaveText("Since then");
  await keyway.dialog.getByRole("button", { name: "Edit" }).click();
  await keyway.field("Description").fill("And mine");
  await keyway.dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(keyway.notice).toContainText("is saved");

  await stub(page, "GET", `/v1/keys/${key.id}`, problem(503, "unavailable", "The workspace does not answer"));
  await keyway.openDetails(name);
  await expect(keyway.dialog).toContainText("What is shown may have changed since.");
  await expect(keyway.fact("Description")).toHaveText("And mine");
});

test("who blocked or revoked it is told, and why; what is over is not edited", async ({ keyway, api, unique }) => {
  const name = unique("Over");
  const { key } = await api.createKey({ name, active: false });
  await api.call("POST", `/v1/keys/${key.id}/revoke`, { reason: "Found in a public repository" });
  const blocked = unique("Blocked");
  const { key: other } = await api.createKey({ name: blocked });
  await api.call("POST", `/v1/keys/${other.id}/block`, { reason: "تحقيق" });
  await keyway.signIn("#/keys?status=all");
  await keyway.openDetails(name);
  await expect(keyway.fact("Status")).toHaveText("Revoked");
  await expect(keyway.fact("Revoked")).toHaveText(/UTC by Root\s+Found in a public repository/u);
  await expect(keyway.dialog.getByRole("button", { name: "Edit" })).toHaveCount(0);
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await keyway.openDetails(blocked);
  await expect(keyway.fact("Status")).toHaveText("Inactive");
  await expect(keyway.fact("Blocked")).toContainText("تحقيق");
  await expect(keyway.fact("Blocked").locator(".text")).toHaveCSS("direction", "rtl");
});

test("the hint can be copied, and it says that it is the hint", async ({ context, keyway, api, unique }) => {
  const name = unique("Hint");
  const { key } = await api.createKey({ name });
  await context.grantPermissions(["clipboard-write"]);
  await keyway.signIn();
  await keyway.openDetails(name);
  await keyway.dialog.getByRole("button", { name: "Copy hint" }).click();
  await expect(keyway.dialog.getByRole("button", { name: "Hint copied" })).toBeFocused();
  expect(await pasted(context)).toBe(key.hint);
});
