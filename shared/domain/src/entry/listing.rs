//! Listing: pages of entries and events, and the cursors from one page to the next.

use std::fmt;

use crate::FieldError;
use crate::entry::{Entry, Status};
use crate::line::lane::Lane;
use crate::line::numbers::LAST_NUMBER;
use crate::values::identifier::{AttendeeId, CustomerId, EventId, LineId, PlaceId, TicketTypeId, TierId};
use crate::values::label::{Label, parse_label};
use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::time::Timestamp;
use crate::values::whole::whole;
use crate::values::words::words;

whole! {
    /// The number of rows on a page.
    pub struct PageSize(usize) = 1..=200;
}

impl PageSize {
    pub fn parse_text(text: &str) -> Result<Self, String> {
        // A text that is no number is refused like a number that is too small.
        Self::parse(text.parse().unwrap_or(0))
    }
}

impl Default for PageSize {
    /// The size of a page if the caller names none.
    fn default() -> Self {
        Self(50)
    }
}

words! {
    refused: "must be \"oldest\" (first) or \"newest\" (first)";
    /// The direction of a list.
    #[derive(Default)]
    pub enum Direction {
        /// The entry that joined first, or the event that begins first, comes first.
        #[default]
        OldestFirst = "oldest",
        /// The entry that joined last, or the event that begins last, comes first.
        NewestFirst = "newest",
    }
}

impl Direction {
    /// A number that comes before all entries, in this direction.
    pub const fn before_the_first(self) -> u64 {
        match self {
            Self::OldestFirst => 0,
            Self::NewestFirst => LAST_NUMBER,
        }
    }
}

/// The detail for a cursor that no list gave.
const UNKNOWN_CURSOR: &str = "must be the \"next\" of an earlier page of the same list";

/// The separator between the parts of a cursor. No identifier contains it, and it needs no escaping
/// in a query.
const SEPARATOR: char = '~';

/// The end of a page of an event's entries: the lane and number of the last entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCursor {
    pub ticket_type_id: TicketTypeId,
    pub lane: Lane,
    pub number: u64,
}

impl EntryCursor {
    /// Reads the `next` of an earlier page.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        let [number, lane, ticket_type] = parts[..] else { return Err(UNKNOWN_CURSOR) };
        let ticket_type_id = TicketTypeId::parse(ticket_type).map_err(|_| UNKNOWN_CURSOR)?;
        let lane = Lane::parse(lane).map_err(|_| UNKNOWN_CURSOR)?;
        let number = number.parse().ok().filter(|number| *number <= LAST_NUMBER).ok_or(UNKNOWN_CURSOR)?;
        Ok(Self { ticket_type_id, lane, number })
    }

    /// The cursor from which a list goes on after this entry.
    pub fn behind(entry: &Entry) -> Self {
        let ticket_type_id = entry.place.line.ticket_type_id.clone();
        Self { ticket_type_id, lane: entry.lane.clone(), number: entry.number }
    }

    /// The complaint about a cursor of another list.
    pub fn of_another_list() -> FieldError {
        FieldError::new("cursor", UNKNOWN_CURSOR)
    }
}

impl Described for EntryCursor {
    const SHAPE: Shape = Shape::opaque();
}

impl fmt::Display for EntryCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, lane, ticket_type_id } = self;
        write!(formatter, "{number}{SEPARATOR}{}{SEPARATOR}{ticket_type_id}", lane.as_str())
    }
}

/// The end of a page of a customer's entries: the line and attendee of the last entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCursor {
    pub line: LineId,
    pub attendee_id: Option<AttendeeId>,
}

impl CustomerCursor {
    /// Reads the `next` of an earlier page.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        let [event, ticket_type, attendee] = parts[..] else { return Err(UNKNOWN_CURSOR) };
        let event_id = EventId::parse(event).map_err(|_| UNKNOWN_CURSOR)?;
        let ticket_type_id = TicketTypeId::parse(ticket_type).map_err(|_| UNKNOWN_CURSOR)?;
        let attendee_id = Some(attendee).filter(|id| !id.is_empty()).map(AttendeeId::parse).transpose();
        let attendee_id = attendee_id.map_err(|_| UNKNOWN_CURSOR)?;
        Ok(Self { line: LineId { event_id, ticket_type_id }, attendee_id })
    }

    /// The cursor from which a list goes on after the entry at this place.
    pub fn behind(place: &PlaceId) -> Self {
        Self { line: place.line.clone(), attendee_id: place.attendee_id.clone() }
    }

    /// The place of this customer that it names.
    pub fn place_of(&self, customer: &CustomerId) -> PlaceId {
        PlaceId { customer_id: customer.clone(), line: self.line.clone(), attendee_id: self.attendee_id.clone() }
    }
}

impl Described for CustomerCursor {
    const SHAPE: Shape = Shape::opaque();
}

impl fmt::Display for CustomerCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LineId { event_id, ticket_type_id } = &self.line;
        let attendee = self.attendee_id.as_ref().map_or("", AttendeeId::as_str);
        write!(formatter, "{event_id}{SEPARATOR}{ticket_type_id}{SEPARATOR}{attendee}")
    }
}

/// The end of a page of events: the start and id of the last event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCursor {
    pub starts_at: Timestamp,
    /// `None` where the page ends behind every event with this start. Such a cursor names no event
    /// that its reader may not see.
    pub event_id: Option<EventId>,
}

impl EventCursor {
    /// Reads the `next` of an earlier page.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (milliseconds, event_id) = text.split_once('.').map_or((text, None), |(at, id)| (at, Some(id)));
        let event_id = event_id.map(EventId::parse).transpose().map_err(|_| UNKNOWN_CURSOR)?;
        let starts_at = Timestamp::from_milliseconds(milliseconds.parse().map_err(|_| UNKNOWN_CURSOR)?);
        Ok(Self { starts_at, event_id })
    }
}

impl Described for EventCursor {
    const SHAPE: Shape = Shape::opaque();
}

impl fmt::Display for EventCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.starts_at.milliseconds();
        match &self.event_id {
            Some(event_id) => write!(formatter, "{milliseconds}.{event_id}"),
            None => write!(formatter, "{milliseconds}"),
        }
    }
}

/// The filters of a list of entries. An absent filter admits all.
#[derive(Debug, Clone, Default)]
pub struct EntryWish {
    pub ticket_type_id: Option<TicketTypeId>,
    pub tier: Option<TierId>,
    pub statuses: Option<Statuses>,
    /// A part of the customer's name or e-mail address.
    pub text: Option<SearchText>,
}

impl EntryWish {
    /// Every entry.
    pub const fn all() -> Self {
        Self { ticket_type_id: None, tier: None, statuses: None, text: None }
    }

    /// Whether an entry passes the filters.
    pub fn admits(&self, entry: &Entry) -> bool {
        let has = |wanted: &SearchText| {
            wanted.is_in(entry.applicant.name.as_str()) || wanted.is_in(entry.applicant.email.as_str())
        };
        self.statuses.as_ref().is_none_or(|statuses| statuses.0.contains(&entry.status))
            && self.tier.as_ref().is_none_or(|tier| entry.tier.as_ref() == Some(tier))
            && self.text.as_ref().is_none_or(has)
    }
}

/// The statuses that a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses(Vec<Status>);

impl Statuses {
    /// Shows these statuses.
    pub fn new(statuses: impl IntoIterator<Item = Status>) -> Self {
        Self(statuses.into_iter().collect())
    }

    /// Reads statuses with commas between them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let statuses: Result<Vec<Status>, String> = text.split(',').map(Status::parse).collect();
        let words = Status::ALL.map(Status::as_str).join(", ");
        statuses.map(Self).map_err(|_| format!("must be one or more of {words}, with commas between them"))
    }
}

impl Described for Statuses {
    const SHAPE: Shape = Shape::Joined { of: &Status::SHAPE, min: 1, max: None };
}

impl fmt::Display for Statuses {
    /// The form that [`Self::parse`] reads.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(","))
    }
}

text! {
    /// A text to look for in names and addresses, in lower case.
    pub struct SearchText: private;
}

impl SearchText {
    /// Reads it as a label is read. Case does not matter.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_label(text).map(|text| Self(text.to_lowercase()))
    }

    /// Whether a text contains it, in any case.
    fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.0)
    }
}

impl Described for SearchText {
    const SHAPE: Shape = Label::SHAPE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::example::entry;
    use crate::values::contact::PersonName;

    #[test]
    fn a_cursor_is_read_back_as_it_was_written() {
        let ticket_type_id = TicketTypeId::parse("week-1.full:day").expect("valid");
        let cursor = EntryCursor { ticket_type_id, lane: Lane::Front, number: 1024 };
        assert_eq!(EntryCursor::parse(&cursor.to_string()), Ok(cursor));
        for event_id in [Some(EventId::parse("camp.1").expect("valid")), None] {
            let cursor = EventCursor { starts_at: Timestamp::from_milliseconds(-5), event_id };
            assert_eq!(EventCursor::parse(&cursor.to_string()), Ok(cursor));
        }
        for nonsense in
            ["", "1", "x~~camper", "1~~", "-1~~camper", "1~~a#b", "1~-back~camper", "1~camper", "1000000000000~~camper"]
        {
            assert!(EntryCursor::parse(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn statuses_are_read_with_commas_between_them() {
        let statuses = Statuses::new([Status::Waiting, Status::Left]);
        assert_eq!(statuses.to_string(), "waiting,left");
        assert_eq!(Statuses::parse("waiting,left"), Ok(statuses));
        for nonsense in ["", "waiting,", "Waiting", "gone"] {
            assert!(Statuses::parse(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_page_has_one_to_two_hundred_rows() {
        let rows = |text| PageSize::parse_text(text).map(PageSize::get);
        assert_eq!((rows("1"), rows("200")), (Ok(1), Ok(200)));
        for nonsense in ["0", "201", "-1", "many", ""] {
            assert!(rows(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_customer_s_cursor_is_read_back_as_it_was_written() {
        let attendee = AttendeeId::parse("ben").expect("valid");
        for attendee_id in [None, Some(attendee)] {
            let place = PlaceId { attendee_id, ..entry().place };
            let cursor = CustomerCursor::behind(&place);
            assert_eq!(CustomerCursor::parse(&cursor.to_string()), Ok(cursor.clone()));
            assert_eq!(cursor.place_of(&place.customer_id), place);
        }
        for nonsense in ["", "camp", "camp~camper", "~camper~", "camp~~", "camp~camper~a#b", "camp~camper~ben~"] {
            assert!(CustomerCursor::parse(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_list_begins_before_the_first_entry_in_its_direction() {
        assert_eq!(Direction::OldestFirst.before_the_first(), 0);
        assert_eq!(Direction::NewestFirst.before_the_first(), LAST_NUMBER);
    }

    #[test]
    fn an_entry_is_listed_if_it_passes_every_filter() {
        let vip = || TierId::parse("vip").ok();
        let listed = Entry { tier: vip(), ..entry() };
        let text = |text| SearchText::parse(text).ok();
        let statuses = |status| Some(Statuses::new([status]));
        let all = EntryWish::all;
        for (wish, is_listed) in [
            (all(), true),
            (EntryWish { tier: vip(), ..all() }, true),
            (EntryWish { tier: TierId::parse("general").ok(), ..all() }, false),
            (EntryWish { statuses: statuses(Status::Waiting), ..all() }, true),
            (EntryWish { statuses: statuses(Status::Left), ..all() }, false),
            (EntryWish { text: text("ADA"), ..all() }, true),
            (EntryWish { text: text("example.ORG"), ..all() }, true),
            (EntryWish { text: text("bob"), ..all() }, false),
            (EntryWish { tier: vip(), statuses: statuses(Status::Left), ..all() }, false),
            (EntryWish { tier: vip(), text: text("bob"), ..all() }, false),
        ] {
            assert_eq!(wish.admits(&listed), is_listed, "{wish:?}");
        }
        let mut other = entry();
        other.applicant.name = PersonName::parse("Bob").expect("valid");
        assert!(EntryWish { text: text("bob"), ..all() }.admits(&other), "in the name alone");
        assert!(!EntryWish { tier: vip(), ..all() }.admits(&other), "it has no tier");
    }
}
