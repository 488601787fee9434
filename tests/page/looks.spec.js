import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./support/fixtures.js";
import { NOW } from "./support/sample.js";
import { scenes } from "./support/scenes.js";

const screens = fileURLToPath(new URL("../../test-results/screens/", import.meta.url));

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

for (const viewport of SIZES) {
  const isPhone = viewport.width < 500;

  test.describe(`${viewport.width} pixels`, () => {
    test.use({ viewport, hasTouch: isPhone, isMobile: isPhone });

    for (const [name, show] of Object.entries(scenes)) {
      test(`${name}: axe finds nothing, and nothing is wider than the screen`, async ({ page, keyway }) => {
        await page.clock.setFixedTime(NOW);
        await show(keyway);
        for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({ path: `${screens}${name}-${viewport.width}-${colorScheme}.png` });
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("  ")}`);
          expect(found, `axe, ${colorScheme}`).toEqual([]);
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, "pixels to scroll sideways").toBeLessThanOrEqual(0);
      });
    }
  });
}

/** What is left of 1280 × 800 at 200 % zoom, and of a small phone. */
for (const viewport of [
  { width: 640, height: 400 },
  { width: 320, height: 480 },
]) {
  test.describe(`${viewport.width} × ${viewport.height} pixels`, () => {
    test.use({ viewport });

    for (const name of ["sign-in", "keys-all", "create-many-scopes", "create-refused", "token", "revoke", "verifier-create", "accounts", "account-raced", "edit-raced", "menu", "rotate-in-grace", "rotate-token-lost", "delete", "create-more", "create-more-refused", "edit-locked", "details", "details-failed", "import-preview"]) {
      test(`${name}: every control can be reached, none is cut off`, async ({ page, keyway }) => {
        await page.clock.setFixedTime(NOW);
        await scenes[name](keyway);
        await page.screenshot({ path: `${screens}${name}-${viewport.width}-zoomed.png` });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, "pixels to scroll sideways").toBeLessThanOrEqual(0);
        const open = page.locator("dialog[open], :popover-open");
        const scope = (await open.count()) > 0 ? open : page.locator("body");
        const buttons = scope.getByRole("button").or(scope.getByRole("menuitem"));
        for (const button of await buttons.filter({ visible: true }).all()) {
          await button.click({ trial: true });
          const box = await button.boundingBox();
          expect(box.x, await button.innerText()).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width, await button.innerText()).toBeLessThanOrEqual(viewport.width);
        }
      });
    }
  });
}

test.describe("forced colours", () => {
  test.use({ contextOptions: { forcedColors: "active", reducedMotion: "reduce" } });

  test("what is chosen can be told from what is not", async ({ page, keyway }) => {
    await page.clock.setFixedTime(NOW);
    await scenes["create-many-scopes"](keyway);
    await page.screenshot({ path: `${screens}create-many-scopes-forced-colors.png` });
    const edge = (name) => keyway.dialog.getByRole("radio", { name }).evaluate((input) => getComputedStyle(input.nextElementSibling).borderWidth);
    expect(await edge("A date")).not.toBe(await edge("No expiry"));
  });
});
