//! Stand-ins: what a stranger is shown who joins with the address of somebody who has a place.
//!
//! It looks like a new entry that waits for its confirmation, and it takes no number. So nobody
//! learns who waits. The customer gets their own link once more.

use waitlist_domain::entry::Entry;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::event::{Event, Proof};
use waitlist_domain::form::answers::GivenAnswers;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::StandingInLine;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EntryId, LineId, PlaceId};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::commands::numbers::{Asker, check_line, standing_of_newcomer};
use crate::dynamo::failure::unless_contended;
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::send_update;
use crate::items::entry_item::{self, StoredEntry};
use crate::items::key::Key;
use crate::items::numbers_item::lanes_from;
use crate::items::stand_in::{StandIn, note_elsewhere};
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

/// The wish of somebody who joins where somebody has the place already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latecomer<'join> {
    pub(crate) place: &'join PlaceId,
    pub(crate) applicant: &'join Applicant<GivenAnswers>,
    /// Whether they present an access code.
    pub(crate) has_code: bool,
    pub(crate) token_hash: &'join SecretHash,
    pub(crate) entry_id: &'join EntryId,
}

/// Stores a stand-in beside the entry of the place, and returns it with its standing.
///
/// A line that takes no newcomer refuses it, as it refuses anybody. The customer gets their link then
/// too.
pub(crate) async fn stand_in(
    table: &Table,
    latecomer: Latecomer<'_>,
    event: &Event,
    stored: &StoredEntry,
) -> Result<(Entry, StandingInLine), Error> {
    let now = table.now();
    let order = &event.rules.order;
    // A code leads to the same tier again.
    let tier = if latecomer.has_code { stored.entry.tier.clone() } else { order.usual_tier() };
    let lane = order.lane_of(tier.as_ref(), now);
    let (number, standing) = match next_number(table, &latecomer.place.line, event, &lane).await {
        Err(Error::Refused(refusal)) => {
            note_joined_again(table, stored).await?;
            return Err(refusal.into());
        }
        found => found?,
    };
    let confirm_by = (event.rules.proof == Proof::Email).then(|| event.rules.confirm_within.after(now));
    let Applicant { quantity, minimum, locale, .. } = latecomer.applicant;
    let stand_in = StandIn {
        token_hash: latecomer.token_hash.clone(),
        entry_id: latecomer.entry_id.clone(),
        lane: lane.as_str().to_owned(),
        number,
        tier,
        joined_at: now,
        confirm_by,
        quantity: *quantity,
        minimum: *minimum,
        locale: locale.clone(),
        channels: latecomer.applicant.channels(),
        phone: latecomer.applicant.phone.clone(),
    };
    // A sales system may have the person under another id, which is nobody's concern.
    let entry = Entry { place: latecomer.place.clone(), ..stand_in.entry(&stored.entry, now)? };
    note_stand_in(table, stored, stand_in, now).await?;
    if *latecomer.place != stored.entry.place {
        note_where(table, latecomer.place, &stored.entry.place, event).await?;
    }
    Ok((entry, standing))
}

/// Notes which entry has the stand-in, so that its token shows it.
async fn note_where(table: &Table, place: &PlaceId, entry: &PlaceId, event: &Event) -> Result<(), Error> {
    const CONTEXT: &str = "noting which entry has a stand-in";
    let noted = note_elsewhere(entry, event.tokens_end_at());
    let request = noted.update(table, Key::shown_elsewhere(place));
    retry(table, RetryBudget::REQUEST, CONTEXT, async || {
        send_update(CONTEXT, request.clone()).await.map(|_| Attempt::Done(()))
    })
    .await
}

/// The number that a newcomer would get in a lane, and where they would stand.
async fn next_number(table: &Table, line: &LineId, event: &Event, lane: &Lane) -> Result<(u64, StandingInLine), Error> {
    let key = Key::numbers(line);
    let mut found = get_all(table, [key.clone()], Consistency::Strong).await?;
    let numbers = found.remove(&key).ok_or(Refusal::EventNotFound)?;
    let asker = if event.rules.proof == Proof::Email { Asker::Unproven } else { Asker::Newcomer };
    check_line(&numbers, event, asker)?;
    let mut lanes = lanes_from(&numbers)?;
    let issued = &mut lanes.entry(lane.clone()).or_default().issued;
    *issued += 1;
    let number = *issued;
    let order = &event.rules.order;
    Ok((number, standing_of_newcomer(table, order, &line.lane(lane.clone()), &lanes).await?))
}

async fn note_stand_in(table: &Table, stored: &StoredEntry, new: StandIn, now: Timestamp) -> Result<(), Error> {
    let is_told = stored.joined_again_at.is_some_and(|at| at > now.plus_milliseconds(-QUIET_FOR));
    let expression = entry_item::note_stand_in(stored, new, (!is_told).then_some(now))?;
    let request = expression.update(table, Key::entry(&stored.entry.place));
    unless_contended(send_update("noting a stand-in", request).await).map(drop)
}
