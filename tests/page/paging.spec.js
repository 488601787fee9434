import { expect, test } from "./support/fixtures.js";

test("“Load more” goes on where the list ends, without a gap or a repetition", async ({ page, keyway, api, unique }) => {
  const name = unique("Page");
  // One more than fits on a page.
  for (let made = 0; made < 51; made += 1) await api.createKey({ name: `${name} ${made}` });
  await keyway.signIn();
  const first = keyway.row(`${name} 0`);
  const more = keyway.button("Load more");
  await expect(more).toBeVisible();
  await expect(first).toHaveCount(0);
  while (!(await first.isVisible())) {
    const before = await page.getByRole("rowheader").count();
    await more.click();
    await expect.poll(() => page.getByRole("rowheader").count()).toBeGreaterThan(before);
  }
  const ours = (await page.getByRole("rowheader").allInnerTexts()).filter((text) => text.startsWith(name));
  expect(ours).toEqual(Array.from({ length: 51 }, (_, at) => `${name} ${50 - at}`));
});
