import { built } from "./support/classes.js";
import { expect, gate, test } from "./support/fixtures.js";
import { NOW, keys } from "./support/sample.js";
import { list, problem, stub } from "./support/stubs.js";

test("the newest key comes first; the filter is in the address, and Back goes back", async ({ page, keyway, api, unique }) => {
  const [older, newer, gone] = [unique("Older"), unique("Newer"), unique("Gone")];
  await api.createKey({ name: older });
  await api.createKey({ name: newer });
  const { key } = await api.createKey({ name: gone });
  await api.call("POST", `/v1/keys/${key.id}/revoke`, { reason: "for the test" });

  await keyway.signIn();
  await expect(keyway.row(newer)).toBeVisible();
  await expect(keyway.row(gone)).toHaveCount(0);
  const names = await page.getByRole("rowheader").allInnerTexts();
  expect(names.indexOf(newer)).toBeLessThan(names.indexOf(older));

  await page.getByRole("radio", { name: "Revoked" }).check();
  await expect(page).toHaveURL(/#\/keys\?status=revoked$/u);
  await expect(keyway.row(gone)).toContainText("for the test");
  await expect(keyway.row(newer)).toHaveCount(0);
  await expect(keyway.row(gone).getByRole("button"), "promise 5: revoked is terminal").toHaveText([gone, `Delete ${gone}`]);

  await page.getByRole("radio", { name: "All" }).check();
  await expect(keyway.row(gone)).toBeVisible();
  await expect(keyway.row(newer)).toBeVisible();

  await page.goBack();
  await expect(page.getByRole("radio", { name: "Revoked" })).toBeChecked();
  await expect(keyway.row(newer)).toHaveCount(0);

  await page.reload();
  await expect(page.getByRole("radio", { name: "Revoked" })).toBeChecked();
  await expect(keyway.row(gone)).toBeVisible();
});

test("when the last page is there, the focus goes on to what it brought", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/keys", (route) => {
    const isNext = new URL(route.request().url()).searchParams.has("cursor");
    return route.fulfill(isNext ? list(keys.slice(4)) : list(keys.slice(0, 4), "4"));
  });
  await keyway.signIn();
  await keyway.button("Load more").click();
  await expect(page.getByRole("rowheader")).toHaveCount(keys.length);
  await expect(keyway.row(keys[4].name).getByRole("rowheader")).toBeFocused();
});

test("a page that cannot be loaded says so beside the button, and can be asked for again", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/keys", (route, call) => {
    if (call === 1) return route.fulfill(list(keys.slice(0, 4), "4"));
    return call === 2 ? route.abort("connectionreset") : route.fulfill(list(keys.slice(4)));
  });
  await keyway.signIn();
  await keyway.button("Load more").click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Keyway did not answer.");
  await keyway.button("Load more").click();
  await expect(page.getByRole("rowheader")).toHaveCount(keys.length);
});

test("an empty list invites to create the first key", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/keys", list([]));
  await keyway.signIn();
  await expect(keyway.heading("No keys yet")).toBeVisible();
  await keyway.button("Create the first key").click();
  await expect(keyway.heading("Create a key")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(keyway.button("Create the first key")).toBeFocused();
});

test("nothing jumps when the keys arrive", async ({ page, keyway }) => {
  const door = gate();
  await stub(page, "GET", "/v1/keys", async (route) => {
    await door.opened;
    return route.fulfill(list(keys));
  });
  await keyway.signIn();
  await expect(page.getByText("Loading keys…")).toBeVisible();
  const places = () =>
    page.evaluate(
      (selectors) => selectors.map((selector) => Math.round(document.querySelector(selector).getBoundingClientRect().top)),
      ["h1", built(".toolbar__filter"), "table", "tbody tr"],
    );
  const waiting = await places();
  door.open();
  await expect(keyway.row(keys[0].name)).toBeVisible();
  expect(await places()).toEqual(waiting);
});

test("a list that cannot be loaded says why and tries again", async ({ page, keyway, api, unique }) => {
  const name = unique("After the failure");
  await api.createKey({ name });
  await stub(page, "GET", "/v1/keys", (route, call) =>
    call === 1 ? route.fulfill(problem(503, "unavailable", "the workspace does not answer")) : route.fallback(),
  );
  await keyway.signIn();
  await expect(page.getByRole("alert").filter({ hasText: "The workspace does not answer." })).toBeVisible();
  await keyway.button("Try again").click();
  await expect(keyway.row(name)).toBeVisible();
});

test("offline: the page says so, keeps what it shows, and comes back by itself", async ({ page, context, keyway, api, unique }) => {
  const name = unique("Still here");
  await api.createKey({ name });
  await keyway.signIn();
  await expect(keyway.row(name)).toBeVisible();

  await context.setOffline(true);
  await expect(page.getByText("You are offline. What you see may be out of date.")).toBeVisible();
  await expect(keyway.row(name)).toBeVisible();
  await page.getByRole("radio", { name: "All" }).check();
  await expect(keyway.heading("The keys could not be loaded")).toBeVisible();

  await context.setOffline(false);
  await expect(keyway.row(name)).toBeVisible();
  await expect(page.getByText("You are offline.")).toHaveCount(0);
});

test("an answer that was overtaken is not shown under another filter", async ({ page, keyway }) => {
  const door = gate();
  await stub(page, "GET", "/v1/keys", async (route) => {
    if (new URL(route.request().url()).searchParams.get("status") !== "revoked") return route.fulfill(list([keys[0]]));
    await door.opened;
    return route.fulfill(list([keys[1]])).catch(() => {});
  });
  await keyway.signIn();
  await expect(keyway.row(keys[0].name)).toBeVisible();
  await page.getByRole("radio", { name: "Revoked" }).check();
  await expect(page.getByText("Loading keys…")).toBeVisible();
  await page.getByRole("radio", { name: "All" }).check();
  await expect(page.getByText("1 key", { exact: true })).toBeVisible();
  door.open();
  await expect(keyway.row(keys[0].name)).toBeVisible();
  await expect(keyway.row(keys[1].name)).toHaveCount(0);
});

test.describe("a reader in German", () => {
  test.use({ locale: "de-DE" });

  test("reads dates in German, with the exact time at hand and the distance beside the end", async ({ page, keyway }) => {
    await page.clock.setFixedTime(NOW);
    await stub(page, "GET", "/v1/keys", list(keys));
    await keyway.signIn();
    const row = keyway.row("Nightly export to the warehouse");
    await expect(row).toContainText("24.11.2026");
    await expect(row).toContainText("in 3 Tagen");
    const end = row.getByText("24.11.2026");
    await expect(end).toHaveAttribute("datetime", "2026-11-24T22:59:59Z");
    await expect(end).toHaveAttribute("title", "2026-11-24 22:59:59 UTC");
    await expect(end).toHaveAttribute("lang", "de-DE");
  });
});

test("a key with many scopes shows the first, and the rest on demand", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/keys", list(keys));
  await keyway.signIn();
  const row = keyway.row("Partner portal (Nordwind GmbH)");
  await expect(row.getByText("webhooks:manage")).toBeHidden();
  await row.getByText("3 more").click();
  await expect(row.getByText("webhooks:manage")).toBeVisible();
});

test("a key that is blocked through the API says so, with who, when and why", async ({ keyway, api, unique }) => {
  const name = unique("Put aside");
  const { key } = await api.createKey({ name });
  const { status } = await api.call("POST", `/v1/keys/${key.id}/block`, { reason: "Under suspicion" });
  expect(status).toBe(200);
  await keyway.signIn();
  await expect(keyway.row(name)).toContainText("Inactive");
  await expect(keyway.row(name)).toContainText("by Root");
  await expect(keyway.row(name)).toContainText("Under suspicion");
  await keyway.more(name).click();
  await expect(keyway.menu.getByRole("menuitem")).toHaveText(["Rotate", "Unblock", "Revoke", "Delete"]);
});
