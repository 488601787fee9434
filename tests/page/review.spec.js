import { expect, test } from "./support/fixtures.js";
import { keys } from "./support/sample.js";
import { list, problem, propagation, stub, workspace } from "./support/stubs.js";

const DAY_MS = 86_400_000;

const press = (keyway, name) => keyway.dialog.getByRole("button", { name, exact: true }).click();
const isReview = (url) => url.pathname === "/v1/keys" && /never_used|unused_since/u.test(url.search);

/** All tests share one workspace: of its keys only those of this test are reviewed. */
const only = (page, mark) =>
  page.route(isReview, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("search", mark);
    return route.continue({ url: url.href });
  });

/** Keys that were made now are old enough then. */
const later = (page) => page.clock.setFixedTime(Date.now() + 8 * DAY_MS);

const posted = (page, path) => {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && path.test(new URL(request.url()).pathname)) sent.push(request.postDataJSON());
  });
  return sent;
};

test("a review goes through the keys that nobody uses, and its day is remembered", async ({ page, keyway, api, unique }) => {
  const names = ["Keep", "Block", "Revoke"].map((name) => unique(name));
  const mark = unique("Mark").split(" ")[1];
  for (const name of names) {
    await api.createKey({ name, description: `For ${name}`, contacts: [{ name: mark, email: "ada@example.com" }] });
  }
  const [kept, blocked, revoked] = names;
  const calls = posted(page, /\/(?:block|revoke)$/u);
  await only(page, mark);
  await later(page);
  await keyway.signIn();
  await keyway.button("Review").click();

  await expect(keyway.heading(`Keep “${kept}”?`)).toBeVisible();
  await expect(keyway.dialog.getByRole("status")).toHaveText(`1 of 3: ${kept}`);
  await expect(keyway.fact("Last used")).toHaveText("Never");
  await expect(keyway.fact("Created")).toContainText("8 days ago) by Root");
  await expect(keyway.fact("Description")).toHaveText(`For ${kept}`);
  await expect(keyway.fact("Contacts")).toContainText("ada@example.com");
  await press(keyway, "Keep");
  await expect(keyway.heading(`Keep “${blocked}”?`)).toBeVisible();
  await press(keyway, "Block");

  // What was decided is looked at again, and not done again.
  await expect(keyway.heading(`Keep “${revoked}”?`)).toBeVisible();
  await press(keyway, "Back");
  await expect(keyway.heading(`“${blocked}” is blocked`)).toBeVisible();
  await expect(keyway.fact("Status")).toHaveText("Inactive");
  await expect(keyway.dialog.getByRole("button", { name: "Block", exact: true })).toHaveCount(0);
  await press(keyway, "Next");

  await press(keyway, "Revoke");
  await expect(keyway.dialog).toContainText("This cannot be undone.");
  await keyway.field("Reason").fill("Nobody knows it");
  await press(keyway, "Revoke key");
  await expect(keyway.heading("What you decided")).toBeVisible();
  for (const label of ["Kept", "Blocked", "Revoked"]) await expect(keyway.fact(label)).toHaveText("1");
  await expect(keyway.dialog).toContainText("The review is noted.");
  await press(keyway, "Close");
  await expect(keyway.notice).toContainText("Reviewed: 1 blocked, 1 revoked. They are refused everywhere within 10 seconds.");
  await expect(keyway.button("Review")).toBeFocused();
  await expect(page.getByText("Last review: 8 days ago by Root")).toBeVisible();
  await expect(keyway.row(revoked)).toHaveCount(0);

  expect(calls).toEqual([{}, { reason: "Nobody knows it" }]);
  const now = await Promise.all(names.map(async (name) => (await api.keysNamed(name))[0]));
  expect(now.map(({ status }) => status)).toEqual(["active", "blocked", "revoked"]);
  expect(now[2].revoked.reason).toBe("Nobody knows it");
  const { items } = (await api.call("GET", "/v1/reviews")).body;
  expect(items).toContainEqual({ at: expect.any(String), by: { id: expect.any(String), name: "Root" }, kept: 1, blocked: 1, revoked: 1 });
  await page.reload();
  await expect(page.getByText("Last review: 8 days ago by Root")).toBeVisible();
});

test("where every key is used or young there is nothing to decide, and that is noted, too", async ({ page, keyway, api, unique }) => {
  const name = unique("Young");
  await api.createKey({ name });
  await only(page, name.split(" ")[1]);
  const noted = posted(page, /\/reviews$/u);
  await keyway.signIn();
  await keyway.button("Review").click();
  await expect(keyway.heading("Every key was used in the last 90 days")).toBeVisible();
  expect(noted, "not before somebody says so").toEqual([]);
  await press(keyway, "Finish review");
  await expect(keyway.dialog).toContainText("The review is noted.");
  await press(keyway, "Close");
  await expect(page.getByText("Last review: this minute by Root")).toBeVisible();
  expect(noted).toEqual([{ kept: 0, blocked: 0, revoked: 0 }]);
});

test("what fails leaves one where one was, and is tried again", async ({ page, keyway, api, unique }) => {
  const name = unique("Fails");
  await api.createKey({ name });
  await only(page, name.split(" ")[1]);
  const once = (method, path) =>
    stub(page, method, path, (route, call) => (call === 1 ? route.fulfill(problem(503, "unavailable", "The workspace does not answer")) : route.fallback()));
  await once("POST", /\/block$/u);
  await once("POST", "/v1/reviews");
  await later(page);
  await keyway.signIn();
  await page.route(isReview, (route) => route.abort("connectionfailed"), { times: 1 });
  await keyway.button("Review").click();
  await expect(keyway.dialog.getByRole("alert")).toContainText("Keyway did not answer.");
  await press(keyway, "Try again");
  await press(keyway, "Block");
  await expect(keyway.dialog.getByRole("alert")).toContainText("The workspace does not answer.");
  await expect(keyway.heading(`Keep “${name}”?`)).toBeVisible();
  await press(keyway, "Block");
  await expect(keyway.heading("What you decided")).toBeVisible();
  await expect(keyway.dialog.getByRole("alert")).toContainText("The workspace does not answer.");
  await expect(keyway.fact("Blocked")).toHaveText("1");
  await press(keyway, "Try again");
  await expect(keyway.dialog).toContainText("The review is noted.");
  await expect(keyway.dialog.getByRole("alert")).toHaveCount(0);
  expect((await api.keysNamed(name))[0].status).toBe("blocked");
});

test("a review that is stopped leaves what was decided, and is not noted; all by keyboard", async ({ page, keyway }) => {
  const old = { created_at: "2026-01-01T00:00:00Z", last_used_at: null };
  const all = keys.slice(0, 3).map((key) => ({ ...key, ...old }));
  await workspace(page, { keys: all });
  // On two pages, and one of them found twice.
  await stub(page, "GET", "/v1/keys", (route) => {
    const asked = new URL(route.request().url()).searchParams;
    if (asked.has("never_used")) return route.fulfill(asked.has("cursor") ? list(all.slice(1, 2)) : list(all.slice(0, 1), "next"));
    return asked.has("unused_since") ? route.fulfill(list(all.slice(1))) : route.fallback();
  });
  const blocked = { ...all[1], status: "blocked", blocked: { at: "2026-11-21T09:30:00Z", by: keys[0].created_by, reason: null } };
  await stub(page, "POST", /\/block$/u, { status: 202, contentType: "application/json", body: JSON.stringify({ key: blocked, propagation: propagation("weur") }) });
  const noted = posted(page, /\/reviews$/u);
  await keyway.signIn();
  await expect(page.getByText("Never reviewed")).toBeVisible();
  await keyway.button("Review").focus();
  await page.keyboard.press("Enter");
  const keep = keyway.dialog.getByRole("button", { name: "Keep", exact: true });
  const progress = keyway.dialog.getByRole("status");
  await expect(keep).toBeFocused();
  await expect(progress).toContainText("1 of 3");
  await page.keyboard.press("Enter");
  await expect(progress).toContainText("2 of 3");
  await page.keyboard.press("Shift+Tab");
  await expect(keyway.dialog.getByRole("button", { name: "Block" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(progress).toContainText("3 of 3");
  // A second Enter does nothing to the next one.
  await expect(keep).toBeFocused();
  await press(keyway, "Revoke");
  await expect(keyway.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(keep).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.notice).toContainText("Reviewed: 1 blocked. Western Europe has not confirmed it yet");
  await expect(keyway.row(all[1].name)).toContainText("Not confirmed everywhere yet");
  await expect(page.getByText("Never reviewed")).toBeVisible();
  expect(noted).toEqual([]);
});

test("that the last review could not be loaded is told where it would stand", async ({ page, keyway }) => {
  await workspace(page, { keys });
  await stub(page, "GET", "/v1/reviews", (route, call) => (call === 1 ? route.fulfill(problem(503, "unavailable", "No")) : route.fallback()));
  await keyway.signIn();
  await expect(page.getByText("The last review could not be loaded")).toBeVisible();
  // With the next look at the keys it is tried again.
  await keyway.page.getByRole("searchbox").fill("nothing like it");
  await expect(page.getByText("The last review could not be loaded")).toHaveCount(0);
});
