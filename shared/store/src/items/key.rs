//! The keys of the tables. No identifier contains `#`, so the parts of a key stay apart.

use waitlist_domain::history::journal::{JournalId, LAST_MOMENT};
use waitlist_domain::line::draw::Lot;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::messages::link_mail::LinkMailRequest;
use waitlist_domain::messages::message::{MessageName, NotificationKind};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{EmailAddress, Mailbox};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{
    AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, PlaceTag, RegistrationId, ReleaseId, TicketTypeId,
};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::values::unreachable::Cause;

pub(crate) use crate::dynamo::key::Key;

/// The beginning of the sort keys of lots.
pub(crate) const LOTS: &str = "LOT#";
/// The beginning of the sort keys of items that say who left a draw.
pub(crate) const LEFT_DRAW: &str = "LEFT#";

impl Key {
    pub(crate) fn event(id: &EventId) -> Self {
        Self::new(format!("EVENT#{id}"), "EVENT")
    }

    pub(crate) fn numbers(line: &LineId) -> Self {
        Self::new(format!("NUMBERS#{line}"), "NUMBERS")
    }

    pub(crate) fn seats(line: &LineId) -> Self {
        Self::new(format!("SEATS#{line}"), "SEATS")
    }

    pub(crate) fn entry(place: &PlaceId) -> Self {
        let attendee = place.attendee_id.as_ref().map_or("", AttendeeId::as_str);
        Self::new(
            customer_partition(&place.customer_id),
            format!("{}{}#{attendee}", entries_with_tag(&place.tag()), place.line),
        )
    }

    /// What is shown by the token with this hash, which came with a join where somebody had the place.
    pub(crate) fn stand_in(token: &SecretHash) -> Self {
        Self::new(format!("STANDIN#{}", token.as_str()), "STANDIN")
    }

    /// The name of the attendee of a stand-in.
    pub(crate) fn attendee_of_stand_in(token: &SecretHash) -> Self {
        Self::new(Self::stand_in(token).pk, "NAME")
    }

    /// The number of the last stand-in for a place.
    pub(crate) fn last_stand_in(place: &PlaceId) -> Self {
        let Self { pk, sk } = Self::entry(place);
        Self::new(format!("STANDIN#{}", SecretHash::of(&format!("{pk}|{sk}")).as_str()), "LAST")
    }

    pub(crate) fn page(lane: &LaneId, page: u64) -> Self {
        Self::new(format!("RANK#{lane}"), format!("PAGE#{page}"))
    }

    pub(crate) fn directory(lane: &LaneId, mark: Mark, directory: u64) -> Self {
        // The counts behind a position are on one item, so that they are read at one moment.
        let of = match mark {
            Mark::Unconfirmed | Mark::Resolved => Mark::Gone,
            other => other,
        };
        Self::new(format!("RANK#{lane}"), format!("DIRECTORY#{}#{directory}", mark_name(of)))
    }

    /// The counts of a mark by directory, of all lanes.
    ///
    /// The counts behind a position are on the numbers item, where a join finds its position without
    /// another read.
    pub(crate) fn root(line: &LineId, mark: Mark) -> Self {
        match mark {
            Mark::Gone | Mark::Unconfirmed | Mark::Resolved => Self::numbers(line),
            Mark::Unused | Mark::Found | Mark::Claimed | Mark::Left | Mark::Moved => {
                Self::new(format!("RANK#{line}"), format!("ROOT#{}", mark_name(mark)))
            }
        }
    }

    pub(crate) fn audit(lane: &LaneId) -> Self {
        Self::new(format!("RANK#{lane}"), "AUDIT")
    }

    /// The secret seed of a line's draw.
    pub(crate) fn seed(line: &LineId) -> Self {
        Self::new(format!("SEED#{line}"), "SEED")
    }

    /// The progress of a line's draw.
    pub(crate) fn draw(line: &LineId) -> Self {
        Self::new(format!("DRAW#{line}"), "DRAW")
    }

    /// A lot in the draw of a line.
    pub(crate) fn lot(line: &LineId, lot: &Lot) -> Self {
        Self::new(format!("DRAW#{line}"), format!("{LOTS}{lot}"))
    }

    /// One part of the list of a line's draw.
    pub(crate) fn draw_list(line: &LineId, part: u64) -> Self {
        Self::new(format!("DRAW#{line}"), format!("LIST#{part:06}"))
    }

    /// The entries on a part of the list that left before they got their places.
    pub(crate) fn draw_left(line: &LineId, part: u64) -> Self {
        Self::new(format!("DRAW#{line}"), format!("{LEFT_DRAW}{part:06}"))
    }

    /// Which entries of a page of the pool are in the draw.
    pub(crate) fn draw_pool(line: &LineId, page: u64) -> Self {
        Self::new(format!("DRAW#{line}"), format!("POOL#{page}"))
    }

    /// The note of the last look for entries that moved up.
    pub(crate) fn moved_up(line: &LineId) -> Self {
        Self::new(format!("RANK#{line}"), "MOVED-UP")
    }

    /// The rows of a journal with this time.
    pub(crate) fn journal(journal: &JournalId, at: Timestamp) -> Self {
        Self::new(journal_partition(journal), journal_moment(at))
    }

    /// The sums of a line's journal.
    pub(crate) fn funnel(line: &LineId) -> Self {
        Self::new(format!("FUNNEL#{line}"), "FUNNEL")
    }

    /// The place of an entry, by its id.
    pub(crate) fn whereabouts(id: &EntryId) -> Self {
        Self::new(format!("WHEREABOUTS#{id}"), "WHEREABOUTS")
    }

    pub(crate) fn registration(id: &RegistrationId) -> Self {
        Self::new(format!("REGISTRATION#{id}"), "REGISTRATION")
    }

    pub(crate) fn release(id: &ReleaseId) -> Self {
        Self::new(format!("RELEASE#{id}"), "RELEASE")
    }

    /// When the personal data of an event's entries end.
    pub(crate) fn retention(event: &EventId) -> Self {
        Self::new(format!("RETENTION#{event}"), "RETENTION")
    }

    /// An access code of an event, under its hash.
    pub(crate) fn access_code(event: &EventId, hash: &SecretHash) -> Self {
        Self::new(format!("CODES#{event}"), format!("CODE#{}", hash.as_str()))
    }

    /// How many access codes an event ever had.
    pub(crate) fn access_code_count(event: &EventId) -> Self {
        Self::new(format!("CODES#{event}"), "CODES")
    }

    /// An API key, in the table of keys.
    pub(crate) fn api_key(hash: &SecretHash) -> Self {
        Self::new(format!("KEY#{}", hash.as_str()), "KEY")
    }

    pub(crate) fn idempotency(scope: &SecretHash) -> Self {
        Self::new(format!("IDEMPOTENCY#{}", scope.as_str()), "IDEMPOTENCY")
    }

    /// The requests of one kind that a source has made lately.
    pub(crate) fn source(source: &SecretHash, what: &str) -> Self {
        Self::new(format!("SOURCE#{}", source.as_str()), what)
    }

    /// The code that was sent last to the phone number of an entry.
    pub(crate) fn phone_code(entry: &EntryId) -> Self {
        Self::new(format!("PHONECODE#{entry}"), "PHONECODE")
    }

    /// What is remembered under a keyed hash: of a phone number, a mailbox, or a customer with a
    /// number.
    pub(crate) fn phone(hash: &SecretHash, what: &str) -> Self {
        Self::new(format!("PHONE#{}", hash.as_str()), what)
    }

    /// The mark that the solution of a challenge was used.
    pub(crate) fn used_challenge(challenge: &SecretHash) -> Self {
        Self::new(format!("CHALLENGE#{}", challenge.as_str()), "USED")
    }

    /// The secret by which sources, phone numbers and codes are hashed, and which challenges are
    /// signed by.
    pub(crate) fn source_secret() -> Self {
        Self::new("SOURCE#secret".to_owned(), "SECRET")
    }

    /// The settings of the stack.
    pub(crate) fn settings() -> Self {
        Self::new("SETTINGS#stack".to_owned(), "SETTINGS")
    }

    /// The note that a command steered a line.
    pub(crate) fn steered(command: &str, line: &LineId) -> Self {
        Self::new(format!("STEERED#{command}"), line.to_string())
    }

    pub(crate) fn sent(message: &MessageName) -> Self {
        Self::new(format!("SENT#{}", message.entry_id), message_of_entry(message))
    }

    /// A message that was put off.
    pub(crate) fn put_off(message: &MessageName) -> Self {
        Self::new(format!("PUTOFF#{}", message.entry_id), message_of_entry(message))
    }

    /// The recent messages of a kind to an address. The key has only the hash of the address.
    pub(crate) fn lately_sent(address: &str, kind: NotificationKind) -> Self {
        Self::new(format!("TOLD#{}", SecretHash::of(address).as_str()), kind.as_str())
    }

    /// The mark of an address that mail does not reach. The key has only a hash.
    ///
    /// A complaint is about the mailbox, and stops mail to all its spellings. A bounce may be the
    /// fault of one spelling, such as a tag that the host does not know.
    pub(crate) fn unreachable(address: &EmailAddress, cause: Cause) -> Self {
        let hash = match cause {
            Cause::Bounced => SecretHash::of(address.as_str()),
            Cause::Complained => SecretHash::of(address.mailbox().as_str()),
        };
        Self::new(format!("UNREACHABLE#{}", hash.as_str()), "UNREACHABLE")
    }

    /// The places of a person in an event. The key has only the hash of the mailbox.
    pub(crate) fn places(mailbox: &SecretHash, event: &EventId) -> Self {
        Self::new(mailbox_partition(mailbox), format!("{PLACES}{event}"))
    }

    /// The hash by which [`Self::places`] names a mailbox.
    pub(crate) fn mailbox_hash(mailbox: &Mailbox) -> SecretHash {
        SecretHash::of(mailbox.as_str())
    }

    /// When the links of a mailbox were asked for. The key has only the hash of the mailbox.
    pub(crate) fn link_mails(mailbox: &SecretHash) -> Self {
        Self::new(format!("LINKS#{}", mailbox.as_str()), "LINKS")
    }

    /// The marker of a mail with links to an address of the mailbox.
    pub(crate) fn sent_links(request: &LinkMailRequest, address: &EmailAddress) -> Self {
        let LinkMailRequest { mailbox, asked_at, .. } = request;
        let to = SecretHash::of(address.as_str());
        Self::new(format!("LINKS#{}", mailbox.as_str()), format!("SENT#{}#{}", asked_at.milliseconds(), to.as_str()))
    }

    /// The link by which a customer turns news off. The key has only the hash of its token.
    pub(crate) fn unsubscribe_link(token: &SecretHash) -> Self {
        Self::new(format!("UNSUBSCRIBE#{}", token.as_str()), "UNSUBSCRIBE")
    }

    /// The send slots of a channel.
    pub(crate) fn send_slots(channel: Channel) -> Self {
        Self::new(format!("SLOTS#{}", channel.as_str()), "SLOTS")
    }

    /// The line of the key of numbers or seats.
    pub(crate) fn to_line(&self) -> Option<LineId> {
        line_id(self.pk.strip_prefix("NUMBERS#").or_else(|| self.pk.strip_prefix("SEATS#"))?)
    }

    /// The lane and the page number of the key of a position index page.
    pub(crate) fn to_page(&self) -> Option<(LaneId, u64)> {
        let page = self.sk.strip_prefix("PAGE#")?.parse().ok()?;
        Some((lane_id(self.pk.strip_prefix("RANK#")?)?, page))
    }

    /// The place of the key of an entry.
    pub(crate) fn to_place(&self) -> Option<PlaceId> {
        let customer = self.pk.strip_prefix("CUSTOMER#")?;
        let mut parts = self.sk.strip_prefix(ENTRIES)?.splitn(4, '#');
        let (_tag, event, ticket_type, attendee) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let attendee_id = if attendee.is_empty() { None } else { Some(AttendeeId::parse(attendee).ok()?) };
        let line =
            LineId { event_id: EventId::parse(event).ok()?, ticket_type_id: TicketTypeId::parse(ticket_type).ok()? };
        Some(PlaceId { customer_id: CustomerId::parse(customer).ok()?, line, attendee_id })
    }

    /// The event of the key of an event.
    pub(crate) fn to_event(&self) -> Option<EventId> {
        EventId::parse(self.pk.strip_prefix("EVENT#")?).ok()
    }

    /// The event of the key of an access code.
    pub(crate) fn to_event_of_codes(&self) -> Option<EventId> {
        EventId::parse(self.pk.strip_prefix("CODES#")?).ok()
    }

    /// The event of the key of its retention.
    pub(crate) fn to_event_of_retention(&self) -> Option<EventId> {
        EventId::parse(self.pk.strip_prefix("RETENTION#")?).ok()
    }

    /// The line of the key of its draw.
    pub(crate) fn to_line_of_draw(&self) -> Option<LineId> {
        line_id(self.pk.strip_prefix("DRAW#")?)
    }

    /// The release of the key of a release.
    pub(crate) fn to_release(&self) -> Option<ReleaseId> {
        ReleaseId::parse(self.pk.strip_prefix("RELEASE#")?).ok()
    }
}

pub(crate) fn line_id(text: &str) -> Option<LineId> {
    let (event, ticket_type) = text.split_once('#')?;
    Some(LineId { event_id: EventId::parse(event).ok()?, ticket_type_id: TicketTypeId::parse(ticket_type).ok()? })
}

fn lane_id(text: &str) -> Option<LaneId> {
    let lane_begins = text.match_indices('#').nth(1).map(|(at, _)| at);
    let (line, lane) = lane_begins.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
    Some(LaneId { line: line_id(line)?, lane: Lane::parse(lane).ok()? })
}

/// What tells a message from all others about its entry.
fn message_of_entry(message: &MessageName) -> String {
    let MessageName { kind, occasion, channel, address_version, .. } = message;
    let again = if *address_version > 0 { format!(".{address_version}") } else { String::new() };
    format!("{}#{occasion}{again}#{}", kind.as_str(), channel.as_str())
}

/// The partition of a journal.
pub(crate) fn journal_partition(journal: &JournalId) -> String {
    match &journal.ticket_type_id {
        Some(ticket_type_id) => format!("JOURNAL#{}#{ticket_type_id}", journal.event_id),
        None => format!("JOURNAL#{}", journal.event_id),
    }
}

/// The sort key of a time in a journal. All have the same length, so that they sort by time.
pub(crate) fn journal_moment(at: Timestamp) -> String {
    format!("{:013}", at.milliseconds().clamp(0, LAST_MOMENT))
}

/// The beginning of the sort keys of entries.
const ENTRIES: &str = "ENTRY#";

/// The beginning of the sort keys of a customer's entries with this tag.
pub(crate) fn entries_with_tag(tag: &PlaceTag) -> String {
    format!("{ENTRIES}{tag}#")
}

/// Bounds of the sort keys of a customer's entries, of one event or of all.
pub(crate) fn entry_keys(event: Option<&EventId>) -> [String; 2] {
    let first = event.map_or_else(|| ENTRIES.to_owned(), |event| format!("{ENTRIES}{}", PlaceTag::of_event(event)));
    // The letter after the last hexadecimal digit.
    let last = format!("{first}g");
    [first, last]
}

/// The bound of all sort keys behind this one. No identifier has a space.
pub(crate) fn behind(sort_key: &str) -> String {
    format!("{sort_key} ")
}

/// The beginning of the sort keys of the places of a mailbox.
pub(crate) const PLACES: &str = "PLACES#";

/// The partition of a mailbox.
pub(crate) fn mailbox_partition(mailbox: &SecretHash) -> String {
    format!("MAILBOX#{}", mailbox.as_str())
}

/// The partition of a customer's entries.
pub(crate) fn customer_partition(customer: &CustomerId) -> String {
    format!("CUSTOMER#{customer}")
}

/// The partition of a lane in the `line` index.
pub(crate) fn line_partition(lane: &LaneId) -> String {
    format!("LINE#{lane}")
}

/// The sort key of a number in the `line` index, up to
/// [`waitlist_domain::line::numbers::LAST_NUMBER`].
pub(crate) fn line_order(number: u64) -> String {
    format!("{number:012}")
}

/// The name of a mark in keys and attributes.
pub(crate) fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Gone => "gone",
        Mark::Unused => "unused",
        Mark::Found => "found",
        Mark::Claimed => "claimed",
        Mark::Left => "left",
        Mark::Moved => "moved",
        Mark::Unconfirmed => "unconfirmed",
        Mark::Resolved => "resolved",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_from_its_key() {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        for attendee in [None, Some("child-1")] {
            let place = PlaceId {
                customer_id: CustomerId::parse("email:00ff").expect("valid"),
                line: line.clone(),
                attendee_id: attendee.map(|id| AttendeeId::parse(id).expect("valid")),
            };
            assert_eq!(Key::entry(&place).to_place(), Some(place));
        }
        assert_eq!(Key::seats(&line).to_line(), Some(line));
    }

    #[test]
    fn a_page_of_any_lane_is_read_back_from_its_key() {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        for lane in [Lane::Common, Lane::Front, Lane::parse("vip").expect("valid")] {
            let lane = line.lane(lane);
            assert_eq!(Key::page(&lane, 7).to_page(), Some((lane, 7)));
        }
    }
}
