// The form by which people change what they said when they joined.
import { expect, test, type Page } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import type { Place } from "./support/place.ts";

const QUESTIONS = [{ id: "school", type: "text", label: "School", required: true }];

/** Somebody waits for three seats, for a child with a name as people write it. */
async function waiting(): Promise<Place> {
  const camp = await Camp.create({ waitlist: { form: QUESTIONS, fit: "partial" } });
  return camp.place({ quantity: 3, attendeeId: "Mia O'Neil-Åström", answers: { school: "Hill School" } });
}

async function open(page: Page, place: Place): Promise<void> {
  await page.goto(place.path);
  await page.getByRole("link", { name: /^Change seats/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Change what you told us");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("who waits asks for fewer seats and another language, and keeps their place", async ({ page }) => {
      const place = await waiting();
      await open(page, place);
      await expect(page.getByText("for Mia O'Neil-Åström")).toBeVisible();
      await page.getByLabel("Seats", { exact: true }).fill("2");
      await page.getByLabel("Fewest seats").fill("1");
      await page.getByLabel("Deutsch").check();
      await page.getByRole("button", { name: "Save the changes" }).click();

      await expect(page.locator(".notice")).toHaveText("Geändert. So steht es jetzt.");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ihr Platz in der Reihe");
      expect(await place.entry()).toMatchObject({ quantity: 2, minQuantity: 1, locale: "de", position: 1 });
    });

    test("a change with errors says so first, and keeps what was typed", async ({ page }) => {
      const place = await waiting();
      await open(page, place);
      await page.getByLabel("Seats", { exact: true }).fill("9");
      await page.getByLabel("Your name").fill("Grace Quillfeather");
      await page.getByText("Change my answers").click();
      await page.getByLabel("School").fill("Oak Lane");
      await page.getByRole("button", { name: "Save the changes" }).click();

      const summary = page.getByRole("alert");
      await expect(summary).toBeFocused();
      await expect(page).toHaveTitle(/^Error: /);
      await summary.getByRole("link", { name: "Enter a number from 1 to 3." }).click();
      await expect(page.getByLabel("Seats", { exact: true })).toBeFocused();
      await expect(page.getByLabel("Your name")).toHaveValue("Grace Quillfeather");
      await expect(page.getByLabel("School")).toHaveValue("Oak Lane");
      expect(await place.entry()).toMatchObject({ quantity: 3 });

      await page.getByLabel("Seats", { exact: true }).fill("1");
      await page.getByRole("button", { name: "Save the changes" }).click();
      await expect(page.locator(".notice")).toHaveText("Changed. This is how it stands now.");
      expect(await place.entry()).toMatchObject({ quantity: 1 });
    });
  });
}

test("a form that is older than an offer changes no seats of it", async ({ page }) => {
  const camp = await Camp.create();
  const place = await camp.place({ quantity: 2 });
  await open(page, place);
  await camp.release(2);
  await place.comesToBe("offered");
  await page.getByLabel("Seats", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.locator(".notice")).toContainText("That is no longer possible.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It is your turn");
});

test("going back after a change and saving again changes nothing more", async ({ page }) => {
  const place = await waiting();
  await open(page, place);
  await page.getByLabel("Seats", { exact: true }).fill("2");
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.locator(".notice")).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.locator(".notice")).toHaveText("Changed. This is how it stands now.");
  expect(await place.entry()).toMatchObject({ quantity: 2, position: 1 });
});
