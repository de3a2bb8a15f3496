// The mail and text messages that the local cloud captured.
import { expect } from "@playwright/test";

import type { Json } from "./api.ts";
import { cloudUrl, region } from "./settings.ts";

export interface Mail {
  subject: string;
  text: string;
}

async function captured(service: "ses" | "sns", path: string): Promise<Json> {
  const scope = `test/20260101/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const response = await fetch(`${cloudUrl}/_ministack/${service}/${path}`, { headers: { authorization } });
  return response.json() as Promise<Json>;
}

/** All mail to an address, the oldest first. */
export async function mailTo(address: string): Promise<Mail[]> {
  const { messages } = await captured("ses", "messages");
  const all: Json[] = Object.values(messages as Json).flat();
  const own = all.filter((message) => message["To"]?.includes(address));
  return own.map((message) => ({ subject: message["Subject"], text: message["BodyText"] }));
}

/** Waits for mail whose subject has these words. Returns it. */
export async function awaitedMail(address: string, words: string): Promise<Mail> {
  const found = async () => (await mailTo(address)).find((mail) => mail.subject.includes(words));
  await expect.poll(found, { message: `a mail "${words}"`, intervals: [100, 200, 400] }).toBeDefined();
  return (await found())!;
}

/** Waits for a text message to a number with these words. Returns it. */
export async function awaitedText(phone: string, words: string): Promise<string> {
  const found = async () => {
    const listing = await captured("sns", `sms-messages?phoneNumber=${encodeURIComponent(phone)}`);
    const texts: Json[] = listing["sms_messages"][phone] ?? [];
    return texts.map((text): string => text["Message"]).find((text) => text.includes(words));
  };
  await expect.poll(found, { message: `a text "${words}"`, intervals: [100, 200, 400] }).toBeDefined();
  return (await found())!;
}

/** The links in the text of a mail. */
export function linksIn({ text }: Pick<Mail, "text">): string[] {
  return text.match(/https?:\/\/\S+/g) ?? [];
}

/** The link to the place that a mail is about. */
export function linkIn(mail: Mail): string {
  const [link] = linksIn(mail);
  if (!link) throw new Error(`The mail "${mail.subject}" has no link.`);
  return link;
}
