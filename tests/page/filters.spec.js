import { built } from "./support/classes.js";
import { expect, test } from "./support/fixtures.js";
import { keys, manyScopes, revoked } from "./support/sample.js";
import { list, problem, stub, workspace } from "./support/stubs.js";

const chips = (page) => page.getByRole("list", { name: "Filters" });
const choose = (page, label, option) => page.getByRole("combobox", { name: label, exact: true }).selectOption({ label: option });
const names = (page) => page.getByRole("rowheader").allInnerTexts();

test("each filter holds beside the others; each can be taken away, and all at once", async ({ page, keyway, api, unique }) => {
  const mark = unique("Filtered").split(" ")[1];
  await api.createScope(`read-${mark}`);
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const made = async (name, rest = {}) => (await api.createKey({ name: `${mark} ${name}`, ...rest })).key;
  await made("live");
  await made("test", { environment: "test" });
  await made("reader", { scopes: [`read-${mark}`] });
  await made("soon", { expires_at: soon });
  const blocked = await made("blocked");
  await api.call("POST", `/v1/keys/${blocked.id}/block`, {});
  const gone = await made("gone");
  await api.call("POST", `/v1/keys/${gone.id}/revoke`, {});

  await keyway.signIn(`#/keys?search=${mark}`);
  const shows = (...wanted) => expect.poll(() => names(page)).toEqual(wanted.map((name) => `${mark} ${name}`));
  await shows("blocked", "soon", "reader", "test", "live");
  await page.getByRole("radio", { name: /^Inactive \d+$/u }).check();
  await shows("blocked");
  await page.getByRole("radio", { name: "All" }).check();
  await shows("gone", "blocked", "soon", "reader", "test", "live");
  await page.getByRole("radio", { name: "Current" }).check();
  await choose(page, "Expiry", "Expires within 7 days");
  await shows("soon");
  await choose(page, "Expiry", "Expired");
  await expect(page.getByRole("radio", { name: /^Expired/u })).toBeChecked();
  await shows();
  await choose(page, "Expiry", "Any expiry");
  await choose(page, "Environment", "Test");
  await shows("test");
  await chips(page).getByRole("button", { name: "Test (remove)" }).click();
  await expect(page.getByRole("searchbox", { name: "Search keys" })).toBeFocused();
  await choose(page, "Use", "Not used for 90 days");
  await shows();
  await choose(page, "Use", "Never used");
  await shows("blocked", "soon", "reader", "test", "live");

  await keyway.button("Scopes: Any scope").click();
  await page.getByLabel("Search scopes").fill(`READ-${mark}`);
  await expect(page.getByText("1 scope found")).toBeAttached();
  await page.keyboard.press("Enter");
  await shows("reader");
  await expect(chips(page).getByRole("button")).toHaveText([`Scope read-${mark} (remove)`, "Never used (remove)", "Clear all"]);
  await chips(page).getByRole("button", { name: "Clear all" }).click();
  await expect(page).toHaveURL(/#\/keys$/u);
  await expect(chips(page)).toHaveCount(0);
});

test("the keys come in the order that is chosen", async ({ page, keyway, api, unique }) => {
  const mark = unique("Sorted").split(" ")[1];
  const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const [name, expires_at] of [["B", at(9)], ["c", at(3)], ["a", null]]) await api.createKey({ name: `${mark} ${name}`, expires_at });
  await keyway.signIn(`#/keys?search=${mark}`);
  for (const [order, wanted] of [["By name", "aBc"], ["Oldest first", "Bca"], ["Next to expire first", "cBa"], ["Newest first", "acB"]]) {
    await choose(page, "Order", order);
    await expect.poll(async () => (await names(page)).map((name) => name.at(-1)).join(""), order).toBe(wanted);
  }
});

test("the address holds the view: a reload, Back, Forward and a link give the same one", async ({ page, context, keyway }) => {
  await workspace(page, { keys, revoked });
  await keyway.signIn();
  await page.getByRole("radio", { name: /^Active/u }).check();
  await choose(page, "Environment", "Live");
  await page.getByRole("searchbox", { name: "Search keys" }).fill("export");
  await expect(page.getByText("1 key for “export”")).toBeVisible();
  const address = page.url();
  expect(new URL(address).hash).toBe("#/keys?search=export&status=active&environment=live");

  const same = async (page) => {
    await expect(page.getByRole("searchbox", { name: "Search keys" })).toHaveValue("export");
    await expect(page.getByRole("radio", { name: /^Active/u })).toBeChecked();
    await expect(page.getByRole("combobox", { name: "Environment" })).toHaveValue("live");
    await expect(page.getByRole("rowheader")).toHaveText(["Nightly export to the warehouse"]);
  };
  await page.reload();
  await same(page);
  await page.goBack();
  await expect(page.getByRole("searchbox", { name: "Search keys" })).toHaveValue("");
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "Environment" })).toHaveValue("");
  await page.goForward();
  await page.goForward();
  await same(page);
  const other = await context.newPage();
  await workspace(other, { keys, revoked });
  await other.goto(address);
  await same(other);
});

test("what is unknown or broken in the address is ignored", async ({ page, keyway, watch }) => {
  await keyway.signIn("#/keys?status=alive&environment=%FF&scope=A%20B&created_by=me&expires=soon&use=1&sort=--name&limit=0&cursor=x&search=%20&never_used=1");
  await expect(page.getByRole("radio", { name: "Current" })).toBeChecked();
  await expect(page.locator(built(".toolbar__count"))).toHaveText(/\d keys?$|^$/u);
  await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
  await expect(chips(page)).toHaveCount(0);
  expect(watch).toEqual([]);
});

test("the keys of whoever created one are a click away", async ({ page, keyway }) => {
  await workspace(page, { keys, revoked });
  await keyway.signIn();
  await keyway.row("Load test rig").getByRole("link", { name: "Root" }).click();
  await expect(chips(page).getByRole("button", { name: "Created by Root (remove)" })).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveText(["Load test rig", "Accounting, year end 2025"]);
});

test("one of three hundred scopes is chosen by keyboard alone", async ({ page, keyway }) => {
  await workspace(page, { keys, scopes: manyScopes });
  await keyway.signIn();
  await keyway.button("Scopes: Any scope").press("Enter");
  await expect(page.getByLabel("Search scopes")).toBeFocused();
  await page.keyboard.type("apac.returns");
  await expect(page.getByText("10 scopes found")).toBeAttached();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/scope=apac.returns%3Awrite/u);
  await expect(keyway.button("Scopes: apac.returns:write")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(keyway.button("Scopes: apac.returns:write")).toBeFocused();
});

test("nothing found: it is said for what, and clearing brings the keys back", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await keyway.signIn("#/keys?search=warehouze&environment=test");
  await expect(keyway.heading("No key matches")).toBeVisible();
  await expect(page.getByText("Nothing is found for “warehouze”, Test.")).toBeVisible();
  await keyway.button("Show all keys").click();
  await expect(page.getByRole("rowheader")).toHaveCount(keys.length);
  await expect(page.getByRole("searchbox", { name: "Search keys" })).toBeFocused();
});

test("a key that was changed stays where it is, one that was created is looked for anew", async ({ page, keyway, api, unique }) => {
  const mark = unique("Kept").split(" ")[1];
  const name = `${mark} active`;
  await api.createKey({ name });
  await keyway.signIn(`#/keys?search=${mark}&status=active`);
  await keyway.act(name, "Block");
  await keyway.dialog.getByRole("button", { name: "Block key" }).click();
  await expect(keyway.row(name)).toContainText("Inactive");
  await expect(keyway.more(name)).toBeFocused();
  await keyway.createKey(`${mark} new`);
  await keyway.saved();
  await expect.poll(() => names(page)).toEqual([`${mark} new`]);
  await keyway.createKey(unique("Not asked for"));
  await keyway.saved();
  await expect.poll(() => names(page)).toEqual([`${mark} new`]);
});

test("a list that fails says so under its filters, and the same is asked again", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/keys", (route, call) => {
    expect(new URL(route.request().url()).searchParams.get("search")).toBe("export");
    return route.fulfill(call === 1 ? problem(503, "unavailable", "The workspace does not answer") : list([keys[1]]));
  });
  await keyway.signIn("#/keys?search=export");
  await expect(keyway.heading("The keys could not be loaded")).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Search keys" })).toHaveValue("export");
  await keyway.button("Try again").click();
  await expect(keyway.row(keys[1].name)).toBeVisible();
});

test("without the counts the list is still the list", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await stub(page, "GET", "/v1/keys/counts", problem(503, "unavailable", "The workspace does not answer"));
  await keyway.signIn();
  await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveCount(keys.length);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the filters are folded away; what they leave out is told by chips", async ({ page, keyway }) => {
    await workspace(page, { keys });
    await keyway.signIn("#/keys?environment=test");
    await expect(page.getByRole("combobox", { name: "Environment" })).toBeHidden();
    await expect(chips(page).getByRole("button", { name: "Test (remove)" })).toBeVisible();
    await keyway.button("Filter (1)").tap();
    await choose(page, "Environment", "Live");
    await expect(chips(page).getByRole("button", { name: "Live (remove)" })).toBeVisible();
    await keyway.button("Filter (1)").tap();
    await expect(page.getByRole("combobox", { name: "Environment" })).toBeHidden();
  });
});

test("where more are not counted, it says so many or more", async ({ page, keyway }) => {
  await workspace(page, { keys, revoked });
  const counts = { scheduled: 0, active: 100_000, blocked: 99_999, expired: 7, revoked: 0 };
  await stub(page, "GET", "/v1/keys/counts", { status: 200, contentType: "application/json", body: JSON.stringify(counts) });
  await keyway.signIn();
  await expect(page.getByRole("group", { name: "Which keys" })).toContainText(/Active\s*100,000\+\s*Scheduled\s*0\s*Inactive\s*99,999\s*Expired\s*7/u);
});
