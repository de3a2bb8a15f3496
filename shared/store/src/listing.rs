//! The organiser's lists: all events, and all entries of an event, page by page.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::identifier::{EventId, LineId};
use waitlist_domain::lane::{Lane, LaneId};
use waitlist_domain::listing::{Direction, EntryCursor, EntryWish, EventCursor};
use waitlist_domain::numbers::LAST_NUMBER;
use waitlist_domain::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::entry_item::stored_entry;
use crate::events::{EVENTS, EventWithLines, event_from, get_event};
use crate::failure::{Item, fault};
use crate::key::Key;
use crate::line_index::query_lane;
use crate::line_items::{lanes_from, line_from, order_from, read_lines};
use crate::reading::{Consistency, get_all, key_of, malformed, number};
use crate::table::Table;

/// Most entries that are looked at for one page, so that a page of few matches comes in time too.
const MOST_LOOKED_AT: usize = 1_000;

/// Listing the entries of an event.
#[derive(Debug, Clone)]
pub struct EntryLists {
    table: Table,
}

/// A page of entries.
#[derive(Debug)]
pub struct EntryPage {
    /// Them.
    pub entries: Vec<Entry>,
    /// Where the next page begins; none behind the last.
    pub next: Option<EntryCursor>,
}

impl EntryLists {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// An event, or [`waitlist_domain::Refusal::EventNotFound`].
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        get_event(&self.table, id).await
    }

    /// At most `rows` of the lines' entries that are wanted, line by line and lane by lane, each by number. A page may be
    /// shorter than that, or empty, and not be the last: `next` tells.
    ///
    /// An entry that does not change is neither skipped nor repeated, whatever the others do: it keeps its number.
    pub async fn page(
        &self,
        lines: &[LineId],
        wish: &EntryWish,
        direction: Direction,
        after: Option<&EntryCursor>,
        rows: usize,
    ) -> Result<EntryPage, Error> {
        let lanes = self.lanes(lines).await?;
        let first = after.map_or(Ok(0), |after| lane_of(&lanes, after))?;
        let mut entries = Vec::new();
        let mut looked_at = 0;
        let begun = |lane: &LaneId| after.filter(|after| is_in(after, lane));
        for lane in &lanes[first..] {
            let mut last_number = begun(lane).map(|after| after.number);
            loop {
                let wanted = (rows - entries.len()).min(MOST_LOOKED_AT - looked_at);
                if wanted == 0 {
                    let number = last_number.unwrap_or(direction.before_the_first());
                    let LaneId { line, lane } = lane.clone();
                    let next = EntryCursor { ticket_type_id: line.ticket_type_id, lane, number };
                    return Ok(EntryPage { entries, next: Some(next) });
                }
                let numbers = self.numbers(lane, direction, last_number, wanted).await?;
                let is_all = numbers.len() < wanted;
                looked_at += numbers.len();
                last_number = numbers.last().map(|(number, _)| *number).or(last_number);
                entries.extend(self.entries(numbers).await?.into_iter().filter(|entry| wish.admits(entry)));
                if is_all {
                    break;
                }
            }
        }
        Ok(EntryPage { entries, next: None })
    }

    /// The lanes of the lines that ever had a number: in the order in which people are served from them, and then those
    /// from which nobody is served any more.
    async fn lanes(&self, lines: &[LineId]) -> Result<Vec<LaneId>, Error> {
        let found = get_all(&self.table, lines.iter().map(Key::numbers), Consistency::Strong).await?;
        let mut lanes = Vec::new();
        for line in lines {
            let Some(numbers) = found.get(&Key::numbers(line)) else { continue };
            let mut used = lanes_from(numbers)?;
            let in_order = order_from(numbers)?.lanes().into_iter().filter(|lane| used.remove(lane).is_some());
            let mut in_order: Vec<Lane> = in_order.collect();
            in_order.extend(used.into_keys());
            lanes.extend(in_order.into_iter().map(|lane| line.lane(lane)));
        }
        Ok(lanes)
    }

    /// The next numbers of a lane, with the keys of their entries.
    async fn numbers(
        &self,
        lane: &LaneId,
        direction: Direction,
        after: Option<u64>,
        most: usize,
    ) -> Result<Vec<(u64, Key)>, Error> {
        let numbers = match direction {
            Direction::OldestFirst => after.map_or(0, |after| LAST_NUMBER.min(after + 1))..=LAST_NUMBER,
            Direction::NewestFirst => 0..=after.map_or(LAST_NUMBER, |after| after.saturating_sub(1)),
        };
        let items = query_lane(&self.table, lane, numbers, direction, most).await?;
        items.iter().map(|item| Ok((number(item, "number")?, key_of(item)?))).collect()
    }

    /// The entries as they are now. One that has made way for its person's next is left out: that stands further on.
    async fn entries(&self, numbers: Vec<(u64, Key)>) -> Result<Vec<Entry>, Error> {
        let mut found = get_all(&self.table, numbers.iter().map(|(_, key)| key.clone()), Consistency::Strong).await?;
        let mut entries = Vec::new();
        for (number, key) in numbers {
            let Some(item) = found.remove(&key) else { continue };
            let entry = stored_entry(item)?.entry;
            if entry.number == number {
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}

fn is_in(cursor: &EntryCursor, lane: &LaneId) -> bool {
    cursor.ticket_type_id == lane.line.ticket_type_id && cursor.lane == lane.lane
}

/// Where among the lanes of a list a page goes on.
fn lane_of(lanes: &[LaneId], after: &EntryCursor) -> Result<usize, Refusal> {
    let unknown = || Refusal::Invalid(vec![EntryCursor::of_another_list()]);
    lanes.iter().position(|lane| is_in(after, lane)).ok_or_else(unknown)
}

/// A page of events.
#[derive(Debug)]
pub struct EventPage {
    /// Them, with the counts of their lines.
    pub events: Vec<EventWithLines>,
    /// Where the next page begins; none behind the last.
    pub next: Option<EventCursor>,
}

/// Listing events.
#[derive(Debug, Clone)]
pub struct EventLists {
    table: Table,
}

impl EventLists {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.table.now()
    }

    /// At most `rows` events, by when they begin.
    pub async fn page(
        &self,
        direction: Direction,
        after: Option<&EventCursor>,
        rows: usize,
    ) -> Result<EventPage, Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name("due")
            .key_condition_expression("due_shard = :events")
            .expression_attribute_values(":events", AttributeValue::S(EVENTS.to_owned()))
            .scan_index_forward(direction == Direction::OldestFirst)
            .limit(i32::try_from(rows).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(index_key));
        let page = query.send().await.map_err(|error| fault("listing events", error))?;
        let found = page.items.unwrap_or_default();
        let next = page.last_evaluated_key.as_ref().map(cursor).transpose()?;
        let keys = found.iter().map(key_of).collect::<Result<Vec<Key>, Error>>()?;
        Ok(EventPage { events: self.with_lines(keys).await?, next })
    }

    async fn with_lines(&self, keys: Vec<Key>) -> Result<Vec<EventWithLines>, Error> {
        let mut found = get_all(&self.table, keys.iter().cloned(), Consistency::Strong).await?;
        let events = keys.iter().filter_map(|key| found.remove(key)).map(event_from);
        let events: Vec<Event> = events.collect::<Result<_, _>>()?;
        let found = read_lines(&self.table, events.iter().flat_map(Event::lines).collect::<Vec<_>>()).await?;
        let with_lines = |event: Event| {
            let lines = event.lines().filter_map(|line| line_from(&found, &line).transpose());
            Ok(EventWithLines { lines: lines.collect::<Result<_, Error>>()?, event })
        };
        events.into_iter().map(with_lines).collect()
    }
}

/// The key of the index from which a query goes on.
fn index_key(cursor: &EventCursor) -> Item {
    let mut key = Key::event(&cursor.event_id).into_attributes();
    key.insert("due_shard".to_owned(), AttributeValue::S(EVENTS.to_owned()));
    key.insert("due_at".to_owned(), AttributeValue::N(cursor.starts_at.milliseconds().to_string()));
    key
}

fn cursor(key: &Item) -> Result<EventCursor, Error> {
    let event_id = key_of(key)?.to_event().ok_or_else(|| malformed("pk"))?;
    Ok(EventCursor { starts_at: Timestamp::from_milliseconds(number(key, "due_at")?), event_id })
}
