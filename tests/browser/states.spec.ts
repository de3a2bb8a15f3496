// What holds for every page, in every state.
import { expect, test } from "@playwright/test";

import { expectAccessible, expectNarrow, expectValid } from "./support/good-page.ts";
import { keepScreenshot } from "./support/screenshots.ts";
import { STATES } from "./support/states.ts";
import { Traffic } from "./support/traffic.ts";

for (const state of STATES) {
  test(`the page ${state.name} is valid, small, and good for everybody`, async ({ page }) => {
    const traffic = new Traffic(page);
    await state.reach(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(state.heading);
    await keepScreenshot(page, state.name);
    await traffic.expectSmall([], state.moreRequests);
    await expectNarrow(page);
    await expectAccessible(page);
    await expectValid(await traffic.document());
  });
}
