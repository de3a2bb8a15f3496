// The whole story of a parent: from a camp that is sold out to a seat.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { join } from "./support/form.ts";
import { awaitedMail, awaitedText, linkIn, linksIn } from "./support/mailbox.ts";
import { newPhone } from "./support/names.ts";
import { Place } from "./support/place.ts";
import { LANGUAGES } from "./support/words.ts";

const SCREENS = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

for (const words of LANGUAGES) {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const javaScriptEnabled of [true, false]) {
      test.describe(`in ${words.locale}, on a ${screen}, ${javaScriptEnabled ? "with" : "without"} scripts`, () => {
        test.use({ viewport, javaScriptEnabled, locale: words.locale });

        test("a parent comes from a sold-out camp to a seat", async ({ page }) => {
          const title = page.getByRole("heading", { level: 1 });
          const press = (name: string) => page.getByRole("button", { name }).click();
          const camp = await Camp.create({ capacity: 1 });
          const sale = await camp.sell();

          const email = await join(page, camp, words);
          await expect(page.getByText(words.lookIntoYourMail)).toBeVisible();
          await expect(page.getByRole("button")).toHaveCount(0);

          const link = linkIn(await awaitedMail(email, words.confirmMail));
          await page.goto(link);
          await press(words.confirm);
          await expect(title).toHaveText(words.confirmed);
          await expect(page.locator(".position")).toHaveText(words.firstInLine);

          await camp.cancel(sale);
          await page.goto(linkIn(await awaitedMail(email, words.offerMail)));
          await expect(title).toHaveText(words.offered);
          await press(words.claim);
          await expect(title).toHaveText(words.toPay);

          await Place.ofLink(link).convert();
          await page.reload();
          await expect(title).toHaveText(words.booked);
        });
      });
    }
  }
}

test("the link in a text message leads to the seat that is held", async ({ page }) => {
  const camp = await Camp.create();
  const phone = newPhone();
  await camp.place({ phone });
  await camp.release();
  const [link] = linksIn({ text: await awaitedText(phone, "Lakeside Park") });
  await page.goto(link!);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It is your turn");
});
