//! Reading events, with the counts of their lines and what became of their people.

use std::collections::HashMap;

use waitlist_domain::event::Event;
use waitlist_domain::history::funnel::Funnel;
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::values::identifier::{EventId, LineId};
use waitlist_domain::{Error, Refusal};

use crate::dynamo::item::Item;
use crate::dynamo::reading::{Consistency, get_all};
use crate::index::position_index::total_of;
use crate::items::event_item::get_event;
use crate::items::funnel_item::funnel_from;
use crate::items::key::Key;
use crate::items::line::{Line, get_line, line_from, read_lines};
use crate::items::table::Table;

/// An event with the counts of its lines, in the order of its ticket types.
#[derive(Debug, Clone)]
pub struct EventWithLines {
    /// The event.
    pub event: Event,
    /// For each ticket type its line.
    pub lines: Vec<Line>,
}

/// Reading events.
#[derive(Debug, Clone)]
pub struct Events {
    table: Table,
}

impl Events {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// An event, or [`Refusal::EventNotFound`].
    pub async fn get(&self, id: &EventId) -> Result<Event, Error> {
        get_event(&self.table, id).await
    }

    /// The event of a line, and the line's counts. A ticket type that was dropped keeps its line.
    pub async fn get_with_line(&self, line: &LineId) -> Result<(Event, Line), Error> {
        Ok((self.get(&line.event_id).await?, get_line(&self.table, line).await?))
    }

    /// An event and the counts of its lines, strongly consistent.
    pub async fn get_with_lines(&self, id: &EventId) -> Result<EventWithLines, Error> {
        let event = self.get(id).await?;
        let found = read_lines(&self.table, event.lines()).await?;
        let lines = event.lines().map(|line| line_from(&found, &line)?.ok_or(Refusal::EventNotFound.into()));
        let lines = lines.collect::<Result<_, Error>>()?;
        Ok(EventWithLines { event, lines })
    }
}

/// What became of a line's people and offers.
#[derive(Debug, Clone)]
pub struct LineStatistics {
    /// Its line.
    pub line: Line,
    /// Entries made since the start.
    pub joined: u64,
    /// Entries whose offer was claimed.
    pub claimed: u64,
    /// Entries that left, waiting or with an offer.
    pub left: u64,
    /// The sums of its journal.
    pub funnel: Funnel,
}

/// Reading what became of everybody.
#[derive(Debug, Clone)]
pub struct Statistics {
    table: Table,
}

impl Statistics {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The event, and for each ticket type, in order, its numbers; at the same cost at any length.
    pub async fn get(&self, id: &EventId) -> Result<(Event, Vec<LineStatistics>), Error> {
        let event = get_event(&self.table, id).await?;
        let lines: Vec<LineId> = event.lines().collect();
        let keys = lines.iter().flat_map(statistics_keys);
        let found = get_all(&self.table, keys, Consistency::Strong).await?;
        let statistics = lines.iter().map(|line| statistics_from(&found, line)).collect::<Result<_, _>>()?;
        Ok((event, statistics))
    }
}

fn statistics_keys(line: &LineId) -> [Key; 8] {
    [
        Key::seats(line),
        Key::numbers(line),
        Key::root(line, Mark::Unused),
        Key::root(line, Mark::Found),
        Key::root(line, Mark::Claimed),
        Key::root(line, Mark::Left),
        Key::root(line, Mark::Moved),
        Key::funnel(line),
    ]
}

fn statistics_from(found: &HashMap<Key, Item>, line: &LineId) -> Result<LineStatistics, Error> {
    let total = |mark| total_of(found.get(&Key::root(line, mark)));
    let counts = line_from(found, line)?.ok_or(Refusal::EventNotFound)?;
    // Whoever was moved has two numbers, or more.
    let needless = total(Mark::Unused)? + total(Mark::Moved)?;
    let joined = (counts.numbers.next - 1 + total(Mark::Found)?).saturating_sub(needless);
    Ok(LineStatistics {
        line: counts,
        joined,
        claimed: total(Mark::Claimed)?,
        left: total(Mark::Left)?,
        funnel: funnel_from(found.get(&Key::funnel(line)))?,
    })
}
