// The form by which people join.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { join } from "./support/form.ts";

const QUESTIONS = [
  { id: "school", type: "text", label: "School", required: true },
  { id: "food", type: "choice", label: "Food", required: true, options: ["Anything", "Vegetarian"] },
];

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a form with errors says so first, leads to each field, and keeps what was typed", async ({ page }) => {
      const camp = await Camp.create({ waitlist: { form: QUESTIONS } });
      await page.goto(camp.path);
      await page.getByLabel("Your name").fill("Ada Quillfeather");
      await page.getByLabel("E-mail", { exact: true }).fill("ada at example");
      await page.getByRole("button", { name: "Join the waitlist" }).click();

      const summary = page.getByRole("alert");
      await expect(summary).toBeFocused();
      await expect(page).toHaveTitle(/^Error: /);
      for (const label of ["School", "Food"]) {
        const link = summary.getByRole("link", { name: label });
        const target = page.locator((await link.getAttribute("href"))!);
        await link.click();
        await expect(target).toBeInViewport();
        await expect(target).toBeFocused();
      }
      await expect(page.getByLabel("Your name")).toHaveValue("Ada Quillfeather");
      await expect(page.getByLabel("E-mail", { exact: true })).toHaveValue("ada at example");

      await expect(page.getByLabel("School")).toHaveAccessibleDescription(/Please answer this\.$/);
      await expect(page.getByLabel("E-mail", { exact: true })).toHaveAccessibleDescription(/^We send you an e-mail\./);

      // What only the API refuses is said in the same way.
      await page.getByLabel("School").fill("Hill School");
      await page.getByLabel("Vegetarian").check();
      await page.getByRole("button", { name: "Join the waitlist" }).click();
      await expect(summary).toBeFocused();
      await expect(summary.getByRole("link")).toHaveText("Enter an e-mail address like name@example.org.");
      await expect(page.getByLabel("Vegetarian")).toBeChecked();
      await expect(page.getByLabel("E-mail", { exact: true })).toHaveAttribute("aria-invalid", "true");
    });
  });
}

test("somebody joins with the keyboard alone", async ({ page }) => {
  const camp = await Camp.create();
  await page.goto(camp.path);
  const typeInto = async (label: string, text: string) => {
    const field = page.getByLabel(label, { exact: true });
    for (let presses = 0; presses < 10 && !(await field.evaluate((it) => it === document.activeElement)); presses += 1) {
      await page.keyboard.press("Tab");
    }
    await expect(field).toBeFocused();
    await page.keyboard.type(text);
  };
  await typeInto("Your name", "Ada Quillfeather");
  await typeInto("E-mail", "ada@quillfeather-families.example");
  await page.keyboard.press("Enter");
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
});

test("going back after joining and pressing again makes no second place", async ({ page }) => {
  const camp = await Camp.create();
  await join(page, camp);
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
  const place = page.url();
  await page.goBack();
  await expect(page.getByLabel("Your name")).toHaveValue("Ada Quillfeather");
  await page.getByRole("button", { name: "Join the waitlist" }).click();
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
  expect(page.url()).toBe(place);
});
