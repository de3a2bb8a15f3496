//! The commands of an organiser to one entry or to lines.

use serde_json::{Value, json};
use waitlist_domain::entry::Status;
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::Random;

use super::requests::{Endpoint, Sent};
use super::world::{EVENT, ORGANISER_KEY, TICKET_TYPES, World};

/// A command of an organiser.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// To the front, the end or a tier.
    Move(Place),
    Remove,
    Reinstate(Option<Place>),
    Offer,
    Extend(MoreTime),
    /// To this place. Without one, out of the line.
    Withdraw(Option<Place>),
    Edit(NewContact),
    Steer {
        /// The index of a line. Without one, all lines.
        line: Option<usize>,
        joining: Option<&'static str>,
        offering: Option<&'static str>,
    },
}

/// A place in the line of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Front,
    End,
    /// One of the event's tiers.
    Tier(usize),
}

/// The additional time for an offer.
#[derive(Debug, Clone, Copy)]
pub(super) enum MoreTime {
    By(&'static str),
    /// Until so many milliseconds from then.
    Until(i64),
}

/// The new address of a customer.
#[derive(Debug, Clone, Copy)]
pub(super) enum NewContact {
    Email,
    Phone,
    NoPhone,
}

impl Command {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.below(50) {
            0..10 => Self::Move(Place::draw(random)),
            10..14 => Self::Remove,
            14..22 => Self::Reinstate([None, Some(Place::Front), Some(Place::End)][random.below(3)]),
            22..29 => Self::Offer,
            29..35 => Self::Extend(MoreTime::draw(random)),
            35..42 => Self::Withdraw([None, Some(Place::Front), Some(Place::End)][random.below(3)]),
            42..44 => Self::Edit([NewContact::Email, NewContact::Phone, NewContact::NoPhone][random.below(3)]),
            _ => Self::steer(random),
        }
    }

    fn steer(random: &mut Random) -> Self {
        let joining = random.chance(400).then(|| ["open", "open", "paused", "closed"][random.below(4)]);
        let offering = (joining.is_none() || random.chance(300)).then(|| ["open", "paused"][random.below(2)]);
        Self::Steer { line: random.chance(600).then(|| usize::from(random.chance(250))), joining, offering }
    }
}

impl Place {
    fn draw(random: &mut Random) -> Self {
        match random.below(5) {
            0..2 => Self::Front,
            2 => Self::End,
            _ => Self::Tier(random.below(3)),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::End => "end",
            Self::Tier(_) => "tier",
        }
    }
}

impl MoreTime {
    fn draw(random: &mut Random) -> Self {
        match random.below(6) {
            0 => Self::By("1 second"),
            1 => Self::By("20 seconds"),
            2 => Self::By("16 minutes"),
            3 => Self::By("1 day"),
            4 => Self::Until(90_000),
            _ => Self::Until(40 * 3_600_000),
        }
    }
}

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
