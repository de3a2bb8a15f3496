// A place in a line, as its page and the API name it.
import { expect } from "@playwright/test";

import { call, type Json } from "./api.ts";
import { organiserKey, salesKey } from "./settings.ts";

export class Place {
  readonly customerId: string;
  readonly token: string;

  constructor(customerId: string, token: string) {
    this.customerId = customerId;
    this.token = token;
  }

  /** The place to which a link in a message leads. */
  static ofLink(link: string): Place {
    const [, customerId, token] = /\/p\/([^~]+)~([^/?]+)$/.exec(decodeURIComponent(new URL(link).pathname)) ?? [];
    if (!customerId || !token) throw new Error(`This link leads to no place: ${link}`);
    return new Place(customerId, token);
  }

  /** The path of its page. */
  get path(): string {
    return `/p/${this.customerId}~${this.token}`;
  }

  /** The entry as its customer sees it. */
  async entry(): Promise<Json> {
    const places = await call(this.token, "GET", `/api/waitlist/position/${this.customerId}`);
    return places["entries"][0];
  }

  /** Waits until the entry has this status. */
  async comesToBe(status: string): Promise<void> {
    await expect.poll(async () => (await this.entry())["status"], { intervals: [50, 100, 200] }).toBe(status);
  }

  /** The customer acts without a page. */
  async act(name: "claim" | "decline"): Promise<void> {
    await this.send(this.token, "POST", name);
  }

  async leave(): Promise<void> {
    await call(this.token, "DELETE", `/api/waitlist/leave/${this.customerId}`);
  }

  /** The shop says that they have paid. */
  async convert(): Promise<void> {
    await this.send(salesKey, "POST", "convert");
  }

  /** The organiser takes it out of the line. */
  async remove(): Promise<void> {
    await this.send(organiserKey, "POST", "remove");
  }

  private async send(credential: string, method: string, command: string): Promise<void> {
    const { entryId } = await this.entry();
    await call(credential, method, `/api/waitlist/${command}/${this.customerId}`, { entryId });
  }
}
