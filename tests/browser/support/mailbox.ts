// The mail that the local cloud captured.
import { expect } from "@playwright/test";

import type { Json } from "./api.ts";
import { cloudUrl, region } from "./settings.ts";

export interface Mail {
  subject: string;
  text: string;
}

/** All mail to an address, the oldest first. */
export async function mailTo(address: string): Promise<Mail[]> {
  const scope = `test/20260101/${region}/ses/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const response = await fetch(`${cloudUrl}/_ministack/ses/messages`, { headers: { authorization } });
  const { messages } = (await response.json()) as { messages: Record<string, Json[]> };
  const own = Object.values(messages).flat().filter((message) => message["To"]?.includes(address));
  return own.map((message) => ({ subject: message["Subject"], text: message["BodyText"] }));
}

/** Waits for mail whose subject has these words. Returns it. */
export async function awaitedMail(address: string, words: string): Promise<Mail> {
  const found = async () => (await mailTo(address)).find((mail) => mail.subject.includes(words));
  await expect.poll(found, { message: `a mail "${words}"`, intervals: [100, 200, 400] }).toBeDefined();
  return (await found())!;
}

/** The links in the text of a mail. */
export function linksIn({ text }: Mail): string[] {
  return text.match(/https?:\/\/\S+/g) ?? [];
}

/** The link to the place that a mail is about. */
export function linkIn(mail: Mail): string {
  const [link] = linksIn(mail);
  if (!link) throw new Error(`The mail "${mail.subject}" has no link.`);
  return link;
}
