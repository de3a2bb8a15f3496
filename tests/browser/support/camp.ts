// An event that a test creates, and what its organiser and its shop do.
import { call, type Json } from "./api.ts";
import { newEmail, unique } from "./names.ts";
import { Place } from "./place.ts";
import { organiserKey, salesKey } from "./settings.ts";

const TICKET_TYPE = "camper";

/** In half a year, in the morning. */
function inHalfAYear(): string {
  const day = new Date(Date.now() + 180 * 24 * 60 * 60 * 1000);
  day.setUTCHours(7, 0, 0, 0);
  return day.toISOString();
}

export interface CampOptions {
  /** No seats: the line is open from the start. */
  capacity?: number;
  ticketTypes?: Json[];
  waitlist?: Json;
  startsAt?: string;
  imageUrl?: string;
}

export class Camp {
  readonly id: string;

  private constructor(id: string) {
    this.id = id;
  }

  /** Creates a camp. Unless it has seats, people may join its line at once. */
  static async create(options: CampOptions = {}): Promise<Camp> {
    const { capacity = 0, ticketTypes, waitlist = {}, startsAt = inHalfAYear(), imageUrl } = options;
    const camp = new Camp(unique("camp"));
    await call(organiserKey, "PUT", `/api/events/${camp.id}`, {
      name: "Lakeside Park Summer Camp, Week 1",
      startsAt,
      timeZone: "Europe/Vienna",
      ticketTypes: ticketTypes ?? [{ id: TICKET_TYPE, name: "Camper", capacity }],
      waitlist,
      ...(imageUrl && { imageUrl }),
    });
    return camp;
  }

  get path(): string {
    return `/events/${this.id}`;
  }

  /** Sells a seat past the line. Returns the registration. */
  async sell(): Promise<string> {
    const sale = { eventId: this.id, ticketTypeId: TICKET_TYPE, quantity: 1, customerId: unique("buyer") };
    return (await call(salesKey, "POST", "/api/registrations", sale))["registrationId"];
  }

  /** Takes a sale back, so that its seat comes free. */
  async cancel(registration: string): Promise<void> {
    await call(salesKey, "DELETE", `/api/registrations/${registration}`);
  }

  /** Adds seats, which go to the line. */
  async release(quantity = 1): Promise<void> {
    await call(organiserKey, "POST", `/api/waitlist/release/${this.id}`, { ticketTypeId: TICKET_TYPE, quantity });
  }

  /** Lets people join, or not. */
  async steer(joining: "open" | "paused" | "closed"): Promise<void> {
    await call(organiserKey, "POST", `/api/waitlist/steer/${this.id}`, { joining });
  }

  /** The shop puts somebody whom it knows into the line. */
  async place(more: Json = {}): Promise<Place> {
    const wish = { eventId: this.id, ticketTypeId: TICKET_TYPE, name: "Ada Quillfeather", email: newEmail() };
    const joined = await call(salesKey, "POST", "/api/waitlist/join", { ...wish, customerId: unique("family"), ...more });
    return new Place(joined["customerId"], joined["token"]);
  }

  /** Somebody is in the line and has an offer. */
  async offeredPlace(): Promise<Place> {
    const place = await this.place();
    await this.release();
    await place.comesToBe("offered");
    return place;
  }
}
