import { fileURLToPath } from "node:url";
import { test } from "./support/fixtures.js";
import { NOW } from "./support/sample.js";
import { scenes } from "./support/scenes.js";

const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
/** Drawn each time; kept only when asked, for no two machines draw alike. */
const update = process.env.KEYWAY_UPDATE_IMAGES === "1";

test.describe("the pictures of the README", () => {
  test.use({ viewport: { width: 1280, height: 700 }, deviceScaleFactor: 1.5 });

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`the keys, ${colorScheme}`, async ({ page, keyway }) => {
      await page.clock.setFixedTime(NOW);
      await page.emulateMedia({ colorScheme });
      await scenes.keys(keyway);
      await page.mouse.move(640, 690);
      const picture = `keys-${colorScheme}.png`;
      await page.screenshot({ path: update ? `${images}${picture}` : test.info().outputPath(picture) });
    });
  }
});
