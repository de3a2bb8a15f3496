// Pages with everything that an organiser sets: a logo, a colour, links, and a page on privacy.
import { expect, test, type Page } from "@playwright/test";

import { call, type Json } from "./support/api.ts";
import { Camp } from "./support/camp.ts";
import { expectAccessible, expectNarrow, expectValid } from "./support/good-page.ts";
import { newEmail } from "./support/names.ts";
import { keepScreenshot } from "./support/screenshots.ts";
import { organiserKey } from "./support/settings.ts";
import { Traffic } from "./support/traffic.ts";

const SETTINGS = "/api/settings";
const NAME = "Lakeside Park & Recreation";
const LOGO = "https://cdn.lakeside.example/logo.svg";
const PHOTO = "https://photos.lakeside.example/camp.svg";
const LANGUAGES = ["en", "de", "fr", "es"];
/** Each is hard to read: on white, in the dark, and on both. */
const COLOURS = ["#fde047", "#1e1b4b", "#808080"];
const QUESTIONS: Json[] = [{ id: "food", type: "choice", label: "Food", required: true, options: ["Anything", "No meat"] }];

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80" viewBox="0 0 240 80">
<circle cx="40" cy="40" r="32" fill="#0f766e"/><text x="84" y="52" font-family="sans-serif" font-size="32">Lakeside</text></svg>`;
const photo = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600" viewBox="0 0 900 600">
<rect width="900" height="600" fill="#7dd3fc"/><path d="M0 420 300 150 520 360 680 240 900 420V600H0Z" fill="#15803d"/></svg>`;

// All pages follow the settings, so one test goes after the other.
test.describe.configure({ mode: "default" });

let before: Json;
test.beforeAll(async () => void (before = await call(organiserKey, "GET", SETTINGS)));
test.afterAll(async () => void (await call(organiserKey, "PUT", SETTINGS, before)));
test.beforeEach(async ({ page }) => {
  for (const [url, body] of [[LOGO, logo], [PHOTO, photo]] as const) {
    await page.route(url, (route) => route.fulfill({ contentType: "image/svg+xml", body }));
  }
});

async function set(accentColor: string): Promise<void> {
  const page = (path: string) => `https://lakeside.example/${path}`;
  const [privacyUrl, imprintUrl] = [page("privacy"), page("imprint")];
  const links = { website: page(""), privacyUrl, imprintUrl, logoUrl: LOGO };
  const settings = { organiserName: NAME, contact: "camp@lakeside.example", accentColor, ...links };
  await call(organiserKey, "PUT", SETTINGS, settings);
}

/** Shows a page once it follows the settings, some seconds later. */
async function see(page: Page, path: string, accentColor: string): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    const fill = "getComputedStyle(document.documentElement).getPropertyValue('--fill')";
    expect(await page.evaluate(fill)).toBe(accentColor);
  }).toPass({ intervals: [500] });
}

async function expectShown(page: Page, picture: string): Promise<void> {
  const width = async () => page.locator(picture).evaluate((image: HTMLImageElement) => image.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
}

for (const colour of COLOURS) {
  test(`pages in the colour ${colour} are good for everybody in every language`, async ({ page }) => {
    test.setTimeout(120_000);
    const traffic = new Traffic(page);
    await set(colour);
    const camp = await Camp.create({ imageUrl: PHOTO, waitlist: { form: QUESTIONS } });
    const place = await camp.place({ attendeeId: "Mia", answers: { food: "Anything" } });
    const offered = await (await Camp.create()).offeredPlace();
    const pages = {
      event: camp.path,
      place: place.path,
      leave: `${place.path}?leave=ask`,
      offered: offered.path,
      privacy: `/privacy?event=${camp.id}`,
    };
    for (const lang of LANGUAGES) {
      for (const [name, path] of Object.entries(pages)) {
        await see(page, `${path}${path.includes("?") ? "&" : "?"}lang=${lang}`, colour);
        await expectShown(page, "img.logo");
        await expect(page.locator("footer")).toContainText(NAME);
        await keepScreenshot(page, `organiser-${name}-${lang}-${colour.slice(1)}`);
        await traffic.expectSmall([LOGO, PHOTO]);
        await expectNarrow(page);
        await expectAccessible(page);
        await expectValid(await traffic.document());
      }
    }
    await see(page, camp.path, colour);
    await expectShown(page, "img.picture");
    await page.locator("form button").click();
    await page.getByRole("alert").waitFor();
    await expectAccessible(page);
    await expectValid(await traffic.document());
  });
}

test("who joins agrees to the organiser's page on privacy", async ({ page }) => {
  await set(COLOURS[0]!);
  await see(page, (await Camp.create()).path, COLOURS[0]!);
  const box = page.getByRole("checkbox", { name: `I agree that ${NAME}` });
  await expect(box).not.toBeChecked();
  await page.getByLabel("Your name").fill("Ada Quillfeather");
  await page.getByLabel("E-mail", { exact: true }).fill(newEmail());
  const join = page.getByRole("button", { name: "Join the waitlist" });
  await join.click();

  await page.getByRole("alert").getByRole("link", { name: /^Tick the box/ }).click();
  await expect(box).toBeFocused();
  await expect(box).toHaveAccessibleDescription(/Tick the box/);
  await expect(page.getByRole("link", { name: "Read the privacy policy" })).toHaveAttribute(
    "href",
    "https://lakeside.example/privacy",
  );
  await box.check();
  await join.click();
  await expect(page.getByText("We sent you an e-mail.")).toBeVisible();
});
