//! Moving up: finds entries that have come within a threshold of their event since the last look.
//!
//! A look stores a note: how many numbers were gone, and how far each threshold reached. It reads
//! no further than the furthest threshold, so its cost does not depend on the length of the line.
//! If no number has gone since, it costs almost nothing.
//!
//! The note is written after the messages are queued. A crash in between queues them again, and
//! their markers prevent a second sending.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::entry::Status;
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::moved_up::{Boundaries, Head, LaneNumber, Mover};
use waitlist_domain::line::numbers::Lanes;
use waitlist_domain::line::order::{LaneSight, Order};
use waitlist_domain::line::turns::Turns;
use waitlist_domain::messages::message::Notification;
use waitlist_domain::values::identifier::{EventId, LineId, PlaceId};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::{Alternative, Expression};
use crate::dynamo::failure::unless_contended;
use crate::dynamo::item::{from_item, number, to_item};
use crate::dynamo::reading::{Consistency, get, get_all};
use crate::dynamo::writing::send_put;
use crate::index::line_index::entries_of_lane;
use crate::index::position_index::StandingNumbers;
use crate::items::entry_item::{StoredEntry, stored_entry};
use crate::items::event_item::find_event;
use crate::items::key::Key;
use crate::items::numbers_item::{DRAWN_AT, lanes_from, numbers_from};
use crate::items::seats_item::turns_from;
use crate::items::table::Table;

/// Most events that a warm function remembers.
const MOST_EVENTS_REMEMBERED: usize = 1000;

/// How soon a line is looked at again if an entry was out of sight (milliseconds).
const LOOK_AGAIN_AFTER: i64 = 5_000;

/// The longest gap between numbers that are read together. Reading a few entries too many is
/// cheaper than another query.
const LONGEST_GAP: u64 = 12;

/// The note of a look at a line.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct NoteItem {
    pk: String,
    sk: String,
    /// How many numbers were gone at the look.
    gone: u64,
    boundaries: Boundaries,
    /// The time of a further look, if one is arranged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    again_at: Option<Timestamp>,
}

/// What a look at a line found, and its note.
#[derive(Debug)]
pub struct MovedUpLook {
    /// The messages to send.
    pub notifications: Vec<Notification>,
    /// When to look again. Set if an entry may have moved up that is out of sight, and no other
    /// look is arranged.
    pub look_again_at: Option<Timestamp>,
    note: NoteItem,
}

/// A line as it was read.
struct Look {
    event: Event,
    lanes: Lanes,
    turns: Turns,
    gone_total: u64,
    before: Boundaries,
    again_at: Option<Timestamp>,
}

/// The first numbers of a lane.
struct LaneHead {
    lane: Lane,
    standing: Vec<u64>,
    /// Whether no others wait in the lane.
    is_whole: bool,
}

impl LaneHead {
    fn sight(&self) -> LaneSight<'_, u64> {
        LaneSight { lane: &self.lane, waiting: self.standing.iter().collect(), is_whole: self.is_whole }
    }
}

/// Finds entries that have moved up.
#[derive(Debug, Clone)]
pub struct MovedUp {
    table: Table,
    /// Events read lately. The numbers item has the present version, so no stale event is used.
    events: Arc<Mutex<HashMap<EventId, Event>>>,
}

impl MovedUp {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), events: Arc::default() }
    }

    /// The messages for entries that moved up. Nothing if none can have since the last noted look.
    pub async fn look(&self, line: &LineId) -> Result<Option<MovedUpLook>, Error> {
        let Some(look) = self.read(line).await? else { return Ok(None) };
        let thresholds = &look.event.rules.moved_up_at;
        let Some(furthest) = thresholds.furthest() else { return Ok(None) };
        let standing = self.head(line, &look, furthest).await?;
        let head = Head(&standing);
        let movers = head.movers(thresholds, &look.before);
        let (notifications, out_of_sight) = self.notifications(line, &movers).await?;
        let boundaries = head.boundaries(thresholds).before(&out_of_sight).raised_to(&look.before);
        // The next look is to find the entries out of sight, even if no number goes until then.
        let is_to_look_again = !out_of_sight.is_empty();
        let gone = look.gone_total - u64::from(is_to_look_again);
        let now = self.table.now();
        let arranged = look.again_at.filter(|again_at| now < *again_at);
        let again_at = is_to_look_again.then(|| arranged.unwrap_or(now.plus_milliseconds(LOOK_AGAIN_AFTER)));
        let Key { pk, sk } = Key::moved_up(line);
        let note = NoteItem { pk, sk, gone, boundaries, again_at };
        Ok(Some(MovedUpLook { notifications, look_again_at: again_at.filter(|_| arranged.is_none()), note }))
    }

    /// Notes that the messages are queued.
    pub async fn note(&self, look: &MovedUpLook) -> Result<(), Error> {
        const CONTEXT: &str = "noting who has moved up";
        let is_not_newer = [Alternative::Absent, Alternative::AtMost("gone", look.note.gone.into())];
        let request = Expression::new().when_any(is_not_newer).put(&self.table, to_item(&look.note)?);
        // Another look may have noted more, or be noting now. At worst the same entries are found
        // again.
        unless_contended(send_put(CONTEXT, request).await).map(drop)
    }

    /// Reads the line. Nothing if no entry can have moved up.
    async fn read(&self, line: &LineId) -> Result<Option<Look>, Error> {
        let found = get_all(&self.table, [Key::numbers(line), Key::moved_up(line)], Consistency::Strong).await?;
        let Some(item) = found.get(&Key::numbers(line)) else { return Ok(None) };
        let note = found.get(&Key::moved_up(line)).cloned().map(from_item::<NoteItem>).transpose()?;
        let numbers = numbers_from(item)?;
        let nobody_went = numbers.gone <= note.as_ref().map_or(0, |note| note.gone);
        if nobody_went || numbers.waiting() == 0 {
            return Ok(None);
        }
        let Some(event) = self.event(&line.event_id, number(item, "event_version")?).await? else { return Ok(None) };
        let is_to_be_drawn = matches!(event.rules.order, Order::Lottery { .. }) && !item.contains_key(DRAWN_AT);
        if is_to_be_drawn {
            // Nothing is noted before the draw. So a look after it finds the entries that moved up
            // meanwhile.
            return Ok(None);
        }
        Ok(Some(Look {
            lanes: lanes_from(item)?,
            turns: self.turns(line, &event.rules.order).await?,
            event,
            gone_total: numbers.gone,
            again_at: note.as_ref().and_then(|note| note.again_at),
            before: note.map(|note| note.boundaries).unwrap_or_default(),
        }))
    }

    /// The event in this version or a later one. Nothing if it has begun, because offers have
    /// ended.
    async fn event(&self, id: &EventId, version: u64) -> Result<Option<Event>, Error> {
        let remembered = self.events.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let event = match remembered.filter(|event| event.version >= version) {
            Some(event) => event,
            None => {
                let Some(event) = find_event(&self.table, id).await? else { return Ok(None) };
                let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
                if events.len() >= MOST_EVENTS_REMEMBERED {
                    events.clear();
                }
                events.insert(id.clone(), event.clone());
                event
            }
        };
        Ok(Some(event).filter(|event| !event.is_closed(self.table.now())))
    }

    /// The turns of the line's tiers. They are read only if tiers take turns.
    async fn turns(&self, line: &LineId, order: &Order) -> Result<Turns, Error> {
        if !order.needs_turns() {
            return Ok(Turns::default());
        }
        let seats = get(&self.table, Key::seats(line)).await?;
        seats.as_ref().map_or_else(|| Ok(Turns::default()), turns_from)
    }

    /// The first `most` waiting numbers of the line, in the order of serving.
    async fn head(&self, line: &LineId, look: &Look, most: u64) -> Result<Vec<LaneNumber>, Error> {
        let order = &look.event.rules.order;
        let mut heads = Vec::new();
        let mut wanted = most;
        for lane in order.lanes() {
            let head = self.lane_head(line.lane(lane), &look.lanes, wanted).await?;
            // If tiers take turns, all the first entries may be of one tier.
            if order.weights().is_empty() {
                wanted -= head.standing.len() as u64;
            }
            heads.push(head);
        }
        let sights: Vec<LaneSight<'_, u64>> = heads.iter().map(LaneHead::sight).collect();
        let sequence = order.sequence(&sights, &order.turns(&look.turns));
        let first = sequence.candidates.into_iter().take(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(first.map(|candidate| LaneNumber { lane: candidate.lane.clone(), number: *candidate.entry }).collect())
    }

    /// The first waiting numbers of a lane, at most `most`.
    async fn lane_head(&self, lane: LaneId, lanes: &Lanes, most: u64) -> Result<LaneHead, Error> {
        let Some(numbers) = lanes.get(&lane.lane).filter(|numbers| numbers.standing() > 0) else {
            return Ok(LaneHead { lane: lane.lane, standing: Vec::new(), is_whole: true });
        };
        // Entries in the pool have no position, nor have those behind them.
        if lane.lane == Lane::Pool || most == 0 {
            return Ok(LaneHead { lane: lane.lane, standing: Vec::new(), is_whole: false });
        }
        let mut numbers_standing = StandingNumbers::not_gone(&self.table, &lane, numbers);
        let (standing, last) = numbers_standing.first_standing(most, numbers.issued).await?;
        let is_whole = last == numbers.issued && (standing.len() as u64) < most;
        Ok(LaneHead { lane: lane.lane, standing, is_whole })
    }

    /// The messages for the movers that still wait, and the numbers without a visible entry.
    async fn notifications(
        &self,
        line: &LineId,
        movers: &[Mover],
    ) -> Result<(Vec<Notification>, Vec<LaneNumber>), Error> {
        let seen = self.entries(line, movers).await?;
        let keys = seen.iter().map(|(place, _)| Key::entry(place));
        let mut found = get_all(&self.table, keys, Consistency::Eventual).await?;
        let mut notifications = Vec::new();
        let mut in_sight = BTreeSet::new();
        for (place, mover) in seen {
            let Some(item) = found.remove(&Key::entry(&place)) else { continue };
            let StoredEntry { entry, joined_position, .. } = stored_entry(item)?;
            // This entry has moved or was drawn, and one of the two reads lags.
            if entry.lane != mover.at.lane || entry.number != mover.at.number {
                continue;
            }
            in_sight.insert(&mover.at);
            let waits = entry.status == Status::Waiting && entry.is_confirmed();
            if waits && joined_position.is_some_and(|position| mover.has_moved(position)) {
                notifications.extend(Notification::of_having_moved_up(&entry, mover.threshold));
            }
        }
        let out_of_sight = movers.iter().map(|mover| &mover.at).filter(|at| !in_sight.contains(at)).cloned();
        Ok((notifications, out_of_sight.collect()))
    }

    /// The places of the movers' entries. The index keeps entries that no longer wait, so only the
    /// numbers of movers are read.
    async fn entries<'movers>(
        &self,
        line: &LineId,
        movers: &'movers [Mover],
    ) -> Result<Vec<(PlaceId, &'movers Mover)>, Error> {
        let mut by_place: Vec<&Mover> = movers.iter().collect();
        by_place.sort_unstable();
        let mut entries = Vec::new();
        for run in by_place.chunk_by(|one, next| stand_near(&one.at, &next.at)) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let (lane, first, last) = (line.lane(first.at.lane.clone()), first.at.number, last.at.number);
            for waiting in entries_of_lane(&self.table, &lane, first..=last, last - first + 1).await? {
                let mover = run.iter().find(|mover| mover.at.number == waiting.number);
                entries.extend(mover.map(|mover| (waiting.place, *mover)));
            }
        }
        Ok(entries)
    }
}

/// Whether two neighbours are close enough to be read together.
fn stand_near(one: &LaneNumber, next: &LaneNumber) -> bool {
    one.lane == next.lane && next.number - one.number <= LONGEST_GAP
}
