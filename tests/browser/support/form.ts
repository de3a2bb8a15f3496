// The form of an event's page.
import type { Page } from "@playwright/test";

import type { Camp } from "./camp.ts";
import { newEmail } from "./names.ts";
import { LANGUAGES, type Words } from "./words.ts";

/** Opens the page of a camp and joins its line. Returns the address that was typed. */
export async function join(page: Page, camp: Camp, words: Words = LANGUAGES[0]!, phone = ""): Promise<string> {
  await page.goto(camp.path);
  const email = newEmail();
  if (phone) await page.getByLabel("Phone (optional)").fill(phone);
  await page.getByLabel(words.name, { exact: true }).fill("Ada Quillfeather");
  await page.getByLabel(words.email, { exact: true }).fill(email);
  await page.getByRole("button", { name: words.join }).click();
  return email;
}
