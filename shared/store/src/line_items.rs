//! How the seats and the numbers of a line are stored, and read together.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use waitlist_domain::Error;
use waitlist_domain::fit::Overtakers;
use waitlist_domain::identifier::LineId;
use waitlist_domain::numbers::Numbers;
use waitlist_domain::position_index::{Counts, Mark};
use waitlist_domain::seats::{Activation, FreeSeatsGuard, Outcomes, Seats, SeatsChange};
use waitlist_domain::time::Timestamp;

use crate::expression::{Expression, Value};
use crate::failure::Item;
use crate::key::Key;
use crate::position_index::counts_of;
use crate::reading::{Consistency, flag, get_all, malformed, number};
use crate::table::Table;

/// Partition of the `due` index in which the lines stand that the sweep looks after: those with an active waitlist.
pub(crate) const ACTIVE_LINES: &str = "LINES";

/// The counts of a line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its seats.
    pub seats: Seats,
    /// Its numbers.
    pub numbers: Numbers,
    /// Who was passed over, and how often.
    pub(crate) overtakers: Overtakers,
    /// How many numbers of each directory of the position index are gone.
    pub(crate) gone: Counts,
}

/// Reads a line, strongly consistent.
pub(crate) async fn get_line(table: &Table, line: &LineId) -> Result<Line, Error> {
    get_line_if_any(table, line).await?.ok_or_else(|| malformed("seats"))
}

/// Reads a line that may not exist.
pub(crate) async fn get_line_if_any(table: &Table, line: &LineId) -> Result<Option<Line>, Error> {
    let found = get_all(table, [Key::seats(line), Key::numbers(line)], Consistency::Strong).await?;
    line_from(&found, line)
}

/// The line among items that were read together.
pub(crate) fn line_from(found: &HashMap<Key, Item>, line: &LineId) -> Result<Option<Line>, Error> {
    match (found.get(&Key::seats(line)), found.get(&Key::numbers(line))) {
        (Some(seats), Some(numbers)) => Ok(Some(Line {
            seats: seats_from(seats)?,
            numbers: numbers_from(numbers)?,
            overtakers: overtakers_from(seats)?,
            gone: counts_of(numbers, Mark::Gone)?,
        })),
        _ => Ok(None),
    }
}

/// Reads the seats.
pub(crate) fn seats_from(item: &Item) -> Result<Seats, Error> {
    Ok(Seats {
        capacity: number(item, "capacity")?,
        sold: number(item, "sold")?,
        held: number(item, "held")?,
        free: number(item, "free")?,
        waitlist_active: flag(item, "active")?,
        outcomes: Outcomes {
            offers: number(item, "offers")?,
            converted: number(item, "converted")?,
            expired: number(item, "expired")?,
            declined: number(item, "declined")?,
            left: number(item, "left")?,
        },
    })
}

fn overtakers_from(item: &Item) -> Result<Overtakers, Error> {
    let Some(AttributeValue::L(numbers)) = item.get(OVERTAKERS) else { return Ok(Overtakers::default()) };
    let number = |value: &AttributeValue| value.as_n().ok().and_then(|digits| digits.parse().ok());
    let numbers: Option<Vec<u64>> = numbers.iter().map(number).collect();
    numbers.map(Overtakers::new).ok_or_else(|| malformed(OVERTAKERS))
}

/// Those who overtook, on the seats item, so that each offer past somebody is written under the condition that nobody
/// else was passed over since.
const OVERTAKERS: &str = "overtakers";

/// How the overtakers change with an offer.
#[derive(Debug)]
pub(crate) struct Overtaking<'plan> {
    /// As they were read.
    pub(crate) before: &'plan Overtakers,
    /// As they become.
    pub(crate) after: &'plan Overtakers,
}

impl Overtaking<'_> {
    fn add_to(&self, expression: Expression) -> Expression {
        if self.before == self.after {
            return expression;
        }
        let before = Some(self.before.numbers()).filter(|numbers| !numbers.is_empty());
        expression.set(OVERTAKERS, self.after.numbers()).when_still(OVERTAKERS, before)
    }
}

/// Reads the numbers.
pub(crate) fn numbers_from(item: &Item) -> Result<Numbers, Error> {
    Ok(Numbers {
        next: number(item, "next")?,
        gone: number(item, "gone")?,
        open: flag(item, "open")?,
        last_issued_at: number(item, "last_issued_at")?,
    })
}

/// The item of a new line's seats.
pub(crate) fn new_seats_item(line: &LineId, seats: &Seats) -> Item {
    let counts = [
        ("capacity", seats.capacity),
        ("sold", 0),
        ("held", 0),
        ("free", seats.free),
        ("offers", 0),
        ("converted", 0),
        ("expired", 0),
        ("declined", 0),
        ("left", 0),
    ];
    let mut item = numbered(Key::seats(line), &counts);
    item.insert("active".to_owned(), AttributeValue::Bool(seats.waitlist_active));
    item
}

/// The item of a new line's numbers.
pub(crate) fn new_numbers_item(line: &LineId, open: bool, max_size: u64, event_version: u64, now: Timestamp) -> Item {
    let counts = [
        ("next", 1),
        ("gone", 0),
        ("limit", max_size),
        ("max_size", max_size),
        ("last_issued_at", 0),
        ("event_version", event_version),
    ];
    let mut item = numbered(Key::numbers(line), &counts);
    item.insert("open".to_owned(), AttributeValue::Bool(open));
    if open {
        item.insert("due_shard".to_owned(), Value::from(ACTIVE_LINES).0);
        item.insert("due_at".to_owned(), Value::from(now).0);
    }
    item
}

fn numbered(key: Key, counts: &[(&str, u64)]) -> Item {
    let mut item = key.into_attributes();
    item.extend(counts.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count).0)));
    item
}

/// Writes a change of the seats, with its guard, and what it opens or closes on the numbers.
pub(crate) fn write_seats(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    write_seats_expression(table, line, change, seats_expression(change), now)
}

/// Writes a change of the seats together with who overtook whom.
pub(crate) fn write_offered_seats(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    overtaking: &Overtaking<'_>,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    write_seats_expression(table, line, change, overtaking.add_to(seats_expression(change)), now)
}

fn write_seats_expression(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    seats: Expression,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    debug_assert!(change.is_balanced(), "seats must add up after a change");
    let seats = seats.in_transaction(table, Key::seats(line));
    let numbers = numbers_expression(change.activation, now)
        .map(|expression| expression.in_transaction(table, Key::numbers(line)));
    std::iter::once(seats).chain(numbers).collect()
}

fn seats_expression(change: &SeatsChange) -> Expression {
    let counts = [("capacity", change.capacity), ("sold", change.sold), ("held", change.held), ("free", change.free)];
    let outcomes = [
        ("offers", change.outcomes.offers),
        ("converted", change.outcomes.converted),
        ("expired", change.outcomes.expired),
        ("declined", change.outcomes.declined),
        ("left", change.outcomes.left),
    ];
    let mut expression = Expression::new().when_exists();
    for (name, delta) in counts {
        expression = expression.add(name, delta);
        if delta < 0 {
            expression = expression.when_at_least(name, -delta);
        }
    }
    for (name, more) in outcomes {
        expression = expression.add(name, i64::try_from(more).unwrap_or(i64::MAX));
    }
    let expression = match change.guard {
        FreeSeatsGuard::Any => expression,
        FreeSeatsGuard::AtLeast(free) => expression.when_at_least("free", free),
        FreeSeatsGuard::MoreThan(free) => expression.when_more_than("free", free),
        FreeSeatsGuard::Exactly(free) => expression.when_equal("free", free),
    };
    match change.activation {
        Activation::Keep => expression,
        Activation::KeepInactive => expression.when_equal("active", false),
        Activation::Activate => expression.when_equal("active", false).set("active", true),
        Activation::KeepActiveWhileEmpty(_) => expression.when_equal("active", true),
        Activation::Deactivate(_) => expression.when_equal("active", true).set("active", false),
    }
}

fn numbers_expression(activation: Activation, now: Timestamp) -> Option<Expression> {
    match activation {
        Activation::Keep | Activation::KeepInactive => None,
        Activation::Activate => Some(open_numbers(Expression::new(), now).when_exists()),
        Activation::KeepActiveWhileEmpty(empty) => {
            Some(Expression::new().when_equal("next", empty.next).when_equal("gone", empty.gone))
        }
        Activation::Deactivate(empty) => {
            Some(close_numbers(Expression::new()).when_equal("next", empty.next).when_equal("gone", empty.gone))
        }
    }
}

/// Hands out numbers, and puts the line under the sweep's care.
pub(crate) fn open_numbers(expression: Expression, now: Timestamp) -> Expression {
    expression.set("open", true).set("due_shard", ACTIVE_LINES).set("due_at", now)
}

/// Hands out no more numbers.
pub(crate) fn close_numbers(expression: Expression) -> Expression {
    expression.set("open", false).remove(&["due_shard", "due_at"])
}
