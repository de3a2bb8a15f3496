//! How an event is stored.

use serde::{Deserialize, Serialize};
use waitlist_domain::event::Event;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::item::{Item, from_item, to_item};
use crate::dynamo::reading::{get, get_copy};
use crate::items::key::Key;
use crate::items::last_change::LastChange;
use crate::items::table::Table;

/// The partition of the `due` index with all events by their beginning, for the organiser's list.
pub(crate) const EVENTS: &str = "EVENTS";

#[derive(Debug, Serialize, Deserialize)]
struct EventItem {
    pk: String,
    sk: String,
    version: u64,
    due_shard: String,
    due_at: Timestamp,
    event: Event,
    #[serde(flatten)]
    last_change: LastChange,
}

pub(crate) fn event_item(event: &Event, mandate: &Mandate, now: Timestamp) -> Result<Item, Error> {
    let Key { pk, sk } = Key::event(&event.id);
    to_item(&EventItem {
        pk,
        sk,
        version: event.version,
        due_shard: EVENTS.to_owned(),
        due_at: event.starts_at,
        event: event.clone(),
        last_change: LastChange { step: event.version, ..LastChange::first(mandate, now) },
    })
}

/// Reads an event, strongly consistent, so that its changes apply at once. Fails with
/// [`Refusal::EventNotFound`].
pub(crate) async fn get_event(table: &Table, id: &EventId) -> Result<Event, Error> {
    Ok(find_event(table, id).await?.ok_or(Refusal::EventNotFound)?)
}

/// Reads an event, if there is one and the table shows it. Strongly consistent.
pub(crate) async fn find_event(table: &Table, id: &EventId) -> Result<Option<Event>, Error> {
    if !table.shows(id) {
        return Ok(None);
    }
    get(table, Key::event(id)).await?.map(event_from).transpose()
}

/// Reads an event, if there is one and the table shows it. The last changes may be missing.
pub(crate) async fn find_copy_of_event(table: &Table, id: &EventId) -> Result<Option<Event>, Error> {
    if !table.shows(id) {
        return Ok(None);
    }
    get_copy(table, Key::event(id)).await?.map(event_from).transpose()
}

pub(crate) fn event_from(item: Item) -> Result<Event, Error> {
    Ok(from_item::<EventItem>(item)?.event)
}
