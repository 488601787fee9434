import { createRequire } from "node:module";

// The one that the package for Playwright brings. That package itself loads it
// anew for each question, and once more into a page for the answer.
const { source } = createRequire(import.meta.resolve("@axe-core/playwright"))("axe-core");

/**
 * What axe finds wrong on the page as it is now.
 *
 * @param {import("@playwright/test").Page} page
 * @param {string[]} [rules] only these, instead of all that are on by default
 * @returns {Promise<string[]>}
 */
export async function faults(page, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  return page.evaluate(async (only) => {
    const { violations } = await globalThis.axe.run({ resultTypes: ["violations"], ...(only && { runOnly: { type: "rule", values: only } }) });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("  ")}`);
  }, rules);
}
