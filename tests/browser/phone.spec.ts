// A number written as at home, and the code that confirms it.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { awaitedText } from "./support/mailbox.ts";
import { newAmericanPhone } from "./support/names.ts";
import { codeSentTo, joinWithPhone, writeNumbersAsIn } from "./support/phone.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a number as it is written at home gets a code, and then the offer", async ({ page }) => {
      await writeNumbersAsIn("US", page);
      const camp = await Camp.create();
      const { written, number } = newAmericanPhone();
      const place = await joinWithPhone(page, camp, written);
      await expect(page.locator("#phone")).toContainText(`ends in ${number.slice(-2)}`);

      await page.getByRole("button", { name: "Send the code" }).click();
      const code = await codeSentTo(number);
      const field = page.getByLabel("Code from the text message");
      await expect(field).toBeFocused();
      await field.fill(code === "000000" ? "111111" : "000000");
      await page.getByRole("button", { name: "Confirm the number" }).click();
      await expect(field).toHaveAccessibleDescription(/You can try 4 more times\.$/);
      await expect(page).toHaveTitle(/^Error: /);

      await field.fill(code);
      await page.getByRole("button", { name: "Confirm the number" }).click();
      await expect(page.locator(".notice")).toHaveText("Your number is confirmed. From now on we also text you.");
      expect(await place.entry()).toMatchObject({ phoneConfirmed: true, channels: ["email", "sms"] });

      await camp.release();
      await awaitedText(number, "Your turn");
    });
  });
}

test("a number that can't be read says how to write it, and keeps what was typed", async ({ page }) => {
  await page.goto((await Camp.create()).path);
  const phone = page.getByLabel("Phone (optional)");
  await page.getByLabel("Your name", { exact: true }).fill("Ada Quillfeather");
  await page.getByLabel("E-mail", { exact: true }).fill("ada@quillfeather-families.example");
  await phone.fill("555-0123");
  await page.getByRole("button", { name: "Join the waitlist" }).click();
  await page.getByRole("alert").getByRole("link", { name: "We can’t read this phone number." }).click();
  await expect(phone).toBeFocused();
  await expect(phone).toHaveValue("555-0123");
  await expect(phone).toHaveAccessibleDescription(/such as \+43 664 1234567\.$/);
});
