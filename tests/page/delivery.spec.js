import { gzipSync } from "node:zlib";
import { expect, test } from "./support/fixtures.js";

/** DESIGN 13. */
const BUDGET = 80_000;

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

test(`all that the page transfers is within ${BUDGET / 1000} KB gzipped`, async ({ page, keyway, unique }) => {
  const files = new Map();
  page.on("response", (response) => {
    const { pathname, protocol } = new URL(response.url());
    // Pictures are in the page's memory already.
    if (protocol !== "blob:" && !pathname.startsWith("/v1/")) files.set(pathname, response.body());
  });
  await keyway.signIn();
  await keyway.createKey(unique("Weighed"));
  await keyway.saved();
  const sizes = {};
  for (const [path, body] of files) sizes[path] = gzipSync(await body).length;
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  test.info().annotations.push({ type: "bytes", description: JSON.stringify({ ...sizes, total }) });
  expect(Object.keys(sizes)).toEqual(expect.arrayContaining(["/", "/app.js", "/app.css"]));
  expect(Object.keys(sizes).some((path) => path.endsWith(".wasm")), "the core is among them").toBe(true);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET);
});
