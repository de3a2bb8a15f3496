// How the tests of the pages run. Playwright loads no browser: it uses the machine's own Chromium.
import { defineConfig } from "@playwright/test";

import { chromium, pagesUrl } from "./support/settings.ts";

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  reporter: "dot",
  fullyParallel: true,
  forbidOnly: true,
  // A page that works only now and then does not work.
  retries: 0,
  workers: 2,
  timeout: 45_000,
  // On a busy machine a message takes some seconds.
  expect: { timeout: 15_000 },
  projects: [
    { name: "pages", testIgnore: "organiser.spec.ts" },
    // It sets what all pages show, so it comes when nobody else looks at them.
    { name: "organiser", testMatch: "organiser.spec.ts", dependencies: ["pages"] },
  ],
  use: {
    baseURL: pagesUrl,
    browserName: "chromium",
    launchOptions: { executablePath: chromium },
    locale: "en-GB",
    viewport: { width: 360, height: 740 },
  },
});
