import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, pasted, test } from "./support/fixtures.js";

const run = promisify(execFile);

const shown = (keyway) => keyway.dialog.locator(".snippet");
const unfold = (keyway) => keyway.dialog.getByText("Check it in your service").click();

test("beside a new token stands how to check it, and what is shown works as it stands", async ({ keyway, api, unique }) => {
  const scope = unique("reports").replace(" ", ":");
  await api.createScope(scope);
  const verifier = (await api.createVerifier(unique("Snippets"))).token;
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Snippet"));
  await keyway.dialog.getByRole("radio", { name: "Test" }).check();
  await keyway.dialog.getByRole("checkbox", { name: scope }).check();
  await keyway.submitCreate();
  const token = await keyway.secret.innerText();
  await expect(shown(keyway), "folded away").toBeHidden();
  await unfold(keyway);

  const curl = await shown(keyway).innerText();
  const { stdout } = await run("sh", ["-c", `${curl} -s`], { env: { ...process.env, KEYWAY_VERIFIER: verifier, KEYWAY_TOKEN: token } });
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, key: { environment: "test", scopes: [scope] } });

  await keyway.dialog.getByRole("radio", { name: "JavaScript" }).check();
  const program = `const ask = async (token) => { ${await shown(keyway).innerText()}\nreturn verdict.code; };
    console.log(await ask(process.env.TOKEN), await ask("x"));`;
  const js = await run(process.execPath, ["--input-type=module", "-e", program], { env: { ...process.env, KEYWAY_VERIFIER: verifier, TOKEN: token } });
  expect(js.stdout.trim()).toBe("valid malformed");

  await keyway.dialog.getByRole("radio", { name: "Rust" }).check();
  await expect(shown(keyway)).toContainText(`json!({ "token": token, "environment": "test", "scopes": ["${scope}"] })`);
});

test("promise 1: no snippet holds the token, and copying one leaves it alone", async ({ page, context, keyway, unique }) => {
  await context.grantPermissions(["clipboard-write"]);
  await keyway.signIn();
  const token = await keyway.createKey(unique("Apart"));
  await unfold(keyway);
  for (const language of ["JavaScript", "Rust", "nginx", "curl"]) {
    await keyway.dialog.getByRole("radio", { name: language }).check();
    await expect(shown(keyway)).toContainText(new URL(page.url()).origin);
    const text = await shown(keyway).innerText();
    expect(text, language).not.toContain(token.slice(8, 20));
    await keyway.dialog.getByRole("button", { name: "Copy snippet" }).click();
    await expect(keyway.dialog.getByRole("status").filter({ hasText: "Copied, without the token." })).toBeVisible();
    expect((await pasted(context)).trim()).toBe(text.trim());
  }
  await page.emulateMedia({ media: "print" });
  await expect(keyway.secret).toBeHidden();
});

test("nginx is set up as in the example that is tried with a real one", async ({ page, keyway, unique }) => {
  await keyway.signIn();
  await keyway.createKey(unique("Proxied"));
  await unfold(keyway);
  await keyway.dialog.getByRole("radio", { name: "nginx" }).check();
  const example = await readFile(new URL("../../examples/nginx/keyway.conf", import.meta.url), "utf8");
  const lines = (text) => text.split("\n").map((line) => line.trim());
  const around = /^(#|$|listen |server {|proxy_(connect|read)_timeout )/;
  const wanted = lines(example).filter((line) => !around.test(line)).slice(0, -1);
  const found = (await shown(keyway).innerText()).replace(new URL(page.url()).origin, "https://keyway.example.com");
  expect(lines(found).filter(Boolean)).toEqual(wanted);
});

test("nginx is offered only for keys that it can let in", async ({ keyway, unique }) => {
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Trial"));
  await keyway.dialog.getByRole("radio", { name: "Test" }).check();
  await keyway.submitCreate();
  await unfold(keyway);
  await expect(keyway.dialog.getByRole("radio", { name: "Rust" })).toBeVisible();
  await expect(keyway.dialog.getByRole("radio", { name: "nginx" })).toHaveCount(0);
});

test("a key for some networks is asked about with the client's address", async ({ keyway, unique }) => {
  await keyway.signIn();
  await keyway.openCreate();
  await keyway.fillName(unique("Networked"));
  await keyway.unfold();
  await keyway.field("Allowed networks").fill("203.0.113.0/24");
  await keyway.submitCreate();
  await unfold(keyway);
  await expect(shown(keyway)).toContainText(String.raw`\"ip\": \"$CLIENT_IP\"`);
});
