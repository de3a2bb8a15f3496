//! Entries: one person's place in a line, from joining to its end.

pub mod destination;
pub mod extension;
pub mod listing;
pub mod readdressing;
pub mod registration;

use crate::Refusal;
use crate::form::answers::Answers;
use crate::line::lane::{Lane, LaneId};
use crate::line::seats::OfferEnd;
use crate::values::channels::{Channel, Channels};
use crate::values::contact::{EmailAddress, PersonName, PhoneNumber};
use crate::values::credential::SecretHash;
use crate::values::identifier::{EntryId, PlaceId, RegistrationId, TierId};
use crate::values::language::LanguageTag;
use crate::values::quantity::Quantity;
use crate::values::time::{Timestamp, Window};
use crate::values::words::words;

words! {
    /// Where an entry stands.
    pub enum Status {
        /// In line.
        Waiting = "waiting",
        /// Seats are held until the notification window's deadline.
        Offered = "offered",
        /// Seats are held until the purchase window's deadline.
        Claimed = "claimed",
        /// Became a registration.
        Converted = "converted",
        /// Lost its offer at a deadline.
        Expired = "expired",
        /// Turned its offer down.
        Declined = "declined",
        /// Left the line.
        Left = "left",
        /// Taken out of the line by the organiser.
        Removed = "removed",
    }
}

impl Status {
    /// After these the same person may join again, at the end of the line.
    pub const MAY_REJOIN: [Self; 4] = [Self::Expired, Self::Declined, Self::Left, Self::Removed];

    /// Whether the same person may join again: the entry ended without a sale.
    pub fn may_rejoin(self) -> bool {
        Self::MAY_REJOIN.contains(&self)
    }

    /// Whether seats are held for an entry of this status.
    pub const fn holds_seats(self) -> bool {
        matches!(self, Self::Offered | Self::Claimed)
    }
}

/// Seats held for an entry until a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// When the seats were offered.
    pub offered_at: Timestamp,
    /// When the offer, or once claimed its purchase window, ends.
    pub expires_at: Timestamp,
    /// How many seats.
    pub quantity: Quantity,
    /// How long it may be paid for once claimed, by the event's rules when it was made; without one a claim converts
    /// at once. Kept with the offer so that a later change of the rules does not change a promise already made.
    pub purchase_window: Option<Window>,
    /// When the customer is to be reminded, should they not have claimed it by then.
    pub remind_at: Option<Timestamp>,
    /// When that was noted.
    pub reminded_at: Option<Timestamp>,
}

/// How often each channel was made to lead elsewhere while there was something to tell there. A message belongs to one
/// of these addresses: what was under way to the one before is not sent any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readdressed {
    /// E-mail.
    pub email: u32,
    /// Text messages.
    pub sms: u32,
}

impl Readdressed {
    /// How often this channel was.
    pub const fn times(self, channel: Channel) -> u32 {
        match channel {
            Channel::Email => self.email,
            Channel::Sms => self.sms,
        }
    }
}

/// One person's place in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unique to this stay in the line.
    pub id: EntryId,
    /// Who, for whom, and in which line.
    pub place: PlaceId,
    /// The lane it stands, or stood last, in.
    pub lane: Lane,
    /// Its number in that lane, and with it its place there.
    pub number: u64,
    /// When it took that number: when it joined, or was moved.
    pub numbered_at: Timestamp,
    /// The customer's tier, where the event has tiers.
    pub tier: Option<TierId>,
    /// Seats asked for.
    pub quantity: Quantity,
    /// The fewest seats it would take, where that is fewer.
    pub minimum: Option<Quantity>,
    /// Where it stands.
    pub status: Status,
    /// When it joined.
    pub joined_at: Timestamp,
    /// The customer's name.
    pub name: PersonName,
    /// Where the customer is written to.
    pub email: EmailAddress,
    /// Where the customer is texted, if anywhere.
    pub phone: Option<PhoneNumber>,
    /// In which language the customer wishes to be told things, if they said so.
    pub locale: Option<LanguageTag>,
    /// How the customer has chosen to be told things, if they have; see [`Self::channels`].
    pub chosen_channels: Option<Channels>,
    /// What the customer answered to the event's questions of that time.
    pub answers: Answers,
    /// What proves a caller to be this entry's customer.
    pub token_hash: SecretHash,
    /// How often the customer's addresses were put right.
    pub readdressed: Readdressed,
    /// The current or last offer.
    pub offer: Option<Offer>,
    /// The sale it became.
    pub registration_id: Option<RegistrationId>,
}

/// What a claim does to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Seats stay held until the purchase window's deadline.
    Purchase {
        /// That deadline.
        expires_at: Timestamp,
    },
    /// There is nothing to pay: the seats are sold at once.
    Convert,
}

/// What a conversion does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// The held seats become sold.
    Convert,
    /// They already are; repeating it changes nothing.
    AlreadyConverted,
}

/// What leaving does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// The entry waited and no seat moves.
    FromTheLine,
    /// The entry held seats, which go to the next in line.
    WithOffer,
    /// The entry has ended already.
    AlreadyEnded,
}

impl Entry {
    /// The lane it stands, or stood last, in.
    pub fn lane_id(&self) -> LaneId {
        self.place.line.lane(self.lane.clone())
    }

    /// Claims the offer: only before its deadline, however late any timer runs.
    pub fn claim(&self, now: Timestamp) -> Result<Claim, Refusal> {
        if self.status != Status::Offered {
            return Err(self.no_offer());
        }
        let offer = self.live_offer(now)?;
        Ok(match &offer.purchase_window {
            Some(window) => Claim::Purchase { expires_at: window.after(now) },
            None => Claim::Convert,
        })
    }

    /// Turns a live offer into a sale.
    pub fn convert(&self, now: Timestamp) -> Result<Conversion, Refusal> {
        if self.status == Status::Converted {
            return Ok(Conversion::AlreadyConverted);
        }
        self.live_offer(now).map(|_| Conversion::Convert)
    }

    /// Turns the offer down.
    pub fn decline(&self, now: Timestamp) -> Result<(), Refusal> {
        self.live_offer(now).map(|_| ())
    }

    /// Leaves the line.
    pub fn leave(&self) -> Departure {
        match self.status {
            Status::Waiting => Departure::FromTheLine,
            Status::Offered | Status::Claimed => Departure::WithOffer,
            _ => Departure::AlreadyEnded,
        }
    }

    /// Is taken out of the line by the organiser, waiting or with an offer.
    pub fn remove(&self) -> Result<Departure, Refusal> {
        match self.leave() {
            Departure::AlreadyEnded => Err(Refusal::EntryEnded { status: self.status.as_str() }),
            departure => Ok(departure),
        }
    }

    /// Is offered seats by the organiser, though it may not be next.
    pub fn be_offered_out_of_turn(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Waiting => Ok(()),
            status => Err(Refusal::NotWaiting { status: status.as_str() }),
        }
    }

    /// Loses its offer again by the organiser's will.
    pub fn withdraw(&self, now: Timestamp) -> Result<(), Refusal> {
        self.live_offer(now).map(|_| ())
    }

    /// Waits again, by the organiser's will, after it ended without a sale.
    pub fn reinstate(&self) -> Result<(), Refusal> {
        if self.status.may_rejoin() { Ok(()) } else { Err(Refusal::StillWaiting { status: self.status.as_str() }) }
    }

    /// How the customer is told things: as they have chosen, as far as there is an address for it, and in any case
    /// somehow.
    pub fn channels(&self) -> Channels {
        let has_phone = self.phone.is_some();
        let chosen = self.chosen_channels.as_ref().and_then(|chosen| chosen.within_reach(has_phone));
        chosen.unwrap_or_else(|| Channels::usual(has_phone))
    }

    /// The deadline of the seats it holds, if it holds any.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.offer.as_ref().filter(|_| self.status.holds_seats()).map(|offer| offer.expires_at)
    }

    /// Whether it holds seats past their deadline.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// When its reminder is due: while it is offered seats and has not been reminded.
    pub fn reminder_due_at(&self) -> Option<Timestamp> {
        let offer = self.offer.as_ref().filter(|offer| self.status == Status::Offered && offer.reminded_at.is_none());
        offer.and_then(|offer| offer.remind_at)
    }

    /// Whether its customer is to be reminded now: from the reminder's moment until the deadline.
    pub fn is_to_be_reminded(&self, now: Timestamp) -> bool {
        self.reminder_due_at().is_some_and(|due_at| due_at <= now) && !self.is_overdue(now)
    }

    pub(crate) fn live_offer(&self, now: Timestamp) -> Result<&Offer, Refusal> {
        match &self.offer {
            Some(offer) if self.status.holds_seats() && now < offer.expires_at => Ok(offer),
            Some(_) if self.status.holds_seats() => Err(Refusal::OfferExpired),
            _ => Err(self.no_offer()),
        }
    }

    fn no_offer(&self) -> Refusal {
        match self.status {
            Status::Expired => Refusal::OfferExpired,
            status => Refusal::NoOffer { status: status.as_str() },
        }
    }
}

impl OfferEnd {
    /// The status in which the entry ends.
    pub const fn status(self) -> Status {
        match self {
            Self::Expired => Status::Expired,
            Self::Declined => Status::Declined,
            Self::Left => Status::Left,
            Self::Removed => Status::Removed,
        }
    }
}
