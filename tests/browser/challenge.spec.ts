// Events that check that no robot joins.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { join } from "./support/form.ts";

const CHECKS = { waitlist: { joinChallenge: "work" } };
const STATUS = "#robot";

test("the check runs while somebody fills in the form, and says so", async ({ page }) => {
  const camp = await Camp.create(CHECKS);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(camp.path);
  await expect(page.locator(STATUS)).toBeEmpty();
  expect(asked.filter((path) => path.endsWith("/challenge"))).toEqual([]);
  await page.getByLabel("Your name", { exact: true }).fill("Ada Quillfeather");
  await expect(page.locator(STATUS)).toHaveText(/^Check(ing|ed)/);
  await expect(page.locator(STATUS)).toHaveText("Checked: you are not a robot.");
  await page.getByLabel("E-mail", { exact: true }).fill("ada@quillfeather-families.example");
  await page.getByRole("button", { name: "Join the waitlist" }).click();
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
  expect(asked.filter((path) => path.endsWith("/challenge"))).toHaveLength(1);
});

test("a button that is pressed before the check is done waits for it", async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/waitlist/challenge", async (route) => {
    await held;
    await route.continue();
  });
  await join(page, await Camp.create(CHECKS));
  await expect(page.locator(STATUS)).toHaveText("Checking that you are not a robot …");
  await expect(page.getByRole("button")).toBeDisabled();
  release();
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
});

test("a check that fails says so, and the next press tries again", async ({ page }) => {
  let fails = true;
  await page.route("**/api/waitlist/challenge", (route) => (fails ? route.abort() : route.continue()));
  await join(page, await Camp.create(CHECKS));
  await expect(page.locator(STATUS)).toHaveText(/did not work/);
  fails = false;
  await page.getByRole("button", { name: "Join the waitlist" }).click();
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the form says that it needs them, and loses nothing", async ({ page }) => {
    const camp = await Camp.create(CHECKS);
    // A browser without scripts shows this. Here the browser has them, and only runs none.
    const response = await page.goto(camp.path);
    expect(await response?.text()).toMatch(/<noscript>.*JavaScript must be on in your browser/);
    await join(page, camp);
    await expect(page.getByRole("alert")).toContainText("We could not check that you are not a robot.");
    await expect(page.getByLabel("Your name", { exact: true })).toHaveValue("Ada Quillfeather");
  });
});
