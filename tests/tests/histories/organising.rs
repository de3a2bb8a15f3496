//! Turns an organiser's commands into requests about entries and lines that exist.

use serde_json::{Value, json};
use waitlist_domain::entry::Status;
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::Random;

use super::commands::{Command, MoreTime, NewContact, Place};
use super::identifiers::{EVENT, ORGANISER_KEY, TICKET_TYPES};
use super::requests::{Endpoint, Sent};
use super::world::World;

impl World {
    /// The request of an organiser's command. None if there is no entry that it could be about.
    pub(super) fn command(&self, command: &Command, random: &mut Random) -> Option<Sent> {
        match command {
            Command::Move(place) => {
                let mut sent = self.about_entry(Endpoint::Move, &[Status::Waiting], random)?;
                sent.body["to"] = json!(place.word());
                if let Place::Tier(tier) = place {
                    sent.body["tier"] = json!(self.tier(*tier));
                }
                Some(sent)
            }
            Command::Remove => {
                let live = [Status::Waiting, Status::Offered, Status::Claimed];
                self.about_entry(Endpoint::Remove, &live, random)
            }
            Command::Reinstate(place) => {
                let mut sent = self.about_entry(Endpoint::Reinstate, &Status::MAY_REJOIN, random)?;
                place.iter().for_each(|place| sent.body["at"] = json!(place.word()));
                Some(sent)
            }
            Command::Offer => self.about_entry(Endpoint::Offer, &[Status::Waiting], random),
            Command::Extend(more) => {
                let mut sent = self.about_entry(Endpoint::Extend, &[Status::Offered, Status::Claimed], random)?;
                match more {
                    MoreTime::By(window) => sent.body["by"] = json!(window),
                    MoreTime::Until(milliseconds) => {
                        sent.body["until"] =
                            json!(Timestamp::from_milliseconds(self.now() + milliseconds).to_rfc3339());
                    }
                }
                Some(sent)
            }
            Command::Withdraw(place) => {
                let mut sent = self.about_entry(Endpoint::Withdraw, &[Status::Offered, Status::Claimed], random)?;
                sent.body["to"] = json!(place.map_or("out", Place::word));
                Some(sent)
            }
            Command::Edit(contact) => {
                let mut sent = self.about_entry(Endpoint::Edit, &Status::ALL, random)?;
                let request = self.asks.len();
                match contact {
                    NewContact::Email => sent.body["email"] = json!(format!("edit{request}@example.org")),
                    NewContact::Phone => sent.body["phone"] = json!(format!("+1415556{request:04}")),
                    NewContact::NoPhone => sent.body["phone"] = Value::Null,
                }
                Some(sent)
            }
            Command::Steer { line, joining, offering } => {
                let mut body = json!({});
                line.iter().for_each(|line| body["ticketTypeId"] = json!(TICKET_TYPES[*line]));
                joining.iter().for_each(|joining| body["joining"] = json!(joining));
                offering.iter().for_each(|offering| body["offering"] = json!(offering));
                Some(Sent::new(Endpoint::Steer, ORGANISER_KEY, body).to("eventId", EVENT))
            }
        }
    }

    /// A tier of the event. If it has none, an unknown tier.
    pub(super) fn tier(&self, tier: usize) -> &str {
        let tiers = self.mirror.event.as_ref().map_or(&[][..], |event| &event.order.tiers);
        if tiers.is_empty() { "vip" } else { &tiers[tier % tiers.len()] }
    }

    /// A request about an entry, mostly in one of these statuses.
    fn about_entry(&self, endpoint: Endpoint, statuses: &[Status], random: &mut Random) -> Option<Sent> {
        let any = random.chance(80);
        let entries = self.mirror.entries.values();
        let candidates: Vec<_> = entries.filter(|entry| any || statuses.contains(&entry.status)).collect();
        let entry = random.pick(&candidates)?;
        let body = json!({ "entryId": entry.id, "reason": "As agreed" });
        Some(Sent::new(endpoint, ORGANISER_KEY, body).to("customerId", entry.customer.as_str()))
    }
}
