// Times on pages, for readers near the event and far from it.
import { expect, test } from "@playwright/test";

import { call } from "./support/api.ts";
import { Camp } from "./support/camp.ts";

const AN_HOUR = 60 * 60 * 1000;

test.describe("for a reader whose clock is that of the event", () => {
  test.use({ timezoneId: "Europe/Vienna" });

  test("a deadline shows how much time is left, and one time", async ({ page }) => {
    const place = await (await Camp.create()).offeredPlace();
    await page.goto(place.path);
    const deadline = page.locator(".deadline");
    await expect(deadline).toContainText("(Vienna)");
    await expect(deadline).toContainText("23 hours, 59 minutes left");
    await expect(deadline).not.toContainText("In your time");
  });
});

test.describe("for a reader elsewhere", () => {
  test.use({ timezoneId: "Asia/Tokyo" });

  test("a deadline shows the time of the reader's own clock as well", async ({ page }) => {
    const place = await (await Camp.create()).offeredPlace();
    await page.goto(place.path);
    const { offer } = await place.entry();
    const options = { dateStyle: "full", timeStyle: "short", timeZone: "Asia/Tokyo" } as const;
    const time = new Intl.DateTimeFormat("en-GB", options).format(new Date(offer.expiresAt));
    await expect(page.locator(".deadline")).toContainText(`In your time: ${time}`);
  });
});

test("before a draw, a place shows the number that fixes its lots", async ({ page }) => {
  const drawAt = new Date(Date.now() + AN_HOUR).toISOString();
  const camp = await Camp.create({ waitlist: { order: "lottery", drawAt } });
  const place = await camp.place();
  await page.goto(place.path);
  await page.getByText("Check the draw").click();
  const event = await call(place.token, "GET", `/api/events/${camp.id}`);
  await expect(page.locator(".proof")).toHaveText(event["draw"].commitment);
});
