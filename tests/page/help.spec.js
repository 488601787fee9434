import { expect, test } from "./support/fixtures.js";
import { problem, settings, stub } from "./support/stubs.js";

const DOCS = "https://docs.example.com/keys";
const CONTACT = "api-team@example.com";

/** What people run into, and a word of the answer. */
const ANSWERS = [
  ["A revoked key still works", "look for a cache in your service, proxy or client"],
  ["I revoked the wrong key", "That is final. Create a new key"],
  ["I have lost a token", "It is shown once. Rotate the key"],
  ["A client is told that it is not authorized", "white space or quotes around it"],
  ["There is no button to create a key", "it is not yours to do"],
  ["How do I keep keys safe?", "Look through the list every quarter."],
];

async function openByKeyboard(page, keyway) {
  await keyway.button("Help").focus();
  await page.keyboard.press("Enter");
  await expect(keyway.heading("Help")).toBeVisible();
}

test("help answers what people run into, by keyboard, and gives the focus back", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/settings", settings({ bound_seconds: 7 }));
  await keyway.signIn();
  await openByKeyboard(page, keyway);
  for (const [at, [question, answer]] of ANSWERS.entries()) {
    const summary = keyway.dialog.getByText(question, { exact: true });
    if (at > 0) await page.keyboard.press("Tab");
    await expect(summary).toBeFocused();
    await expect(keyway.dialog.getByText(answer)).toBeHidden();
    await page.keyboard.press("Enter");
    await expect(keyway.dialog.getByText(answer)).toBeVisible();
  }
  await expect(keyway.dialog).toContainText("everywhere within 7 seconds of the confirmation");
  await expect(keyway.dialog.getByRole("link"), "nothing is set").toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(keyway.dialog).toHaveCount(0);
  await expect(keyway.button("Help")).toBeFocused();
});

test("help is there on every screen, and says where the workspace has more", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/settings", settings({ docs_url: DOCS, support_contact: CONTACT }));
  await keyway.signIn();
  for (const section of ["Keys", "Scopes", "Accounts", "Verifiers", "Settings"]) {
    await page.getByRole("link", { name: section, exact: true }).click();
    await expect(keyway.heading(section)).toBeVisible();
    await keyway.button("Help").click();
    await expect(keyway.dialog.getByRole("link", { name: "Documentation" })).toHaveAttribute("href", DOCS);
    await expect(keyway.dialog.getByRole("link", { name: CONTACT })).toHaveAttribute("href", `mailto:${CONTACT}`);
    await keyway.dialog.getByRole("button", { name: "Close" }).click();
  }
});

test("help opens without a session and without the server, and then names no workspace's", async ({ page, keyway }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await keyway.open();
  await expect(keyway.tokenField).toBeVisible();
  await openByKeyboard(page, keyway);
  await expect(keyway.dialog.getByText(ANSWERS[0][0])).toBeVisible();
  await expect(keyway.dialog.getByRole("link")).toHaveCount(0);
  expect(asked).not.toContain("/v1/settings");
  await page.keyboard.press("Escape");

  await stub(page, "GET", "/v1/session", (route) => route.abort("connectionfailed"));
  await page.reload();
  await expect(keyway.heading("Keyway is not available")).toBeVisible();
  await openByKeyboard(page, keyway);
});

test("what the workspace says about itself is gone with the session", async ({ page, keyway }) => {
  await stub(page, "GET", "/v1/settings", settings({ docs_url: DOCS }));
  await keyway.signIn();
  await keyway.button("Help").click();
  await expect(keyway.dialog.getByRole("link", { name: "Documentation" })).toBeVisible();
  await keyway.dialog.getByRole("button", { name: "Close" }).click();
  await keyway.button("Sign out").click();
  await expect(keyway.tokenField).toBeVisible();
  await keyway.button("Help").click();
  await expect(keyway.dialog).toBeVisible();
  await expect(keyway.dialog.getByRole("link")).toHaveCount(0);
});

test("an error shows where there is help, as far as the answer says so", async ({ page, keyway }) => {
  const refusal = (help) => problem(503, "unavailable", "The workspace does not answer", undefined, help);
  const answers = [refusal({ docs_url: DOCS, support_contact: CONTACT }), refusal({ support_contact: "https://help.example.com/" }), refusal({})];
  await stub(page, "GET", "/v1/keys", (route, call) => route.fulfill(answers[Math.min(call, answers.length) - 1]));
  await keyway.signIn();
  const state = page.locator(".state");
  await expect(state.getByRole("link")).toHaveText(["Documentation", CONTACT]);
  await keyway.button("Try again").click();
  await expect(state.getByRole("link")).toHaveText(["Support"]);
  await keyway.button("Try again").click();
  await expect(state.getByRole("link")).toHaveCount(0);
});

test("a dialog shows it beside what is wrong with all of it, and not beside a field", async ({ page, keyway, unique }) => {
  const help = { docs_url: DOCS, support_contact: "javascript:alert(1)" };
  const answers = [
    problem(409, "key_revoked", "This cannot be done.", undefined, help),
    problem(422, "invalid_name", "No.", [{ pointer: "/name", code: "invalid_name", detail: "Not this name." }], help),
  ];
  await stub(page, "POST", "/v1/keys", (route, call) => route.fulfill(answers[call - 1]));
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Helped"));
  await keyway.submitCreate();
  const alert = keyway.dialog.getByRole("alert");
  await expect(alert).toContainText("This cannot be done.");
  await expect(alert.getByRole("link", { name: "Documentation" })).toHaveAttribute("href", DOCS);
  await expect(alert.getByRole("link", { name: "javascript:alert(1)" })).toHaveAttribute("href", /^mailto:/u);
  await keyway.submitCreate();
  await expect(keyway.dialog.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/Not this name/u);
  await expect(keyway.dialog.getByRole("link")).toHaveCount(0);
});

test("a refused sign-in says where there is help", async ({ page, keyway }) => {
  const help = { docs_url: DOCS };
  await stub(page, "POST", "/v1/session", problem(401, "credential_invalid", "This credential is not good, or no longer.", undefined, help));
  await keyway.open();
  await keyway.submitToken(keyway.token);
  await expect(keyway.tokenField).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("link", { name: "Documentation" })).toHaveAttribute("href", DOCS);
});
