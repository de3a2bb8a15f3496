// Pages that are older than what they show, and links that are not one's own.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { join } from "./support/form.ts";
import { Place } from "./support/place.ts";
import { apiUrl } from "./support/settings.ts";

test("a seat that one tab has claimed is shown as claimed by the other", async ({ page, context }) => {
  const camp = await Camp.create();
  const place = await camp.offeredPlace();
  const other = await context.newPage();
  for (const tab of [page, other]) await tab.goto(place.path);
  for (const tab of [page, other]) {
    await tab.getByRole("button", { name: "Yes, I want it" }).click();
    await expect(tab.getByRole("heading", { level: 1 })).toHaveText("The seat is yours once you have paid");
  }
});

test("a seat that one tab has let go can't be claimed in the other", async ({ page, context }) => {
  const camp = await Camp.create();
  const place = await camp.offeredPlace();
  const other = await context.newPage();
  for (const tab of [page, other]) await tab.goto(place.path);
  await page.getByRole("button", { name: "No, give it to the next" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You let the seat go");
  await other.getByRole("button", { name: "Yes, I want it" }).click();
  await expect(other.locator(".notice")).toContainText("That is no longer possible.");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("You let the seat go");
});

test("an offer that ends while its page is open can't be claimed, and the page says why", async ({ page }) => {
  const camp = await Camp.create({ waitlist: { notificationWindow: "4 seconds" } });
  const place = await camp.offeredPlace();
  await page.goto(place.path);
  const yes = page.getByRole("button", { name: "Yes, I want it" });
  await expect(yes).toBeVisible();
  await place.comesToBe("expired");
  await yes.click();
  await expect(page.locator(".notice")).toHaveText("You answered too late: the time to say yes was over.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The time ran out");
});

test("after claiming, the back button shows that the seat is claimed", async ({ page }) => {
  const place = await (await Camp.create()).offeredPlace();
  await page.goto(place.path);
  await page.getByRole("button", { name: "Yes, I want it" }).click();
  const title = page.getByRole("heading", { level: 1 });
  await expect(title).toHaveText("The seat is yours once you have paid");
  await page.goBack();
  await expect(title).toHaveText("The seat is yours once you have paid");
});

test("leaving asks once more, and can be thought better of", async ({ page }) => {
  const place = await (await Camp.create()).place();
  await page.goto(place.path);
  await page.getByRole("link", { name: "Leave the line" }).click();
  await page.getByRole("link", { name: "No, keep my place" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your place in the line");
  await page.getByRole("link", { name: "Leave the line" }).click();
  await page.getByRole("button", { name: "Yes, leave the line" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You left the line");
});

test("the token of somebody else shows nothing of a place", async ({ page }) => {
  const camp = await Camp.create();
  const [mine, theirs] = [await camp.place(), await camp.place()];
  const mixed = new Place(theirs.customerId, mine.token);
  const response = await page.goto(mixed.path);
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("We can’t find this page");
});

test("the token that a join gives only looks: it confirms nothing", async ({ page }) => {
  const camp = await Camp.create();
  await join(page, camp);
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
  const looking = Place.ofLink(page.url());
  const { entryId } = await looking.entry();
  const pressed = await fetch(`${apiUrl}${looking.path}/confirm`, {
    method: "POST",
    body: new URLSearchParams({ entryId, key: "a-key" }),
    redirect: "manual",
  });
  expect(pressed.status).toBe(403);
  expect(await looking.entry()).toMatchObject({ confirmed: false });
});
