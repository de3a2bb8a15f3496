// Pictures of what a phone shows first, for the documentation. UPDATE_SCREENSHOTS=1 takes them.
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

/** Above the fold of a small phone. */
const SHOWN = { x: 0, y: 0, width: 360, height: 640 };
const IMAGES = fileURLToPath(new URL("../../../docs/images/", import.meta.url));

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (process.env["UPDATE_SCREENSHOTS"] !== "1") return;
  await page.emulateMedia({ colorScheme: "light" });
  await page.screenshot({ path: `${IMAGES}${name}.png`, clip: SHOWN, animations: "disabled" });
}
