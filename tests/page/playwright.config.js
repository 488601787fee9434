import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

const results = fileURLToPath(new URL("../../test-results/page", import.meta.url));
const ALONE = ["paging.spec.js", "settings.spec.js"];
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  outputDir: results,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A test that passes the second time is a test that fails.
  retries: 0,
  workers: 2,
  // Generous, for machines that do something else as well: nothing waits this long for its own sake.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  projects: [
    // They fill pages and change what holds for all: beside the others they would
    // push their keys off the first one, and change what those see.
    { name: "alone", testMatch: ALONE },
    { name: "page", testIgnore: ALONE, dependencies: ["alone"] },
  ],
  use: {
    baseURL: process.env.KEYWAY_URL ?? "http://localhost:8787",
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    trace: "off",
    launchOptions: {
      executablePath: process.env.KEYWAY_CHROMIUM || undefined,
      args: [
        // Chromium cannot build its sandbox as root, as in a container.
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
      ],
    },
  },
});
