import { isEmptyName } from "../../www/src/model/empty-name.js";
import { expect, gate, test } from "./support/fixtures.js";
import { keys, NOW } from "./support/sample.js";
import { list, problem, stub, workspace } from "./support/stubs.js";
import { strangerToken } from "./support/token.js";

const name = (keyway) => keyway.dialog.getByLabel("Name", { exact: true });
const remark = (keyway) => keyway.dialog.locator(".remarks");

/** What was searched for, call by call. */
function searches(page) {
  const asked = [];
  page.on("request", (request) => {
    const search = new URL(request.url()).searchParams.get("search");
    if (search !== null) asked.push(search);
  });
  return asked;
}

/** Types faster than any pause. */
const typeAtOnce = (keyway, text) =>
  name(keyway).evaluate((input, text) => {
    for (const letter of text) {
      input.value += letter;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }, text);

test("a name that another key has is warned of, with its hint and its day, and not refused", async ({ page, keyway, api, unique }) => {
  const taken = unique("Straße");
  const { key } = await api.createKey({ name: taken });
  await api.createKey({ name: `${taken} two` });
  await keyway.signIn();
  await keyway.openCreate();
  await name(keyway).fill(`${taken} `.toUpperCase().replace("STRASSE", "STRAßE"));
  await expect(remark(keyway)).toContainText(`Another key is called so: ${key.hint}, created`);
  await expect(remark(keyway)).toHaveRole("status");
  await expect(name(keyway)).toHaveAccessibleDescription(/Another key is called so/u);
  await name(keyway).fill(`${taken} tw`);
  await expect(remark(keyway), "part of a name is another name").toHaveText("");
  await expect(name(keyway)).toHaveAccessibleDescription(/^Say who uses it/u);

  await name(keyway).fill(taken);
  await expect(remark(keyway)).toContainText("Another key is called so");
  await keyway.submitCreate();
  await expect(keyway.secret).toBeVisible();
  await keyway.saved();
  expect(await api.keysNamed(taken)).toHaveLength(2);

  await page.reload();
  await keyway.openEdit(`${taken} two`);
  await name(keyway).fill(taken);
  await expect(remark(keyway)).toContainText("2 other keys are called so");
});

test("a key that is renamed is not its own double", async ({ page, keyway }) => {
  await workspace(page, { keys: keys.slice(0, 2) });
  await keyway.signIn();
  const asked = searches(page);
  await keyway.openEdit(keys[0].name);
  await name(keyway).fill(keys[0].name.toUpperCase());
  await expect.poll(() => asked).toEqual([keys[0].name.toUpperCase()]);
  await name(keyway).fill(keys[1].name);
  await expect(remark(keyway)).toContainText(keys[1].hint);
  await name(keyway).fill(keys[0].name);
  await expect.poll(() => asked.length).toBe(3);
  await name(keyway).fill("test");
  await expect(remark(keyway)).toHaveText("This name does not say who uses the key.");
});

test("a name that says nothing is remarked on, and not refused", async ({ page, keyway, unique }) => {
  await workspace(page, { keys });
  await keyway.signIn();
  await keyway.openCreate();
  for (const text of ["test", "API key", "asdf", "1234", "xxxx"]) {
    await name(keyway).fill(text);
    await expect(remark(keyway), text).toHaveText("This name does not say who uses the key.");
    await name(keyway).fill(unique("Load test"));
    await expect(remark(keyway)).toHaveText("");
  }
  await name(keyway).fill("test");
  await expect(remark(keyway)).not.toHaveText("");
  await stub(page, "POST", "/v1/keys", problem(503, "unavailable", "The workspace does not answer"));
  await keyway.submitCreate();
  await expect(keyway.dialog.getByRole("alert"), "it was sent").toContainText("The workspace does not answer.");
});

test("which names say nothing", () => {
  for (const name of ["test", "Test 2", "key", "API key", "my_new-key", "asdf", "QWERTY", "1234", "2026-11", "aaaa", "x", "Key1", " untitled "]) {
    expect(isEmptyName(name), name).toBe(true);
  }
  for (const name of ["Billing service", "test rig", "Key for Ada", "load-test", "crm", "报", "مفتاح", "é", "हिन्दी", "", "…"]) {
    expect(isEmptyName(name), name).toBe(false);
  }
});

test("one is warned when the typing pauses, not at each letter, and nothing below moves", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await keyway.signIn();
  await keyway.openCreate();
  await expect(keyway.dialog.getByText(/^Loading/u)).toHaveCount(0);
  const asked = searches(page);
  const below = keyway.dialog.getByRole("group", { name: "Environment" });
  const { y } = await below.boundingBox();
  await typeAtOnce(keyway, keys[0].name);
  await expect(remark(keyway)).toContainText(keys[0].hint);
  expect(asked).toEqual([keys[0].name]);
  expect((await below.boundingBox()).y).toBe(y);
  await typeAtOnce(keyway, " and more");
  await expect(remark(keyway)).toHaveText("");
  expect((await below.boundingBox()).y).toBe(y);
});

test("an answer that comes late is not shown of another name, and none that failed is missed", async ({ page, keyway }) => {
  const door = gate();
  await stub(page, "GET", "/v1/keys", async (route) => {
    const search = new URL(route.request().url()).searchParams.get("search");
    if (search === "broken") return route.fulfill(problem(503, "unavailable", "The workspace does not answer"));
    if (search !== keys[0].name) return route.fulfill(list(keys.slice(1)));
    await door.opened;
    return route.fulfill(list(keys)).catch(() => {});
  });
  await keyway.signIn();
  await keyway.openCreate();
  const late = page.waitForRequest((request) => request.url().includes("search="));
  await name(keyway).fill(keys[0].name);
  await late;
  await name(keyway).fill(keys[1].name);
  await expect(remark(keyway)).toContainText(keys[1].hint);
  door.open();
  const failed = page.waitForResponse((response) => response.url().includes("search=broken"));
  await name(keyway).fill("broken");
  await failed;
  await name(keyway).fill(keys[2].name);
  await expect(remark(keyway)).toContainText(keys[2].hint);
  await expect(remark(keyway)).not.toContainText(keys[0].hint);
  await expect(keyway.dialog.getByRole("alert")).toHaveCount(0);
});

test("promise 2: a token in the place of a name is not looked up", async ({ page, keyway }) => {
  await page.clock.install({ time: NOW });
  await workspace(page, { keys });
  await keyway.signIn();
  const asked = searches(page);
  await keyway.openCreate();
  await name(keyway).fill(strangerToken("kw_live"));
  await page.clock.runFor(2_000);
  await name(keyway).fill("Billing");
  await page.clock.runFor(2_000);
  await expect.poll(() => asked).toEqual(["Billing"]);
});
