// What the browser loads for a page.
import { gzipSync } from "node:zlib";

import { expect, type Page, type Response } from "@playwright/test";

import { pagesUrl } from "./settings.ts";

const MOST_REQUESTS = 3;
const MOST_BYTES = 25 * 1024;

/** The responses that made the page that is shown last. */
export class Traffic {
  private responses: Response[] = [];

  constructor(page: Page) {
    page.on("response", (response) => {
      if (response.request().isNavigationRequest()) this.responses = [];
      this.responses.push(response);
    });
  }

  /** The HTML as it was sent. */
  async document(): Promise<string> {
    const [document] = this.responses;
    if (!document) throw new Error("No page is shown.");
    return document.text();
  }

  /** Checks that the page is small, and that all of it comes from its own host, but for these pictures. */
  async expectSmall(pictures: string[] = []): Promise<void> {
    expect(this.responses.length).toBeLessThanOrEqual(MOST_REQUESTS + pictures.length);
    let bytes = 0;
    for (const response of this.responses) {
      if (pictures.includes(response.url())) continue;
      expect(new URL(response.url()).origin).toBe(pagesUrl);
      bytes += gzipSync(await response.body()).length;
    }
    expect(bytes).toBeLessThan(MOST_BYTES);
  }
}
