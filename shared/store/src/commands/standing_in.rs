//! Stand-ins: what a stranger is shown who joins with the address of somebody who has a place.
//!
//! It looks like a new entry that waits for its confirmation, and it takes no number. So nobody
//! learns who waits. The customer gets their own link once more.

use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::StandingInLine;
use waitlist_domain::values::identifier::PlaceId;
use waitlist_domain::{Error, Refusal};

use crate::commands::numbers::{Asker, IssuedNumber, check_line};
use crate::dynamo::failure::unless_contended;
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{put_once, send_update};
use crate::items::entry_item::{self, StoredEntry};
use crate::items::key::Key;
use crate::items::numbers_item::lanes_from;
use crate::items::stand_in::{attendee_item, last_shown, note_last, stand_in_item};
use crate::items::table::Table;

/// How long (milliseconds) after a repeated join the customer is not told of another one.
const QUIET_FOR: i64 = 10 * 60 * 1000;

/// Notes that somebody joined again, so that the customer gets their link. Does nothing if they got
/// it lately.
pub(crate) async fn note_joined_again(table: &Table, stored: &StoredEntry) -> Result<(), Error> {
    let now = table.now();
    let since = now.plus_milliseconds(-QUIET_FOR);
    if stored.joined_again_at.is_some_and(|at| at > since) {
        return Ok(());
    }
    let request = entry_item::join_again(&stored.entry.id, since, now).update(table, Key::entry(&stored.entry.place));
    unless_contended(send_update("noting that somebody joined again", request).await).map(drop)
}

/// The number that a newcomer would get in `lane`. It is higher than the number of the last stand-in
/// for this place.
///
/// A line that takes no newcomer refuses it, as it refuses anybody.
pub(crate) async fn next_number(
    table: &Table,
    place: &PlaceId,
    event: &Event,
    lane: Lane,
    asker: Asker,
) -> Result<IssuedNumber, Error> {
    let (numbers, last) = (Key::numbers(&place.line), Key::last_stand_in(place));
    let mut found = get_all(table, [numbers.clone(), last.clone()], Consistency::Strong).await?;
    let numbers = found.remove(&numbers).ok_or(Refusal::EventNotFound)?;
    check_line(&numbers, event, asker)?;
    let mut lanes = lanes_from(&numbers)?;
    let issued = &mut lanes.entry(lane.clone()).or_default().issued;
    *issued = last_shown(found.get(&last), &lane)?.max(*issued) + 1;
    Ok(IssuedNumber { number: *issued, lane: place.line.lane(lane), lanes })
}

/// Stores a stand-in until the event's tokens end, and its attendee's name at most as long.
pub(crate) async fn store(table: &Table, entry: &Entry, standing: StandingInLine, event: &Event) -> Result<(), Error> {
    const CONTEXT: &str = "storing a stand-in";
    let ends_at = event.tokens_end_at();
    if let Some(name) = attendee_item(entry, event) {
        put_once(table, CONTEXT, name).await?;
    }
    put_once(table, CONTEXT, stand_in_item(entry, standing, table.mandate(), ends_at)?).await?;
    let last = note_last(&entry.lane, entry.number, ends_at).update(table, Key::last_stand_in(&entry.place));
    retry(table, RetryBudget::REQUEST, CONTEXT, async || {
        send_update(CONTEXT, last.clone()).await.map(|_| Attempt::Done(()))
    })
    .await
}
