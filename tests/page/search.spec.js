import { built } from "./support/classes.js";
import { expect, gate, test } from "./support/fixtures.js";
import { keys } from "./support/sample.js";
import { list, matching, stub, workspace } from "./support/stubs.js";
import { strangerToken } from "./support/token.js";

const field = (page) => page.getByRole("searchbox", { name: "Search keys" });
const searchOf = (request) => new URL(request.url()).searchParams.get("search");

/** Types faster than any pause, however slow the machine is. */
const typeAtOnce = (page, text) =>
  field(page).evaluate((input, text) => {
    for (const letter of text) {
      input.value += letter;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }, text);

/** What the server was asked to search for, call by call. */
function searches(page) {
  const asked = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/v1/keys") asked.push(searchOf(request));
  });
  return asked;
}

test("a key is found by any part of its name, its token, its id and its contacts", async ({ page, keyway, api, unique }) => {
  const name = unique("Zoë’s Nightly Report");
  const contact = unique("Grace").replace(" ", "-");
  const { key, token } = await api.createKey({ name, contacts: [{ name: contact, email: `${contact}@example.com` }] });
  await api.createKey({ name: unique("Another") });
  await keyway.signIn();
  for (const text of [name.slice(6).toUpperCase(), token.slice(-4), key.hint, key.id.slice(6, 20), key.id, `${contact}@EXAMPLE`]) {
    await field(page).fill(text);
    await expect(page).toHaveURL(new RegExp(`search=${encodeURIComponent(text).replaceAll("%20", "\\+").replaceAll("’", "%E2%80%99").replace(/[.*?^$()]/gu, "\\$&")}`, "u"));
    await expect(keyway.row(name), text).toBeVisible();
    await expect(page.getByRole("status").filter({ hasText: `for “${text}”` })).toBeVisible();
  }
});

test("right to left: a name is found by a part of it", async ({ page, keyway, api, unique }) => {
  const name = unique("مستودع الرياض");
  await api.createKey({ name });
  await keyway.signIn();
  await field(page).fill(`الرياض ${name.slice(-8)}`);
  await expect(page.getByText(`1 key for “الرياض ${name.slice(-8)}”`)).toBeVisible();
  await expect(keyway.row(name)).toBeVisible();
});

test("Ctrl+K leads to the search, Escape empties it, and the number of matches is announced", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await keyway.signIn();
  const status = page.locator(built(".toolbar__count[role=status]"));
  await expect(status).toHaveText("8 keys");
  await expect(field(page)).toHaveAttribute("aria-keyshortcuts", "Control+K");
  await expect(page.getByText("Ctrl K")).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("warehouse");
  await expect(status).toHaveText("1 key for “warehouse”");
  await page.keyboard.press("Escape");
  await expect(field(page)).toHaveValue("");
  await expect(field(page)).toBeFocused();
  await expect(status).toHaveText("8 keys");
  await expect(page).toHaveURL(/#\/keys$/u);

  await keyway.openCreate();
  await page.keyboard.press("Control+k");
  await expect(keyway.dialog.getByLabel("Name", { exact: true }), "a dialog is not left by it").toBeFocused();
});

test("no letter or sign is a command by itself", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await keyway.signIn();
  await keyway.row(keys[0].name).getByRole("checkbox").focus();
  const before = page.url();
  for (const key of ["/", "k", "K", "z", "?", "Shift+Control+k", "Alt+Control+k"]) {
    await page.keyboard.press(key);
    await expect(keyway.row(keys[0].name).getByRole("checkbox"), key).toBeFocused();
  }
  expect(page.url()).toBe(before);
  // By its place, where the keyboard writes another script.
  await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "л", code: "KeyK", ctrlKey: true, bubbles: true })));
  await expect(field(page)).toBeFocused();
});

test("the server is asked when the typing pauses, not at each letter, and Back leaves the search at once", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await keyway.signIn();
  await expect(keyway.row(keys[0].name)).toBeVisible();
  const asked = searches(page);
  await typeAtOnce(page, "mobile");
  await expect(page.getByText("1 key for “mobile”")).toBeVisible();
  expect(asked).toEqual(["mobile"]);
  await typeAtOnce(page, " app");
  await expect(page.getByText("1 key for “mobile app”")).toBeVisible();
  await page.goBack();
  await expect(field(page)).toHaveValue("");
  await expect(keyway.row(keys[0].name)).toBeVisible();
});

test("an answer that comes late is not shown for what was typed after it", async ({ page, keyway }) => {
  const door = gate();
  await stub(page, "GET", "/v1/keys", async (route) => {
    if (searchOf(route.request()) !== "first") return route.fulfill(list([keys[1]]));
    await door.opened;
    return route.fulfill(list([keys[2]])).catch(() => {});
  });
  await keyway.signIn();
  const late = page.waitForRequest((request) => searchOf(request) === "first");
  await field(page).fill("first");
  await late;
  await field(page).fill("second");
  await expect(page.getByText("1 key for “second”")).toBeVisible();
  door.open();
  await page.waitForTimeout(300);
  await expect(keyway.row(keys[1].name)).toBeVisible();
  await expect(keyway.row(keys[2].name)).toHaveCount(0);
});

test("what is typed while the list is on its way stays in the field", async ({ page, keyway }) => {
  const door = gate();
  await stub(page, "GET", "/v1/keys", async (route) => {
    if (searchOf(route.request()) === "chec") await door.opened;
    return route.fulfill(list(keys)).catch(() => {});
  });
  await keyway.signIn();
  const sent = page.waitForRequest((request) => searchOf(request) === "chec");
  await field(page).fill("chec");
  await sent;
  await field(page).press("End");
  await field(page).pressSequentially("kout ");
  door.open();
  await expect(page.getByText("8 keys for “checkout”")).toBeVisible();
  await expect(field(page)).toHaveValue("checkout ");
});

test("promise 2: a pasted token is never sent, and its key is found", async ({ page, keyway, api, unique }) => {
  const name = unique("Leaked");
  const { token } = await api.createKey({ name });
  await keyway.signIn();
  await expect(keyway.row(name)).toBeVisible();
  const sent = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  for (const pasted of [token, `Authorization: Bearer ${token}`, `"${token}"`]) {
    await field(page).fill(pasted);
    await expect(page.getByText("That is a whole token, so it was not sent.")).toBeVisible();
    await expect(field(page)).toHaveValue(`…${token.slice(-4)}`);
    await expect(page.getByRole("rowheader")).toHaveText([name]);
    await page.keyboard.press("Escape");
    await expect(page.getByText("so it was not sent")).toHaveCount(0);
  }
  await page.goto(`/#/keys?search=${token}`);
  await expect(page.getByText("That is a whole token, so it was not sent.")).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveText([name]);
  expect(page.url()).not.toContain(token);
  expect(sent.filter((request) => request.includes(token.slice(8, 30)))).toEqual([]);
});

test("promise 2: nor is one with a slip in it, or one of another kind", async ({ page, keyway, rootToken }) => {
  await keyway.signIn();
  const asked = searches(page);
  for (const token of [`${strangerToken("kw_live").slice(0, -1)}!`, strangerToken("acme_test"), rootToken]) {
    await field(page).fill(token);
    await expect(page.getByText(/^That looks like a token|^That is a whole token/u)).toBeVisible();
    await page.keyboard.press("Escape");
  }
  expect(asked.filter((search) => (search?.length ?? 0) > 5)).toEqual([]);
});

test("one of ten thousand is found, and no row is touched while one types", async ({ page, keyway }) => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ ...keys[at % 5], id: `key_${String(at).padStart(22, "0")}`, name: `Client ${at}` }));
  await stub(page, "GET", "/v1/keys", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const found = matching(many, query);
    const end = Number(query.get("cursor") ?? 0) + 200;
    return route.fulfill(list(found.slice(end - 200, end), end < found.length ? String(end) : null));
  });
  await keyway.signIn();
  await keyway.button("Load more").click();
  await expect(page.getByRole("rowheader")).toHaveCount(400);
  // Each row that is drawn, or drawn again, writes its times.
  await page.evaluate(() => {
    const { toISOString } = Date.prototype;
    window.drawn = 0;
    Date.prototype.toISOString = function () {
      window.drawn += 1;
      return toISOString.call(this);
    };
  });
  const drawn = () => page.evaluate(() => window.drawn);
  await typeAtOnce(page, "Client 777");
  expect(await drawn(), "rows drawn again while typing").toBe(0);
  await typeAtOnce(page, "7");
  await expect(page.getByText("1 key for “Client 7777”")).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveText(["Client 7777"]);
  expect(await drawn(), "rows drawn for the answer").toBeLessThan(50);
});
