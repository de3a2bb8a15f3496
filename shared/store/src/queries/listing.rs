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

/// About how many events are looked at for one page, if the table shows few of them.
const MOST_EVENTS_LOOKED_AT: usize = 2_000;

/// How many events each further read of a page asks for.
const EVENTS_LOOKED_AT_IN_ONE_GO: usize = 500;

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

    /// At most `rows` of the events that the table shows, by their beginning. If the table shows few
    /// of many, a page may be shorter or empty without being the last: see `next`.
    pub async fn page(
        &self,
        direction: Direction,
        after: Option<&EventCursor>,
        rows: usize,
    ) -> Result<EventPage, Error> {
        let (listed, next) = self.listed(direction, after, rows).await?;
        Ok(EventPage { events: self.with_lines(listed).await?, next })
    }

    /// The events of a page, and where the next one begins.
    ///
    /// A cursor names only events that the table shows. So a page ends behind such an event, or
    /// behind every event with the same start.
    async fn listed(
        &self,
        direction: Direction,
        after: Option<&EventCursor>,
        rows: usize,
    ) -> Result<(Vec<Listed>, Option<EventCursor>), Error> {
        let mut listed: Vec<Listed> = Vec::new();
        let mut start = after.map(|after| index_key(after, direction));
        let mut last_start = None;
        let (mut looked_at, mut at_once) = (0, rows);
        loop {
            let (found, end) = self.starts(direction, start, at_once).await?;
            let mut found = found.into_iter().peekable();
            while let Some(event) = found.next_if(|event| {
                looked_at < MOST_EVENTS_LOOKED_AT || last_start.is_none_or(|start| start == event.starts_at)
            }) {
                looked_at += 1;
                last_start = Some(event.starts_at);
                if self.table.shows(&event.id) {
                    listed.push(event);
                }
                if listed.len() == rows {
                    let is_more = found.peek().is_some() || end.is_some();
                    let next = listed.last().filter(|_| is_more).map(Listed::cursor);
                    return Ok((listed, next));
                }
            }
            if found.peek().is_some() {
                let next = last_start.map(|starts_at| EventCursor { starts_at, event_id: None });
                return Ok((listed, next));
            }
            (start, at_once) = (end, EVENTS_LOOKED_AT_IN_ONE_GO);
            if start.is_none() {
                return Ok((listed, None));
            }
        }
    }

    /// The next events by their beginning, and the key at which the query continues.
    async fn starts(
        &self,
        direction: Direction,
        start: Option<Item>,
        most: usize,
    ) -> Result<(Vec<Listed>, Option<Item>), Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name("due")
            .key_condition_expression("due_shard = :events")
            .expression_attribute_values(":events", AttributeValue::S(EVENTS.to_owned()))
            .scan_index_forward(direction == Direction::OldestFirst)
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let page = query.send().await.map_err(|error| fault("listing events", error))?;
        let found = page.items.unwrap_or_default();
        Ok((found.iter().map(Listed::read).collect::<Result<_, Error>>()?, page.last_evaluated_key))
    }

    async fn with_lines(&self, listed: Vec<Listed>) -> Result<Vec<(EventWithLines, EventCursor)>, Error> {
        let keys = listed.iter().map(|event| Key::event(&event.id));
        let mut found = get_all(&self.table, keys, Consistency::Strong).await?;
        let events = listed.into_iter().filter_map(|event| {
            let item = found.remove(&Key::event(&event.id))?;
            Some((item, event.cursor()))
        });
        let events = events.map(|(item, cursor)| Ok((event_from(item)?, cursor)));
        let events: Vec<(Event, EventCursor)> = events.collect::<Result<_, Error>>()?;
        let lines = events.iter().flat_map(|(event, _)| event.lines()).collect::<Vec<_>>();
        let found = read_lines(&self.table, lines, Consistency::Strong).await?;
        let with_lines = |(event, cursor): (Event, EventCursor)| {
            let lines = event.lines().filter_map(|line| line_from(&found, &line).transpose());
            Ok((EventWithLines { lines: lines.collect::<Result<_, Error>>()?, event }, cursor))
        };
        events.into_iter().map(with_lines).collect()
    }
}

/// An event as the index lists it.
struct Listed {
    id: EventId,
    starts_at: Timestamp,
}

impl Listed {
    fn read(item: &Item) -> Result<Self, Error> {
        let id = key_of(item)?.to_event().ok_or_else(|| malformed("pk"))?;
        Ok(Self { id, starts_at: Timestamp::from_milliseconds(number(item, "due_at")?) })
    }

    /// The cursor of a page that ends with this event.
    fn cursor(&self) -> EventCursor {
        EventCursor { starts_at: self.starts_at, event_id: Some(self.id.clone()) }
    }
}

/// The key of the `due` index at which a query continues.
fn index_key(cursor: &EventCursor, direction: Direction) -> Item {
    let milliseconds = cursor.starts_at.milliseconds();
    let (key, due_at) = match &cursor.event_id {
        Some(id) => (Key::event(id), milliseconds.to_string()),
        // No event begins in the middle of a millisecond, so this key is between those of events.
        None => {
            let before = match direction {
                Direction::OldestFirst => milliseconds,
                Direction::NewestFirst => milliseconds.saturating_sub(1),
            };
            (Key::new("EVENT#".to_owned(), "EVENT"), half_past(before))
        }
    };
    let mut attributes = key.into_attributes();
    attributes.insert("due_shard".to_owned(), AttributeValue::S(EVENTS.to_owned()));
    attributes.insert("due_at".to_owned(), AttributeValue::N(due_at));
    attributes
}

/// Half a millisecond after this one, as DynamoDB writes numbers.
fn half_past(milliseconds: i64) -> String {
    if milliseconds < 0 { format!("-{}.5", (milliseconds + 1).unsigned_abs()) } else { format!("{milliseconds}.5") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_past_a_millisecond_is_between_it_and_the_next() {
        for (milliseconds, half_past_it) in [(0, "0.5"), (7, "7.5"), (-1, "-0.5"), (-2, "-1.5")] {
            assert_eq!(half_past(milliseconds), half_past_it);
        }
    }
}
