//! The organiser's lists, page by page: all events, and all entries of an event.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::listing::{Direction, EntryCursor, EntryWish, EventCursor};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::LaneId;
use waitlist_domain::line::numbers::LAST_NUMBER;
use waitlist_domain::values::identifier::{EventId, LineId, TierId};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::failure::fault;
use crate::dynamo::item::{Item, malformed, number};
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Consistency, get_all};
use crate::index::line_index::query_lane;
use crate::items::entry_item::stored_entry;
use crate::items::event_item::{EVENTS, event_from, get_event};
use crate::items::key::Key;
use crate::items::line::{line_from, read_lines};
use crate::items::numbers_item::lanes_from;
use crate::items::table::Table;
use crate::queries::events::{EventWithLines, Statistics};

/// Most entries read for one page. So even a page with few matches comes in time.
const MOST_LOOKED_AT: usize = 1_000;

/// How many entries each further read of a page asks for at least. Most of them do not match, and
/// small reads would take too long.
const LOOKED_AT_IN_ONE_GO: usize = 100;

/// Lists the entries of an event.
#[derive(Debug, Clone)]
pub struct EntryLists {
    table: Table,
}

/// A page of entries.
#[derive(Debug)]
pub struct EntryPage {
    /// The entries that match.
    pub entries: Vec<Entry>,
    /// Where the next page begins. None after the last page.
    pub next: Option<EntryCursor>,
    /// How many entries were read for the page.
    pub looked_at: usize,
}

impl EntryLists {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// An event. Fails with [`waitlist_domain::Refusal::EventNotFound`] if there is none.
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        get_event(&self.table, id).await
    }

    /// Refuses a tier that the event does not have, and never had an entry in.
    pub async fn check_tier(&self, event: &Event, tier: &TierId) -> Result<(), Error> {
        let Err(unknown) = event.check_tier(tier, "tier") else { return Ok(()) };
        let (_, lines) = Statistics::new(&self.table).get(&event.id).await?;
        let was_there = lines.iter().any(|line| line.funnel.stages.keys().any(|known| known.as_ref() == Some(tier)));
        if was_there { Ok(()) } else { Err(Refusal::Invalid(vec![unknown]).into()) }
    }

    /// At most `rows` matching entries, by line, lane and number. A page may be shorter or empty
    /// without being the last: see `next`.
    ///
    /// An entry that does not change appears exactly once, whatever happens to other entries and
    /// the event. For it keeps its number, and lines and lanes are in the order of their names.
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
                let wanted = rows - entries.len();
                let at_once = if looked_at == 0 { wanted } else { wanted.max(LOOKED_AT_IN_ONE_GO) };
                let at_once = at_once.min(MOST_LOOKED_AT - looked_at);
                if wanted == 0 || at_once == 0 {
                    let number = last_number.unwrap_or(direction.before_the_first());
                    let LaneId { line, lane } = lane.clone();
                    let next = EntryCursor { ticket_type_id: line.ticket_type_id, lane, number };
                    return Ok(EntryPage { entries, next: Some(next), looked_at });
                }
                let numbers = self.numbers(lane, direction, last_number, at_once).await?;
                let is_all = numbers.len() < at_once;
                looked_at += numbers.len();
                let last_looked_at = numbers.last().map(|(number, _)| *number).or(last_number);
                let found = self.entries(lane, numbers).await?.into_iter().filter(|entry| wish.admits(entry));
                let found: Vec<Entry> = found.take(wanted + 1).collect();
                let is_more = found.len() > wanted;
                entries.extend(found.into_iter().take(wanted));
                // The next page begins with the first match that this one has no room for.
                let last_taken = entries.last().filter(|_| is_more).map(|entry| entry.number);
                last_number = last_taken.or(last_looked_at);
                if is_all && !is_more {
                    break;
                }
            }
        }
        Ok(EntryPage { entries, next: None, looked_at })
    }

    /// The lanes that ever had a number, by name. So changes of the event do not reorder them.
    async fn lanes(&self, lines: &[LineId]) -> Result<Vec<LaneId>, Error> {
        let found = get_all(&self.table, lines.iter().map(Key::numbers), Consistency::Strong).await?;
        let mut lanes = Vec::new();
        for line in lines {
            let Some(numbers) = found.get(&Key::numbers(line)) else { continue };
            lanes.extend(lanes_from(numbers)?.into_keys().map(|lane| line.lane(lane)));
        }
        lanes.sort_by(|one, other| {
            let name = |lane: &LaneId| (lane.line.ticket_type_id.as_str().to_owned(), lane.lane.as_str().to_owned());
            name(one).cmp(&name(other))
        });
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

    /// The entries as they are now. Leaves out an entry that was moved, and one that its person's
    /// newer entry replaced.
    async fn entries(&self, lane: &LaneId, numbers: Vec<(u64, Key)>) -> Result<Vec<Entry>, Error> {
        let mut found = get_all(&self.table, numbers.iter().map(|(_, key)| key.clone()), Consistency::Strong).await?;
        let mut entries = Vec::new();
        for (number, key) in numbers {
            let Some(item) = found.remove(&key) else { continue };
            let entry = stored_entry(item)?.entry;
            if entry.number == number && entry.lane == lane.lane {
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}

fn is_in(cursor: &EntryCursor, lane: &LaneId) -> bool {
    cursor.ticket_type_id == lane.line.ticket_type_id && cursor.lane == lane.lane
}

/// The index of the lane in which the page continues. Refuses a cursor of another list.
fn lane_of(lanes: &[LaneId], after: &EntryCursor) -> Result<usize, Refusal> {
    let unknown = || Refusal::Invalid(vec![EntryCursor::of_another_list()]);
    lanes.iter().position(|lane| is_in(after, lane)).ok_or_else(unknown)
}

/// A page of events.
#[derive(Debug)]
pub struct EventPage {
    /// The events with their lines. Each has the cursor that continues the list after it.
    pub events: Vec<(EventWithLines, EventCursor)>,
    /// Where the next page begins. None after the last page.
    pub next: Option<EventCursor>,
}

/// Lists events.
#[derive(Debug, Clone)]
pub struct EventLists {
    table: Table,
}

impl EventLists {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.table.now()
    }

    /// At most `rows` events, by their beginning.
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
        let listed = found.iter().map(|item| Ok((key_of(item)?, cursor(item)?))).collect::<Result<_, Error>>()?;
        Ok(EventPage { events: self.with_lines(listed).await?, next })
    }

    async fn with_lines(&self, listed: Vec<(Key, EventCursor)>) -> Result<Vec<(EventWithLines, EventCursor)>, Error> {
        let keys = listed.iter().map(|(key, _)| key.clone());
        let mut found = get_all(&self.table, keys, Consistency::Strong).await?;
        let events = listed.into_iter().filter_map(|(key, cursor)| Some((found.remove(&key)?, cursor)));
        let events = events.map(|(item, cursor)| Ok((event_from(item)?, cursor)));
        let events: Vec<(Event, EventCursor)> = events.collect::<Result<_, Error>>()?;
        let lines = events.iter().flat_map(|(event, _)| event.lines()).collect::<Vec<_>>();
        let found = read_lines(&self.table, lines).await?;
        let with_lines = |(event, cursor): (Event, EventCursor)| {
            let lines = event.lines().filter_map(|line| line_from(&found, &line).transpose());
            Ok((EventWithLines { lines: lines.collect::<Result<_, Error>>()?, event }, cursor))
        };
        events.into_iter().map(with_lines).collect()
    }
}

/// The key of the `due` index at which a query continues.
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
