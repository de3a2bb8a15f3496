//! Keys of the table. No identifier contains `#`, so the parts of a key can't run into each other.

use waitlist_domain::history::journal::{JournalId, LAST_MOMENT};
use waitlist_domain::line::draw::Lot;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{
    AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, RegistrationId, ReleaseId, TicketTypeId,
};
use waitlist_domain::values::time::Timestamp;

pub(crate) use crate::dynamo::key::Key;

/// How the sort keys of lots begin.
pub(crate) const LOTS: &str = "LOT#";
/// How those begin of who had left a draw.
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
        Self::new(customer_partition(&place.customer_id), format!("ENTRY#{}#{attendee}", place.line))
    }

    pub(crate) fn page(lane: &LaneId, page: u64) -> Self {
        Self::new(format!("RANK#{lane}"), format!("PAGE#{page}"))
    }

    pub(crate) fn directory(lane: &LaneId, mark: Mark, directory: u64) -> Self {
        Self::new(format!("RANK#{lane}"), format!("DIRECTORY#{}#{directory}", mark_name(mark)))
    }

    /// The counts by directory of a mark, of all lanes. Those of [`Mark::Gone`] are on the numbers item instead, where
    /// a join finds its position without another read.
    pub(crate) fn root(line: &LineId, mark: Mark) -> Self {
        match mark {
            Mark::Gone => Self::numbers(line),
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

    /// What was drawn for a line.
    pub(crate) fn draw(line: &LineId) -> Self {
        Self::new(format!("DRAW#{line}"), "DRAW")
    }

    /// Somebody's lot in the draw of a line.
    pub(crate) fn lot(line: &LineId, lot: &Lot) -> Self {
        Self::new(format!("DRAW#{line}"), format!("{LOTS}{lot}"))
    }

    /// One part of the list of what was drawn for a line.
    pub(crate) fn draw_list(line: &LineId, part: u64) -> Self {
        Self::new(format!("DRAW#{line}"), format!("LIST#{part:06}"))
    }

    /// Who of that part had left.
    pub(crate) fn draw_left(line: &LineId, part: u64) -> Self {
        Self::new(format!("DRAW#{line}"), format!("{LEFT_DRAW}{part:06}"))
    }

    /// Who is in the draw of a page of the pool's position index.
    pub(crate) fn draw_pool(line: &LineId, page: u64) -> Self {
        Self::new(format!("DRAW#{line}"), format!("POOL#{page}"))
    }

    /// What the last look for those who have moved up left.
    pub(crate) fn moved_up(line: &LineId) -> Self {
        Self::new(format!("RANK#{line}"), "MOVED-UP")
    }

    /// What was changed at this moment, as a journal has it.
    pub(crate) fn journal(journal: &JournalId, at: Timestamp) -> Self {
        Self::new(journal_partition(journal), journal_moment(at))
    }

    /// The sums of a line's journal.
    pub(crate) fn funnel(line: &LineId) -> Self {
        Self::new(format!("FUNNEL#{line}"), "FUNNEL")
    }

    /// Where an entry stands in the table, by its id.
    pub(crate) fn whereabouts(id: &EntryId) -> Self {
        Self::new(format!("WHEREABOUTS#{id}"), "WHEREABOUTS")
    }

    pub(crate) fn registration(id: &RegistrationId) -> Self {
        Self::new(format!("REGISTRATION#{id}"), "REGISTRATION")
    }

    pub(crate) fn release(id: &ReleaseId) -> Self {
        Self::new(format!("RELEASE#{id}"), "RELEASE")
    }

    /// An access code of an event, under its hash.
    pub(crate) fn access_code(event: &EventId, hash: &SecretHash) -> Self {
        Self::new(format!("CODES#{event}"), format!("CODE#{}", hash.as_str()))
    }

    /// How many access codes an event ever had.
    pub(crate) fn access_code_count(event: &EventId) -> Self {
        Self::new(format!("CODES#{event}"), "CODES")
    }

    pub(crate) fn api_key(hash: &SecretHash) -> Self {
        Self::new(format!("KEY#{}", hash.as_str()), "KEY")
    }

    pub(crate) fn idempotency(scope: &SecretHash) -> Self {
        Self::new(format!("IDEMPOTENCY#{}", scope.as_str()), "IDEMPOTENCY")
    }

    /// That a command steered a line.
    pub(crate) fn steered(command: &str, line: &LineId) -> Self {
        Self::new(format!("STEERED#{command}"), line.to_string())
    }

    pub(crate) fn sent(notification: &Notification) -> Self {
        let Notification { entry_id, kind, occasion, channel, address_version, .. } = notification;
        let again = if *address_version > 0 { format!(".{address_version}") } else { String::new() };
        Self::new(format!("SENT#{entry_id}"), format!("{}#{occasion}{again}#{}", kind.as_str(), channel.as_str()))
    }

    /// The messages of a kind that an address was sent lately. The address itself is not told by it.
    pub(crate) fn lately_sent(address: &str, kind: NotificationKind) -> Self {
        Self::new(format!("TOLD#{}", SecretHash::of(address).as_str()), kind.as_str())
    }

    /// The slots of a channel in which messages are sent.
    pub(crate) fn send_slots(channel: Channel) -> Self {
        Self::new(format!("SLOTS#{}", channel.as_str()), "SLOTS")
    }

    /// The line of a numbers or seats key.
    pub(crate) fn to_line(&self) -> Option<LineId> {
        line_id(self.pk.strip_prefix("NUMBERS#").or_else(|| self.pk.strip_prefix("SEATS#"))?)
    }

    /// The lane and the number of the page of a position index page's key.
    pub(crate) fn to_page(&self) -> Option<(LaneId, u64)> {
        let page = self.sk.strip_prefix("PAGE#")?.parse().ok()?;
        Some((lane_id(self.pk.strip_prefix("RANK#")?)?, page))
    }

    /// The place of an entry key.
    pub(crate) fn to_place(&self) -> Option<PlaceId> {
        let customer = self.pk.strip_prefix("CUSTOMER#")?;
        let mut parts = self.sk.strip_prefix("ENTRY#")?.splitn(3, '#');
        let (event, ticket_type, attendee) = (parts.next()?, parts.next()?, parts.next()?);
        let attendee_id = if attendee.is_empty() { None } else { Some(AttendeeId::parse(attendee).ok()?) };
        let line =
            LineId { event_id: EventId::parse(event).ok()?, ticket_type_id: TicketTypeId::parse(ticket_type).ok()? };
        Some(PlaceId { customer_id: CustomerId::parse(customer).ok()?, line, attendee_id })
    }

    /// The event of an event key.
    pub(crate) fn to_event(&self) -> Option<EventId> {
        EventId::parse(self.pk.strip_prefix("EVENT#")?).ok()
    }

    /// The event of the key of an access code.
    pub(crate) fn to_event_of_codes(&self) -> Option<EventId> {
        EventId::parse(self.pk.strip_prefix("CODES#")?).ok()
    }

    /// The line of the key of its draw.
    pub(crate) fn to_line_of_draw(&self) -> Option<LineId> {
        line_id(self.pk.strip_prefix("DRAW#")?)
    }

    /// The release of a release key.
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

/// The partition of a journal.
pub(crate) fn journal_partition(journal: &JournalId) -> String {
    match &journal.ticket_type_id {
        Some(ticket_type_id) => format!("JOURNAL#{}#{ticket_type_id}", journal.event_id),
        None => format!("JOURNAL#{}", journal.event_id),
    }
}

/// The sort key of a moment in a journal: all of one length, so that they sort as the moments do.
pub(crate) fn journal_moment(at: Timestamp) -> String {
    format!("{:013}", at.milliseconds().clamp(0, LAST_MOMENT))
}

/// The partition of all entries of one customer.
pub(crate) fn customer_partition(customer: &CustomerId) -> String {
    format!("CUSTOMER#{customer}")
}

/// Partition of the line index.
pub(crate) fn line_partition(lane: &LaneId) -> String {
    format!("LINE#{lane}")
}

/// Sort key of the line index: numbers in order, up to [`waitlist_domain::line::numbers::LAST_NUMBER`].
pub(crate) fn line_order(number: u64) -> String {
    format!("{number:012}")
}

/// A mark's name in keys and attributes.
pub(crate) fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Gone => "gone",
        Mark::Unused => "unused",
        Mark::Found => "found",
        Mark::Claimed => "claimed",
        Mark::Left => "left",
        Mark::Moved => "moved",
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
