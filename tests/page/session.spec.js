import { expect, test } from "./support/fixtures.js";
import { stub } from "./support/stubs.js";
import { strangerToken } from "./support/token.js";

const HANDLED_BADLY = [
  ["in quotes", (token) => `"${token}"`, /quotes/u],
  ["with a space", (token) => `${token} `, /white space/u],
  ["cut by one character", (token) => token.slice(0, -1), /cut off: 1 character is missing/u],
  ["with a wrong character", (token) => token.slice(0, -1) + (token.endsWith("x") ? "y" : "x"), /checksum/u],
  ["of an API client", () => strangerToken("kw_live"), /is wanted here/u],
  ["of a verifier", () => strangerToken("kwv_default"), /is wanted here/u],
];

for (const [what, handled, message] of HANDLED_BADLY) {
  test(`a token ${what} is refused by the core before it is sent`, async ({ page, keyway, rootToken }) => {
    const sent = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    await keyway.open();
    await keyway.submitToken(handled(rootToken));
    await expect(keyway.tokenField).toHaveAccessibleDescription(message);
    await expect(keyway.tokenField).toHaveAttribute("aria-invalid", "true");
    await expect(keyway.tokenField).toBeFocused();
    expect(sent).toEqual([]);

    await keyway.submitToken(rootToken);
    await expect(keyway.heading("Keys")).toBeVisible();
  });
}

test("a token that nobody was given is refused by the server, at the field", async ({ keyway }) => {
  await keyway.open();
  await keyway.submitToken(strangerToken("kwm_default"));
  await expect(keyway.tokenField).toHaveAttribute("aria-invalid", "true");
  await expect(keyway.tokenField).toBeFocused();
});

test("an empty field is not sent; the token is hidden until it is asked for", async ({ keyway, rootToken }) => {
  await keyway.open();
  await expect(keyway.tokenField).toBeFocused();
  await keyway.button("Sign in").click();
  await expect(keyway.tokenField).toHaveAccessibleDescription(/Paste your management token\./u);
  await keyway.tokenField.fill(rootToken);
  await expect(keyway.tokenField).toHaveAttribute("type", "password");
  await keyway.button("Show the token").click();
  await expect(keyway.tokenField).toHaveAttribute("type", "text");
  await keyway.button("Hide the token").click();
  await expect(keyway.tokenField).toHaveAttribute("type", "password");
});

test("the page says where the operator finds the token", async ({ page, keyway }) => {
  await keyway.open();
  await page.getByText("Where do I find it?").click();
  await expect(page.getByText("prints it when it starts")).toBeVisible();
  await expect(page.getByText("npx wrangler secret put ROOT_TOKEN")).toBeVisible();
});

test("the management token is kept nowhere: the session is a cookie that no script can read", async ({
  page,
  context,
  keyway,
  rootToken,
}) => {
  await keyway.signIn();
  const kept = await page.evaluate(() =>
    [document.documentElement.outerHTML, JSON.stringify({ ...localStorage, ...sessionStorage }), location.href, document.cookie].join(" "),
  );
  expect(kept).not.toContain(rootToken);
  const [cookie, ...others] = await context.cookies();
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({ name: "__Host-keyway", httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
  expect(cookie.value).not.toContain(rootToken);

  await page.reload();
  await expect(keyway.heading("Keys"), "a reload keeps the session").toBeVisible();
});

test("signing out ends the session here and on the server", async ({ page, context, keyway }) => {
  await keyway.signIn();
  const [cookie] = await context.cookies();
  await keyway.button("Sign out").click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await expect(keyway.tokenField).toBeFocused();
  expect(await context.cookies()).toEqual([]);

  await context.addCookies([cookie]);
  await page.reload();
  await expect(keyway.tokenField, "the cookie of the old session is worth nothing").toBeVisible();
});

test("a sign-out that does not reach the server says that the session goes on", async ({ page, keyway }) => {
  await stub(page, "DELETE", "/v1/session", (route) => route.abort("connectionreset"));
  await keyway.signIn();
  await keyway.button("Sign out").click();
  await expect(keyway.notice).toContainText("You are still signed in.");
  await keyway.notice.getByRole("button", { name: "Dismiss" }).click();
  await expect(keyway.notice).not.toContainText("You are still signed in.");
});

test("a session that ends in the middle leads to the sign-in and back, with what was typed", async ({
  page,
  context,
  keyway,
  api,
  unique,
}) => {
  const name = unique("Interrupted");
  const scope = unique("interrupted").replace(" ", ":");
  await api.createScope(scope);
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.dialog.getByRole("checkbox", { name: scope }).check();
  // Whether the name is there already is asked by itself, and must not be what finds the session ended.
  const looked = page.waitForResponse((response) => response.url().includes("search="));
  await keyway.fillName(name);
  await looked;
  await keyway.dialog.getByRole("radio", { name: "30 days" }).check();
  await context.clearCookies();
  await keyway.submitCreate();

  await expect(page.getByText("Your session ended. Sign in again to go on where you were.")).toBeVisible();
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.tokenField).toBeFocused();
  await keyway.submitToken(keyway.token);

  await expect(keyway.dialog.getByLabel("Name", { exact: true })).toHaveValue(name);
  await expect(keyway.dialog.getByRole("radio", { name: "30 days" })).toBeChecked();
  await expect(keyway.dialog.getByRole("checkbox", { name: scope })).toBeChecked();
  await expect(keyway.dialog.getByRole("alert")).toContainText("What you typed is still here");
  await keyway.submitCreate();
  await keyway.saved();
  expect(await api.keysNamed(name)).toMatchObject([{ scopes: [scope] }]);
});

test("a session that ends while a list is loaded leads to the sign-in", async ({ page, context, keyway }) => {
  await keyway.signIn();
  await context.clearCookies();
  await page.getByRole("link", { name: "Verifiers" }).click();
  await expect(page.getByText("Your session ended.")).toBeVisible();
  await keyway.submitToken(keyway.token);
  await expect(keyway.heading("Verifiers"), "it goes on where it was").toBeVisible();
});

test("a server that cannot be reached is asked again", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/session", (route, call) => (call === 1 ? route.abort("connectionrefused") : route.fallback()));
  await keyway.open();
  await expect(keyway.heading("Keyway is not available")).toBeVisible();
  await keyway.button("Try again").click();
  await expect(keyway.tokenField).toBeVisible();
});

test("without the core the server refuses the token, in the same words", async ({ page, keyway, rootToken }) => {
  await page.route("**/browser/**", (route) => route.abort());
  await keyway.open();
  await keyway.submitToken(`"${rootToken}"`);
  await expect(keyway.tokenField).toHaveAccessibleDescription(/quotes/u);
});
