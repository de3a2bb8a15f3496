// Telephone numbers, and the codes that confirm them.
import { expect, type Page } from "@playwright/test";

import { call } from "./api.ts";
import { Camp } from "./camp.ts";
import { join } from "./form.ts";
import { awaitedMail, awaitedText, linkIn } from "./mailbox.ts";
import { Place } from "./place.ts";
import { organiserKey } from "./settings.ts";

/** Numbers are written as in this country. Pages know it some seconds later. */
export async function writeNumbersAsIn(country: string, page: Page): Promise<void> {
  const settings = await call(organiserKey, "GET", "/api/settings");
  if (settings["country"] !== country) await call(organiserKey, "PUT", "/api/settings", { ...settings, country });
  const camp = await Camp.create();
  await expect(async () => {
    await page.goto(camp.path);
    await expect(page.locator("#phone-hint")).not.toContainText("country’s code", { timeout: 1 });
  }).toPass({ intervals: [500] });
}

/** Joins with a number, and confirms the address by the mailed link. Shows the place. */
export async function joinWithPhone(page: Page, camp: Camp, phone: string): Promise<Place> {
  const email = await join(page, camp, undefined, phone);
  const place = Place.ofLink(linkIn(await awaitedMail(email, "Please confirm your place")));
  await page.goto(place.path);
  await page.getByRole("button", { name: "Yes, this is my place" }).click();
  await page.getByRole("button", { name: "Send the code" }).waitFor();
  return place;
}

/** The code that was sent to a number. */
export async function codeSentTo(number: string): Promise<string> {
  return (await awaitedText(number, "is your code")).slice(0, 6);
}
