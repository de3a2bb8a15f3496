//! Entries: a person's place in a line, from joining to the end.

pub mod applicant;
#[cfg(test)]
mod by_example;
pub mod checkout;
pub mod corrected_addresses;
pub mod destination;
#[cfg(test)]
pub(crate) mod example;
pub mod extension;
pub mod listing;
pub mod own_change;
pub mod phone_confirmation;
pub mod places;
pub mod reachability;
pub mod recent_offers;
pub mod registration;

use crate::Refusal;
use crate::entry::applicant::Applicant;
use crate::line::lane::{Lane, LaneId};
use crate::line::seats::OfferEnd;
use crate::values::attendee::AttendeeName;
use crate::values::channels::Channel;
use crate::values::credential::SecretHash;
use crate::values::identifier::{EntryId, PlaceId, RegistrationId, TierId};
use crate::values::quantity::Quantity;
use crate::values::time::{Timestamp, Window};
use crate::values::unreachable::Unreachable;
use crate::values::words::words;

words! {
    /// The status of an entry.
    pub enum Status {
        /// It is in line.
        Waiting = "waiting",
        /// Seats are held for it until the notification window's deadline.
        Offered = "offered",
        /// Seats are held for it until the purchase window's deadline.
        Claimed = "claimed",
        /// It became a registration.
        Converted = "converted",
        /// It lost its offer at a deadline.
        Expired = "expired",
        /// It turned its offer down.
        Declined = "declined",
        /// It left the line.
        Left = "left",
        /// The organiser took it out of the line.
        Removed = "removed",
        /// Nobody confirmed its address in time.
        Unconfirmed = "unconfirmed",
    }
}

impl Status {
    /// The statuses of entries that ended without a sale. Their persons may join again.
    pub const MAY_REJOIN: [Self; 5] = [Self::Expired, Self::Declined, Self::Left, Self::Removed, Self::Unconfirmed];

    /// Whether the entry ended without a sale, so that its person may join again.
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
    pub offered_at: Timestamp,
    /// The deadline for claiming. Once the offer is claimed, the deadline for paying.
    pub expires_at: Timestamp,
    pub quantity: Quantity,
    /// The time to pay after a claim. Without one a claim is a sale.
    ///
    /// It is copied from the event's rules when the offer is made. So a later change of the rules
    /// does not change a promise.
    pub purchase_window: Option<Window>,
    /// The time of the reminder, if there is to be one.
    pub remind_at: Option<Timestamp>,
    /// The time at which the reminder was noted.
    pub reminded_at: Option<Timestamp>,
}

/// How often the address of each channel was corrected while there was still something to tell.
///
/// A message belongs to one version of an address. A message to an earlier version is not sent any
/// more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AddressVersions {
    pub email: u32,
    pub sms: u32,
}

impl AddressVersions {
    /// How often the address of this channel was corrected.
    pub const fn of(self, channel: Channel) -> u32 {
        match channel {
            Channel::Email => self.email,
            Channel::Sms => self.sms,
        }
    }
}

/// A person's place in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unique to this stay in the line.
    pub id: EntryId,
    pub place: PlaceId,
    /// The lane that it stands in, or stood in last.
    pub lane: Lane,
    /// The number in that lane.
    pub number: u64,
    /// When it took that number: by joining or by being moved.
    pub numbered_at: Timestamp,
    /// The customer's tier, if the event has tiers.
    pub tier: Option<TierId>,
    pub applicant: Applicant,
    pub status: Status,
    pub joined_at: Timestamp,
    /// Until when somebody must confirm that the address is theirs. Nothing once it is confirmed, or
    /// if nobody need do so.
    pub confirm_by: Option<Timestamp>,
    /// When the customer was reminded to confirm.
    pub confirmation_reminded_at: Option<Timestamp>,
    /// The hash of the token that came with the response to the join.
    pub token_hash: SecretHash,
    /// Whether that token only shows the entry. A caller without a key may have named somebody
    /// else's address, so only a token that was sent there acts.
    pub token_only_looks: bool,
    pub address_versions: AddressVersions,
    /// The report that mail does not reach the present address, if there was one.
    pub unreachable_by_mail: Option<Unreachable>,
    /// Whether the customer turned off the messages that are not about their own seats.
    pub is_unsubscribed: bool,
    /// The current offer, or the last one.
    pub offer: Option<Offer>,
    /// The sale that it became.
    pub registration_id: Option<RegistrationId>,
}

/// The effect of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The seats stay held until the purchase window's deadline.
    Purchase { expires_at: Timestamp },
    /// Nothing is to be paid: the seats are sold at once.
    Convert,
}

/// The effect of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// The held seats become sold.
    Convert,
    /// They are sold already: nothing changes.
    AlreadyConverted,
}

/// The effect of leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// The entry waited: no seat moves.
    FromTheLine,
    /// The entry held seats: they go to the next in line.
    WithOffer,
    /// The entry had ended already.
    AlreadyEnded,
}

impl Entry {
    /// Whether its address is known to be its customer's. An entry that is not confirmed is passed
    /// over, and nothing is offered to it.
    pub const fn is_confirmed(&self) -> bool {
        self.confirm_by.is_none()
    }

    /// Whether nobody confirmed it in time.
    pub fn is_left_unconfirmed(&self, now: Timestamp) -> bool {
        self.status == Status::Waiting && self.confirm_by.is_some_and(|confirm_by| confirm_by <= now)
    }

    /// When its customer is to be reminded to confirm: half-way to the end of the time, once.
    pub fn confirmation_reminder_due_at(&self) -> Option<Timestamp> {
        let confirm_by = self.confirm_by.filter(|_| self.status == Status::Waiting)?;
        let half = self.joined_at.milliseconds_until(confirm_by) / 2;
        self.confirmation_reminded_at.is_none().then(|| self.joined_at.plus_milliseconds(half))
    }

    /// The person that the place is for, as the customer named them. Once the name is removed, it
    /// is the id.
    pub fn attendee(&self) -> Option<AttendeeName> {
        let name = self.applicant.attendee_name.clone();
        name.or_else(|| self.place.attendee_id.as_ref().map(AttendeeName::from))
    }

    /// The lane that it stands in, or stood in last.
    pub fn lane_id(&self) -> LaneId {
        self.place.line.lane(self.lane.clone())
    }

    /// Claims the offer. The deadline counts, however late any timer runs.
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

    /// The organiser takes the entry out of the line.
    pub fn remove(&self) -> Result<Departure, Refusal> {
        match self.leave() {
            Departure::AlreadyEnded => Err(Refusal::EntryEnded { status: self.status.as_str() }),
            departure => Ok(departure),
        }
    }

    /// The organiser offers seats to the entry, which may not be next, or moves it.
    pub fn check_waits(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Waiting if self.is_confirmed() => Ok(()),
            Status::Waiting => Err(Refusal::NotConfirmed),
            status => Err(Refusal::NotWaiting { status: status.as_str() }),
        }
    }

    /// Confirms the address. Whether there is anything to confirm.
    pub fn confirm(&self) -> Result<bool, Refusal> {
        match self.status {
            Status::Waiting => Ok(!self.is_confirmed()),
            status if status.may_rejoin() => Err(Refusal::EntryEnded { status: status.as_str() }),
            _ => Ok(false),
        }
    }

    /// The organiser takes the offer back.
    pub fn withdraw(&self, now: Timestamp) -> Result<(), Refusal> {
        self.live_offer(now).map(|_| ())
    }

    /// The organiser lets the entry wait again after it ended without a sale.
    pub fn reinstate(&self) -> Result<(), Refusal> {
        if self.status.may_rejoin() { Ok(()) } else { Err(Refusal::StillWaiting { status: self.status.as_str() }) }
    }

    /// The deadline of the seats that it holds, if any.
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

    /// Whether its customer is to be reminded now: after the reminder's time and before the
    /// deadline.
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
