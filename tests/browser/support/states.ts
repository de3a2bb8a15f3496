// Every state in which a page can be, and how it is reached.
import { expect, type Page } from "@playwright/test";

import type { Json } from "./api.ts";
import { Camp } from "./camp.ts";
import { join } from "./form.ts";
import { awaitedMail, linkIn } from "./mailbox.ts";
import { newAmericanPhone, newEmail, unique } from "./names.ts";
import { codeSentTo, joinWithPhone } from "./phone.ts";
import { Place } from "./place.ts";

export interface State {
  name: string;
  heading: string | RegExp;
  /** Requests beyond those of every page. */
  moreRequests?: number;
  /** Leads the browser there. */
  reach(page: Page): Promise<unknown>;
}

/** A question of each type. */
const QUESTIONS: Json[] = [
  { id: "school", type: "text", label: "School", help: "Where Mia goes in autumn", required: true },
  { id: "about", type: "longText", label: "What should we know?" },
  { id: "age", type: "number", label: "Age on the first day", min: 6, max: 14, required: true },
  { id: "food", type: "choice", label: "Food", required: true, options: ["Anything", "No meat & no fish"] },
  { id: "days", type: "choices", label: "Days", options: ["Monday", "Tuesday"] },
  { id: "swims", type: "yesNo", label: "Can swim", required: true },
  { id: "born", type: "date", label: "Date of birth" },
  { id: "neighbour", type: "phone", label: "Phone of a neighbour" },
];
const ANSWERS: Json = { school: "Hill School", age: 9, food: "Anything", swims: true };
const FULL = /^Full\./;
const BEGUN = "The line is closed";
const A_SECOND = 1000;
const AN_HOUR = 60 * 60 * 1000;

function ofEvent(name: string, heading: string | RegExp, prepare: () => Promise<Camp>): State {
  return { name, heading, reach: async (page) => page.goto((await prepare()).path) };
}

function ofPlace(name: string, heading: string, prepare: (camp: Camp) => Promise<Place>, waitlist: Json = {}): State {
  return { name, heading, reach: async (page) => page.goto((await prepare(await Camp.create({ waitlist }))).path) };
}

const EVENTS: State[] = [
  ofEvent("event-on-sale", "Seats are on sale", () => Camp.create({ capacity: 3 })),
  ofEvent("event-waitlist", FULL, () => Camp.create()),
  ofEvent("event-of-several-tickets", "Join the waitlist", () =>
    Camp.create({
      ticketTypes: [
        { id: "camper", name: "Camper", capacity: 0 },
        { id: "helper", name: "Helper", capacity: 0 },
        { id: "guest", name: "Guest", capacity: 2 },
      ],
    }),
  ),
  ofEvent("event-before-a-draw", "The places in line are drawn by lot", () =>
    Camp.create({ waitlist: { order: "lottery", drawAt: new Date(Date.now() + AN_HOUR).toISOString() } }),
  ),
  ofEvent("event-with-questions", FULL, () => Camp.create({ waitlist: { form: QUESTIONS } })),
  ofEvent("event-paused", "The line is paused", async () => {
    const camp = await Camp.create();
    await camp.steer("paused");
    return camp;
  }),
  ofEvent("event-closed", "The line is closed", async () => {
    const camp = await Camp.create();
    await camp.steer("closed");
    return camp;
  }),
  {
    name: "event-begun",
    heading: BEGUN,
    reach: async (page) => {
      const camp = await Camp.create({ startsAt: new Date(Date.now() + A_SECOND).toISOString() });
      const title = page.getByRole("heading", { level: 1 });
      await expect(async () => {
        await page.goto(camp.path);
        await expect(title).toHaveText(BEGUN, { timeout: 1 });
      }).toPass({ intervals: [500] });
    },
  },
  {
    name: "event-with-errors",
    heading: FULL,
    reach: async (page) => {
      await page.goto((await Camp.create({ waitlist: { form: QUESTIONS } })).path);
      await page.getByRole("button", { name: "Join the waitlist" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "event-refuses",
    // What all see of an event may be seconds old.
    heading: /^(Full|The line is paused)/,
    reach: async (page) => {
      const camp = await Camp.create();
      await page.goto(camp.path);
      await camp.steer("paused");
      await page.getByLabel("Your name").fill("Ada Quillfeather");
      await page.getByLabel("E-mail", { exact: true }).fill(newEmail());
      await page.getByRole("button", { name: "Join the waitlist" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
];

/** Events that check that no robot joins. */
const CHECKED: State[] = [
  {
    ...ofEvent("event-with-a-check", FULL, () => Camp.create({ waitlist: { joinChallenge: "work" } })),
    moreRequests: 1,
  },
  {
    name: "event-that-has-checked",
    heading: FULL,
    // The script and the challenge.
    moreRequests: 2,
    reach: async (page) => {
      await page.goto((await Camp.create({ waitlist: { joinChallenge: "work" } })).path);
      await page.getByLabel("Your name", { exact: true }).fill("Ada Quillfeather");
      await page.getByText("Checked: you are not a robot.").waitFor();
    },
  },
];

/** A number of the place is still to be confirmed. */
function ofPhone(name: string, go: (page: Page, number: string) => Promise<unknown> = async () => {}): State {
  return {
    name,
    heading: "Your place in the line",
    reach: async (page) => {
      const { number } = newAmericanPhone();
      await joinWithPhone(page, await Camp.create(), number);
      await go(page, number);
    },
  };
}

async function sendCode(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Send the code" }).click();
  await page.getByLabel("Code from the text message").waitFor();
}

async function enter(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code from the text message").fill(code);
  await page.getByRole("button", { name: "Confirm the number" }).click();
}

const PHONES: State[] = [
  {
    name: "event-with-a-bad-phone",
    heading: FULL,
    reach: async (page) => {
      await join(page, await Camp.create(), undefined, "555-0123");
      await page.getByRole("alert").waitFor();
    },
  },
  ofPhone("place-with-a-phone"),
  ofPhone("place-code-sent", sendCode),
  ofPhone("place-code-wrong", async (page) => {
    await sendCode(page);
    await enter(page, "12 34");
    await page.getByRole("alert").waitFor();
  }),
  ofPhone("place-phone-confirmed", async (page, number) => {
    await sendCode(page);
    await enter(page, await codeSentTo(number));
    await page.getByText("Your number is confirmed.").waitFor();
  }),
];

/** A place of a mailed link, with others of the same address. */
async function familyPlace(): Promise<Place> {
  const [email, customerId] = [newEmail(), unique("family")];
  const [first, second] = [await Camp.create(), await Camp.create({ name: "Forest Week" })];
  for (const attendeeId of ["Mia", "Ben"]) await first.place({ email, customerId, attendeeId });
  await second.place({ email, customerId, attendeeId: "Mia" });
  return Place.ofLink(linkIn(await awaitedMail(email, "on the waitlist: Lakeside")));
}

const PLACES: State[] = [
  { name: "place-joined", heading: "Check your e-mail", reach: async (page) => join(page, await Camp.create()) },
  {
    name: "place-confirm",
    heading: "Confirm your place",
    reach: async (page) => {
      const email = await join(page, await Camp.create());
      await page.goto(linkIn(await awaitedMail(email, "Please confirm your place")));
    },
  },
  ofPlace("place-waiting", "Your place in the line", async (camp) => {
    for (const _ of [1, 2]) await camp.place();
    return camp.place({ attendeeId: "Mia" });
  }),
  {
    name: "place-beside-others",
    heading: "Your place in the line",
    reach: async (page) => page.goto((await familyPlace()).path),
  },
  {
    name: "place-asked-to-leave",
    heading: "Your place in the line",
    reach: async (page) => {
      await page.goto((await (await Camp.create()).place()).path);
      await page.getByRole("link", { name: "Leave the line" }).click();
    },
  },
  {
    name: "place-asked-to-let-go",
    heading: "The seat is yours once you have paid",
    reach: async (page) => {
      const place = await (await Camp.create()).offeredPlace();
      await place.act("claim");
      await page.goto(place.path);
      await page.getByRole("link", { name: "Let the seat go" }).click();
    },
  },
  {
    name: "place-to-change",
    heading: "Change what you told us",
    reach: async (page) => {
      const camp = await Camp.create({ waitlist: { form: QUESTIONS, fit: "partial" } });
      await page.goto(`${(await camp.place({ quantity: 3, attendeeId: "Mia O'Neil-Åström", answers: ANSWERS })).path}/change`);
      await page.getByText("Change my answers").click();
    },
  },
  {
    name: "place-to-change-with-errors",
    heading: "Change what you told us",
    reach: async (page) => {
      const camp = await Camp.create({ waitlist: { form: QUESTIONS } });
      await page.goto(`${(await camp.place({ quantity: 3, answers: ANSWERS })).path}/change`);
      await page.getByLabel("Seats", { exact: true }).fill("9");
      await page.getByRole("button", { name: "Save the changes" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "place-changed",
    heading: "Your place in the line",
    reach: async (page) => page.goto(`${(await (await Camp.create()).place({ attendeeId: "Mia O'Neil-Åström" })).path}?notice=changed`),
  },
  ofPlace("place-in-draw", "You are in the draw", (camp) => camp.place(), {
    order: "lottery",
    drawAt: new Date(Date.now() + AN_HOUR).toISOString(),
  }),
  ofPlace("place-offered", "It is your turn", (camp) => camp.offeredPlace()),
  ofPlace("place-claimed", "The seat is yours once you have paid", async (camp) => {
    const place = await camp.offeredPlace();
    await place.act("claim");
    return place;
  }),
  ofPlace("place-booked", "Your seat is booked", async (camp) => {
    const place = await camp.offeredPlace();
    await place.act("claim");
    await place.convert();
    return place;
  }),
  ofPlace(
    "place-expired",
    "The time ran out",
    async (camp) => {
      const place = await camp.place();
      await camp.release();
      await place.comesToBe("expired");
      return place;
    },
    { notificationWindow: "1 second" },
  ),
  {
    name: "place-after-an-act-too-late",
    heading: "Your place in the line",
    reach: async (page) => page.goto(`${(await (await Camp.create()).place()).path}?notice=too-late`),
  },
  ofPlace("place-declined", "You let the seat go", async (camp) => {
    const place = await camp.offeredPlace();
    await place.act("decline");
    return place;
  }),
  ofPlace("place-left", "You left the line", async (camp) => {
    const place = await camp.place();
    await place.leave();
    return place;
  }),
  ofPlace("place-removed", "Your place was taken out of the line", async (camp) => {
    const place = await camp.place();
    await place.remove();
    return place;
  }),
  {
    name: "place-unconfirmed",
    heading: "Your place was not confirmed",
    reach: async (page) => {
      await join(page, await Camp.create({ waitlist: { confirmWithin: "1 second" } }));
      await page.waitForURL("**/p/**");
      await Place.ofLink(page.url()).comesToBe("unconfirmed");
      await page.reload();
    },
  },
];

const OTHERS: State[] = [
  { name: "find", heading: "Find your link", reach: (page) => page.goto("/find") },
  {
    name: "find-with-errors",
    heading: "Find your link",
    reach: async (page) => {
      await page.goto("/find");
      await page.getByRole("button", { name: "Send me my links" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "find-sent",
    heading: "Check your e-mail",
    reach: async (page) => {
      await page.goto("/find");
      await page.getByLabel("E-mail", { exact: true }).fill(newEmail());
      await page.getByRole("button", { name: "Send me my links" }).click();
      await page.waitForLoadState();
    },
  },
  { name: "privacy", heading: "What we store about you", reach: (page) => page.goto("/privacy") },
  { name: "not-found", heading: "We can’t find this page", reach: (page) => page.goto("/p/nobody~wt_x") },
  {
    name: "not-sent",
    heading: "That did not reach us",
    reach: async (page) => {
      await page.goto((await (await Camp.create()).offeredPlace()).path);
      // No page of ours sends this.
      const form = page.locator("form").first();
      await form.evaluate((it: HTMLFormElement) => Object.assign(it, { enctype: "text/plain" }).submit());
    },
  },
  { name: "unsubscribe", heading: "No more news about your place", reach: (page) => page.goto("/unsubscribe/wu_x") },
];

export const STATES: State[] = [...EVENTS, ...CHECKED, ...PHONES, ...PLACES, ...OTHERS];
