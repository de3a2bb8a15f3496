// A parent who lost the link, and the other places of a family.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { expectAccessible } from "./support/good-page.ts";
import { awaitedMail, linksIn } from "./support/mailbox.ts";
import { newEmail, unique } from "./support/names.ts";
import { Place } from "./support/place.ts";

const LANGUAGES = [
  { locale: "en", email: "E-mail", button: "Send me my links", mail: "Your places, and the links to them" },
  { locale: "de", email: "E-Mail", button: "Links zuschicken", mail: "Ihre Plätze und die Links dazu" },
  { locale: "fr", email: "E-mail", button: "M’envoyer mes liens", mail: "Vos places et leurs liens" },
  { locale: "es", email: "Correo electrónico", button: "Enviarme mis enlaces", mail: "Sus puestos y los enlaces a ellos" },
];

test.use({ viewport: { width: 360, height: 740 } });

for (const { locale, email, button, mail } of LANGUAGES) {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(`in ${locale}, ${javaScriptEnabled ? "with" : "without"} scripts`, () => {
      test.use({ locale, javaScriptEnabled });

      test("a parent finds the links to all places, and goes from one to the other", async ({ page }) => {
        const camp = await Camp.create();
        const [address, customerId] = [newEmail(), unique("family")];
        for (const attendeeId of ["Mia", "Ben"]) await camp.place({ email: address, customerId, attendeeId });

        await page.goto("/find");
        await page.getByLabel(email, { exact: true }).fill(address);
        await page.getByRole("button", { name: button }).click();
        await expect(page.locator("form")).toHaveCount(0);
        if (javaScriptEnabled) await expectAccessible(page);

        const links = linksIn(await awaitedMail(address, mail)).filter((link) => link.includes("/p/"));
        expect(links).toHaveLength(2);
        await page.goto(Place.ofLink(links[0]!).path);
        await expect(page.locator(".for")).toContainText("Mia");
        await page.getByRole("navigation").getByRole("link", { name: "Ben" }).click();
        await expect(page.locator(".for")).toContainText("Ben");
        if (javaScriptEnabled) await expectAccessible(page);
        await page.getByRole("navigation").getByRole("link", { name: "Mia" }).click();
        await expect(page.locator(".for")).toContainText("Mia");
      });
    });
  }
}
