//! How the seats and the numbers of a line are stored, and read together.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use waitlist_domain::Error;
use waitlist_domain::event::Event;
use waitlist_domain::line::fit::Passes;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::{Lanes, Numbers};
use waitlist_domain::line::order::Order;
use waitlist_domain::line::seats::{Activation, FreeSeatsGuard, Outcomes, Seats, SeatsChange};
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::line::turns::{Moment, Turns};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::commands::steering::{joining_from, offering_from, while_offering};
use crate::dynamo::expression::{Expression, Value};
use crate::dynamo::failure::Item;
use crate::dynamo::reading::{Consistency, flag, get_all, malformed, number, optional_number, to_item};
use crate::dynamo::table::Table;
use crate::index::position_index::{count_in, gone_of_directory, of_lane};
use crate::items::entry_item::LastChange;
use crate::items::key::Key;
use crate::items::seeds::commitment_from;

/// When the pool of a lottery was closed.
pub(crate) const POOL_CLOSED_AT: &str = "pool_closed_at";

/// How many were in the draw, once they have their places.
pub(crate) const ENTRANTS: &str = "entrants";

/// When the places that were drawn began to count.
pub(crate) const DRAWN_AT: &str = "drawn_at";

/// When nothing was left to do of a draw.
pub(crate) const DRAW_FINISHED_AT: &str = "draw_finished_at";

/// How many offers the organiser took back.
const WITHDRAWN: &str = "withdrawn";

/// Partition of the `due` index in which the lines stand that the sweep looks after: those with an active waitlist, those
/// whose lots are being drawn, and until it finds them at rest those that were either.
pub(crate) const LOOKED_AFTER: &str = "LINES";

/// What puts a line there.
pub(crate) const CARE: [&str; 2] = ["due_shard", "due_at"];

/// The counts of a line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its seats.
    pub seats: Seats,
    /// Its numbers.
    pub numbers: Numbers,
    /// Whether people may join, by the organiser's will.
    pub joining: Joining,
    /// Whether free seats are offered, by the organiser's will.
    pub offering: Offering,
    /// In which sequence those who wait are served.
    pub order: Order,
    /// What binds the organiser to the seed of its draw, where its order is a lottery or was one.
    pub commitment: Option<SecretHash>,
    /// Since when its lots are being drawn, or were: from then on nobody joins its pool.
    pub(crate) draw_begun_at: Option<Timestamp>,
    /// Whether its lots are drawn.
    pub is_drawn: bool,
    /// Whether nothing is left to do of its draw.
    pub(crate) is_draw_finished: bool,
    /// The numbers of its lanes.
    pub lanes: Lanes,
    /// Who was passed over, and how often.
    pub passes: Passes,
    /// Where its tiers stand with their turns.
    pub turns: Turns,
    /// How often its ticket type was dropped.
    pub(crate) times_dropped: u64,
}

impl Line {
    /// Whether its draw has begun and is not done with.
    pub(crate) fn is_being_drawn(&self) -> bool {
        self.draw_begun_at.is_some() && !self.is_draw_finished
    }
}

/// Reads a line, strongly consistent.
pub(crate) async fn get_line(table: &Table, line: &LineId) -> Result<Line, Error> {
    get_line_if_any(table, line).await?.ok_or_else(|| malformed("seats"))
}

/// Reads a line that may not exist.
pub(crate) async fn get_line_if_any(table: &Table, line: &LineId) -> Result<Option<Line>, Error> {
    line_from(&read_lines(table, [line.clone()]).await?, line)
}

/// Reads the items of several lines in one round trip, strongly consistent.
pub(crate) async fn read_lines(
    table: &Table,
    lines: impl IntoIterator<Item = LineId>,
) -> Result<HashMap<Key, Item>, Error> {
    let keys = lines.into_iter().flat_map(|line| [Key::seats(&line), Key::numbers(&line)]);
    get_all(table, keys, Consistency::Strong).await
}

/// The line among items that were read together.
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
            passes: passes_from(seats)?,
            turns: turns_from(seats)?,
            times_dropped: count_in(numbers, TIMES_DROPPED),
        })),
        _ => Ok(None),
    }
}

/// Since when the lots of a line are being drawn, or were.
pub(crate) fn draw_begun_at(numbers: &Item) -> Result<Option<Timestamp>, Error> {
    Ok(optional_number(numbers, POOL_CLOSED_AT)?.map(Timestamp::from_milliseconds))
}

/// How often the ticket type was dropped, on the numbers item: what was ordered before is no longer wanted.
pub(crate) const TIMES_DROPPED: &str = "times_dropped";

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
            // Lines that were made before organisers could take offers back have no count of them.
            withdrawn: count_in(item, WITHDRAWN),
        },
    })
}

/// Who was passed over, on the seats item, so that each offer past somebody is written under the condition that nobody
/// else was passed over since.
const PASSES: &str = "passes";

/// Where the tiers stand with their turns, on the seats item, so that no turn is taken twice.
const TURNS: &str = "turns";

/// What the write of an offer remembers of who was served, for those who come after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Memory<'plan> {
    /// Who was passed over, and how often.
    pub(crate) passes: &'plan Passes,
    /// Where the tiers stand with their turns.
    pub(crate) turns: &'plan Turns,
}

impl Memory<'_> {
    /// Remembers this instead of what was read before.
    fn replace(&self, before: &Memory<'_>, mut expression: Expression) -> Expression {
        if self.passes != before.passes {
            let was = (!before.passes.numbers().is_empty()).then(|| passes_value(before.passes));
            expression = expression.set(PASSES, passes_value(self.passes)).when_still(PASSES, was);
        }
        if self.turns != before.turns {
            let was = (*before.turns != Turns::default()).then(|| turns_value(before.turns));
            expression = expression.set(TURNS, turns_value(self.turns)).when_still(TURNS, was);
        }
        expression
    }
}

fn passes_value(passes: &Passes) -> AttributeValue {
    let numbers = |numbers: &Vec<u64>| AttributeValue::L(numbers.iter().map(|number| Value::from(*number).0).collect());
    AttributeValue::M(passes.numbers().iter().map(|(lane, of_lane)| (lane_name(lane), numbers(of_lane))).collect())
}

fn passes_from(item: &Item) -> Result<Passes, Error> {
    let Some(AttributeValue::M(lanes)) = item.get(PASSES) else { return Ok(Passes::default()) };
    let number = |value: &AttributeValue| value.as_n().ok()?.parse().ok();
    let passes_in = |(name, numbers): (&String, &AttributeValue)| {
        let numbers: Option<Vec<u64>> = numbers.as_l().ok()?.iter().map(number).collect();
        Some((lane_named(name)?, numbers?))
    };
    let passes: Option<Vec<_>> = lanes.iter().map(passes_in).collect();
    passes.map(Passes::new).ok_or_else(|| malformed(PASSES))
}

fn turns_value(turns: &Turns) -> AttributeValue {
    let moment = |moment: &Moment| AttributeValue::N(moment.to_string());
    let next = turns.next.iter().map(|(lane, next)| (lane_name(lane), moment(next))).collect();
    AttributeValue::M(HashMap::from([
        ("scale".to_owned(), moment(&turns.scale)),
        ("now".to_owned(), moment(&turns.now)),
        ("next".to_owned(), AttributeValue::M(next)),
    ]))
}

/// Reads where the tiers stand with their turns.
pub(crate) fn turns_from(seats: &Item) -> Result<Turns, Error> {
    let Some(AttributeValue::M(turns)) = seats.get(TURNS) else { return Ok(Turns::default()) };
    let moment = |value: &AttributeValue| value.as_n().ok()?.parse::<Moment>().ok();
    let read = || {
        let next = turns.get("next")?.as_m().ok()?.iter().map(|(name, next)| Some((lane_named(name)?, moment(next)?)));
        Some(Turns {
            scale: moment(turns.get("scale")?)?,
            now: moment(turns.get("now")?)?,
            next: next.collect::<Option<_>>()?,
        })
    };
    read().ok_or_else(|| malformed(TURNS))
}

/// A lane's name as a key of a map, which must not be empty.
fn lane_name(lane: &Lane) -> String {
    format!("#{}", lane.as_str())
}

fn lane_named(name: &str) -> Option<Lane> {
    Lane::parse(name.strip_prefix('#')?).ok()
}

/// The attribute with the last number handed out in a lane.
pub(crate) fn issued_in(lane: &Lane) -> String {
    format!("{ISSUED}{}", of_lane(lane))
}

/// The attribute with the time of that.
pub(crate) fn last_issued_at_in(lane: &Lane) -> String {
    format!("{LAST_ISSUED_AT}{}", of_lane(lane))
}

const ISSUED: &str = "issued";
const LAST_ISSUED_AT: &str = "last_issued_at";

/// The line's order, as its event has it, on the numbers item: there it is found without reading the event.
pub(crate) const ORDER: &str = "line_order";

/// Reads the order of the line.
pub(crate) fn order_from(numbers: &Item) -> Result<Order, Error> {
    let Some(order) = numbers.get(ORDER) else { return Ok(Order::default()) };
    serde_dynamo::from_attribute_value(order.clone()).map_err(|error| Error::internal("reading an order", error))
}

/// The value that is stored of an order.
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
        if let Some((lane, directory, count)) = gone_of_directory(numbers, name) {
            let lane = Lane::parse(lane).map_err(|_| malformed("gone"))?;
            lanes.entry(lane).or_default().gone.raise(directory, count);
        }
    }
    Ok(lanes)
}

/// Reads the numbers.
pub(crate) fn numbers_from(item: &Item) -> Result<Numbers, Error> {
    Ok(Numbers { next: number(item, "next")?, gone: number(item, "gone")?, open: flag(item, "open")? })
}

/// The version of the event, on the seats item: every offer changes that, so that none is made by rules that are not
/// the event's any more. Lines that were made earlier have none until their event is changed.
const EVENT_VERSION: &str = "event_version";

/// The item of a new line's seats.
pub(crate) fn new_seats_item(
    line: &LineId,
    event: &Event,
    seats: &Seats,
    mandate: &Mandate,
    now: Timestamp,
) -> Result<Item, Error> {
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
        (EVENT_VERSION, event.version),
    ];
    let mut item = numbered(Key::seats(line), &counts);
    item.insert("active".to_owned(), AttributeValue::Bool(seats.waitlist_active));
    item.extend(to_item(&LastChange::first(mandate, now))?);
    Ok(item)
}

/// The item of a new line's numbers.
pub(crate) fn new_numbers_item(line: &LineId, event: &Event, open: bool, now: Timestamp) -> Result<Item, Error> {
    let max_size = event.rules.max_size;
    let counts =
        [("next", 1), ("gone", 0), ("limit", max_size), ("max_size", max_size), ("event_version", event.version)];
    let mut item = numbered(Key::numbers(line), &counts);
    item.insert(ORDER.to_owned(), order_value(&event.rules.order)?);
    item.insert("open".to_owned(), AttributeValue::Bool(open));
    if open {
        item.insert(CARE[0].to_owned(), Value::from(LOOKED_AFTER).0);
        item.insert(CARE[1].to_owned(), Value::from(now).0);
    }
    Ok(item)
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

/// Writes a change of the seats that rests on the event, if it is still as it was read.
pub(crate) fn write_seats_by(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    event: &Event,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    write_seats_expression(table, line, change, by_rules_of(event, seats_expression(change)), now)
}

/// Writes a change of the seats by promotion, together with what is remembered of who was served, `before` and `after`.
/// Nothing is offered where the organiser has paused that or changed the event meanwhile.
pub(crate) fn write_offered_seats(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    [before, after]: [Memory<'_>; 2],
    event: &Event,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    let seats = after.replace(&before, seats_expression(change));
    let seats = if change.outcomes.offers > 0 { by_rules_of(event, while_offering(seats)) } else { seats };
    write_seats_expression(table, line, change, seats, now)
}

/// The event is still as it was read.
fn by_rules_of(event: &Event, seats: Expression) -> Expression {
    seats.when_equal_if_there(EVENT_VERSION, event.version)
}

/// Writes a change of the seats that comes of a new version of the event, which is noted; turns that were taken by other
/// weights than its own are forgotten. What it opens or closes on the numbers is left to the caller.
pub(crate) fn write_seats_of(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    event: &Event,
    before: &Line,
) -> TransactWriteItem {
    debug_assert!(change.is_balanced(), "seats must add up after a change");
    let seats = seats_expression(change).set(EVENT_VERSION, event.version);
    let keeps_turns = event.rules.order.keeps_turns_of(&before.order);
    let seats = if keeps_turns { seats } else { seats.remove(&[TURNS]) };
    journalled_if_any(table, change, seats, table.now()).in_transaction(table, Key::seats(line))
}

/// Notes who changes the seats, where anything of them changes.
fn journalled_if_any(table: &Table, change: &SeatsChange, seats: Expression, now: Timestamp) -> Expression {
    if *change == SeatsChange::NONE { seats } else { seats.journalled(table.mandate(), now) }
}

fn write_seats_expression(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    seats: Expression,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    debug_assert!(change.is_balanced(), "seats must add up after a change");
    let seats = journalled_if_any(table, change, seats, now).in_transaction(table, Key::seats(line));
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
    if change.outcomes.withdrawn > 0 {
        expression = expression.add_to_missing(WITHDRAWN, change.outcomes.withdrawn);
    }
    let expression = match change.guard {
        FreeSeatsGuard::Any => expression,
        FreeSeatsGuard::AtLeast(free) => expression.when_at_least("free", free),
        FreeSeatsGuard::MoreThan(free) => expression.when_more_than("free", free),
        FreeSeatsGuard::Exactly(free) => expression.when_equal("free", free),
        FreeSeatsGuard::AllOf(free) => {
            expression.when_equal("free", free).when_equal("sold", 0_u64).when_equal("held", 0_u64)
        }
    };
    let expression = match change.most_capacity {
        Some(most) => expression.when_at_most("capacity", most),
        None => expression,
    };
    match change.activation {
        Activation::Keep => expression,
        Activation::KeepInactive => expression.when_equal("active", false),
        Activation::Activate => expression.when_equal("active", false).set("active", true),
        Activation::KeepActive | Activation::KeepActiveWhileEmpty(_) => expression.when_equal("active", true),
        Activation::Deactivate(_) => expression.when_equal("active", true).set("active", false),
    }
}

fn numbers_expression(activation: Activation, now: Timestamp) -> Option<Expression> {
    match activation {
        Activation::Keep | Activation::KeepInactive | Activation::KeepActive => None,
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
    under_care(expression.set("open", true), now)
}

/// Hands out no more numbers. The sweep itself leaves the line, once it finds nothing left to do there: whoever writes
/// this does not know how far its draw has come.
pub(crate) fn close_numbers(expression: Expression) -> Expression {
    expression.set("open", false)
}

/// Puts the line under the sweep's care.
pub(crate) fn under_care(expression: Expression, now: Timestamp) -> Expression {
    expression.set(CARE[0], LOOKED_AFTER).set(CARE[1], now)
}
