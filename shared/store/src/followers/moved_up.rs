//! Finding those who have moved up within one of their event's thresholds since the line was looked at last.
//!
//! A look leaves a note on the line: how many numbers were gone, and how far each threshold reached. It costs the same
//! at any length of the line, for it reads no further than the furthest threshold, and next to nothing where nobody
//! has gone since. The note is written after the messages are on their way: a crash in between sends them again, and
//! the marker of each message keeps it from being told twice.

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
use crate::dynamo::failure::Failure;
use crate::dynamo::item::{from_item, number, to_item};
use crate::dynamo::reading::{Consistency, get, get_all};
use crate::dynamo::writing::send_put;
use crate::index::line_index::entries_of_lane;
use crate::index::position_index::GoneNumbers;
use crate::items::entry_item::{StoredEntry, stored_entry};
use crate::items::event_item::event_from;
use crate::items::key::Key;
use crate::items::numbers_item::{DRAWN_AT, lanes_from, numbers_from};
use crate::items::seats_item::turns_from;
use crate::items::table::Table;

/// Most events whose configuration a warm function remembers.
const MOST_EVENTS_REMEMBERED: usize = 1000;

/// How soon a line is looked at again in which somebody was not in sight yet (milliseconds).
const LOOK_AGAIN_AFTER: i64 = 5_000;

/// Movers that stand no further apart are looked up together: reading a few entries too many is cheaper than asking again.
const LONGEST_GAP: u64 = 12;

/// What a look leaves on the line.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct NoteItem {
    pk: String,
    sk: String,
    /// How many numbers were gone.
    gone: u64,
    boundaries: Boundaries,
    /// When somebody is to look again, where that is arranged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    again_at: Option<Timestamp>,
}

/// What a look at a line found, and what is to be noted once it has been told.
#[derive(Debug)]
pub struct News {
    /// Whom to tell.
    pub notifications: Vec<Notification>,
    /// When to look again, where somebody may have moved up who is not in sight yet, and nobody else is to look then.
    pub look_again_at: Option<Timestamp>,
    note: NoteItem,
}

/// The line as it was read.
struct Look {
    event: Event,
    lanes: Lanes,
    turns: Turns,
    gone_total: u64,
    before: Boundaries,
    again_at: Option<Timestamp>,
}

/// The first of a lane.
struct LaneHead {
    lane: Lane,
    standing: Vec<u64>,
    /// Whether nobody else stands in it.
    is_whole: bool,
}

impl LaneHead {
    fn sight(&self) -> LaneSight<'_, u64> {
        LaneSight { lane: &self.lane, waiting: self.standing.iter().collect(), is_whole: self.is_whole }
    }
}

/// Looking for those who have moved up.
#[derive(Debug, Clone)]
pub struct MovedUp {
    table: Table,
    /// Configurations seen lately. The numbers of a line tell the version that holds, so none is used that is stale.
    events: Arc<Mutex<HashMap<EventId, Event>>>,
}

impl MovedUp {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), events: Arc::default() }
    }

    /// Whom to tell of the line, if anybody has gone from it since the last look that was noted.
    pub async fn look(&self, line: &LineId) -> Result<Option<News>, Error> {
        let Some(look) = self.read(line).await? else { return Ok(None) };
        let thresholds = &look.event.rules.moved_up_at;
        let Some(furthest) = thresholds.furthest() else { return Ok(None) };
        let standing = self.head(line, &look, furthest).await?;
        let head = Head(&standing);
        let movers = head.movers(thresholds, &look.before);
        let (notifications, out_of_sight) = self.notifications(line, &movers).await?;
        let boundaries = head.boundaries(thresholds).before(&out_of_sight).raised_to(&look.before);
        // The next look is to begin with whoever is out of sight, even if nobody goes until then.
        let is_to_look_again = !out_of_sight.is_empty();
        let gone = look.gone_total - u64::from(is_to_look_again);
        let now = self.table.now();
        let arranged = look.again_at.filter(|again_at| now < *again_at);
        let again_at = is_to_look_again.then(|| arranged.unwrap_or(now.plus_milliseconds(LOOK_AGAIN_AFTER)));
        let Key { pk, sk } = Key::moved_up(line);
        let note = NoteItem { pk, sk, gone, boundaries, again_at };
        Ok(Some(News { notifications, look_again_at: again_at.filter(|_| arranged.is_none()), note }))
    }

    /// Notes that the news has been passed on.
    pub async fn note(&self, news: &News) -> Result<(), Error> {
        const CONTEXT: &str = "noting who has moved up";
        let is_not_newer = [Alternative::Absent, Alternative::AtMost("gone", news.note.gone.into())];
        let request = Expression::new().when_any(is_not_newer).put(&self.table, to_item(&news.note)?);
        match send_put(CONTEXT, request).await {
            // Somebody has looked since and noted more, or is noting just now; at worst what we have told is found again.
            Ok(_) | Err(Failure::Contended) => Ok(()),
            Err(Failure::Other(error)) => Err(error),
        }
    }

    /// The line, unless nobody can have moved up.
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
            // Who goes meanwhile is not noted, so that a look after the draw finds whoever has moved up by then.
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

    /// The event, as it is in this version or later; nothing if it has begun, for then nobody moves up to anything.
    async fn event(&self, id: &EventId, version: u64) -> Result<Option<Event>, Error> {
        let remembered = self.events.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let event = match remembered.filter(|event| event.version >= version) {
            Some(event) => event,
            None => {
                let Some(event) = get(&self.table, Key::event(id)).await?.map(event_from).transpose()? else {
                    return Ok(None);
                };
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

    /// Where the line's tiers stand with their turns, which are read only where several do.
    async fn turns(&self, line: &LineId, order: &Order) -> Result<Turns, Error> {
        if !order.needs_turns() {
            return Ok(Turns::default());
        }
        let seats = get(&self.table, Key::seats(line)).await?;
        seats.as_ref().map_or_else(|| Ok(Turns::default()), turns_from)
    }

    /// The first `most` of those who stand in the line, in the sequence in which they are served.
    async fn head(&self, line: &LineId, look: &Look, most: u64) -> Result<Vec<LaneNumber>, Error> {
        let order = &look.event.rules.order;
        let mut heads = Vec::new();
        let mut wanted = most;
        for lane in order.lanes() {
            let head = self.lane_head(line.lane(lane), &look.lanes, wanted).await?;
            // Where tiers take turns all of the first may be of any one of them.
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

    /// The first of a lane, at most `most`.
    async fn lane_head(&self, lane: LaneId, lanes: &Lanes, most: u64) -> Result<LaneHead, Error> {
        let Some(numbers) = lanes.get(&lane.lane).filter(|numbers| numbers.waiting() > 0) else {
            return Ok(LaneHead { lane: lane.lane, standing: Vec::new(), is_whole: true });
        };
        // Whoever may still be in the pool has no position, nor has anybody behind them.
        if lane.lane == Lane::Pool || most == 0 {
            return Ok(LaneHead { lane: lane.lane, standing: Vec::new(), is_whole: false });
        }
        let mut gone = GoneNumbers::new(&self.table, &lane, numbers.gone.clone());
        let (standing, last) = gone.first_standing(most, numbers.issued).await?;
        let is_whole = last == numbers.issued && (standing.len() as u64) < most;
        Ok(LaneHead { lane: lane.lane, standing, is_whole })
    }

    /// What to tell those of the movers who have moved and still wait; and where those stand whose entries are not in
    /// sight.
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
            // One that stands elsewhere is read as it was before it came here, by a move or a draw, or the index shows it
            // as it was before it went.
            if entry.lane != mover.at.lane || entry.number != mover.at.number {
                continue;
            }
            in_sight.insert(&mover.at);
            if entry.status == Status::Waiting && joined_position.is_some_and(|position| mover.has_moved(position)) {
                notifications.extend(Notification::of_having_moved_up(&entry, mover.threshold));
            }
        }
        let out_of_sight = movers.iter().map(|mover| &mover.at).filter(|at| !in_sight.contains(at)).cloned();
        Ok((notifications, out_of_sight.collect()))
    }

    /// Where the movers' entries are. Those who have gone stay in the index: it is not read where only they may stand.
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

/// Whether two who follow each other are so near that they are looked up together.
fn stand_near(one: &LaneNumber, next: &LaneNumber) -> bool {
    one.lane == next.lane && next.number - one.number <= LONGEST_GAP
}
