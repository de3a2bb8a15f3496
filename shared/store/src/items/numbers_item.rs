//! How the numbers of a line are stored: they are handed out and counted on one item.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::{EmptyLine, Lanes, Numbers};
use waitlist_domain::line::order::Order;
use waitlist_domain::line::position_index::Counts;
use waitlist_domain::line::seats::Activation;
use waitlist_domain::line::steering::Joining;
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::{Expression, Value};
use crate::dynamo::item::{Item, count_in, flag, malformed, number, optional_number};
use crate::items::key::Key;

/// The time at which the pool of a lottery was closed.
pub(crate) const POOL_CLOSED_AT: &str = "pool_closed_at";

/// How many entries were in the draw, once they have their places.
pub(crate) const ENTRANTS: &str = "entrants";

/// The time at which the drawn places began to count.
pub(crate) const DRAWN_AT: &str = "drawn_at";

/// The time at which the draw was finished.
pub(crate) const DRAW_FINISHED_AT: &str = "draw_finished_at";

/// The partition of the `due` index with the lines that the sweep watches.
///
/// They have an active waitlist or an unfinished draw. The sweep removes a line when it finds
/// neither.
pub(crate) const WATCHED_LINES: &str = "LINES";

/// The attributes that put a line into that partition.
pub(crate) const WATCH_ATTRIBUTES: [&str; 2] = ["due_shard", "due_at"];

/// The attribute with the switch for joining. Missing while joining is open.
pub(crate) const JOINING: &str = "joining";

/// Reads the switch for joining.
pub(crate) fn joining_from(numbers: &Item) -> Result<Joining, Error> {
    let Some(word) = numbers.get(JOINING) else { return Ok(Joining::Open) };
    word.as_s().ok().and_then(|word| Joining::parse(word).ok()).ok_or_else(|| malformed(JOINING))
}

/// The time at which the draw of a line began.
pub(crate) fn draw_begun_at(numbers: &Item) -> Result<Option<Timestamp>, Error> {
    Ok(optional_number(numbers, POOL_CLOSED_AT)?.map(Timestamp::from_milliseconds))
}

/// The attribute that counts how often the ticket type was dropped. A release ordered before a drop
/// ends.
pub(crate) const TIMES_DROPPED: &str = "times_dropped";

/// The suffix of an attribute's name for a lane. Empty for the common lane.
pub(crate) fn of_lane(lane: &Lane) -> String {
    match lane {
        Lane::Common => String::new(),
        lane => format!("#{}", lane.as_str()),
    }
}

/// The beginnings of the attributes that count the numbers of a directory with a mark.
pub(crate) const GONE_IN_DIRECTORY: &str = "g";
pub(crate) const UNCONFIRMED_IN_DIRECTORY: &str = "u";
pub(crate) const RESOLVED_IN_DIRECTORY: &str = "r";

/// The attributes with the counts of all numbers of unconfirmed entries: of those found, and of
/// those whose entry was confirmed or has ended. The second changes in one transaction with the
/// entry.
pub(crate) const UNCONFIRMED: &str = "unconfirmed";
pub(crate) const RESOLVED: &str = "resolved";

/// The attribute with the count of numbers that are marked as resolved. It follows [`RESOLVED`].
pub(crate) const RESOLVED_MARKED: &str = "resolved_marked";

/// The attribute with the count of numbers issued to joins that are to be confirmed, less those
/// resolved. `limit` has been raised by it: unconfirmed entries do not fill a line.
pub(crate) const TO_CONFIRM: &str = "to_confirm";

/// The lane, the directory and the count of marked numbers in an attribute with this name and
/// beginning.
pub(crate) fn count_of_directory<'name>(
    numbers: &Item,
    beginning: &str,
    name: &'name str,
) -> Option<(&'name str, u64, u64)> {
    let (directory, lane) = name.split_once('#').unwrap_or((name, ""));
    let directory = directory.strip_prefix(beginning)?.parse().ok()?;
    Some((lane, directory, count_in(numbers, name)))
}

/// The counts of marked numbers by lane and directory.
fn counts_by_lane(numbers: &Item, beginning: &str) -> Result<BTreeMap<Lane, Counts>, Error> {
    let mut lanes: BTreeMap<Lane, Counts> = BTreeMap::new();
    for (lane, directory, count) in numbers.keys().filter_map(|name| count_of_directory(numbers, beginning, name)) {
        let lane = Lane::parse(lane).map_err(|_| malformed("count of a directory"))?;
        lanes.entry(lane).or_default().raise(directory, count);
    }
    Ok(lanes)
}

/// The attribute that counts the gone numbers of a lane's directory.
pub(crate) fn gone_in(lane: &Lane, directory: u64) -> String {
    format!("{GONE_IN_DIRECTORY}{directory}{}", of_lane(lane))
}

/// The attribute with the last number handed out in a lane.
pub(crate) fn issued_in(lane: &Lane) -> String {
    format!("{ISSUED}{}", of_lane(lane))
}

/// The attribute with the time at which that number was handed out.
pub(crate) fn last_issued_at_in(lane: &Lane) -> String {
    format!("{LAST_ISSUED_AT}{}", of_lane(lane))
}

const ISSUED: &str = "issued";
const LAST_ISSUED_AT: &str = "last_issued_at";

/// The attribute with the order of the line, copied from the event. It saves reading the event.
pub(crate) const ORDER: &str = "line_order";

pub(crate) fn order_from(numbers: &Item) -> Result<Order, Error> {
    let Some(order) = numbers.get(ORDER) else { return Ok(Order::default()) };
    serde_dynamo::from_attribute_value(order.clone()).map_err(|error| Error::internal("reading an order", error))
}

/// The stored form of an order.
pub(crate) fn order_value(order: &Order) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(order).map_err(|error| Error::internal("storing an order", error))
}

/// Reads the numbers of all lanes.
pub(crate) fn lanes_from(numbers: &Item) -> Result<Lanes, Error> {
    let mut lanes = Lanes::new();
    for name in numbers.keys() {
        let (what, lane) = name.split_once('#').unwrap_or((name, ""));
        if what == ISSUED {
            let lane = Lane::parse(lane).map_err(|_| malformed(ISSUED))?;
            let last_issued_at = i64::try_from(count_in(numbers, &last_issued_at_in(&lane))).ok();
            let numbers_of_lane = lanes.entry(lane).or_default();
            numbers_of_lane.issued = count_in(numbers, name);
            numbers_of_lane.last_issued_at = last_issued_at.map(Timestamp::from_milliseconds);
        }
    }
    for (lane, gone) in counts_by_lane(numbers, GONE_IN_DIRECTORY)? {
        lanes.entry(lane).or_default().gone = gone;
    }
    let mut resolved = counts_by_lane(numbers, RESOLVED_IN_DIRECTORY)?;
    for (lane, unconfirmed) in counts_by_lane(numbers, UNCONFIRMED_IN_DIRECTORY)? {
        let resolved = resolved.remove(&lane).unwrap_or_default();
        lanes.entry(lane).or_default().unconfirmed = unconfirmed.minus(&resolved);
    }
    Ok(lanes)
}

pub(crate) fn numbers_from(item: &Item) -> Result<Numbers, Error> {
    Ok(Numbers {
        next: number(item, "next")?,
        gone: number(item, "gone")?,
        unconfirmed: count_in(item, UNCONFIRMED),
        resolved: count_in(item, RESOLVED),
        open: flag(item, "open")?,
    })
}

pub(crate) fn new_numbers_item(line: &LineId, event: &Event, open: bool, now: Timestamp) -> Result<Item, Error> {
    let max_size = event.rules.max_size;
    let counts = [
        ("next", 1),
        ("gone", 0),
        (UNCONFIRMED, 0),
        (RESOLVED, 0),
        (TO_CONFIRM, 0),
        ("limit", max_size),
        ("max_size", max_size),
        ("event_version", event.version),
    ];
    let mut item = numbered(Key::numbers(line), &counts);
    item.insert(ORDER.to_owned(), order_value(&event.rules.order)?);
    item.insert("open".to_owned(), AttributeValue::Bool(open));
    if open {
        item.insert(WATCH_ATTRIBUTES[0].to_owned(), Value::from(WATCHED_LINES).0);
        item.insert(WATCH_ATTRIBUTES[1].to_owned(), Value::from(now).0);
    }
    Ok(item)
}

/// An item with these counts.
pub(crate) fn numbered(key: Key, counts: &[(&str, u64)]) -> Item {
    let mut item = key.into_attributes();
    item.extend(counts.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count).0)));
    item
}

/// What a change of the seats means for the numbers item. Nothing if it needs no write.
pub(crate) fn numbers_expression(activation: Activation, now: Timestamp) -> Option<Expression> {
    match activation {
        Activation::Keep | Activation::KeepInactive | Activation::KeepActive => None,
        Activation::Activate => Some(open_numbers(Expression::new(), now).when_exists()),
        Activation::KeepActiveWhileEmpty(empty) => Some(while_empty(Expression::new(), empty)),
        Activation::Deactivate(empty) => Some(while_empty(close_numbers(Expression::new()), empty)),
    }
}

/// On condition that still no confirmed entry stands in line.
pub(crate) fn while_empty(expression: Expression, empty: EmptyLine) -> Expression {
    expression
        .when_equal("next", empty.next)
        .when_equal("gone", empty.gone)
        .when_equal(UNCONFIRMED, empty.unconfirmed)
        .when_equal(RESOLVED, empty.resolved)
}

/// Notes that an unconfirmed entry was confirmed or has ended. In one transaction with the entry it
/// is noted once.
pub(crate) fn resolve_one() -> Expression {
    Expression::new().add(RESOLVED, 1).add(TO_CONFIRM, -1).add("limit", -1)
}

/// Opens a line, so that it hands out numbers, and lets the sweep watch it.
pub(crate) fn open_numbers(expression: Expression, now: Timestamp) -> Expression {
    watch(expression.set("open", true), now)
}

/// Closes a line, so that it hands out no numbers.
///
/// The sweep stops watching the line itself, because this writer does not know the progress of its
/// draw.
pub(crate) fn close_numbers(expression: Expression) -> Expression {
    expression.set("open", false)
}

/// Lets the sweep watch the line.
pub(crate) fn watch(expression: Expression, now: Timestamp) -> Expression {
    expression.set(WATCH_ATTRIBUTES[0], WATCHED_LINES).set(WATCH_ATTRIBUTES[1], now)
}
