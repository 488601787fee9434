import { randomUUID } from "node:crypto";
import { test as base, expect } from "@playwright/test";
import { Api } from "./api.js";
import { KeywayPage } from "./keyway-page.js";

const rootToken = process.env.KEYWAY_ROOT_TOKEN;

export { expect };

export const test = base.extend({
  rootToken: async ({}, use) => {
    if (!rootToken) throw new Error("KEYWAY_ROOT_TOKEN is not set: run `cargo xtask test page`.");
    await use(rootToken);
  },

  api: async ({ baseURL, rootToken }, use) => use(new Api(baseURL, rootToken)),

  keyway: async ({ page, rootToken }, use) => use(new KeywayPage(page, rootToken)),

  /** The page of somebody else, in a browser of their own. */
  elsewhere: async ({ browser }, use) => {
    const contexts = [];
    await use(async (token) => {
      const context = await browser.newContext();
      contexts.push(context);
      return new KeywayPage(await context.newPage(), token);
    });
    for (const context of contexts) await context.close();
  },

  /** A name that no other test uses: all of them share one server. */
  unique: async ({}, use) => use((name) => `${name} ${randomUUID().slice(0, 8)}`),

  /** On every screen of every test: no policy is violated, nothing is thrown. */
  watch: [
    async ({ context }, use) => {
      const faults = [];
      const thrown = (error) => faults.push(`thrown: ${error.error().stack}`);
      const said = (message) => {
        if (/content.security.policy|trusted ?type|permissions.policy|unrecognized feature/iu.test(message.text())) {
          faults.push(`console: ${message.text()}`);
        }
      };
      context.on("weberror", thrown);
      context.on("console", said);
      const script = await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => {
          console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      await use(faults);
      context.off("weberror", thrown);
      context.off("console", said);
      await script.dispose();
      expect(faults, "policy violations and uncaught errors").toEqual([]);
    },
    { auto: true },
  ],
});

/** A door in the way of a request: closed until the test opens it. */
export function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}

/** What is on the clipboard, seen by pasting: the page itself is not allowed to read it. */
export async function pasted(context) {
  const page = await context.newPage();
  await page.setContent("<textarea autofocus></textarea>");
  const field = page.locator("textarea");
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
  const text = await field.inputValue();
  await page.close();
  return text;
}
