//! When the personal data of an event's entries end, and how far their removal has come.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::listing::EntryCursor;
use waitlist_domain::event::Event;
use waitlist_domain::values::identifier::{EntryId, EventId, LineId, TicketTypeId};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, optional_number};

/// The partition of the `due` index with all events whose personal data are still to be removed.
pub(crate) const RETENTIONS: &str = "RETENTIONS";

const DUE_SHARD: &str = "due_shard";
const DUE_AT: &str = "due_at";
const TICKET_TYPES: &str = "ticket_types";
const CURSOR: &str = "cursor";
/// Whether this walk over the entries has found any with personal data.
const HAS_FOUND: &str = "has_found";
const REMOVED_AT: &str = "removed_at";

/// The attribute with the name of the person that a place is for.
pub(crate) const ATTENDEE_NAME: &str = "attendee_name";

/// The attributes of an entry that are about its person, or are of use only with them.
pub(crate) const PERSONAL: [&str; 9] =
    ["name", "email", "phone", ATTENDEE_NAME, "locale", "channels", "answers", "unreachable", "unreachable_at"];

/// How far the removal for an event has come.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    pub(crate) due_at: Timestamp,
    /// The lines of all ticket types that the event ever had.
    pub(crate) lines: Vec<LineId>,
    /// The end of the last page.
    pub(crate) cursor: Option<EntryCursor>,
    pub(crate) has_found: bool,
}

/// Notes when the personal data of an event's entries end.
///
/// Dropped ticket types stay noted, because their entries stay as well.
pub(crate) fn note_retention(event: &Event) -> Expression {
    let types = event.ticket_types.iter().map(|ticket_type| ticket_type.id.as_str().to_owned());
    Expression::new()
        .set(DUE_SHARD, RETENTIONS)
        .set(DUE_AT, event.personal_data_end_at())
        .remove(&[CURSOR, HAS_FOUND, REMOVED_AT])
        .add_to_set(TICKET_TYPES, types.collect())
}

/// Reads how far the removal for an event has come. Nothing if it is done.
pub(crate) fn walk_from(item: &Item, event: &EventId) -> Result<Option<Walk>, Error> {
    let Some(due_at) = optional_number(item, DUE_AT)? else { return Ok(None) };
    let types = item.get(TICKET_TYPES).and_then(|types| types.as_ss().ok()).ok_or_else(|| malformed(TICKET_TYPES))?;
    let line = |id: &String| {
        let ticket_type_id = TicketTypeId::parse(id).map_err(|_| malformed(TICKET_TYPES))?;
        Ok(LineId { event_id: event.clone(), ticket_type_id })
    };
    let mut lines: Vec<LineId> = types.iter().map(line).collect::<Result<_, Error>>()?;
    lines.sort();
    let cursor = item.get(CURSOR).and_then(|cursor| cursor.as_s().ok());
    Ok(Some(Walk {
        due_at: Timestamp::from_milliseconds(due_at),
        lines,
        cursor: cursor.map(|text| EntryCursor::parse(text).map_err(|_| malformed(CURSOR))).transpose()?,
        has_found: matches!(item.get(HAS_FOUND), Some(AttributeValue::Bool(true))),
    }))
}

/// Notes that the walk goes on behind this entry, or from the beginning.
pub(crate) fn go_on(walk: &Walk, cursor: Option<&EntryCursor>, has_found: bool) -> Expression {
    Expression::new()
        .set_or_remove(CURSOR, cursor.map(ToString::to_string))
        .set(HAS_FOUND, has_found)
        .when_equal(DUE_AT, walk.due_at)
}

/// Notes that no entry has personal data any more.
pub(crate) fn finish(walk: &Walk, now: Timestamp) -> Expression {
    Expression::new()
        .set(REMOVED_AT, now)
        .remove(&[DUE_SHARD, DUE_AT, CURSOR, HAS_FOUND])
        .when_equal(DUE_AT, walk.due_at)
}

/// Removes what an entry says of its person. Its ids, its status and its tokens' hashes stay.
pub(crate) fn remove_personal_data(id: &EntryId) -> Expression {
    Expression::new().remove(&PERSONAL).when_equal("entry_id", id.as_str())
}
