import { gzipSync } from "node:zlib";
import { expect, test } from "./support/fixtures.js";

/** DESIGN 13: what the page opens with, and does all with a key that can be done. */
const BUDGET = 80_000;
/** What it fetches when it is first asked for. */
const LATER = 30_000;
const isLater = (path) => path.startsWith("/later-");

test("the page is served with the headers that keep it safe", async ({ request }) => {
  for (const path of ["/", "/app.js", "/app.css", "/icon.svg"]) {
    const response = await request.get(path);
    expect(response.status(), path).toBe(200);
    const headers = response.headers();
    const policy = Object.fromEntries(
      headers["content-security-policy"].split(";").map((part) => {
        const [directive, ...sources] = part.trim().split(/\s+/u);
        return [directive, sources.join(" ")];
      }),
    );
    expect(policy, path).toEqual({
      "default-src": "'none'",
      "script-src": "'self' 'wasm-unsafe-eval'",
      "style-src": "'self'",
      "connect-src": "'self'",
      "img-src": "'self' blob:",
      "object-src": "'none'",
      "base-uri": "'none'",
      "form-action": "'none'",
      "frame-ancestors": "'none'",
      "require-trusted-types-for": "'script'",
      "trusted-types": "lit-html",
    });
    expect(headers, path).toMatchObject({
      "strict-transport-security": expect.stringMatching(/max-age=(\d{8,}).*includeSubDomains/u),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
      "cache-control": expect.stringContaining("no-cache"),
    });
  }
});

test("no script and no style stands in the markup, and nothing is framed", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  await keyway.createKey(unique("Markup"));
  const found = await page.evaluate(() => ({
    scripts: [...document.scripts].filter((script) => !script.src).length,
    styles: document.querySelectorAll("style, [style]").length,
    handlers: [...document.querySelectorAll("*")].filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).length,
  }));
  expect(found).toEqual({ scripts: 0, styles: 0, handlers: 0 });
});

test("the policy is enforced: no text becomes markup, a script or a style", async ({ page, keyway, watch }) => {
  await keyway.signIn();
  const outcome = await page.evaluate(() => {
    const refused = (work) => {
      try {
        return work() ?? "done";
      } catch (error) {
        return error.name;
      }
    };
    return {
      markup: refused(() => (document.createElement("p").innerHTML = "<b>bold</b>")),
      script: refused(() => (document.createElement("script").text = "void 0")),
      style: refused(() => {
        const style = document.createElement("style");
        style.textContent = "body { --planted: 1 }";
        document.head.append(style);
        return getComputedStyle(document.body).getPropertyValue("--planted");
      }),
    };
  });
  expect(outcome).toEqual({ markup: "TypeError", script: "TypeError", style: "" });
  await expect.poll(() => watch.length, "each is reported").toBeGreaterThanOrEqual(3);
  watch.length = 0;
});

test("every call of the page carries the header that the cookie needs", async ({ page, keyway, unique }) => {
  const without = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/v1/") && request.headers()["x-keyway-page"] !== "1") without.push(`${request.method()} ${pathname}`);
  });
  await keyway.signIn();
  await keyway.createKey(unique("Header"));
  await keyway.saved();
  await page.getByRole("link", { name: "Verifiers" }).click();
  await expect(keyway.heading("Verifiers")).toBeVisible();
  await keyway.button("Sign out").click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  expect(without).toEqual([]);
});

test(`all that the page transfers for keys is within ${BUDGET / 1000} KB gzipped`, async ({ page, keyway, unique }) => {
  const files = new Map();
  page.on("response", (response) => {
    const { pathname, protocol } = new URL(response.url());
    // Pictures are in the page's memory already.
    if (protocol !== "blob:" && !pathname.startsWith("/v1/")) files.set(pathname, response.body());
  });
  await keyway.signIn();
  const name = unique("Weighed");
  await keyway.createKey(name);
  await keyway.saved();
  await keyway.openDetails(name);
  await keyway.dialog.getByRole("button", { name: "Edit" }).click();
  await page.keyboard.press("Escape");
  const sizes = {};
  for (const [path, body] of files) sizes[path] = gzipSync(await body).length;
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  test.info().annotations.push({ type: "bytes", description: JSON.stringify({ ...sizes, total }) });
  expect(Object.keys(sizes)).toEqual(expect.arrayContaining(["/", "/app.js", "/app.css"]));
  expect(Object.keys(sizes).some((path) => path.endsWith(".wasm")), "the core is among them").toBe(true);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET);
});

test(`the rest of the page comes when it is first asked for, once, and is within ${LATER / 1000} KB gzipped`, async ({ page, keyway }) => {
  const parts = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (isLater(pathname)) parts.push(response.body());
  });
  await keyway.signIn();
  await expect(keyway.heading("Keys")).toBeVisible();
  expect(parts).toHaveLength(0);
  for (const section of ["Members", "Activity", "Settings", "Scopes"]) {
    await page.getByRole("link", { name: section, exact: true }).click();
    await expect(keyway.heading(section)).toBeVisible();
  }
  expect(parts).toHaveLength(1);
  expect(gzipSync(await parts[0]).length).toBeLessThanOrEqual(LATER);
});

test("a part that does not come is said so, and asked for again", async ({ page, keyway, watch }) => {
  let isThere = false;
  await page.route(
    (url) => isLater(url.pathname),
    (route) => (isThere ? route.continue() : route.fulfill({ status: 404, body: "" })),
  );
  await keyway.signIn();
  await keyway.button("Import").click();
  await expect(keyway.notice).toContainText("This part of the page did not arrive. Keyway may have been updated: reload the page.");
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await expect(keyway.heading("Settings")).toBeVisible();
  await expect(page.getByRole("alert").getByText("Settings could not be loaded")).toBeVisible();
  isThere = true;
  await keyway.button("Try again").click();
  await expect(keyway.button("Edit settings")).toBeVisible();
  watch.length = 0;
});

test("of what is asked for while a part comes, the last is done", async ({ page, keyway }) => {
  let arrive;
  const arrives = new Promise((resolve) => (arrive = resolve));
  await page.route(
    (url) => isLater(url.pathname),
    async (route) => {
      await arrives;
      await route.continue();
    },
  );
  await keyway.signIn();
  await keyway.button("Review").click();
  await keyway.button("Import").click();
  await keyway.button("Import").click();
  arrive();
  await expect(keyway.dialog).toHaveCount(1);
  await expect(keyway.dialog.getByRole("heading", { level: 2 })).toHaveText(/import/iu);
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);
});
