//! Events with the counts and statistics of their lines.

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
use crate::items::line::{Line, event_version_of, get_line, line_from, read_lines};
use crate::items::table::Table;

/// An event with its lines.
#[derive(Debug, Clone)]
pub struct EventWithLines {
    /// The event.
    pub event: Event,
    /// The lines in the order of the event's ticket types.
    pub lines: Vec<Line>,
}

/// Reads events.
#[derive(Debug, Clone)]
pub struct Events {
    table: Table,
}

impl Events {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// An event. Fails with [`Refusal::EventNotFound`] if there is none.
    pub async fn get(&self, id: &EventId) -> Result<Event, Error> {
        get_event(&self.table, id).await
    }

    /// An event and one of its lines. A dropped ticket type still has its line.
    pub async fn get_with_line(&self, line: &LineId) -> Result<(Event, Line), Error> {
        Ok((self.get(&line.event_id).await?, get_line(&self.table, line).await?))
    }

    /// An event with its lines, strongly consistent.
    pub async fn get_with_lines(&self, id: &EventId) -> Result<EventWithLines, Error> {
        let event = self.get(id).await?;
        let found = read_lines(&self.table, event.lines(), Consistency::Strong).await?;
        with_lines(event, &found)
    }

    /// The event with its lines, if no newer version of the event is stored. It may be a moment old.
    /// The lines tell the version, so the event itself is not read.
    pub async fn again_with_lines(&self, event: Event) -> Result<Option<EventWithLines>, Error> {
        let found = read_lines(&self.table, event.lines(), Consistency::Eventual).await?;
        for line in event.lines() {
            if event_version_of(&found, &line)? != Some(event.version) {
                return Ok(None);
            }
        }
        with_lines(event, &found).map(Some)
    }
}

fn with_lines(event: Event, found: &HashMap<Key, Item>) -> Result<EventWithLines, Error> {
    let lines = event.lines().map(|line| line_from(found, &line)?.ok_or(Refusal::EventNotFound.into()));
    let lines = lines.collect::<Result<_, Error>>()?;
    Ok(EventWithLines { event, lines })
}

/// The statistics of a line.
#[derive(Debug, Clone)]
pub struct LineStatistics {
    /// The counts of the line.
    pub line: Line,
    /// How many entries were made since the start.
    pub joined: u64,
    /// How many entries claimed an offer.
    pub claimed: u64,
    /// How many entries left, waiting or with an offer.
    pub left: u64,
    /// The sums of the line's journal.
    pub funnel: Funnel,
}

/// Reads statistics.
#[derive(Debug, Clone)]
pub struct Statistics {
    table: Table,
}

impl Statistics {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The event and the statistics of its lines, in the order of its ticket types. The cost does
    /// not depend on their length.
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
    // A moved entry has had several numbers.
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
