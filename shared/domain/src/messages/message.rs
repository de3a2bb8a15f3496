//! Messages between the workers, through queues.
//!
//! A message is a wake-up or a wish. Its receiver reads the table first. So a doubled, late or
//! early message changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::entry::{AddressVersions, Entry, Status};
use crate::messages::link_mail::LinkMailRequest;
use crate::offering::promotion::MOST_ENDED_AT_ONCE;
use crate::values::channels::Channel;
use crate::values::default_values::is_default;
use crate::values::identifier::{EntryId, Holder, LineId, PlaceId, ReleaseId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;
use crate::values::words::words;

/// A request to look at a line: free seats may suit a waiting entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionRequest {
    pub line: LineId,
    /// Set if entries only joined: the fewest seats that suit any of them. If fewer are free, no
    /// look is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newcomers_need: Option<Quantity>,
}

impl PromotionRequest {
    /// A change after which free seats may suit any entry.
    pub const fn to_anybody(line: LineId) -> Self {
        Self { line, newcomers_need: None }
    }

    /// A join: seats that suited no earlier entry may suit this one. It is not known here whether
    /// the rules let it take fewer. A needless look does no harm.
    pub fn to_newcomer(entry: &Entry) -> Self {
        Self { line: entry.place.line.clone(), newcomers_need: Some(entry.applicant.least()) }
    }

    /// The fewest looks that serve all of these: one for each line.
    pub fn together(promotions: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut lines: BTreeMap<LineId, Self> = BTreeMap::new();
        for promotion in promotions {
            let line = lines.entry(promotion.line.clone());
            line.and_modify(|other| other.serve_also(&promotion)).or_insert(promotion);
        }
        lines.into_values().collect()
    }

    /// Extends this look to what another look at the same line is for.
    pub fn serve_also(&mut self, other: &Self) {
        // `None` is less than any number: it asks for the most.
        self.newcomers_need = self.newcomers_need.min(other.newcomers_need);
    }
}

/// The longest wait (milliseconds) with a delayed message of its own: the longest delay of SQS. The
/// sweep arms longer waits later.
pub const LONGEST_ARMED_AT_ONCE: i64 = 900_000;

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wake {
    /// An offer's reminder.
    Reminder { place: PlaceId, due_at: Timestamp },
    /// An entry that is to be confirmed: it is to be reminded of it, or its time has passed.
    Confirmation { place: PlaceId, due_at: Timestamp },
    /// Deadlines of one line that fall at the same moment.
    Deadlines {
        line: LineId,
        /// The holders of the offers: at most [`MOST_ENDED_AT_ONCE`], which one write ends.
        holders: Vec<Holder>,
        due_at: Timestamp,
    },
    /// A release's next batch.
    Batch { release_id: ReleaseId, due_at: Timestamp },
    /// The draw of a line's lots.
    Draw { line: LineId, due_at: Timestamp },
    /// A line where an entry may have moved up unseen.
    MovedUp {
        line: LineId,
        /// The time of the next look.
        due_at: Timestamp,
    },
    /// A line that waits for a number to settle.
    Line {
        line: LineId,
        /// The time of the next look.
        due_at: Timestamp,
    },
    /// A message to a customer that was put off, because its address had too many.
    Notification { notification: Notification, due_at: Timestamp },
}

impl Wake {
    /// A single deadline.
    pub fn deadline(place: PlaceId, due_at: Timestamp) -> Self {
        let PlaceId { customer_id, line, attendee_id } = place;
        Self::Deadlines { line, holders: vec![Holder { customer_id, attendee_id }], due_at }
    }

    /// The fewest messages for these wake-ups. Deadlines of one line that fall at the same moment
    /// are ended together.
    pub fn together(wakes: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut deadlines: BTreeMap<(LineId, Timestamp), BTreeSet<Holder>> = BTreeMap::new();
        let mut together = Vec::new();
        for wake in wakes {
            match wake {
                Self::Deadlines { line, holders, due_at } => {
                    deadlines.entry((line, due_at)).or_default().extend(holders);
                }
                other => together.push(other),
            }
        }
        for ((line, due_at), holders) in deadlines {
            let holders: Vec<Holder> = holders.into_iter().collect();
            let messages = holders.chunks(MOST_ENDED_AT_ONCE);
            together.extend(messages.map(|chunk| Self::Deadlines {
                line: line.clone(),
                holders: chunk.into(),
                due_at,
            }));
        }
        together
    }

    /// The line that it is about. None for a batch, which is about a release.
    pub const fn line(&self) -> Option<&LineId> {
        match self {
            Self::Reminder { place, .. } | Self::Confirmation { place, .. } => Some(&place.line),
            Self::Deadlines { line, .. }
            | Self::Draw { line, .. }
            | Self::MovedUp { line, .. }
            | Self::Line { line, .. } => Some(line),
            Self::Notification { notification, .. } => Some(&notification.place.line),
            Self::Batch { .. } => None,
        }
    }

    pub const fn due_at(&self) -> Timestamp {
        match self {
            Self::Reminder { due_at, .. }
            | Self::Confirmation { due_at, .. }
            | Self::Deadlines { due_at, .. }
            | Self::Batch { due_at, .. }
            | Self::Draw { due_at, .. }
            | Self::MovedUp { due_at, .. }
            | Self::Line { due_at, .. }
            | Self::Notification { due_at, .. } => *due_at,
        }
    }
}

words! {
    /// The kind of a message to a customer.
    pub enum NotificationKind {
        /// The customer stands in line.
        Joined = "joined",
        /// Somebody joined with the customer's address, who is to confirm it.
        Confirm = "confirm",
        /// The customer has not confirmed yet, and half of the time has passed.
        ConfirmReminder = "confirm-reminder",
        /// Somebody joined again with the address of a customer who stands in line.
        JoinedAgain = "joined-again",
        /// Seats are held for the customer.
        Offered = "offered",
        /// The seats are still held, and not claimed yet.
        Reminder = "reminder",
        /// The customer claimed, and may pay until the deadline.
        Claimed = "claimed",
        /// The customer has the seats.
        Converted = "converted",
        /// The time to claim has passed.
        Expired = "expired",
        /// The time to pay has passed.
        PurchaseEnded = "purchase-ended",
        /// The customer turned the offer down.
        Declined = "declined",
        /// The customer's position has come within one of the event's thresholds.
        MovedUp = "moved-up",
        /// The code that confirms the customer's phone number.
        PhoneCode = "phone-code",
    }
}

impl NotificationKind {
    /// The message about a change of status, if there is one. An entry that has just joined was
    /// nothing before.
    ///
    /// Leaving is not told. Reminders and moving up come without a change of status.
    pub const fn of_change(was: Option<Status>, is: Status) -> Option<Self> {
        match (was, is) {
            (None, Status::Waiting) => Some(Self::Joined),
            (_, Status::Offered) => Some(Self::Offered),
            (_, Status::Claimed) => Some(Self::Claimed),
            (_, Status::Converted) => Some(Self::Converted),
            (Some(Status::Claimed), Status::Expired) => Some(Self::PurchaseEnded),
            (_, Status::Expired) => Some(Self::Expired),
            (_, Status::Declined) => Some(Self::Declined),
            (_, Status::Waiting | Status::Left | Status::Removed | Status::Unconfirmed) => None,
        }
    }

    /// The message that tells how an entry stands. An entry that ended without a sale has none.
    pub const fn of_status(status: Status) -> Option<Self> {
        match status {
            Status::Waiting => Some(Self::Joined),
            Status::Offered => Some(Self::Offered),
            Status::Claimed => Some(Self::Claimed),
            Status::Converted => Some(Self::Converted),
            Status::Expired | Status::Declined | Status::Left | Status::Removed | Status::Unconfirmed => None,
        }
    }

    /// Whether it is news that the customer may do without. All other messages are about their own
    /// seats, or confirm what they did themselves.
    ///
    /// A mail with news offers to unsubscribe.
    pub const fn is_news(self) -> bool {
        match self {
            Self::MovedUp => true,
            Self::Joined
            | Self::Confirm
            | Self::ConfirmReminder
            | Self::JoinedAgain
            | Self::Offered
            | Self::Reminder
            | Self::Claimed
            | Self::Converted
            | Self::Expired
            | Self::PurchaseEnded
            | Self::Declined
            | Self::PhoneCode => false,
        }
    }

    /// Whether it bears the token by which its reader proves the address.
    pub const fn proves_the_address(self) -> bool {
        matches!(self, Self::Confirm | Self::ConfirmReminder | Self::JoinedAgain)
    }

    /// Whether it is worth a text message beside a mail: seats are on offer or lost, and minutes
    /// count.
    pub const fn is_urgent(self) -> bool {
        match self {
            Self::Offered | Self::Reminder | Self::Expired | Self::PurchaseEnded | Self::PhoneCode => true,
            Self::Joined
            | Self::Confirm
            | Self::ConfirmReminder
            | Self::JoinedAgain
            | Self::Claimed
            | Self::Converted
            | Self::Declined
            | Self::MovedUp => false,
        }
    }
}

/// The occasion of a message. Messages of one kind for an entry differ in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Occasion(i64);

impl Occasion {
    /// The only occasion: an entry joins once.
    pub const ONLY: Self = Self(0);

    /// The entry's offer. Each offer has its own messages.
    fn offer_of(entry: &Entry) -> Self {
        entry.offer.as_ref().map_or(Self::ONLY, |offer| Self(offer.offered_at.milliseconds()))
    }

    /// The threshold that the entry has come within.
    pub(crate) fn threshold(threshold: u64) -> Self {
        Self(i64::try_from(threshold).unwrap_or(i64::MAX))
    }

    /// The request for a code. Each has its own message.
    fn request(asked_at: Timestamp) -> Self {
        Self(asked_at.milliseconds())
    }

    /// The occasion of a message about the entry as it is. The threshold of a move is not known
    /// from the entry, and neither is the request for a code.
    pub fn of(kind: NotificationKind, entry: &Entry) -> Self {
        match kind {
            NotificationKind::Joined
            | NotificationKind::Confirm
            | NotificationKind::ConfirmReminder
            | NotificationKind::JoinedAgain
            | NotificationKind::MovedUp
            | NotificationKind::PhoneCode => Self::ONLY,
            NotificationKind::Offered
            | NotificationKind::Reminder
            | NotificationKind::Claimed
            | NotificationKind::Converted
            | NotificationKind::Expired
            | NotificationKind::PurchaseEnded
            | NotificationKind::Declined => Self::offer_of(entry),
        }
    }
}

impl fmt::Display for Occasion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What tells a message from all others. Its marker is named so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageName {
    pub entry_id: EntryId,
    pub kind: NotificationKind,
    pub occasion: Occasion,
    pub channel: Channel,
    /// The version of the address: how often it had been corrected.
    pub address_version: u32,
}

impl MessageName {
    /// The name as tags, which a provider sends back with its reports. It has no personal data, and
    /// only letters, digits, `_` and `-`.
    pub fn tags(&self) -> [(&'static str, String); 5] {
        [
            ("entry", self.entry_id.as_str().to_owned()),
            ("kind", self.kind.as_str().to_owned()),
            ("occasion", self.occasion.to_string()),
            ("channel", self.channel.as_str().to_owned()),
            ("address_version", self.address_version.to_string()),
        ]
    }

    /// Reads the name from the tags of a report. Nothing if it is about another program's message.
    pub fn from_tags<'tags>(tag: impl Fn(&str) -> Option<&'tags str>) -> Option<Self> {
        Some(Self {
            entry_id: EntryId::parse(tag("entry")?).ok()?,
            kind: NotificationKind::parse(tag("kind")?).ok()?,
            occasion: Occasion(tag("occasion")?.parse().ok()?),
            channel: Channel::parse(tag("channel")?).ok()?,
            address_version: tag("address_version")?.parse().ok()?,
        })
    }
}

/// A message of the queues from which customers are written to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum CustomerMessage {
    /// One thing is told about one entry.
    About(Notification),
    /// The links of a mailbox were asked for.
    Links(LinkMailRequest),
}

/// A message to a customer, by one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub place: PlaceId,
    pub entry_id: EntryId,
    pub kind: NotificationKind,
    pub occasion: Occasion,
    pub channel: Channel,
    /// The version of the address: how often it had been corrected.
    #[serde(rename = "readdressed", default, skip_serializing_if = "is_default")]
    pub address_version: u32,
}

impl Notification {
    /// The name of the message.
    pub fn name(&self) -> MessageName {
        let Self { entry_id, kind, occasion, channel, address_version, .. } = self;
        MessageName {
            entry_id: entry_id.clone(),
            kind: *kind,
            occasion: *occasion,
            channel: *channel,
            address_version: *address_version,
        }
    }

    /// The messages of a kind about an entry, by each channel that [carries](
    /// NotificationKind::goes_by) it.
    pub fn about(entry: &Entry, kind: NotificationKind) -> Vec<Self> {
        Self::on_occasion(entry, kind, Occasion::of(kind, entry))
    }

    /// The messages that tell an entry's standing at those addresses that changed since `before`.
    pub fn of_corrected_addresses(entry: &Entry, before: AddressVersions) -> Vec<Self> {
        let all = match NotificationKind::of_status(entry.status) {
            Some(NotificationKind::Joined) => Self::of_having_joined(entry),
            kind => kind.map(|kind| Self::about(entry, kind)).unwrap_or_default(),
        };
        all.into_iter().filter(|told| told.address_version != before.of(told.channel)).collect()
    }

    /// The messages of an offer by channels that carry it only since a change. Mail turned out not
    /// to reach the customer, or there was no phone number before.
    pub fn of_missed_offer(before: &Entry, after: &Entry) -> Vec<Self> {
        if after.status != Status::Offered {
            return Vec::new();
        }
        let is_new = |told: &Self| {
            // A corrected address is told anyway.
            let is_corrected = told.address_version != before.address_versions.of(told.channel);
            !told.kind.goes_by(told.channel, before) && !is_corrected
        };
        Self::about(after, NotificationKind::Offered).into_iter().filter(is_new).collect()
    }

    /// The mail that goes out if this text message can't be sent for good, and the customer chose
    /// text messages alone. Everybody has an e-mail address.
    ///
    /// A code confirms the number itself, and news can be done without.
    pub fn by_mail_instead(&self, entry: &Entry) -> Option<Self> {
        let needs_mail = self.channel == Channel::Sms
            && self.kind != NotificationKind::PhoneCode
            && !self.kind.is_news()
            && !self.kind.goes_by(Channel::Email, entry);
        let address_version = entry.address_versions.of(Channel::Email);
        needs_mail.then(|| Self { channel: Channel::Email, address_version, ..self.clone() })
    }

    /// The messages about coming within this threshold of the line.
    pub fn of_having_moved_up(entry: &Entry, threshold: u64) -> Vec<Self> {
        Self::on_occasion(entry, NotificationKind::MovedUp, Occasion::threshold(threshold))
    }

    /// The messages about having joined, or having been asked to confirm it.
    pub fn of_having_joined(entry: &Entry) -> Vec<Self> {
        let kind = if entry.is_confirmed() { NotificationKind::Joined } else { NotificationKind::Confirm };
        Self::about(entry, kind)
    }

    /// The messages after somebody joined again, at this time, with the entry's address.
    pub fn of_having_joined_again(entry: &Entry, at: Timestamp) -> Vec<Self> {
        let kind = if entry.is_confirmed() { NotificationKind::JoinedAgain } else { NotificationKind::Confirm };
        Self::on_occasion(entry, kind, Occasion(at.milliseconds()))
    }

    /// The message with the code that was asked for at this time, for the entry at `place`.
    pub fn of_phone_code(place: PlaceId, entry_id: EntryId, asked_at: Timestamp) -> Self {
        Self {
            place,
            entry_id,
            kind: NotificationKind::PhoneCode,
            occasion: Occasion::request(asked_at),
            channel: Channel::Sms,
            // The code is bound to the number itself.
            address_version: 0,
        }
    }

    /// Whether this is the message with the code that was asked for at this time.
    pub fn is_of_code_asked_at(&self, asked_at: Timestamp) -> bool {
        self.kind == NotificationKind::PhoneCode && self.occasion == Occasion::request(asked_at)
    }

    /// The threshold of a message about moving up.
    pub fn threshold(&self) -> Option<u64> {
        let is_of_one = self.kind == NotificationKind::MovedUp;
        u64::try_from(self.occasion.0).ok().filter(|threshold| is_of_one && *threshold > 0)
    }

    fn on_occasion(entry: &Entry, kind: NotificationKind, occasion: Occasion) -> Vec<Self> {
        let by = |channel| Self {
            place: entry.place.clone(),
            entry_id: entry.id.clone(),
            kind,
            occasion,
            channel,
            // Moving up is told once, at whatever address.
            address_version: if kind == NotificationKind::MovedUp { 0 } else { entry.address_versions.of(channel) },
        };
        Channel::ALL.into_iter().filter(|channel| kind.goes_by(*channel, entry)).map(by).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::example::{DEADLINE, OFFERED_AT, entry, once_offered, with_phone};
    use crate::values::identifier::{CustomerId, EventId, TicketTypeId};

    /// The kind, channel, occasion and version of each message.
    fn named(messages: &[Notification]) -> Vec<(NotificationKind, Channel, i64, u32)> {
        let name = |told: &Notification| (told.kind, told.channel, told.occasion.0, told.address_version);
        messages.iter().map(name).collect()
    }

    fn unconfirmed() -> Entry {
        Entry { confirm_by: Some(DEADLINE), ..entry() }
    }

    #[test]
    fn each_offer_has_its_own_messages_and_a_join_has_one() {
        let offered_at = OFFERED_AT.milliseconds();
        for kind in NotificationKind::ALL {
            use NotificationKind::{Confirm, ConfirmReminder, Joined, JoinedAgain, MovedUp, PhoneCode};
            let is_once = matches!(kind, Joined | Confirm | ConfirmReminder | JoinedAgain | MovedUp | PhoneCode);
            let expected = if is_once { Occasion::ONLY } else { Occasion(offered_at) };
            assert_eq!(Occasion::of(kind, &once_offered(Status::Offered)), expected, "{kind:?}");
            assert_eq!(Occasion::of(kind, &entry()), Occasion::ONLY, "{kind:?}");
        }
    }

    #[test]
    fn whoever_joins_is_told_or_asked_to_confirm_at_every_join() {
        use NotificationKind::{Confirm, Joined, JoinedAgain};
        let again = |entry: &Entry| named(&Notification::of_having_joined_again(entry, OFFERED_AT));
        let at = OFFERED_AT.milliseconds();
        assert_eq!(named(&Notification::of_having_joined(&entry())), [(Joined, Channel::Email, 0, 0)]);
        assert_eq!(named(&Notification::of_having_joined(&unconfirmed())), [(Confirm, Channel::Email, 0, 0)]);
        assert_eq!(again(&entry()), [(JoinedAgain, Channel::Email, at, 0)]);
        assert_eq!(again(&unconfirmed()), [(Confirm, Channel::Email, at, 0)]);
    }

    #[test]
    fn a_corrected_address_is_told_the_standing_and_no_other_is() {
        use NotificationKind::{Confirm, Joined, Offered};
        let corrected = |entry: Entry| Entry { address_versions: AddressVersions { email: 1, sms: 0 }, ..entry };
        let told =
            |entry: Entry| named(&Notification::of_corrected_addresses(&corrected(entry), AddressVersions::default()));
        let offered = with_phone(once_offered(Status::Offered), false);
        assert_eq!(told(entry()), [(Joined, Channel::Email, 0, 1)]);
        assert_eq!(told(unconfirmed()), [(Confirm, Channel::Email, 0, 1)]);
        assert_eq!(told(offered.clone()), [(Offered, Channel::Email, OFFERED_AT.milliseconds(), 1)]);
        assert_eq!(told(once_offered(Status::Left)), []);
        assert!(Notification::of_corrected_addresses(&offered, AddressVersions::default()).is_empty());
    }

    #[test]
    fn moving_up_is_told_once_for_each_threshold_at_whatever_address() {
        let corrected = Entry { address_versions: AddressVersions { email: 3, sms: 0 }, ..entry() };
        let told = Notification::of_having_moved_up(&corrected, 5);
        assert_eq!(named(&told), [(NotificationKind::MovedUp, Channel::Email, 5, 0)]);
        assert_eq!(told[0].threshold(), Some(5));
        let without = Notification { occasion: Occasion::ONLY, ..told[0].clone() };
        assert_eq!(without.threshold(), None);
        assert_eq!(Notification { kind: NotificationKind::Joined, ..told[0].clone() }.threshold(), None);
    }

    #[test]
    fn a_code_goes_by_text_at_each_request() {
        let (at, later) = (OFFERED_AT, OFFERED_AT.plus_milliseconds(1));
        let code = Notification::of_phone_code(entry().place, entry().id, at);
        assert_eq!(
            named(std::slice::from_ref(&code)),
            [(NotificationKind::PhoneCode, Channel::Sms, at.milliseconds(), 0)]
        );
        assert!(code.is_of_code_asked_at(at) && !code.is_of_code_asked_at(later));
        assert!(!Notification { kind: NotificationKind::Joined, ..code }.is_of_code_asked_at(at));
    }

    #[test]
    fn every_wake_up_but_that_of_a_batch_is_about_a_line() {
        let release_id = ReleaseId::from_bits([1; 16]);
        assert_eq!(deadline("child", 1, NOON).line(), Some(&line("child")));
        assert_eq!(Wake::Line { line: line("child"), due_at: NOON }.line(), Some(&line("child")));
        assert_eq!(Wake::Batch { release_id, due_at: NOON }.line(), None);
    }

    #[test]
    fn every_change_that_concerns_the_customer_is_told() {
        use NotificationKind::{Claimed, Converted, Declined, Expired, Joined, Offered, PurchaseEnded};
        for (was, is, kind) in [
            (None, Status::Waiting, Some(Joined)),
            (Some(Status::Waiting), Status::Offered, Some(Offered)),
            (Some(Status::Offered), Status::Claimed, Some(Claimed)),
            (Some(Status::Offered), Status::Converted, Some(Converted)),
            (Some(Status::Claimed), Status::Converted, Some(Converted)),
            (Some(Status::Offered), Status::Expired, Some(Expired)),
            (Some(Status::Claimed), Status::Expired, Some(PurchaseEnded)),
            (Some(Status::Offered), Status::Declined, Some(Declined)),
            (Some(Status::Claimed), Status::Declined, Some(Declined)),
            (Some(Status::Waiting), Status::Left, None),
            (Some(Status::Offered), Status::Left, None),
            (Some(Status::Waiting), Status::Removed, None),
        ] {
            assert_eq!(NotificationKind::of_change(was, is), kind, "{was:?} became {is:?}");
        }
    }

    #[test]
    fn every_kind_comes_of_some_change_but_reminders_moving_up_proofs_of_the_address_and_codes() {
        let before = || Status::ALL.into_iter().map(Some).chain([None]);
        for kind in NotificationKind::ALL {
            let comes = |was| Status::ALL.into_iter().any(|is| NotificationKind::of_change(was, is) == Some(kind));
            let comes_of_none = kind.proves_the_address()
                || matches!(kind, NotificationKind::Reminder | NotificationKind::MovedUp | NotificationKind::PhoneCode);
            assert_eq!(before().any(comes), !comes_of_none, "{kind:?}");
        }
    }

    #[test]
    fn an_entry_has_something_to_tell_until_its_person_may_join_again() {
        for status in Status::ALL {
            assert_eq!(NotificationKind::of_status(status).is_none(), status.may_rejoin(), "{status:?}");
        }
    }

    #[test]
    fn each_kind_has_a_name_of_its_own_that_queues_and_folders_share() {
        let names: BTreeSet<&str> = NotificationKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), NotificationKind::ALL.len());
        for kind in NotificationKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.as_str());
        }
    }

    #[test]
    fn a_message_is_named_by_tags_of_plain_characters() {
        for (number, kind) in (0..).zip(NotificationKind::ALL) {
            let name = MessageName {
                entry_id: EntryId::from_bits([7; 16]),
                kind,
                occasion: Occasion(1_800_000_000_000 + number),
                channel: Channel::Email,
                address_version: 2,
            };
            let tags = name.tags();
            let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            assert!(tags.iter().all(|(tag, value)| is_plain(tag) && is_plain(value) && value.len() <= 256));
            let tag = |wanted: &str| tags.iter().find(|(tag, _)| *tag == wanted).map(|(_, value)| value.as_str());
            assert_eq!(MessageName::from_tags(tag), Some(name));
        }
        assert_eq!(MessageName::from_tags(|_| Some("nonsense")), None);
        assert_eq!(MessageName::from_tags(|_| None), None);
    }

    const NOON: Timestamp = Timestamp::from_milliseconds(43_200_000);

    fn line(ticket_type: &str) -> LineId {
        let ticket_type_id = TicketTypeId::parse(ticket_type).expect("valid");
        LineId { event_id: EventId::parse("camp").expect("valid"), ticket_type_id }
    }

    fn deadline(ticket_type: &str, customer: usize, due_at: Timestamp) -> Wake {
        let customer_id = CustomerId::parse(&format!("customer-{customer}")).expect("valid");
        Wake::deadline(PlaceId { customer_id, line: line(ticket_type), attendee_id: None }, due_at)
    }

    /// Each wake-up's line, number of deadlines and time.
    fn counts(wakes: &[Wake]) -> Vec<(&str, usize, Timestamp)> {
        let count = |wake: &'_ Wake| match wake {
            Wake::Deadlines { holders, .. } => holders.len(),
            _ => 0,
        };
        let line = |wake: &Wake| match wake {
            Wake::Deadlines { line, .. } if line.ticket_type_id.as_str() == "adult" => "adult",
            Wake::Deadlines { .. } => "child",
            _ => "",
        };
        wakes.iter().map(|wake| (line(wake), count(wake), wake.due_at())).collect()
    }

    #[test]
    fn one_look_at_a_line_serves_whoever_joined_it_and_needs_the_fewest_seats() {
        let need = |seats: i64| Some(Quantity::parse(seats).expect("valid"));
        let newcomer = |ticket_type, seats| PromotionRequest { line: line(ticket_type), newcomers_need: need(seats) };
        let anybody = || PromotionRequest::to_anybody(line("child"));
        assert_eq!(PromotionRequest::together([newcomer("child", 3), newcomer("child", 2)]), [newcomer("child", 2)]);
        assert_eq!(PromotionRequest::together([newcomer("child", 1), anybody(), newcomer("child", 2)]), [anybody()]);
        let of_two_lines = [newcomer("adult", 2), anybody()];
        assert_eq!(PromotionRequest::together(of_two_lines.clone()), of_two_lines);
    }

    #[test]
    fn deadlines_of_one_line_at_one_moment_are_one_message_of_as_many_as_one_write_ends() {
        let later = NOON.plus_milliseconds(1);
        let at_noon = (0..80).map(|customer| deadline("child", customer, NOON));
        let others = [
            deadline("child", 7, NOON),
            deadline("adult", 1, NOON),
            deadline("child", 81, later),
            Wake::Line { line: line("child"), due_at: NOON },
        ];
        let together = Wake::together(at_noon.chain(others));
        let expected = [
            ("", 0, NOON),
            ("adult", 1, NOON),
            ("child", MOST_ENDED_AT_ONCE, NOON),
            ("child", 31, NOON),
            ("child", 1, later),
        ];
        assert_eq!(counts(&together), expected);
    }
}
