import { built } from "./support/classes.js";
import { expect, test } from "./support/fixtures.js";
import { picture, problem, stub } from "./support/stubs.js";

const png = { name: "face.png", mimeType: "image/png", buffer: picture("png") };
const narrow = { name: "narrow.jpg", mimeType: "image/jpeg", buffer: picture("jpeg-narrow") };
const svg = { name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") };
const text = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") };
const large = { name: "wall.png", mimeType: "image/png", buffer: Buffer.alloc(20_000_001) };

const face = (keyway, name) => keyway.row(name).locator(".avatar");
const choose = (keyway, file) => keyway.dialog.locator("input[type=file]").setInputFiles(file);
const preview = (keyway) => keyway.dialog.locator(".portrait img");
const tagOf = async (api, name) => (await api.keysNamed(name))[0].avatar;

/** Whether there is a picture, and how large it is. */
const pixels = (image) => image.evaluate((img) => (img.complete ? [img.naturalWidth, img.naturalHeight] : null));

/** What asks for pictures. */
function asked(page) {
  const seen = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/avatar")) seen.push(request);
  });
  return seen;
}

test("a picture that is chosen at creation is in the list and in the details", async ({ page, keyway, api, unique }) => {
  const name = unique("Pictured");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  const opened = page.waitForEvent("filechooser");
  await keyway.dialog.getByRole("button", { name: "Choose a picture" }).press("Enter");
  await (await opened).setFiles(narrow);
  await expect.poll(() => pixels(preview(keyway))).toEqual([128, 128]);
  await expect(keyway.dialog.getByRole("button", { name: "Choose another" })).toBeFocused();
  await expect(keyway.dialog.getByRole("status").filter({ hasText: "Picture chosen" })).toBeAttached();
  await keyway.submitCreate();
  await expect(keyway.secret).toBeVisible();
  await expect(face(keyway, name).locator("img")).toHaveCount(1);
  await keyway.saved();
  expect(await tagOf(api, name)).toMatch(/^[0-9a-f]{16}$/u);

  await page.reload();
  await expect.poll(() => pixels(face(keyway, name).locator("img"))).toEqual([128, 128]);
  await keyway.openDetails(name);
  await expect.poll(() => pixels(keyway.dialog.locator(".avatar img"))).toEqual([128, 128]);
});

test("a picture is exchanged and taken away", async ({ keyway, api, unique }) => {
  const name = unique("Changing");
  const { key } = await api.createKey({ name });
  await api.putAvatar(key.id, "image/png", picture("png"));
  const before = await tagOf(api, name);
  await keyway.signIn();
  await keyway.openEdit(name);
  await expect.poll(() => pixels(preview(keyway))).toEqual([128, 128]);
  await choose(keyway, narrow);
  await expect(keyway.dialog.getByRole("status").filter({ hasText: "Picture chosen" })).toBeAttached();
  await keyway.dialog.getByRole("button", { name: "Save" }).click();
  await expect(keyway.notice).toContainText("is saved");
  const after = await tagOf(api, name);
  expect(after).toMatch(/^[0-9a-f]{16}$/u);
  expect(after).not.toBe(before);

  await keyway.openEdit(name);
  await keyway.dialog.getByRole("button", { name: "Remove picture" }).press("Enter");
  await expect(keyway.dialog.getByRole("button", { name: "Choose a picture" })).toBeFocused();
  await expect(preview(keyway)).toHaveCount(0);
  expect(await tagOf(api, name), "not before it is saved").toBe(after);
  await keyway.dialog.getByRole("button", { name: "Save" }).click();
  await expect(face(keyway, name).locator("img")).toHaveCount(0);
  expect(await tagOf(api, name)).toBe(null);
});

test("what is no picture is told at its field, and nothing else is lost", async ({ keyway, api, unique }) => {
  const name = unique("Careful");
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  await choose(keyway, png);
  await expect(preview(keyway)).toHaveCount(1);
  for (const [file, message] of [
    [svg, "An SVG can carry scripts"],
    [text, "no picture that the browser can read"],
    [large, "20 MB at most"],
  ]) {
    await choose(keyway, file);
    await expect(keyway.dialog.getByRole("alert").filter({ hasText: message })).toBeVisible();
  }
  await expect(preview(keyway)).toHaveCount(1);
  await choose(keyway, png);
  await expect(keyway.dialog.getByText("20 MB at most")).toHaveCount(0);
  await keyway.submitCreate();
  await keyway.saved();
  expect(await tagOf(api, name)).not.toBe(null);
});

test("a picture that could not be kept costs neither the key nor its token, and can be chosen again", async ({ page, keyway, api, unique }) => {
  const name = unique("Unlucky");
  await keyway.signIn();
  await stub(page, "PUT", /\/avatar$/u, problem(503, "unavailable", "The workspace does not answer"));
  await keyway.openCreate();
  await keyway.fillName(name);
  await keyway.unfold();
  await choose(keyway, png);
  await expect(preview(keyway)).toHaveCount(1);
  await keyway.submitCreate();
  const token = await keyway.secret.innerText();
  await keyway.saved();
  expect((await api.verify(token)).code).toBe("valid");
  await expect(keyway.notice).toContainText("its picture was not kept");
  await expect(keyway.notice).toContainText("under Edit");

  await keyway.openEdit(name);
  await keyway.unfold();
  await choose(keyway, png);
  await keyway.dialog.getByRole("button", { name: "Save" }).click();
  await expect(keyway.dialog.getByText("does not answer")).toBeVisible();
  await expect(preview(keyway)).toHaveCount(1);
  await page.unrouteAll();
  await keyway.dialog.getByRole("button", { name: "Save" }).click();
  await expect(face(keyway, name).locator("img")).toHaveCount(1);
});

test("a blocked key has a red dot on its picture until it is unblocked", async ({ keyway, api, unique }) => {
  const names = [unique("With"), unique("Without")];
  const dot = (name) => face(keyway, name).evaluate((element) => {
    const { content, backgroundColor } = getComputedStyle(element, "::after");
    return content === "none" ? null : backgroundColor;
  });
  const [pictured] = await Promise.all(names.map((name) => api.createKey({ name })));
  await api.putAvatar(pictured.key.id, "image/webp", picture("webp-lossy"));
  await keyway.signIn();
  await expect(face(keyway, names[0]).locator("img")).toHaveCount(1);
  for (const name of names) {
    expect(await dot(name)).toBe(null);
    await keyway.act(name, "Block");
    await keyway.dialog.getByRole("button", { name: "Block key" }).click();
    await expect(keyway.row(name)).toContainText("Inactive");
    expect(await dot(name)).toBe("rgb(179, 38, 30)");
  }
  await keyway.openDetails(names[0]);
  expect(await keyway.dialog.locator(built(".avatar--blocked")).count()).toBe(1);
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await keyway.act(names[0], "Unblock");
  await keyway.dialog.getByRole("button", { name: "Unblock key" }).click();
  await expect(keyway.row(names[0])).not.toContainText("Inactive");
  expect(await dot(names[0])).toBe(null);
});

test("without a picture there are initials in any script, and nothing is asked for", async ({ page, keyway, api, unique }) => {
  const names = { "Nightly export": "N\u200cE", "مستودع الرياض": "م\u200cا", "(e\u0301tat)": "E\u0301\u200c", "🚀 launch": "L\u200c" };
  const wanted = Object.entries(names).map(([name, letters]) => [unique(name), letters]);
  for (const [name] of wanted) await api.createKey({ name });
  const seen = asked(page);
  await keyway.signIn();
  for (const [name, letters] of wanted) {
    const shown = await face(keyway, name).getAttribute("data-letters");
    expect(shown.startsWith(letters), `${name}: ${shown}`).toBe(true);
    // They only decorate.
    await expect(keyway.row(name).getByRole("rowheader")).toHaveAccessibleName(name);
  }
  const ids = await Promise.all(wanted.map(async ([name]) => (await api.keysNamed(name))[0].id));
  expect(seen.filter((request) => ids.some((id) => request.url().includes(id)))).toEqual([]);
});

test("a picture is fetched once, and forgotten at sign-out", async ({ page, keyway, api, unique }) => {
  const name = unique("Once");
  const { key } = await api.createKey({ name });
  await api.putAvatar(key.id, "image/jpeg", picture("jpeg"));
  const seen = asked(page);
  await keyway.signIn();
  const image = face(keyway, name).locator("img");
  await expect(image).toHaveCount(1);
  await keyway.openDetails(name);
  await expect(keyway.dialog.locator(".avatar img")).toHaveCount(1);
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("link", { name: "Verifiers" }).click();
  await page.getByRole("link", { name: "Keys", exact: true }).click();
  await expect(image).toHaveCount(1);
  expect(seen.filter((request) => request.url().includes(key.id))).toHaveLength(1);
  const loads = (url) => page.evaluate((src) => new Promise((done) => {
    const img = new Image();
    img.onload = () => done(true);
    img.onerror = () => done(false);
    img.src = src;
  }), url);
  const url = await image.getAttribute("src");
  expect(await loads(url)).toBe(true);
  await keyway.button("Sign out").click();
  await expect(keyway.tokenField).toBeVisible();
  expect(await loads(url)).toBe(false);
});

test("a picture that cannot be had or read leaves the initials, without a word", async ({ page, keyway, api, unique }) => {
  const name = unique("Broken");
  const { key } = await api.createKey({ name });
  await api.putAvatar(key.id, "image/png", picture("png"));
  await stub(page, "GET", `/v1/keys/${key.id}/avatar`, (route, call) =>
    route.fulfill(call === 1 ? problem(503, "unavailable", "No") : { status: 200, contentType: "image/png", body: "no picture" }),
  );
  await page.addInitScript(() =>
    addEventListener("error", ({ target }) => target instanceof HTMLImageElement && document.body.setAttribute("data-unread", ""), true),
  );
  const silent = async () => {
    await expect(face(keyway, name)).toHaveAttribute("data-letters", /^B/u);
    await expect(face(keyway, name).locator("img")).toHaveCount(0);
    await expect(keyway.notice).toHaveText("");
  };
  const refused = page.waitForResponse((response) => response.url().endsWith(`${key.id}/avatar`));
  await keyway.signIn();
  await refused;
  await silent();
  await page.reload();
  await expect(page.locator("body[data-unread]")).toHaveCount(1);
  await silent();
});
