//! A line: its seats and numbers, read together.

use std::collections::HashMap;

use waitlist_domain::Error;
use waitlist_domain::line::fit::Passes;
use waitlist_domain::line::numbers::{Lanes, Numbers};
use waitlist_domain::line::order::Order;
use waitlist_domain::line::seats::Seats;
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::line::turns::Turns;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::item::{Item, count_in, malformed, number};
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::table::DynamoTable;
use crate::items::key::Key;
use crate::items::numbers_item::{
    DRAW_FINISHED_AT, DRAWN_AT, RESOLVED, RESOLVED_MARKED, TIMES_DROPPED, TO_CONFIRM, draw_begun_at, joining_from,
    lanes_from, numbers_from, order_from,
};
use crate::items::seats_item::{offering_from, passes_from, seats_from, turns_from};
use crate::items::seeds::commitment_from;

/// The counts of a line.
#[derive(Debug, Clone)]
pub struct Line {
    /// The counts of its seats.
    pub seats: Seats,
    /// The counts of its numbers.
    pub numbers: Numbers,
    /// Whether the organiser lets people join.
    pub joining: Joining,
    /// Whether the organiser lets free seats be offered.
    pub offering: Offering,
    /// The order in which waiting entries are served.
    pub order: Order,
    /// The SHA-256 of the draw's seed, published in advance. Nothing if the line never had a
    /// lottery.
    pub commitment: Option<SecretHash>,
    /// The time at which the draw began. From then on nobody joins its pool.
    pub(crate) draw_begun_at: Option<Timestamp>,
    /// Whether its lots are drawn.
    pub is_drawn: bool,
    /// Whether the draw is finished.
    pub(crate) is_draw_finished: bool,
    /// The numbers of its lanes.
    pub lanes: Lanes,
    /// Most confirmed entries, by the rules that its numbers follow.
    pub(crate) max_size: u64,
    /// Numbers issued to joins that are to be confirmed, less those resolved.
    pub(crate) to_confirm: u64,
    /// Whether the numbers of all resolved entries are marked so.
    pub(crate) is_resolution_marked: bool,
    /// Which entries were passed over, and how often.
    pub passes: Passes,
    /// The turns of its tiers.
    pub turns: Turns,
    /// How often its ticket type was dropped.
    pub(crate) times_dropped: u64,
}

impl Line {
    /// Whether its draw has begun and is not finished.
    pub(crate) fn is_being_drawn(&self) -> bool {
        self.draw_begun_at.is_some() && !self.is_draw_finished
    }
}

/// Reads a line, strongly consistent.
pub(crate) async fn get_line(table: &DynamoTable, line: &LineId) -> Result<Line, Error> {
    get_line_if_any(table, line).await?.ok_or_else(|| malformed("seats"))
}

/// Reads a line that may not exist.
pub(crate) async fn get_line_if_any(table: &DynamoTable, line: &LineId) -> Result<Option<Line>, Error> {
    line_from(&read_lines(table, [line.clone()], Consistency::Strong).await?, line)
}

/// Reads the items of several lines in one round trip.
pub(crate) async fn read_lines(
    table: &DynamoTable,
    lines: impl IntoIterator<Item = LineId>,
    consistency: Consistency,
) -> Result<HashMap<Key, Item>, Error> {
    let keys = lines.into_iter().flat_map(|line| [Key::seats(&line), Key::numbers(&line)]);
    get_all(table, keys, consistency).await
}

/// The version of the event whose rules the line follows.
pub(crate) fn event_version_of(found: &HashMap<Key, Item>, line: &LineId) -> Result<Option<u64>, Error> {
    found.get(&Key::numbers(line)).map(|numbers| number(numbers, "event_version")).transpose()
}

/// Reads a line from items that were read together.
pub(crate) fn line_from(found: &HashMap<Key, Item>, line: &LineId) -> Result<Option<Line>, Error> {
    match (found.get(&Key::seats(line)), found.get(&Key::numbers(line))) {
        (Some(seats), Some(numbers)) => Ok(Some(Line {
            seats: seats_from(seats)?,
            numbers: numbers_from(numbers)?,
            joining: joining_from(numbers)?,
            offering: offering_from(seats)?,
            order: order_from(numbers)?,
            commitment: commitment_from(numbers)?,
            draw_begun_at: draw_begun_at(numbers)?,
            is_drawn: numbers.contains_key(DRAWN_AT),
            is_draw_finished: numbers.contains_key(DRAW_FINISHED_AT),
            lanes: lanes_from(numbers)?,
            max_size: number(numbers, "max_size")?,
            to_confirm: count_in(numbers, TO_CONFIRM),
            is_resolution_marked: count_in(numbers, RESOLVED_MARKED) >= count_in(numbers, RESOLVED),
            passes: passes_from(seats)?,
            turns: turns_from(seats)?,
            times_dropped: count_in(numbers, TIMES_DROPPED),
        })),
        _ => Ok(None),
    }
}
