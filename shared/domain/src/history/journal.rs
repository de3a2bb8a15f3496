//! The journal: every change of entries and seats, and every decision of an organiser, with its
//! time, actor and rule.
//!
//! The rows are made from the table's stream. Nothing here decides anything. A row names no person:
//! its entry's id leads to one, for those who may see them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::entry::{Entry, Status};
use crate::line::fit::Award;
use crate::line::lane::Lane;
use crate::line::order::Order;
use crate::line::release::{Release, ReleaseStatus};
use crate::line::seats::Seats;
use crate::values::default_values::is_default;
use crate::values::identifier::{CodeId, EntryId, EventId, ReleaseId, TicketTypeId, TierId};
use crate::values::quantity::Quantity;
use crate::values::shape::{Described, Shape};
use crate::values::time::Timestamp;
use crate::values::unreachable::Cause;
use crate::values::words::words;

/// A row of the journal: one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The time of the change, by the clock of the process that made it.
    pub at: Timestamp,
    /// The number of the change. The first change of each subject has number 1.
    pub step: u64,
    /// The actor, as [`crate::values::mandate::Actor`] is written.
    pub by: String,
    /// The reason that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(flatten)]
    pub deed: Deed,
}

/// The changed thing, and its change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "lowercase")]
pub enum Deed {
    Entry(EntryDeed),
    Seats(SeatsDeed),
    /// Whether people may join a line, or whether it offers seats.
    Steering(SteeringDeed),
    Release(ReleaseDeed),
    Event(EventDeed),
    Code(CodeDeed),
    Message(MessageDeed),
}

words! {
    /// The kind of an entry's change.
    pub enum EntryChange {
        /// It joined the line.
        Joined = "joined",
        /// It was offered seats.
        Offered = "offered",
        /// Its offer was claimed, to be paid for.
        Claimed = "claimed",
        /// It became a registration.
        Converted = "converted",
        /// A deadline passed.
        Expired = "expired",
        /// It turned its offer down.
        Declined = "declined",
        /// It left the line.
        Left = "left",
        /// The organiser took it out of the line.
        Removed = "removed",
        /// It got another number in its line.
        Moved = "moved",
        /// Its offer was taken back, and it waits again.
        Withdrawn = "withdrawn",
        /// It had ended and waits again.
        Reinstated = "reinstated",
        /// The offer got more time.
        Extended = "extended",
        /// Its customer's name or addresses were corrected.
        Edited = "edited",
        /// Its customer asks for fewer seats, or is content with another number of them.
        QuantityChanged = "quantity-changed",
        /// The time of its offer's reminder came.
        Reminded = "reminded",
        /// Its registration was cancelled.
        Cancelled = "cancelled",
        /// Mail turned out not to reach its customer.
        Unreachable = "unreachable",
        /// Its customer confirmed the phone number.
        PhoneConfirmed = "phone-confirmed",
        /// Its customer turned off the messages that are not about their own seats.
        Unsubscribed = "unsubscribed",
        /// Somebody proved that its address is theirs.
        Confirmed = "confirmed",
        /// Nobody confirmed its address in time, so it ended.
        Unconfirmed = "unconfirmed",
    }
}

words! {
    /// The rule behind a change of an entry, if there are several.
    pub enum Rule {
        /// Next, first come, first served.
        Fifo = "fifo",
        /// Next, by tier and then first come, first served.
        Priority = "priority",
        /// Next by the turns of the tiers.
        Weighted = "weighted",
        /// Next by lot.
        Lottery = "lottery",
        /// Next among those who joined after the draw.
        AfterDraw = "after-draw",
        /// Next at the front, where the organiser put it.
        Front = "front",
        /// The first that the seats suited: they were too few for those before it.
        Skip = "skip",
        /// Next, with fewer seats than it asked for.
        Partial = "partial",
        /// Chosen by the organiser.
        OutOfTurn = "out-of-turn",
        /// The time to claim had passed.
        NotificationWindow = "notification-window",
        /// The time to pay had passed.
        PurchaseWindow = "purchase-window",
        /// Bought by claiming: the event has no purchase window.
        Claim = "claim",
        /// A mail came back for good.
        Bounced = "bounced",
        /// A recipient reported a mail as unwanted.
        Complained = "complained",
    }
}

impl Rule {
    /// The rule by which an entry was chosen for free seats.
    pub fn of_award(order: &Order, award: &Award) -> Self {
        if award.passed_over_anybody {
            return Self::Skip;
        }
        if award.quantity < award.entry.quantity {
            return Self::Partial;
        }
        match order {
            _ if award.lane == Lane::Front => Self::Front,
            Order::Fifo => Self::Fifo,
            Order::Priority { .. } => Self::Priority,
            Order::Weighted { .. } => Self::Weighted,
            // An entry that joined after the draw has no lot.
            Order::Lottery { .. } if award.lane != Lane::Drawn => Self::AfterDraw,
            Order::Lottery { .. } => Self::Lottery,
        }
    }
}

/// A change of an entry.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDeed {
    pub entry_id: EntryId,
    pub change: EntryChange,
    /// The status before. New entries have none.
    pub from: Option<Status>,
    pub rule: Option<Rule>,
    pub tier: Option<TierId>,
    /// The lane, if the entry took a number there. The common lane is not named.
    pub lane: Option<String>,
    /// The number that it took.
    pub number: Option<u64>,
    /// Seats asked for, offered, sold or given back.
    pub quantity: Option<Quantity>,
    /// The new deadline.
    pub expires_at: Option<Timestamp>,
    /// The time that it took (milliseconds): to an offer since joining, to a claim or sale since
    /// the offer.
    pub after: Option<i64>,
}

/// The state of an entry that its next row is made from.
#[derive(Debug, Clone, Copy)]
pub struct EntryState<'state> {
    pub entry: &'state Entry,
    /// Whether its registration was cancelled.
    pub registration_cancelled: bool,
    /// Whether its status comes from a customer's request that is recognised when repeated.
    pub by_action: bool,
}

impl EntryDeed {
    /// The change from `before` to `after`. A new entry has nothing before. `rule` is the one noted
    /// with its offer.
    pub fn of_change(before: Option<EntryState<'_>>, after: EntryState<'_>, rule: Option<Rule>, at: Timestamp) -> Self {
        let change = entry_change(before, after);
        let entry = after.entry;
        let from = before.map(|before| before.entry.status);
        let takes_a_number = match change {
            EntryChange::Joined | EntryChange::Moved | EntryChange::Withdrawn | EntryChange::Reinstated => true,
            // A confirmation that comes after the draw gets another number.
            EntryChange::Confirmed => before.is_some_and(|before| before.entry.number != entry.number),
            _ => false,
        };
        let offer = entry.offer.as_ref().or_else(|| before.and_then(|before| before.entry.offer.as_ref()));
        let had_seats = from.is_some_and(Status::holds_seats);
        let since_offer = || offer.map(|offer| offer.offered_at.milliseconds_until(at));
        Self {
            entry_id: entry.id.clone(),
            change,
            from,
            rule: match change {
                EntryChange::Offered => rule,
                EntryChange::Expired if from == Some(Status::Claimed) => Some(Rule::PurchaseWindow),
                EntryChange::Expired => Some(Rule::NotificationWindow),
                EntryChange::Converted if from == Some(Status::Offered) && after.by_action => Some(Rule::Claim),
                EntryChange::Unreachable => entry.unreachable_by_mail.map(|unreachable| match unreachable.cause {
                    Cause::Bounced => Rule::Bounced,
                    Cause::Complained => Rule::Complained,
                }),
                _ => None,
            },
            tier: entry.tier.clone(),
            lane: Some(entry.lane.as_str().to_owned()).filter(|lane| takes_a_number && !lane.is_empty()),
            number: takes_a_number.then_some(entry.number),
            quantity: match change {
                EntryChange::Joined | EntryChange::QuantityChanged => Some(entry.applicant.quantity),
                EntryChange::Offered => offer.map(|offer| offer.quantity),
                _ => offer.map(|offer| offer.quantity).filter(|_| had_seats && !entry.status.holds_seats()),
            },
            expires_at: match change {
                EntryChange::Offered | EntryChange::Claimed | EntryChange::Extended => entry.deadline(),
                _ => None,
            },
            after: match change {
                EntryChange::Offered => Some(entry.joined_at.milliseconds_until(at)),
                EntryChange::Claimed | EntryChange::Converted => since_offer(),
                _ => None,
            },
        }
    }

    /// Whether the entry gave held seats back without a sale.
    pub fn gave_seats_back(&self) -> bool {
        self.from.is_some_and(Status::holds_seats)
            && matches!(
                self.change,
                EntryChange::Expired
                    | EntryChange::Declined
                    | EntryChange::Left
                    | EntryChange::Removed
                    | EntryChange::Withdrawn
            )
    }
}

fn entry_change(before: Option<EntryState<'_>>, after: EntryState<'_>) -> EntryChange {
    let Some(before) = before else { return EntryChange::Joined };
    let (was, is) = (before.entry, after.entry);
    if was.status != is.status {
        return match is.status {
            Status::Waiting if was.status.holds_seats() => EntryChange::Withdrawn,
            Status::Waiting => EntryChange::Reinstated,
            Status::Offered => EntryChange::Offered,
            Status::Claimed => EntryChange::Claimed,
            Status::Converted => EntryChange::Converted,
            Status::Expired => EntryChange::Expired,
            Status::Declined => EntryChange::Declined,
            Status::Left => EntryChange::Left,
            Status::Removed => EntryChange::Removed,
            Status::Unconfirmed => EntryChange::Unconfirmed,
        };
    }
    let reminded = |entry: &Entry| entry.offer.as_ref().and_then(|offer| offer.reminded_at);
    if was.is_confirmed() != is.is_confirmed() {
        EntryChange::Confirmed
    } else if (&was.lane, was.number) != (&is.lane, is.number) {
        EntryChange::Moved
    } else if was.deadline() != is.deadline() {
        EntryChange::Extended
    } else if (reminded(was), was.confirmation_reminded_at) != (reminded(is), is.confirmation_reminded_at) {
        EntryChange::Reminded
    } else if before.registration_cancelled != after.registration_cancelled {
        EntryChange::Cancelled
    } else if is.unreachable_by_mail.is_some() && was.unreachable_by_mail != is.unreachable_by_mail {
        EntryChange::Unreachable
    } else if was.is_unsubscribed != is.is_unsubscribed {
        EntryChange::Unsubscribed
    } else if seats_of(was) != seats_of(is) {
        EntryChange::QuantityChanged
    } else if is_confirmed(was, is) {
        EntryChange::PhoneConfirmed
    } else {
        // An edit that changes nothing is a decision of the organiser all the same.
        EntryChange::Edited
    }
}

/// The seats that the entry asks for, and the fewest that it accepts.
fn seats_of(entry: &Entry) -> (Quantity, Option<Quantity>) {
    (entry.applicant.quantity, entry.applicant.minimum)
}

/// Whether messages may go to the number from now on: its holder entered a code, or an organiser
/// named the number again.
fn is_confirmed(was: &Entry, is: &Entry) -> bool {
    was.applicant.is_phone_unproven && !is.applicant.is_phone_unproven && was.applicant.phone == is.applicant.phone
}

words! {
    /// The kind of a change of seats.
    pub enum SeatsChangeKind {
        /// The ticket type was created.
        Created = "created",
        /// Seats were sold outside the line.
        Sold = "sold",
        /// A registration was cancelled.
        Cancelled = "cancelled",
        /// Seats were offered.
        Offered = "offered",
        /// Offers ended without a sale.
        OffersEnded = "offers-ended",
        /// Offers ended without a sale, and seats were offered in the same write.
        OfferedOn = "offered-on",
        /// An offer became a sale.
        Converted = "converted",
        /// New seats came.
        Added = "added",
        /// Free seats were taken away.
        TakenAway = "taken-away",
        /// The waitlist became active or inactive. No seat changed.
        Switched = "switched",
    }
}

/// A change of a ticket type's seats, and the counts after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatsDeed {
    pub change: SeatsChangeKind,
    /// Seats that became free. Negative: seats that ceased to be free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub freed: i64,
    pub capacity: u64,
    pub sold: u64,
    pub held: u64,
    pub free: u64,
    /// Whether the line has a claim on free seats.
    pub active: bool,
}

/// A difference of counts, which are far below 2^63.
fn difference(after: u64, before: u64) -> i64 {
    i64::try_from(i128::from(after) - i128::from(before)).unwrap_or(i64::MAX)
}

impl SeatsDeed {
    /// The change from `before` to `after`. New seats have nothing before. Nothing, if neither the
    /// seats nor the waitlist changed.
    pub fn of_change(before: Option<&Seats>, after: &Seats) -> Option<Self> {
        let none = Seats::default();
        let was = before.unwrap_or(&none);
        let (capacity, sold) = (difference(after.capacity, was.capacity), difference(after.sold, was.sold));
        let (held, free) = (difference(after.held, was.held), difference(after.free, was.free));
        let offers = after.outcomes.offers > was.outcomes.offers;
        let ended = |seats: &Seats| {
            let outcomes = seats.outcomes;
            outcomes.expired + outcomes.declined + outcomes.left + outcomes.withdrawn
        };
        let has_ended = ended(after) > ended(was);
        let change = match (before, offers, has_ended) {
            (None, ..) => SeatsChangeKind::Created,
            (_, true, true) => SeatsChangeKind::OfferedOn,
            (_, true, false) => SeatsChangeKind::Offered,
            (_, false, true) => SeatsChangeKind::OffersEnded,
            _ if capacity > 0 => SeatsChangeKind::Added,
            _ if capacity < 0 => SeatsChangeKind::TakenAway,
            // No offer has ended, so the held seats were sold.
            _ if held < 0 => SeatsChangeKind::Converted,
            _ if sold > 0 => SeatsChangeKind::Sold,
            _ if sold < 0 => SeatsChangeKind::Cancelled,
            _ if was.waitlist_active != after.waitlist_active => SeatsChangeKind::Switched,
            _ => return None,
        };
        Some(Self {
            change,
            freed: free,
            capacity: after.capacity,
            sold: after.sold,
            held: after.held,
            free: after.free,
            active: after.waitlist_active,
        })
    }
}

/// An organiser's change of what may happen in a line. An absent part did not change.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SteeringDeed {
    /// Whether people may join, as [`crate::line::steering::Joining`] is written.
    pub joining: Option<String>,
    /// Whether free seats are offered, as [`crate::line::steering::Offering`] is written.
    pub offering: Option<String>,
}

/// A new state of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseDeed {
    pub release_id: ReleaseId,
    pub status: ReleaseStatus,
    /// Seats that were ordered.
    pub quantity: Quantity,
    /// Seats that were deposited.
    pub released: u32,
}

impl ReleaseDeed {
    /// The state of a release.
    pub fn new(release: &Release) -> Self {
        Self {
            release_id: release.id.clone(),
            status: release.status(),
            quantity: release.quantity,
            released: release.released,
        }
    }
}

/// A new or changed event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDeed {
    /// The version that holds from then on.
    pub version: u64,
}

/// An access code that was created or revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeDeed {
    /// The code's id. The code itself is not stored.
    pub code_id: CodeId,
    /// The tier that it lets into.
    pub tier: TierId,
    /// Whether it was revoked. Otherwise it was created.
    pub revoked: bool,
}

/// The final state of a message to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDeed {
    pub entry_id: EntryId,
    pub kind: String,
    pub occasion: String,
    pub channel: String,
    pub outcome: Delivery,
}

words! {
    /// The final state of a message's delivery.
    pub enum Delivery {
        /// The provider accepted it.
        Sent = "sent",
        /// The provider refused it for good.
        Refused = "refused",
        /// It was held back: its address had enough of its kind.
        Withheld = "withheld",
        /// It was not sent: mail does not reach its address.
        Unreachable = "unreachable",
        /// It was not sent: no text messages go to the country of its number.
        NotServed = "not-served",
    }
}

/// The subject of a row. Subject and step together name the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'row> {
    /// An entry.
    Entry(&'row EntryId),
    /// The seats of a ticket type, and whether they are offered.
    Seats,
    /// Whether people may join.
    Joining,
    /// A release.
    Release(&'row ReleaseId),
    /// The event.
    Event,
    /// An access code.
    Code(&'row CodeId),
    /// A message.
    Message(&'row MessageDeed),
}

impl Row {
    pub fn subject(&self) -> Subject<'_> {
        match &self.deed {
            Deed::Entry(deed) => Subject::Entry(&deed.entry_id),
            Deed::Seats(_) => Subject::Seats,
            Deed::Steering(SteeringDeed { joining: Some(_), .. }) => Subject::Joining,
            Deed::Steering(_) => Subject::Seats,
            Deed::Release(deed) => Subject::Release(&deed.release_id),
            Deed::Event(_) => Subject::Event,
            Deed::Code(deed) => Subject::Code(&deed.code_id),
            Deed::Message(deed) => Subject::Message(deed),
        }
    }

    /// Its rank among the rows of its moment: causes come before effects.
    pub const fn rank(&self) -> u8 {
        match &self.deed {
            Deed::Event(_) => 0,
            Deed::Steering(_) | Deed::Code(_) => 1,
            Deed::Release(_) => 2,
            Deed::Entry(deed) if matches!(deed.change, EntryChange::Offered | EntryChange::Joined) => 5,
            Deed::Entry(_) => 3,
            Deed::Seats(_) => 4,
            Deed::Message(_) => 6,
        }
    }

    /// Its name in the journal: the same, however often the row is made.
    pub fn name(&self) -> String {
        format!("{}#{}", self.subject(), self.step)
    }

    /// The change of an entry that was offered seats, if it is one.
    pub fn offer(&self) -> Option<&EntryDeed> {
        match &self.deed {
            Deed::Entry(deed) if deed.change == EntryChange::Offered => Some(deed),
            _ => None,
        }
    }

    /// The id of its entry, if it has one.
    pub fn entry_id(&self) -> Option<&EntryId> {
        match &self.deed {
            Deed::Entry(deed) => Some(&deed.entry_id),
            Deed::Message(deed) => Some(&deed.entry_id),
            Deed::Seats(_) | Deed::Steering(_) | Deed::Release(_) | Deed::Event(_) | Deed::Code(_) => None,
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(id) => write!(formatter, "{id}"),
            Self::Seats => formatter.write_str("seats"),
            Self::Joining => formatter.write_str("joining"),
            Self::Release(id) => write!(formatter, "{id}"),
            Self::Event => formatter.write_str("event"),
            Self::Code(id) => write!(formatter, "{id}"),
            Self::Message(MessageDeed { entry_id, kind, occasion, channel, .. }) => {
                write!(formatter, "{entry_id}#{kind}#{occasion}#{channel}")
            }
        }
    }
}

/// A journal: of an event itself, or of one of its lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JournalId {
    pub event_id: EventId,
    /// The line's ticket type. `None`: the journal of the event itself.
    pub ticket_type_id: Option<TicketTypeId>,
}

/// The end of a page of a journal: after the rows of this moment in this journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCursor {
    pub at: Timestamp,
    /// The line's ticket type. `None`: the event itself, which comes first of a moment.
    pub ticket_type_id: Option<TicketTypeId>,
}

impl Described for JournalCursor {
    const SHAPE: Shape = Shape::opaque();
}

impl JournalCursor {
    /// Reads the `next` of an earlier page.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be the \"next\" of an earlier page of the same list";
        let (milliseconds, ticket_type) = text.split_once('~').ok_or(RULE)?;
        let milliseconds = milliseconds.parse().ok().filter(|number| (0..=LAST_MOMENT).contains(number)).ok_or(RULE)?;
        let ticket_type_id = match ticket_type {
            "" => None,
            id => Some(TicketTypeId::parse(id).map_err(|_| RULE)?),
        };
        Ok(Self { at: Timestamp::from_milliseconds(milliseconds), ticket_type_id })
    }
}

/// The last moment of a journal: it has 13 digits.
pub const LAST_MOMENT: i64 = 9_999_999_999_999;

impl fmt::Display for JournalCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticket_type = self.ticket_type_id.as_ref().map_or("", TicketTypeId::as_str);
        write!(formatter, "{}~{ticket_type}", self.at.milliseconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::example::{DEADLINE, JOINED_AT, OFFERED_AT, entry, offer, once_offered, with_phone};
    use crate::entry::{Offer, Status};
    use crate::event::example::line;
    use crate::line::order::WeightedTier;
    use crate::line::seats::Outcomes;
    use crate::line::waiting::Waiting;
    use crate::values::unreachable::Unreachable;

    const AT: Timestamp = OFFERED_AT.plus_milliseconds(60_000);

    fn tier(id: &str) -> TierId {
        TierId::parse(id).expect("valid")
    }

    fn quantity(count: i64) -> Quantity {
        Quantity::parse(count).expect("valid")
    }

    fn state(entry: &Entry) -> EntryState<'_> {
        EntryState { entry, registration_cancelled: false, by_action: false }
    }

    fn deed(before: &Entry, after: &Entry) -> EntryDeed {
        EntryDeed::of_change(Some(state(before)), state(after), Some(Rule::Fifo), AT)
    }

    fn joined() -> EntryDeed {
        EntryDeed::of_change(None, state(&entry()), None, JOINED_AT)
    }

    fn row(deed: Deed) -> Row {
        Row { at: AT, step: 3, by: "waitlist".to_owned(), why: None, deed }
    }

    #[test]
    fn an_offer_names_the_rule_that_chose_its_entry() {
        let tiers = || vec![tier("vip"), tier("general")];
        let weighted = |id| WeightedTier { id, weight: 2.try_into().expect("some") };
        let vip = || Lane::Tier(tier("vip"));
        let priority = Order::Priority { tiers: tiers() };
        let turns = Order::Weighted { tiers: tiers().into_iter().map(weighted).collect() };
        let lottery = Order::Lottery { tiers: Vec::new(), draw_at: JOINED_AT };
        let offers = |order: &Order, lane: Lane, seats: i64, passed_over_anybody: bool| {
            let place = entry().place;
            let (entry_id, numbered_at) = (EntryId::from_bits([1; 16]), JOINED_AT);
            let (quantity, minimum) = (quantity(2), Quantity::ONE);
            let entry = Waiting { place, entry_id, number: 1, quantity, minimum, is_confirmed: true, numbered_at };
            let quantity = Quantity::parse(seats).expect("valid");
            Rule::of_award(order, &Award { entry, lane, quantity, passed_over_anybody })
        };
        for (order, lane, rule) in [
            (&Order::Fifo, Lane::Common, Rule::Fifo),
            (&priority, vip(), Rule::Priority),
            (&turns, vip(), Rule::Weighted),
            (&lottery, Lane::Drawn, Rule::Lottery),
            (&lottery, Lane::Common, Rule::AfterDraw),
            (&lottery, Lane::Front, Rule::Front),
            (&turns, Lane::Front, Rule::Front),
        ] {
            assert_eq!(offers(order, lane.clone(), 2, false), rule, "{order:?} {lane:?}");
            assert_eq!(offers(order, lane.clone(), 1, false), Rule::Partial, "{order:?} {lane:?}");
            assert_eq!(offers(order, lane.clone(), 2, true), Rule::Skip, "{order:?} {lane:?}");
        }
    }

    #[test]
    fn a_change_of_status_is_told_by_the_status_that_comes_of_it() {
        for status in Status::ALL.into_iter().filter(|status| *status != Status::Waiting) {
            let change = deed(&entry(), &once_offered(status));
            assert_eq!(change.change.as_str(), status.as_str());
            assert_eq!((change.from, change.number), (Some(Status::Waiting), None));
        }
        for from in Status::ALL.into_iter().filter(|status| *status != Status::Waiting) {
            let back = deed(&once_offered(from), &entry());
            let held_seats = matches!(from, Status::Offered | Status::Claimed);
            let expected = if held_seats { EntryChange::Withdrawn } else { EntryChange::Reinstated };
            assert_eq!((back.change, back.number), (expected, Some(7)), "{from:?}");
        }
    }

    #[test]
    fn a_change_within_a_status_is_told_by_what_is_different() {
        let offered = once_offered(Status::Offered);
        let by_offer = |offer: Offer| Entry { offer: Some(offer), ..offered.clone() };
        let report = |cause| Some(Unreachable { cause, at: AT });
        let missed = |cause| Entry { unreachable_by_mail: report(cause), ..entry() };
        let unconfirmed = Entry { confirm_by: Some(DEADLINE), ..entry() };
        let (unproven, proven) = (with_phone(entry(), true), with_phone(entry(), false));
        let without_phone = |unproven: bool| {
            let mut entry = entry();
            entry.applicant.is_phone_unproven = unproven;
            entry
        };
        let elsewhere = Entry { lane: Lane::Front, ..entry() };
        let mut content = entry();
        content.applicant.minimum = Some(Quantity::ONE);
        for (before, after, change) in [
            (&entry(), &entry(), EntryChange::Edited),
            (&unconfirmed, &entry(), EntryChange::Confirmed),
            (&entry(), &Entry { number: 8, ..entry() }, EntryChange::Moved),
            (&entry(), &elsewhere, EntryChange::Moved),
            (&offered, &by_offer(Offer { expires_at: AT, ..offer() }), EntryChange::Extended),
            (&offered, &by_offer(Offer { reminded_at: Some(AT), ..offer() }), EntryChange::Reminded),
            (&unconfirmed, &Entry { confirmation_reminded_at: Some(AT), ..unconfirmed.clone() }, EntryChange::Reminded),
            (&entry(), &missed(Cause::Bounced), EntryChange::Unreachable),
            (&missed(Cause::Bounced), &missed(Cause::Complained), EntryChange::Unreachable),
            (&missed(Cause::Bounced), &missed(Cause::Bounced), EntryChange::Edited),
            (&missed(Cause::Bounced), &entry(), EntryChange::Edited),
            (&entry(), &Entry { is_unsubscribed: true, ..entry() }, EntryChange::Unsubscribed),
            (&entry(), &content, EntryChange::QuantityChanged),
            (&unproven, &proven, EntryChange::PhoneConfirmed),
            (&proven, &unproven, EntryChange::Edited),
            (&unproven, &unproven, EntryChange::Edited),
            (&unproven, &without_phone(false), EntryChange::Edited),
            (&proven, &proven, EntryChange::Edited),
        ] {
            assert_eq!(deed(before, after).change, change, "{before:?} to {after:?}");
        }
        let cancelled = EntryState { registration_cancelled: true, ..state(&offered) };
        assert_eq!(EntryDeed::of_change(Some(state(&offered)), cancelled, None, AT).change, EntryChange::Cancelled);
    }

    #[test]
    fn a_new_number_is_named_and_its_lane_unless_that_is_the_common_one() {
        let in_tier = |number| Entry { number, lane: Lane::Tier(tier("vip")), ..entry() };
        let unconfirmed = |number| Entry { confirm_by: Some(DEADLINE), ..in_tier(number) };
        let named = |deed: EntryDeed| (deed.number, deed.lane);
        let vip = |number| (Some(number), Some("vip".to_owned()));
        assert_eq!(named(joined()), (Some(7), None));
        assert_eq!(named(deed(&in_tier(7), &in_tier(8))), vip(8));
        assert_eq!(named(deed(&unconfirmed(7), &in_tier(8))), vip(8), "it was confirmed after the draw");
        assert_eq!(named(deed(&unconfirmed(7), &in_tier(7))), (None, None));
        assert_eq!(named(deed(&in_tier(7), &in_tier(7))), (None, None));
    }

    #[test]
    fn a_change_names_its_rule_if_there_are_several() {
        let [waiting, offered, claimed] = [Status::Waiting, Status::Offered, Status::Claimed].map(once_offered);
        let [converted, expired] = [Status::Converted, Status::Expired].map(once_offered);
        let missed = |cause| Entry { unreachable_by_mail: Some(Unreachable { cause, at: AT }), ..waiting.clone() };
        for (before, after, rule) in [
            (&waiting, &offered, Some(Rule::Fifo)),
            (&offered, &claimed, None),
            (&offered, &expired, Some(Rule::NotificationWindow)),
            (&claimed, &expired, Some(Rule::PurchaseWindow)),
            (&offered, &converted, None),
            (&waiting, &missed(Cause::Bounced), Some(Rule::Bounced)),
            (&waiting, &missed(Cause::Complained), Some(Rule::Complained)),
        ] {
            assert_eq!(deed(before, after).rule, rule, "{:?} to {:?}", before.status, after.status);
        }
        let bought = |before| {
            let by_action = EntryState { by_action: true, ..state(&converted) };
            EntryDeed::of_change(Some(state(before)), by_action, None, AT).rule
        };
        assert_eq!((bought(&offered), bought(&claimed)), (Some(Rule::Claim), None));
    }

    #[test]
    fn a_change_names_the_seats_that_were_asked_for_offered_sold_or_given_back() {
        let seats = Some(quantity(2));
        let having = |status| Entry { offer: Some(Offer { quantity: quantity(2), ..offer() }), ..once_offered(status) };
        let [waiting, offered, claimed] = [Status::Waiting, Status::Offered, Status::Claimed].map(having);
        let waiting_again = Entry { offer: None, ..waiting.clone() };
        assert_eq!(joined().quantity, Some(Quantity::ONE));
        for (before, after, expected) in [
            (&waiting, &offered, seats),
            (&offered, &claimed, None),
            (&offered, &having(Status::Converted), seats),
            (&claimed, &having(Status::Expired), seats),
            (&offered, &waiting_again, seats),
            (&waiting, &having(Status::Left), None),
            (&offered, &offered, None),
        ] {
            assert_eq!(deed(before, after).quantity, expected, "{:?} to {:?}", before.status, after.status);
        }
    }

    #[test]
    fn a_change_names_the_deadline_that_it_sets_and_the_time_that_it_took() {
        let [waiting, offered, claimed] = [Status::Waiting, Status::Offered, Status::Claimed].map(once_offered);
        let extended = Entry { offer: Some(Offer { expires_at: AT, ..offer() }), ..offered.clone() };
        let since_joining = Some(JOINED_AT.milliseconds_until(AT));
        for (before, after, expected) in [
            (&waiting, &offered, (Some(DEADLINE), since_joining)),
            (&offered, &claimed, (Some(DEADLINE), Some(60_000))),
            (&claimed, &once_offered(Status::Converted), (None, Some(60_000))),
            (&offered, &extended, (Some(AT), None)),
            (&offered, &offered, (None, None)),
            (&offered, &once_offered(Status::Left), (None, None)),
        ] {
            let deed = deed(before, after);
            assert_eq!((deed.expires_at, deed.after), expected, "{:?} to {:?}", before.status, after.status);
        }
    }

    #[test]
    fn only_what_held_seats_and_ended_without_a_sale_gave_them_back() {
        let without_a_sale = [
            EntryChange::Expired,
            EntryChange::Declined,
            EntryChange::Left,
            EntryChange::Removed,
            EntryChange::Withdrawn,
        ];
        for change in EntryChange::ALL {
            for from in Status::ALL.into_iter().map(Some).chain([None]) {
                let held_seats = matches!(from, Some(Status::Offered | Status::Claimed));
                let expected = held_seats && without_a_sale.contains(&change);
                assert_eq!(EntryDeed { change, from, ..joined() }.gave_seats_back(), expected, "{from:?} {change:?}");
            }
        }
    }

    fn message() -> MessageDeed {
        let [kind, occasion, channel] = ["offered", "1", "email"].map(str::to_owned);
        MessageDeed { entry_id: EntryId::from_bits([2; 16]), kind, occasion, channel, outcome: Delivery::Sent }
    }

    fn steering(joining: Option<&str>, offering: Option<&str>) -> Deed {
        Deed::Steering(SteeringDeed { joining: joining.map(str::to_owned), offering: offering.map(str::to_owned) })
    }

    fn new_seats() -> Deed {
        Deed::Seats(SeatsDeed::of_change(None, &seats(0, 0, 2)).expect("they are new"))
    }

    #[test]
    fn a_row_is_named_by_its_subject_and_its_step_and_leads_to_its_entry() {
        let release = Release::begin(ReleaseId::from_bits([3; 16]), line(), quantity(1), None, AT);
        let code = CodeDeed { code_id: CodeId::from_bits([4; 16]), tier: tier("vip"), revoked: false };
        let (entry_id, release_id, code_id) = (joined().entry_id, release.id.clone(), code.code_id.clone());
        let of_message = message().entry_id;
        for (deed, name, entry) in [
            (Deed::Entry(joined()), format!("{entry_id}#3"), Some(&entry_id)),
            (new_seats(), "seats#3".to_owned(), None),
            (steering(Some("paused"), None), "joining#3".to_owned(), None),
            (steering(None, Some("paused")), "seats#3".to_owned(), None),
            (Deed::Release(ReleaseDeed::new(&release)), format!("{release_id}#3"), None),
            (Deed::Event(EventDeed { version: 1 }), "event#3".to_owned(), None),
            (Deed::Code(code), format!("{code_id}#3"), None),
            (Deed::Message(message()), format!("{of_message}#offered#1#email#3"), Some(&of_message)),
        ] {
            let row = row(deed);
            assert_eq!((row.name(), row.entry_id()), (name, entry));
        }
    }

    #[test]
    fn of_one_moment_causes_come_before_effects() {
        let changed = |change| Deed::Entry(EntryDeed { change, ..joined() });
        let release = Release::begin(ReleaseId::from_bits([3; 16]), line(), quantity(1), None, AT);
        let code = CodeDeed { code_id: CodeId::from_bits([4; 16]), tier: tier("vip"), revoked: false };
        let in_order = [
            vec![Deed::Event(EventDeed { version: 1 })],
            vec![steering(None, Some("open")), Deed::Code(code)],
            vec![Deed::Release(ReleaseDeed::new(&release))],
            vec![changed(EntryChange::Expired), changed(EntryChange::Left)],
            vec![new_seats()],
            vec![changed(EntryChange::Offered), changed(EntryChange::Joined)],
            vec![Deed::Message(message())],
        ];
        for (rank, deeds) in (0..).zip(in_order) {
            for deed in deeds {
                let row = row(deed);
                assert_eq!(row.rank(), rank, "{row:?}");
            }
        }
    }

    fn seats(sold: u64, held: u64, free: u64) -> Seats {
        Seats { capacity: sold + held + free, sold, held, free, waitlist_active: true, outcomes: Outcomes::default() }
    }

    fn with_outcomes(seats: Seats, offers: u64, expired: u64) -> Seats {
        Seats { outcomes: Outcomes { offers, expired, ..Outcomes::default() }, ..seats }
    }

    #[test]
    fn what_was_done_to_seats_is_told_by_their_counts() {
        for (before, after, change, freed) in [
            (seats(1, 0, 1), seats(2, 0, 0), SeatsChangeKind::Sold, -1),
            (seats(2, 0, 0), seats(1, 0, 1), SeatsChangeKind::Cancelled, 1),
            (seats(1, 0, 1), with_outcomes(seats(1, 1, 0), 1, 0), SeatsChangeKind::Offered, -1),
            (seats(1, 1, 0), seats(2, 0, 0), SeatsChangeKind::Converted, 0),
            (seats(1, 1, 0), with_outcomes(seats(1, 0, 1), 0, 1), SeatsChangeKind::OffersEnded, 1),
            (seats(1, 1, 0), with_outcomes(seats(1, 1, 0), 1, 1), SeatsChangeKind::OfferedOn, 0),
            (seats(1, 0, 0), seats(1, 0, 2), SeatsChangeKind::Added, 2),
            (seats(1, 0, 2), seats(1, 0, 1), SeatsChangeKind::TakenAway, -1),
            (seats(1, 0, 0), Seats { waitlist_active: false, ..seats(1, 0, 0) }, SeatsChangeKind::Switched, 0),
        ] {
            let deed = SeatsDeed::of_change(Some(&before), &after).expect("something was done");
            assert_eq!((deed.change, deed.freed), (change, freed), "{before:?} to {after:?}");
        }
        assert_eq!(SeatsDeed::of_change(Some(&seats(1, 0, 1)), &seats(1, 0, 1)), None);
    }

    #[test]
    fn offers_have_ended_in_whatever_way_they_did() {
        let (before, after) = (seats(1, 1, 0), seats(1, 0, 1));
        let none = Outcomes::default();
        for outcomes in [
            Outcomes { expired: 1, ..none },
            Outcomes { declined: 1, ..none },
            Outcomes { left: 1, ..none },
            Outcomes { withdrawn: 1, ..none },
        ] {
            let deed = SeatsDeed::of_change(Some(&before), &Seats { outcomes, ..after }).expect("something was done");
            assert_eq!(deed.change, SeatsChangeKind::OffersEnded, "{outcomes:?}");
        }
        let new = SeatsDeed::of_change(None, &after).map(|deed| (deed.change, deed.freed));
        assert_eq!(new, Some((SeatsChangeKind::Created, 1)));
    }

    #[test]
    fn a_cursor_is_read_back_as_it_was_written() {
        let ticket_type_id = Some(TicketTypeId::parse("week-1").expect("valid"));
        for ticket_type_id in [None, ticket_type_id] {
            let cursor = JournalCursor { at: Timestamp::from_milliseconds(1_800_000_000_000), ticket_type_id };
            assert_eq!(JournalCursor::parse(&cursor.to_string()), Ok(cursor));
        }
        for nonsense in ["", "5", "x~camper", "-1~camper", "1~a#b", "99999999999999~camper"] {
            assert!(JournalCursor::parse(nonsense).is_err(), "{nonsense}");
        }
    }
}
