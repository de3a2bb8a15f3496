// Programs that open every link of every mail before its reader does.
import { expect, test } from "@playwright/test";

import { Camp } from "./support/camp.ts";
import { join } from "./support/form.ts";
import { awaitedMail, linkIn, linksIn, mailTo } from "./support/mailbox.ts";
import { Place } from "./support/place.ts";
import { apiUrl } from "./support/settings.ts";

/** GETs and HEADs the page of each link twice, and follows what leads on. */
async function scan(address: string): Promise<number> {
  const links = (await mailTo(address)).flatMap(linksIn);
  for (const link of [...links, ...links]) {
    const { pathname, search } = new URL(link);
    for (const method of ["HEAD", "GET"]) {
      const response = await fetch(apiUrl + pathname + search, { method });
      expect(response.status, `${method} of a page`).toBe(200);
      await response.arrayBuffer();
    }
  }
  return links.length;
}

test("a scanner that opens the links of all mails twice changes nothing", async ({ page }) => {
  const camp = await Camp.create();
  const email = await join(page, camp);
  const place = Place.ofLink(linkIn(await awaitedMail(email, "Please confirm your place")));

  const unconfirmed = await place.entry();
  expect(unconfirmed).toMatchObject({ status: "waiting", confirmed: false, position: 1 });
  await scan(email);
  expect(await place.entry()).toEqual(unconfirmed);

  await page.goto(place.path);
  await page.getByRole("button", { name: "Yes, this is my place" }).click();
  await camp.release();
  await awaitedMail(email, "held for you");
  const offered = await place.entry();
  expect(offered).toMatchObject({ status: "offered", confirmed: true });
  expect(await scan(email)).toBeGreaterThan(1);
  expect(await place.entry()).toEqual(offered);
});
