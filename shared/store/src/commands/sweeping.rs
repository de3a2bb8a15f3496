//! The sweep's work: what is due, lines that stalled, and numbers that never got an entry.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::numbers::{LaneNumbers, Numbers, waiting_in};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::line::waiting::Waiting;
use waitlist_domain::messages::message::Wake;
use waitlist_domain::offering::permission::{Hindrance, Recipient, may_offer};
use waitlist_domain::offering::promotion::settled_up_to;
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::unless_contended;
use crate::dynamo::item::{Item, malformed, number, optional_number, text};
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Consistency, Wanted, get, get_all, query_all};
use crate::dynamo::writing::send_update;
use crate::index::line_index::entries_of_lane;
use crate::index::position_index::{Marked, StandingNumbers, mark, retire, unconfirmed_from};
use crate::items::entry_item::{DUE, DUE_SHARDS, REMINDERS, stored_entry};
use crate::items::event_item::event_from;
use crate::items::key::Key;
use crate::items::line::{Line, get_line_if_any, line_from};
use crate::items::numbers_item::{POOL_CLOSED_AT, RESOLVED, TO_CONFIRM, UNCONFIRMED, WATCH_ATTRIBUTES, WATCHED_LINES};
use crate::items::put_off_item::{PUT_OFF, PutOffItem};
use crate::items::table::Table;

/// Most numbers of one lane that one sweep audits.
const MOST_AUDITED_AT_ONCE: u64 = 10_000;

/// Most unconfirmed entries of one lane that one sweep finds to end, and to remind.
const MOST_CONFIRMATIONS: usize = 500;

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The message that wakes its worker.
    pub wake: Wake,
    /// The time since which it has been known. A short wait was armed then, with a delayed message
    /// of its own.
    pub armed_from: Timestamp,
}

/// What a line needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examined {
    /// The condition of the line.
    pub condition: Condition,
    /// When the draw is due, or the time at which it began. Nothing once it is finished.
    pub draw_at: Option<Timestamp>,
}

/// The condition of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing is to be done.
    Fine,
    /// Seats are free: they should be offered, or the active waitlist should end.
    Stalled,
    /// The event has begun.
    Closed,
    /// The waitlist is not active.
    Resting,
}

/// Finds the work of the sweep.
#[derive(Debug, Clone)]
pub struct Sweeps {
    table: Table,
}

impl Sweeps {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.table.now()
    }

    /// Everything due before `until`. Within each partition the most overdue comes first.
    pub async fn due_before(&self, until: Timestamp) -> Result<Vec<Due>, Error> {
        let mut due = Vec::new();
        for what in [DUE, REMINDERS] {
            for shard in 0..DUE_SHARDS {
                let items = self.query_due(&format!("{what}#{shard}"), until).await?;
                due.extend(items.iter().filter_map(|item| readable(due_from(item))));
            }
        }
        due.extend(self.put_off_before(until).await?);
        Ok(due)
    }

    /// The messages that were put off until then. The index has only their keys.
    async fn put_off_before(&self, until: Timestamp) -> Result<Vec<Due>, Error> {
        let items = self.query_due(PUT_OFF, until).await?;
        let keys: Vec<Key> = items.iter().filter_map(|item| readable(key_of(item))).collect();
        let mut found = get_all(&self.table, keys.clone(), Consistency::Strong).await?;
        let stored = keys.iter().filter_map(|key| readable(PutOffItem::read(found.remove(key)?)));
        let due = stored.filter_map(PutOffItem::wake).map(|(wake, armed_from)| Due { wake, armed_from });
        Ok(due.collect())
    }

    /// The lines that the sweep watches. They have an active waitlist or an unfinished draw, or had
    /// one lately.
    pub async fn lines(&self) -> Result<Vec<LineId>, Error> {
        let forever = Timestamp::from_milliseconds(i64::MAX);
        let items = self.query_due(WATCHED_LINES, forever).await?;
        let lines = items.iter().map(|item| key_of(item)?.to_line().ok_or_else(|| malformed("pk")));
        Ok(lines.filter_map(readable).collect())
    }

    async fn query_due(&self, partition: &str, until: Timestamp) -> Result<Vec<Item>, Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :until")
            .expression_attribute_values(":shard", AttributeValue::S(partition.to_owned()))
            .expression_attribute_values(":until", AttributeValue::N(until.milliseconds().to_string()));
        query_all(query, Wanted::All, "finding what is due").await
    }

    /// The condition of a line.
    ///
    /// The sweep stops watching a line whose event has begun: nobody joins and nothing is offered.
    /// The deadlines of its last offers are in the `due` index by themselves. It also stops
    /// watching a line without an active waitlist.
    ///
    /// It watches a line while its lots are being drawn. After the event has begun, it also watches
    /// a line with a draw to come, because its customers must learn the outcome. The event may
    /// begin so soon after `drawAt` that no sweep comes in between.
    pub async fn examine(&self, line: &LineId) -> Result<Examined, Error> {
        let keys = [Key::event(&line.event_id), Key::seats(line), Key::numbers(line)];
        let mut found = get_all(&self.table, keys, Consistency::Strong).await?;
        let event = found.remove(&Key::event(&line.event_id)).map(event_from).transpose()?;
        // A line without its event is just being created: the items were not read at the same
        // instant.
        let (Some(counts), Some(event)) = (line_from(&found, line)?, event) else {
            return Ok(Examined { condition: Condition::Fine, draw_at: None });
        };
        let condition = condition(&event, &counts, self.table.now());
        let draw_at = draw_at(&event, &counts);
        let left = match condition {
            Condition::Closed if draw_at.is_none() => Expression::new().when_equal("event_version", event.version),
            // Somebody in line may confirm, or fail to do so in time. Or a join died that was to be
            // confirmed, and its room is still to be given back.
            Condition::Resting
                if counts.numbers.waiting() + counts.to_confirm.max(counts.numbers.unconfirmed()) > 0 =>
            {
                return Ok(Examined { condition, draw_at });
            }
            Condition::Resting if !counts.is_being_drawn() => Expression::new().when_equal("open", false),
            _ => return Ok(Examined { condition, draw_at }),
        };
        self.leave(line, left.when_still(POOL_CLOSED_AT, counts.draw_begun_at)).await?;
        Ok(Examined { condition, draw_at: None })
    }

    /// Stops watching a line, if it has not changed since it was read. Its event may have been
    /// postponed, its waitlist be active again, or its draw have begun.
    async fn leave(&self, line: &LineId, as_it_was: Expression) -> Result<(), Error> {
        let request = as_it_was.remove(&WATCH_ATTRIBUTES).update(&self.table, Key::numbers(line));
        unless_contended(send_update("ending the watch over a line", request).await).map(drop)
    }

    /// The unconfirmed entries of a line whose time, or whose reminder, falls due before `until`. At
    /// most `MOST_CONFIRMATIONS` of each: the oldest of a lane.
    ///
    /// Numbers are handed out in order, so what is due stands first. A change of the time to confirm
    /// may put an entry behind others that end later. It is found when they are gone.
    pub async fn confirmations(&self, line: &LineId, until: Timestamp) -> Result<Vec<Wake>, Error> {
        let Some(counts) = get_line_if_any(&self.table, line).await? else { return Ok(Vec::new()) };
        let mut wakes = Vec::new();
        for (lane, numbers) in &counts.lanes {
            if numbers.unconfirmed.total() == 0 {
                continue;
            }
            let lane = line.lane(lane.clone());
            let ends = |entry: &Entry| entry.confirm_by;
            let (ending, _) = self.due_confirmations(&lane, numbers, 1, until, ends).await?;
            let from = self.reminded(&lane).await? + 1;
            let reminds = Entry::confirmation_reminder_due_at;
            let (reminding, last) = self.due_confirmations(&lane, numbers, from, until, reminds).await?;
            if let Some(last) = last {
                self.note_reminded(&lane, last).await?;
            }
            wakes.extend(ending.into_iter().chain(reminding));
        }
        Ok(wakes)
    }

    /// The unconfirmed entries from the number `from` on for which something is due before `until`,
    /// and the last of their numbers. Ends at the first for which nothing is.
    async fn due_confirmations(
        &self,
        lane: &LaneId,
        numbers: &LaneNumbers,
        from: u64,
        until: Timestamp,
        due_at: impl Fn(&Entry) -> Option<Timestamp>,
    ) -> Result<(Vec<Wake>, Option<u64>), Error> {
        let standing = unconfirmed_from(&self.table, lane, numbers, from, MOST_CONFIRMATIONS).await?;
        let (Some(&first), Some(&last)) = (standing.first(), standing.last()) else { return Ok((Vec::new(), None)) };
        let standing: BTreeSet<u64> = standing.into_iter().collect();
        let seen = entries_of_lane(&self.table, lane, first..=last, MOST_CONFIRMATIONS as u64).await?;
        let seen: Vec<Waiting> = seen.into_iter().filter(|entry| standing.contains(&entry.number)).collect();
        let keys = seen.iter().map(|entry| Key::entry(&entry.place));
        let mut found = get_all(&self.table, keys, Consistency::Strong).await?;
        let (mut wakes, mut last_due) = (Vec::new(), None);
        for waiting in seen {
            let Some(item) = found.remove(&Key::entry(&waiting.place)) else { continue };
            let entry = stored_entry(item)?.entry;
            if entry.id != waiting.entry_id || entry.is_confirmed() {
                continue;
            }
            let due_at = due_at(&entry);
            if due_at.is_some_and(|due_at| due_at > until) {
                break;
            }
            last_due = Some(entry.number);
            wakes.extend(due_at.map(|due_at| Wake::Confirmation { place: entry.place, due_at }));
        }
        Ok((wakes, last_due))
    }

    /// The last number of a lane whose customer was reminded to confirm, if there was need.
    async fn reminded(&self, lane: &LaneId) -> Result<u64, Error> {
        let item = get(&self.table, Key::audit(lane)).await?;
        Ok(item.map_or(Ok(None), |item| optional_number(&item, "reminded"))?.unwrap_or(0))
    }

    async fn note_reminded(&self, lane: &LaneId, last: u64) -> Result<(), Error> {
        let request = Expression::new().set("reminded", last).update(&self.table, Key::audit(lane));
        unless_contended(send_update("noting who was reminded to confirm", request).await).map(drop)
    }

    /// Finds numbers that never got an entry and retires them. Looks at each number once, when it
    /// is settled. Returns how many it found.
    pub async fn audit(&self, line: &LineId) -> Result<usize, Error> {
        let Some(counts) = get_line_if_any(&self.table, line).await? else { return Ok(0) };
        let mut found = 0;
        for (lane, numbers) in &counts.lanes {
            found += self.audit_lane(&line.lane(lane.clone()), numbers).await?;
        }
        let stand = counts.numbers.unconfirmed();
        if counts.to_confirm > stand && counts.is_resolution_marked && self.is_audited(line, &counts).await? {
            self.give_room_back(line, &counts).await?;
        }
        Ok(found)
    }

    /// Whether all numbers of a line were audited. A draw audits its pool itself.
    async fn is_audited(&self, line: &LineId, counts: &Line) -> Result<bool, Error> {
        for (lane, numbers) in &counts.lanes {
            let is_drawn = *lane == Lane::Pool && counts.is_draw_finished;
            if !is_drawn && self.audited(&line.lane(lane.clone())).await? < numbers.issued {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives back the room of joins that were to be confirmed and never stored an entry. All numbers
    /// were audited, so no other join is under way unless the line has changed.
    async fn give_room_back(&self, line: &LineId, counts: &Line) -> Result<(), Error> {
        let Numbers { next, unconfirmed, resolved, .. } = counts.numbers;
        let surplus = i64::try_from(counts.to_confirm - counts.numbers.unconfirmed()).unwrap_or(0);
        let request = Expression::new()
            .add(TO_CONFIRM, -surplus)
            .add("limit", -surplus)
            .when_equal(TO_CONFIRM, counts.to_confirm)
            .when_equal("next", next)
            .when_equal(UNCONFIRMED, unconfirmed)
            .when_equal(RESOLVED, resolved)
            .update(&self.table, Key::numbers(line));
        unless_contended(send_update("giving back the room of joins", request).await).map(drop)
    }

    async fn audit_lane(&self, lane: &LaneId, numbers: &LaneNumbers) -> Result<usize, Error> {
        let audited = self.audited(lane).await?;
        let first = audited + 1;
        let last = numbers.issued.min(audited + MOST_AUDITED_AT_ONCE);
        if last < first {
            return Ok(0);
        }
        let seen = entries_of_lane(&self.table, lane, first..=last, MOST_AUDITED_AT_ONCE).await?;
        let last = last.min(settled_up_to(numbers.issued, numbers.last_issued_at, &seen, self.table.now()));
        if last < first {
            return Ok(0);
        }
        let unused = self.unused(lane, numbers, &seen, first, last).await?;
        // A reader who counts the unconfirmed entries of audited numbers finds all of them marked.
        let unconfirmed = seen.iter().filter(|entry| !entry.is_confirmed && entry.number <= last);
        let unconfirmed: Vec<Marked> = unconfirmed.map(|entry| (entry.number, vec![Mark::Unconfirmed])).collect();
        mark(&self.table, lane, &unconfirmed).await?;
        if lane.lane == Lane::Pool && self.is_being_drawn(&lane.line).await? {
            return Ok(0);
        }
        retire(&self.table, lane, &unused).await?;
        self.note_audited(lane, last).await?;
        Ok(unused.len())
    }

    /// Whether entries may have been moved out of the pool. A draw audits its pool itself.
    async fn is_being_drawn(&self, line: &LineId) -> Result<bool, Error> {
        Ok(get(&self.table, Key::numbers(line)).await?.is_some_and(|numbers| numbers.contains_key(POOL_CLOSED_AT)))
    }

    async fn unused(
        &self,
        lane: &LaneId,
        numbers: &LaneNumbers,
        seen: &[Waiting],
        first: u64,
        last: u64,
    ) -> Result<Vec<u64>, Error> {
        let standing = StandingNumbers::not_gone(&self.table, lane, numbers).between(first, last).await?;
        let in_sight: BTreeSet<u64> = seen.iter().map(|entry| entry.number).collect();
        Ok(standing.difference(&in_sight).copied().collect())
    }

    async fn audited(&self, lane: &LaneId) -> Result<u64, Error> {
        let item = get(&self.table, Key::audit(lane)).await?;
        Ok(item.map_or(Ok(None), |item| optional_number(&item, "audited"))?.unwrap_or(0))
    }

    async fn note_audited(&self, lane: &LaneId, last: u64) -> Result<(), Error> {
        let request = Expression::new().set("audited", last).update(&self.table, Key::audit(lane));
        unless_contended(send_update("noting an audit", request).await).map(drop)
    }
}

fn condition(event: &Event, line: &Line, now: Timestamp) -> Condition {
    let next = event.rules.order.lanes().into_iter().find(|lane| waiting_in(&line.lanes, lane) > 0);
    let to_next = Recipient::InTurn(next.as_ref().unwrap_or(&Lane::Common));
    match may_offer(to_next, event, line.offering, now) {
        Err(Hindrance::EventBegun) => Condition::Closed,
        // Somebody confirmed, and the waitlist is to be active again.
        _ if !line.seats.waitlist_active && line.numbers.waiting() > 0 => Condition::Stalled,
        _ if !line.seats.waitlist_active => Condition::Resting,
        _ if line.seats.free == 0 => Condition::Fine,
        Ok(()) => Condition::Stalled,
        // Seats gather. But if no entry waits for them, they go on sale.
        Err(Hindrance::OfferingPaused | Hindrance::DrawToCome) if line.numbers.waiting() == 0 => Condition::Stalled,
        Err(Hindrance::OfferingPaused | Hindrance::DrawToCome) => Condition::Fine,
    }
}

/// When the lots of a line are to be drawn, or the time at which the draw began.
fn draw_at(event: &Event, line: &Line) -> Option<Timestamp> {
    line.draw_begun_at.or(event.rules.order.draw_at()).filter(|_| !line.is_draw_finished)
}

/// Logs and skips an item that can't be read, so that it blocks no other.
fn readable<T>(read: Result<T, Error>) -> Option<T> {
    read.inspect_err(|error| tracing::error!(%error, "an item of the due index can't be read")).ok()
}

fn due_from(item: &Item) -> Result<Due, Error> {
    let key = key_of(item)?;
    let due_at = Timestamp::from_milliseconds(number(item, "due_at")?);
    let armed_from = Timestamp::from_milliseconds(number(item, "armed_from")?);
    let wake = match (key.to_place(), key.to_release()) {
        (Some(place), _) if text(item, "due_shard")?.starts_with(REMINDERS) => Wake::Reminder { place, due_at },
        (Some(place), _) => Wake::deadline(place, due_at),
        (None, Some(release_id)) => Wake::Batch { release_id, due_at },
        (None, None) => return Err(malformed("pk")),
    };
    Ok(Due { wake, armed_from })
}
