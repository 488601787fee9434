import { built } from "./support/classes.js";
import { expect, test } from "./support/fixtures.js";
import { keys, locked, NOW } from "./support/sample.js";
import { stub, workspace } from "./support/stubs.js";

/** A day for a date field, so many days from the browser's today. */
const dayIn = (page, days) =>
  page.evaluate((days) => {
    const at = new Date();
    at.setDate(at.getDate() + days);
    return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  }, days);

/** When that day begins in the browser's zone, in UTC. */
const beginning = (page, day) => page.evaluate((day) => new Date(`${day}T00:00:00`).toISOString().replace(".000", ""), day);

const save = (keyway) => keyway.dialog.getByRole("button", { name: "Save", exact: true }).click();

test("a key starts with the day that was chosen, where the reader is, and says so until then", async ({ page, keyway, api, unique }) => {
  const name = unique("Next week");
  await keyway.signIn();
  const day = await dayIn(page, 3);
  await keyway.openCreate();
  await keyway.fillName(name);
  await expect(keyway.field("Starts")).toHaveAccessibleDescription(/^Good at once\./u);
  await keyway.field("Starts").fill(day);
  await expect(keyway.field("Starts")).toHaveAccessibleDescription(/^Refused until .+ \(in 3 days\)\. .+ UTC$/u);
  await keyway.submitCreate();
  const token = await keyway.secret.innerText();
  await expect(keyway.dialog).toContainText("The key is not good yet: the token works from");
  await keyway.saved();
  await expect(keyway.notice).toContainText(`“${name}” is created.`);
  await expect(keyway.row(name).locator(built(".row__status"))).toHaveText("ScheduledStarts in 3 days");
  const [key] = await api.keysNamed(name);
  expect(key).toMatchObject({ status: "scheduled", not_before: await beginning(page, day) });
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("not_yet_valid");

  await keyway.openDetails(name);
  await expect(keyway.fact("Status")).toHaveText("Scheduled, starts in 3 days");
  await keyway.dialog.getByRole("button", { name: "Edit" }).click();
  await expect(keyway.field("Starts")).toHaveValue(day);
  await keyway.field("Starts").fill("");
  await save(keyway);
  await expect(keyway.row(name).locator(built(".row__status"))).toHaveText("Active");
  expect((await api.verify(token, { consistency: "strong" })).code).toBe("valid");
});

test("a start that is set to the second elsewhere stays so, unless another day is chosen", async ({ page, keyway, api, unique }) => {
  const name = unique("To the second");
  const { key } = await api.createKey({ name, not_before: "2098-05-06T07:08:09Z", expires_at: "2099-01-01T00:00:00Z" });
  await keyway.signIn();
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") sent.push(request.postDataJSON());
  });
  await keyway.openEdit(name);
  await expect(keyway.field("Starts")).toHaveValue("2098-05-06");
  await expect(keyway.field("Starts")).toHaveAccessibleDescription(/2098-05-06 07:08:09 UTC/u);
  await keyway.field("Description").fill("Later");
  await save(keyway);
  await expect(keyway.dialog).toHaveCount(0);
  await keyway.openEdit(name);
  await keyway.field("Starts").fill("2098-05-07");
  await save(keyway);
  await expect(keyway.dialog).toHaveCount(0);
  expect(sent).toEqual([{ description: "Later" }, { not_before: await beginning(page, "2098-05-07") }]);
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.expires_at).toBe("2099-01-01T00:00:00Z");
});

test("a key cannot end before it starts, and that is said at the field that is to blame", async ({ keyway, api, unique }) => {
  const name = unique("Backwards");
  const { key } = await api.createKey({ name, expires_at: "2098-01-01T00:00:00Z" });
  await keyway.signIn();
  const other = unique("Backwards too");
  await keyway.openCreate();
  await keyway.fillName(other);
  await keyway.field("Starts").fill("2098-01-01");
  await keyway.dialog.getByRole("radio", { name: "30 days" }).check();
  await keyway.submitCreate();
  await expect(keyway.dialog.getByRole("group", { name: "Expiry" })).toHaveAccessibleDescription(/The key would expire before it becomes valid\./u);
  expect(await api.keysNamed(other)).toEqual([]);
  await keyway.dialog.getByRole("button", { name: "Cancel" }).click();

  await keyway.openEdit(name);
  await keyway.field("Starts").fill("2098-01-02");
  await save(keyway);
  await expect(keyway.field("Starts")).toBeFocused();
  await expect(keyway.field("Starts")).toHaveAccessibleDescription(/The key would expire before it becomes valid\./u);
  expect((await api.call("GET", `/v1/keys/${key.id}`)).body.key.version).toBe(1);
});

test("half a date is not taken for none", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Half"));
  await keyway.field("Starts").focus();
  await page.keyboard.type("12");
  await keyway.submitCreate();
  await expect(keyway.field("Starts")).toHaveAccessibleDescription(/Give the whole date, or none\./u);
});

test("a locked key keeps its start, and says which", async ({ page, keyway }) => {
  await page.clock.setFixedTime(NOW);
  const key = { ...locked, status: "scheduled", not_before: keys[6].not_before };
  await workspace(page, { keys: [key] });
  const sent = [];
  await stub(page, "PATCH", /\/v1\/keys\//u, (route) => {
    sent.push(route.request().postDataJSON());
    return route.abort();
  });
  await keyway.signIn();
  await keyway.openEdit(key.name);
  await expect(keyway.field("Starts")).toHaveCount(0);
  await expect(keyway.fact("Start")).toHaveText("1 Dec 2026");
  await keyway.field("Description").fill("Else");
  await save(keyway);
  await expect(keyway.dialog.getByRole("alert")).toBeVisible();
  expect(sent).toEqual([{ description: "Else" }]);
});
