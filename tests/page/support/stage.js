import { test as base, expect } from "./fixtures.js";
import { KeywayPage } from "./keyway-page.js";

/**
 * A window that is kept from test to test: a new one with a new sign-in takes
 * longer than most of what is tested. Each test loads the page anew into it,
 * and a window in which a test failed is not used again.
 */
class Stage {
  #opened = 0;
  #session = [];

  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
  }

  get context() {
    return this.page.context();
  }

  /** Takes away what the last test left, but for its page: the next `open` replaces that. */
  async clear(viewport) {
    for (const event of ["request", "response", "dialog", "download"]) this.page.removeAllListeners(event);
    await this.page.unrouteAll({ behavior: "ignoreErrors" });
    await this.context.clearCookies();
    await this.context.clearPermissions();
    // A window that shows nothing yet has none.
    await this.page.evaluate(() => [localStorage, sessionStorage].forEach((storage) => storage.clear())).catch(() => {});
    await this.context.setOffline(false);
    await this.page.emulateMedia({ colorScheme: "light", forcedColors: null });
    await this.page.setViewportSize(viewport);
    await this.page.mouse.move(0, 0);
  }

  /** An address of its own for each: one that differs in its fragment only would load nothing. */
  async open(fragment) {
    this.#opened += 1;
    await this.page.goto(`/?opened=${this.#opened}${fragment}`);
  }

  /** @param {() => Promise<void>} signIn how, when nobody has signed in here yet */
  async enter(fragment, signIn) {
    if (this.#session.length === 0) {
      await signIn();
      this.#session = await this.context.cookies();
      return;
    }
    await this.context.addCookies(this.#session);
    await this.open(fragment);
    await expect(this.page.getByRole("navigation", { name: "Sections" })).toBeVisible();
  }
}

class StagedPage extends KeywayPage {
  constructor(stage, token) {
    super(stage.page, token);
    this.stage = stage;
  }

  open(fragment = "") {
    return this.stage.open(fragment);
  }

  signIn(fragment = "") {
    return this.stage.enter(fragment, () => super.signIn(fragment));
  }
}

/**
 * For tests that can share a window. Whatever signs out, sets the page's clock
 * by hand, opens more windows or looks into the memory takes `test` of
 * `fixtures.js`, and has one of its own.
 */
export const test = base.extend({
  /** When it is, for the page; it stands still. */
  now: [undefined, { option: true }],

  stages: [
    async ({}, use) => {
      const stages = new Map();
      await use(stages);
      for (const { context } of stages.values()) await context.close();
    },
    { scope: "worker" },
  ],

  stage: async ({ browser, stages, viewport, isMobile, hasTouch, deviceScaleFactor, locale, timezoneId, now }, use) => {
    // What a window cannot change any more.
    const kind = JSON.stringify([isMobile, hasTouch, deviceScaleFactor, locale, timezoneId, now]);
    if (!stages.has(kind)) {
      const page = await (await browser.newContext()).newPage();
      if (now) await page.clock.setFixedTime(now);
      stages.set(kind, new Stage(page));
    }
    const stage = stages.get(kind);
    await stage.clear(viewport);
    await use(stage);
  },

  page: async ({ stage }, use) => use(stage.page),

  context: async ({ stage }, use) => use(stage.context),

  keyway: async ({ stage, rootToken }, use) => use(new StagedPage(stage, rootToken)),
});
