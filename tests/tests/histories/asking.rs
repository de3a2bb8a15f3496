//! Turns wishes into requests about things that exist.

use serde_json::{Value, json};
use waitlist_domain::entry::Status;
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::Random;

use super::asks::Ask;
use super::event_rules::TIERS;
use super::event_rules::{asked, with_passes};
use super::identifiers::{EVENT, NAME, ORGANISER_KEY, SALES_KEY, TICKET_TYPES};
use super::invoking::{MOST_RUNS, REPEATED_WITHIN};
use super::mirror::sales::{Event, Order, State};
use super::planned_codes::typed;
use super::requests::{Endpoint, Sent};
use super::wishes::{Batching, CUSTOMERS, EventChange, What, Wish};
use super::world::World;

/// Per mille of requests that are sent twice at once.
const SENT_TWICE: u16 = 100;
/// Per mille of joins that forget to answer the questions.
const FORGOTTEN: u16 = 50;

impl World {
    /// Makes the request of a wish. Makes none if there is nothing that it could be about.
    pub(super) fn wish(&mut self, wish: &Wish) {
        let random = &mut Random::new(wish.chance);
        let sent = match &wish.what {
            What::Sell { line, quantity } => Some(self.sell(*line, *quantity)),
            What::Cancel => self.cancel(random),
            What::Join { customer, attendee, line, quantity, minimum, tier, code, publicly } => {
                let (line, quantity) = self.as_may_be(*line, *quantity, random);
                let mut sent = self.join(*customer, line, quantity, *publicly);
                minimum.iter().for_each(|minimum| sent.body["minQuantity"] = json!(quantity.min(*minimum)));
                if random.chance(FORGOTTEN) {
                    sent.body["answers"] = Value::Null;
                }
                let has_tiers = self.mirror.event.as_ref().is_some_and(|event| !event.order.tiers.is_empty());
                match (tier.filter(|_| !publicly), code) {
                    _ if !has_tiers => {}
                    (_, Some(code)) => sent.body["accessCode"] = json!(typed(*code)),
                    (Some(tier), None) => sent.body["tier"] = json!(self.tier(tier)),
                    (None, None) => {}
                }
                // People try for more places than they may have.
                let greed = &mut Random::new(wish.chance ^ 0x6eed);
                let attendee = if *publicly && greed.chance(600) { greed.below(5) } else { *attendee };
                Some(for_attendee(sent, attendee))
            }
            What::Leave { customer } => Some(self.about_customer(Endpoint::Leave, *customer, random)),
            What::Confirm => self.confirm(random),
            What::AskForFewer => self.ask_for_fewer(random),
            What::Claim => self.act(Endpoint::Claim, &[Status::Offered], random),
            What::Convert => self.act(Endpoint::Convert, &[Status::Offered, Status::Claimed], random),
            What::Decline => self.act(Endpoint::Decline, &[Status::Offered, Status::Claimed], random),
            What::Release { line, quantity, batch } => Some(release(*line, *quantity, batch)),
            What::Pause => self.about_release(Endpoint::PauseRelease, &[State::Releasing], random),
            What::Resume => self.about_release(Endpoint::ResumeRelease, &[State::Paused], random),
            What::CancelRelease => {
                self.about_release(Endpoint::CancelRelease, &[State::Releasing, State::Paused], random)
            }
            What::Revoke => self.revoke(random),
            // Without a code to enter one is asked for. Without a number somebody joins with one.
            What::ConfirmPhone { rightly } => {
                let asked = self.confirm_phone(*rightly, random).or_else(|| self.send_phone_code(random));
                asked.or_else(|| Some(self.join(2 * random.below(CUSTOMERS / 2), 0, 1, true)))
            }
            What::Progress => self.about_release(Endpoint::GetRelease, &State::ALL, random),
            What::Change(change) => self.change(change).map(|sent| with_other_places(sent, wish.chance)),
            // If there is nobody whom the command could be about, a customer joins.
            What::Command(command) => self.command(command, random).or_else(|| {
                let quantity = 1 + random.below(2) as u64;
                Some(self.join(random.below(CUSTOMERS), 0, quantity, false))
            }),
            What::Position { customer } => Some(self.about_customer(Endpoint::Position, *customer, random)),
            What::Statistics => Some(Sent::new(Endpoint::Stats, ORGANISER_KEY, Value::Null).to("eventId", EVENT)),
            What::Repeat => return self.repeat(random),
            What::Rush { line, customers, released } => {
                self.rush(*line, *customers, random);
                released.map(|quantity| release(*line, quantity, &Batching::AtOnce))
            }
        };
        let Some(mut sent) = sent else { return };
        if sent.endpoint == Endpoint::Join && random.chance(700) {
            sent = self.sell_out(&sent).unwrap_or(sent);
        }
        if wish.with_key && sent.endpoint.is_post() {
            sent.idempotency_key = Some(format!("key-{}", self.asks.len()));
        }
        self.ask(sent);
        if random.chance(SENT_TWICE) {
            self.send_again_at_once();
        }
    }

    /// A customer presses a button twice. With a key, the same request runs twice at once. Without
    /// one, two equal requests compete.
    fn send_again_at_once(&mut self) {
        let first = self.asks.len() - 1;
        if self.asks[first].sent.idempotency_key.is_some() {
            self.run(first);
        } else {
            self.ask(self.asks[first].sent.clone());
        }
    }

    fn rush(&mut self, line: usize, customers: usize, random: &mut Random) {
        let first = random.below(CUSTOMERS);
        for customer in first..first + customers {
            let sent = self.join(customer % CUSTOMERS, line, 1, random.chance(500));
            self.ask(sent);
        }
    }

    fn repeat(&mut self, random: &mut Random) {
        let now = self.now();
        let old = |ask: &Ask| now - ask.first_at > REPEATED_WITHIN || ask.runs >= MOST_RUNS;
        let is_repeatable = |ask: &Ask| ask.sent.idempotency_key.is_some() && !old(ask);
        let candidates: Vec<usize> = (0..self.asks.len()).filter(|&index| is_repeatable(&self.asks[index])).collect();
        if let Some(&index) = random.pick(&candidates) {
            self.run(index);
        }
    }

    fn sell(&self, line: usize, quantity: u64) -> Sent {
        let customer = format!("buyer{}", self.asks.len());
        let body = json!({
            "eventId": EVENT, "ticketTypeId": TICKET_TYPES[line], "quantity": quantity, "customerId": customer,
        });
        Sent::new(Endpoint::Register, SALES_KEY, body)
    }

    /// Mostly a line and a quantity that the event allows.
    fn as_may_be(&self, line: usize, quantity: u64, random: &mut Random) -> (usize, u64) {
        let Some(event) = self.mirror.event.as_ref().filter(|_| random.chance(900)) else { return (line, quantity) };
        let line = if event.ticket_types.iter().any(|id| id == TICKET_TYPES[line]) { line } else { 1 - line };
        (line, quantity.min(event.max_quantity))
    }

    /// Buys all seats on sale of the ticket type that another customer wants to join, so that it
    /// has a line.
    fn sell_out(&self, join: &Sent) -> Option<Sent> {
        let line = TICKET_TYPES.iter().position(|id| join.body["ticketTypeId"] == *id)?;
        let seats = self.mirror.lines.get(&format!("{EVENT}#{}", TICKET_TYPES[line]))?.seats.as_ref()?;
        (!seats.active && seats.free > 0).then(|| self.sell(line, seats.free))
    }

    fn cancel(&self, random: &mut Random) -> Option<Sent> {
        let any = random.chance(100);
        let candidates: Vec<&String> =
            self.mirror.registrations.iter().filter(|(_, sale)| any || sale.is_confirmed).map(|(id, _)| id).collect();
        let id = random.pick(&candidates)?;
        Some(Sent::new(Endpoint::CancelRegistration, SALES_KEY, Value::Null).to("registrationId", id.as_str()))
    }

    fn join(&self, customer: usize, line: usize, quantity: u64, publicly: bool) -> Sent {
        let request = self.asks.len();
        // A sales system places several customers under the mailbox of one, each with another tag.
        let shares = !publicly && Random::new(self.plan.seed ^ (request as u64) << 20).chance(400);
        let email = match (publicly, shares) {
            (true, _) => format!("public{customer}@example.org"),
            (false, true) => format!("Public{}+{request}@example.org", customer % 3),
            (false, false) => format!("ask{request}@example.org"),
        };
        let mut body = json!({
            "eventId": EVENT, "ticketTypeId": TICKET_TYPES[line], "quantity": quantity, "name": NAME,
            "email": email,
        });
        // The customer answers the form as it is now. It may have changed when the request runs.
        let questions = self.mirror.event.iter().flat_map(|event| &event.form);
        body["answers"] = questions.map(|id| (id.clone(), json!(format!("{id} of request {request}")))).collect();
        if customer.is_multiple_of(2) {
            body["phone"] = json!(format!("+1415555{request:04}"));
        }
        if self.plan.is_mail_only {
            body["channels"] = json!(["email"]);
        }
        let sent = Sent::new(Endpoint::Join, SALES_KEY, body);
        if publicly {
            Sent { credential: None, ..sent }
        } else {
            let mut sent = sent;
            sent.body["customerId"] = json!(format!("customer{customer}"));
            sent
        }
    }

    /// A request about a customer, mostly one who waits or holds seats.
    fn about_customer(&self, endpoint: Endpoint, customer: usize, random: &mut Random) -> Sent {
        let live: Vec<&str> =
            self.mirror.entries.values().filter(|entry| entry.is_live()).map(|entry| entry.customer.as_str()).collect();
        let any = format!("customer{customer}");
        let customer = if random.chance(800) { random.pick(&live).copied().unwrap_or(&any) } else { &any };
        let token = self.token_of(customer, endpoint);
        let credential = token.as_deref().unwrap_or(SALES_KEY);
        let mut sent = Sent::new(endpoint, credential, Value::Null).to("customerId", customer);
        if random.chance(300) {
            sent.query = format!("eventId={EVENT}&ticketTypeId={}", TICKET_TYPES[random.below(2)]);
        }
        sent
    }

    /// A token of a customer, with which they look or leave, now and then.
    fn token_of(&self, customer: &str, endpoint: Endpoint) -> Option<String> {
        let random = &mut Random::new(self.asks.len() as u64 ^ 0x70c3);
        let entry = self.mirror.entries.values().find(|entry| entry.customer == customer)?;
        let joined = self.tokens.get(&entry.id).cloned();
        match (random.below(10), endpoint) {
            (0..4, _) => self.mailed_tokens(entry).pop(),
            (4..7, Endpoint::Position) | (4, _) => joined,
            _ => None,
        }
    }

    /// A request about an entry, mostly in one of these statuses. Now and then it has a token: one
    /// that was mailed, or the one that came with the join.
    fn act(&self, endpoint: Endpoint, statuses: &[Status], random: &mut Random) -> Option<Sent> {
        let any = random.chance(150);
        let entries = self.mirror.entries.values();
        let candidates: Vec<_> = entries.filter(|entry| any || statuses.contains(&entry.status)).collect();
        let entry = random.pick(&candidates)?;
        let with_token = endpoint != Endpoint::Convert && random.chance(400);
        let mailed = if with_token && random.chance(700) { self.mailed_tokens(entry).pop() } else { None };
        let token = mailed.as_ref().or_else(|| self.tokens.get(&entry.id)).filter(|_| with_token);
        let credential = token.map_or(SALES_KEY, String::as_str);
        let body = json!({ "entryId": entry.id });
        Some(Sent::new(endpoint, credential, body).to("customerId", entry.customer.as_str()))
    }

    /// A customer asks for fewer seats, or for as many, or is content with fewer. Now and then they
    /// ask for more.
    fn ask_for_fewer(&self, random: &mut Random) -> Option<Sent> {
        let mut sent = self.act(Endpoint::ChangeEntry, &[Status::Waiting], random)?;
        let entry = self.mirror.entries.values().find(|entry| sent.body["entryId"] == *entry.id)?;
        let most = entry.quantity as usize + usize::from(random.chance(100));
        let quantity = 1 + random.below(most) as u64;
        if random.chance(700) {
            sent.body["quantity"] = json!(quantity);
        } else {
            sent.body["minQuantity"] = json!(quantity);
        }
        Some(sent)
    }

    /// A request about a release, mostly in one of these states.
    fn about_release(&self, endpoint: Endpoint, states: &[State], random: &mut Random) -> Option<Sent> {
        let any = random.chance(100);
        let releases = self.mirror.releases.iter();
        let candidates: Vec<&String> =
            releases.filter(|(_, release)| any || states.contains(&release.state())).map(|(id, _)| id).collect();
        let id = random.pick(&candidates)?;
        Some(Sent::new(endpoint, ORGANISER_KEY, Value::Null).to("releaseId", id.as_str()))
    }

    fn change(&self, change: &EventChange) -> Option<Sent> {
        let event = self.mirror.event.as_ref()?;
        let mut body = self.as_it_is(event);
        match change {
            EventChange::Nothing => {}
            EventChange::Capacity { line, capacity } => {
                let kind = body["ticketTypes"].as_array_mut()?.get_mut(*line)?;
                kind["capacity"] = json!(capacity);
            }
            EventChange::Windows { notification, purchase, reminder } => {
                body["waitlist"]["notificationWindow"] = json!(notification);
                body["waitlist"]["purchaseWindow"] = json!(purchase);
                body["waitlist"]["reminderAt"] = json!(reminder);
            }
            EventChange::Pace(pace) => {
                body["waitlist"]["batchSize"] = json!(pace.map(|(size, _)| size));
                body["waitlist"]["batchInterval"] = json!(pace.map(|(_, interval)| interval));
            }
            EventChange::Ask(form) => body["waitlist"]["form"] = asked(form),
            EventChange::MaxSize(size) => body["waitlist"]["maxSize"] = json!(size),
            EventChange::MaxQuantity(quantity) => body["waitlist"]["maxQuantity"] = json!(quantity),
            EventChange::Start(milliseconds) => {
                body["startsAt"] = json!(Timestamp::from_milliseconds(self.now() + milliseconds).to_rfc3339());
            }
            EventChange::Drop { line } => {
                let types = body["ticketTypes"].as_array_mut().filter(|types| types.len() > 1)?;
                types.retain(|kind| kind["id"] != TICKET_TYPES[*line]);
            }
            EventChange::Add { line, capacity } => {
                let id = TICKET_TYPES[*line];
                let types = body["ticketTypes"].as_array_mut()?;
                if types.iter().any(|kind| kind["id"] == id) {
                    return None;
                }
                types.push(json!({ "id": id, "name": id, "capacity": capacity }));
            }
            EventChange::Order(order) => {
                let rules = body["waitlist"].as_object_mut()?;
                ["order", "tiers", "weights", "drawAt"].iter().for_each(|name| {
                    rules.remove(*name);
                });
                order.say(&mut body["waitlist"], self.now());
            }
            EventChange::Tiers { order, weights } => {
                if event.order.kind == "fifo" {
                    return None;
                }
                let tiers: Vec<String> = order.iter().map(|tier| TIERS[*tier].to_owned()).collect();
                let weights = weights[..tiers.len()].to_vec();
                Order { tiers, weights, ..event.order.clone() }.say(&mut body["waitlist"]);
            }
            EventChange::Proof(proof, within) => {
                body["waitlist"]["proof"] = json!(proof);
                body["waitlist"]["confirmWithin"] = json!(within);
            }
            EventChange::Fit(fit) => {
                body["waitlist"].as_object_mut()?.remove("maxPasses");
                body["waitlist"]["fit"] = json!(fit.words().0);
                with_passes(&mut body, *fit);
            }
        }
        Some(Sent::new(Endpoint::PutEvent, ORGANISER_KEY, body).to("eventId", EVENT))
    }

    /// The event as an organiser would put it to change nothing.
    fn as_it_is(&self, event: &Event) -> Value {
        let types = event.ticket_types.iter().map(|id| {
            let seats = self.mirror.lines.get(&format!("{EVENT}#{id}")).and_then(|line| line.seats.as_ref());
            json!({ "id": id, "name": id, "capacity": seats.map_or(0, |seats| seats.capacity) })
        });
        let mut body = json!({
            "name": "Camp",
            "startsAt": Timestamp::from_milliseconds(event.starts_at).to_rfc3339(),
            "timeZone": "Europe/Berlin",
            "ticketTypes": types.collect::<Vec<_>>(),
            "waitlist": {
                "joinAccess": event.join_access,
                "proof": event.proof,
                "confirmWithin": event.confirm_within,
                "maxSize": event.max_size,
                "maxQuantity": event.max_quantity,
                "maxOffers": event.max_offers,
                "maxPlaces": event.max_places,
                "onePlacePerMailbox": event.one_place_per_mailbox,
                "notificationWindow": event.notification_window,
                "purchaseWindow": event.purchase_window,
                "reminderAt": event.reminder_at,
                "movedUpAt": self.plan.moved_up_at,
                "fit": event.fit.words().0,
                "batchSize": event.pace.as_ref().map(|(size, _)| size),
                "batchInterval": event.pace.as_ref().map(|(_, interval)| interval),
            },
        });
        with_passes(&mut body, event.fit);
        body["waitlist"]["form"] = asked(&event.form);
        event.order.say(&mut body["waitlist"]);
        body
    }
}

/// Now and then the same change of the event also changes how many places a person may have.
fn with_other_places(mut sent: Sent, chance: u64) -> Sent {
    let random = &mut Random::new(chance ^ 0x0091_ace5);
    if random.chance(250) {
        sent.body["waitlist"]["maxPlaces"] = json!([1, 2, 4][random.below(3)]);
        sent.body["waitlist"]["onePlacePerMailbox"] = json!(random.chance(300));
    }
    sent
}

fn for_attendee(mut sent: Sent, attendee: usize) -> Sent {
    if attendee > 0 {
        sent.body["attendeeId"] = json!(format!("child{attendee}"));
    }
    sent
}

fn release(line: usize, quantity: u64, batch: &Batching) -> Sent {
    let mut body = json!({ "ticketTypeId": TICKET_TYPES[line], "quantity": quantity });
    match batch {
        Batching::AsUsual => {}
        Batching::AtOnce => body["batchSize"] = Value::Null,
        Batching::Paced((size, interval)) => {
            body["batchSize"] = json!(size);
            body["batchInterval"] = json!(interval);
        }
    }
    Sent::new(Endpoint::Release, SALES_KEY, body).to("eventId", EVENT)
}
