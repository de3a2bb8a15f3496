//! The organiser's lists: all events, and all entries of an event, page by page.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::identifier::{EventId, LineId};
use waitlist_domain::listing::{Direction, EntryCursor, EntryWish, EventCursor};
use waitlist_domain::time::Timestamp;

use crate::entry_item::stored_entry;
use crate::events::{EVENTS, EventWithLines, event_from, get_event};
use crate::failure::{Item, fault};
use crate::key::{Key, line_order, line_partition};
use crate::line_items::line_from;
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

    /// At most `rows` of the lines' entries that are wanted, line by line, each by join number. A page may be shorter
    /// than that, or empty, and not be the last: `next` tells.
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
        let mut entries = Vec::new();
        let mut looked_at = 0;
        let begun = |line: &LineId| after.filter(|after| after.ticket_type_id == line.ticket_type_id);
        let first = after.and_then(|_| lines.iter().position(|line| begun(line).is_some())).unwrap_or(0);
        for line in &lines[first..] {
            let mut last_number = begun(line).map(|after| after.number);
            loop {
                let wanted = (rows - entries.len()).min(MOST_LOOKED_AT - looked_at);
                if wanted == 0 {
                    let ticket_type_id = line.ticket_type_id.clone();
                    let number = last_number.unwrap_or(if direction == Direction::OldestFirst { 0 } else { u64::MAX });
                    return Ok(EntryPage { entries, next: Some(EntryCursor { ticket_type_id, number }) });
                }
                let numbers = self.numbers(line, direction, last_number, wanted).await?;
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

    /// The next numbers of a line, with the keys of their entries.
    async fn numbers(
        &self,
        line: &LineId,
        direction: Direction,
        after: Option<u64>,
        most: usize,
    ) -> Result<Vec<(u64, Key)>, Error> {
        let (first, last) = match direction {
            Direction::OldestFirst => (after.map_or(0, |after| after.saturating_add(1)), LAST_NUMBER),
            Direction::NewestFirst => (0, after.map_or(LAST_NUMBER, |after| after.saturating_sub(1).min(LAST_NUMBER))),
        };
        let mut found = Vec::new();
        let mut start: Option<Item> = None;
        loop {
            let query = self
                .table
                .client
                .query()
                .table_name(&self.table.name)
                .index_name("line")
                .key_condition_expression("#line = :line AND #order BETWEEN :first AND :last")
                .expression_attribute_names("#line", "line")
                .expression_attribute_names("#order", "order")
                .expression_attribute_values(":line", AttributeValue::S(line_partition(line)))
                .expression_attribute_values(":first", AttributeValue::S(line_order(first)))
                .expression_attribute_values(":last", AttributeValue::S(line_order(last)))
                .scan_index_forward(direction == Direction::OldestFirst)
                .limit(i32::try_from(most - found.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start);
            let page = query.send().await.map_err(|error| fault("listing a line", error))?;
            for item in page.items.unwrap_or_default() {
                found.push((number(&item, "number")?, key_of(&item)?));
            }
            start = page.last_evaluated_key;
            if start.is_none() || found.len() >= most {
                return Ok(found);
            }
        }
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

/// Above every number that was ever handed out, and as long as they are stored.
const LAST_NUMBER: u64 = 999_999_999_999;

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
        let lines = events.iter().flat_map(Event::lines);
        let counts = lines.flat_map(|line| [Key::seats(&line), Key::numbers(&line)]).collect::<Vec<_>>();
        let found = get_all(&self.table, counts, Consistency::Strong).await?;
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
