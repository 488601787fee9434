import { fileURLToPath } from "node:url";
import { faults } from "./support/axe.js";
import { expect } from "./support/fixtures.js";
import { NOW } from "./support/sample.js";
import { scenes } from "./support/scenes.js";
import { test } from "./support/stage.js";

const screens = fileURLToPath(new URL("../../test-results/screens/", import.meta.url));

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** The rules of axe that look at colours. */
const COLOURS = ["color-contrast", "link-in-text-block"];

test.use({ now: NOW });

/** How far the page goes beyond the screen. A phone's `innerWidth` would not tell: it grows with what is too wide. */
const tooWide = (page) => page.evaluate((width) => document.documentElement.scrollWidth - width, page.viewportSize().width);

for (const viewport of SIZES) {
  const isPhone = viewport.width < 500;

  test.describe(`${viewport.width} pixels`, () => {
    test.use({ viewport, hasTouch: isPhone, isMobile: isPhone });

    for (const [name, show] of Object.entries(scenes)) {
      test(`${name}: axe finds nothing, and nothing is wider than the screen`, async ({ page, keyway }) => {
        const where = `${name}, ${viewport.width} pixels`;
        await show(keyway);
        await page.screenshot({ path: `${screens}${name}-${viewport.width}-light.png` });
        expect.soft(await faults(page), `${where}, light: what axe finds`).toEqual([]);
        expect.soft(await tooWide(page), `${where}: pixels to scroll sideways`).toBeLessThanOrEqual(0);
        // It is the same but for its colours: the other rules would find the same.
        await page.emulateMedia({ colorScheme: "dark" });
        await page.screenshot({ path: `${screens}${name}-${viewport.width}-dark.png` });
        expect.soft(await faults(page, COLOURS), `${where}, dark: what axe finds in its colours`).toEqual([]);
      });
    }
  });
}

/** What is left of 1280 × 800 at 200 % zoom, and then of a small phone. */
const ZOOMED = [
  { width: 640, height: 400 },
  { width: 320, height: 480 },
];

const CROWDED = [
  "sign-in",
  "sign-in-another",
  "workspaces",
  "keys-all",
  "keys-filtered",
  "keys-choose-scope",
  "keys-selected",
  "bulk-revoke",
  "review",
  "create-many-scopes",
  "create-refused",
  "create-more",
  "create-more-refused",
  "token",
  "details",
  "details-failed",
  "edit-locked",
  "edit-raced",
  "menu",
  "revoke",
  "rotate-in-grace",
  "rotate-token-lost",
  "delete",
  "accounts",
  "account-raced",
  "verifier-create",
  "members",
  "member-invite-refused",
  "member-removed",
  "manager-keys",
  "settings-long",
  "settings-raced",
  "help-open",
  "create-helped",
  "import-preview",
];

test.describe("zoomed", () => {
  test.use({ viewport: ZOOMED[0] });

  for (const name of CROWDED) {
    test(`${name}: every control can be reached, none is cut off`, async ({ page, keyway }) => {
      await scenes[name](keyway);
      for (const viewport of ZOOMED) {
        const where = `${name}, ${viewport.width} × ${viewport.height} pixels`;
        await test.step(where, async () => {
          await page.setViewportSize(viewport);
          await page.screenshot({ path: `${screens}${name}-${viewport.width}-zoomed.png` });
          expect(await tooWide(page), `${where}: pixels to scroll sideways`).toBeLessThanOrEqual(0);
          const open = page.locator("dialog[open], :popover-open");
          const scope = (await open.count()) > 0 ? open : page.locator("body");
          const buttons = scope.getByRole("button").or(scope.getByRole("menuitem"));
          for (const button of await buttons.filter({ visible: true }).all()) {
            await button.click({ trial: true });
            const { left, right, text } = await button.evaluate((element) => {
              const { left, right } = element.getBoundingClientRect();
              return { left, right, text: element.innerText };
            });
            expect(left, `${where}: ${text}`).toBeGreaterThanOrEqual(0);
            expect(right, `${where}: ${text}`).toBeLessThanOrEqual(viewport.width);
          }
        });
      }
    });
  }
});

test("forced colours: what is chosen can be told from what is not", async ({ page, keyway }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await scenes["create-many-scopes"](keyway);
  await page.screenshot({ path: `${screens}create-many-scopes-forced-colors.png` });
  const edge = (name) => keyway.dialog.getByRole("radio", { name }).evaluate((input) => getComputedStyle(input.nextElementSibling).borderWidth);
  expect(await edge("A date")).not.toBe(await edge("No expiry"));
});
