//! How the seats of a line are stored, and written under the guard of a decision.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use waitlist_domain::Error;
use waitlist_domain::event::Event;
use waitlist_domain::line::fit::Passes;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::Order;
use waitlist_domain::line::seats::{Activation, FreeSeatsGuard, Outcomes, Seats, SeatsChange};
use waitlist_domain::line::steering::Offering;
use waitlist_domain::line::turns::{Moment, Turns};
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::{Expression, Value};
use crate::dynamo::item::{Item, count_in, flag, malformed, number, to_item};
use crate::items::key::Key;
use crate::items::last_change::LastChange;
use crate::items::numbers_item::{numbered, numbers_expression};
use crate::items::table::Table;

/// The attribute that counts the offers that the organiser took back.
const WITHDRAWN: &str = "withdrawn";

/// The attribute with the switch for offering. Missing while offering is open.
pub(crate) const OFFERING: &str = "offering";

/// Reads the switch for offering.
pub(crate) fn offering_from(seats: &Item) -> Result<Offering, Error> {
    let Some(word) = seats.get(OFFERING) else { return Ok(Offering::Open) };
    word.as_s().ok().and_then(|word| Offering::parse(word).ok()).ok_or_else(|| malformed(OFFERING))
}

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
            // Lines from before withdrawals do not have this count.
            withdrawn: count_in(item, WITHDRAWN),
        },
    })
}

/// The attribute with the entries that were passed over. An offer past an entry is written on
/// condition that this has not changed.
const PASSES: &str = "passes";

/// The attribute with the turns of the tiers. A turn is written on condition that this has not
/// changed.
const TURNS: &str = "turns";

/// What the next promotion needs to know of the earlier ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServingState<'plan> {
    /// Which entries were passed over, and how often.
    pub(crate) passes: &'plan Passes,
    /// The turns of the tiers.
    pub(crate) turns: &'plan Turns,
}

impl ServingState<'_> {
    /// Stores this state, on condition that the stored one is still `before`.
    fn replace(&self, before: &ServingState<'_>, mut expression: Expression) -> Expression {
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

/// Reads which entries were passed over.
pub(crate) fn passes_from(item: &Item) -> Result<Passes, Error> {
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

/// Reads the turns of the tiers.
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

/// The name of a lane as the key of a map, which must not be empty.
fn lane_name(lane: &Lane) -> String {
    format!("#{}", lane.as_str())
}

fn lane_named(name: &str) -> Option<Lane> {
    Lane::parse(name.strip_prefix('#')?).ok()
}

/// The attribute with the event's version. Every offer tests it, so that none is made by old rules.
///
/// Lines from before this attribute get it with the next change of their event.
const EVENT_VERSION: &str = "event_version";

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

/// What the decision for a change of the seats relied on, beside the change's own guard.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Preconditions<'read> {
    /// The event has not changed since it was read.
    pub(crate) event: Option<&'read Event>,
    /// The organiser lets free seats be offered.
    pub(crate) is_offering: bool,
    /// The state that was read, which must not have changed, and the state that replaces it.
    pub(crate) serving_state: Option<[ServingState<'read>; 2]>,
}

/// Writes a change of the seats and of the numbers with it, if the preconditions hold.
pub(crate) fn write_seats(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    preconditions: Preconditions<'_>,
    now: Timestamp,
) -> Vec<TransactWriteItem> {
    let mut seats = seats_expression(change);
    if let Some(event) = preconditions.event {
        seats = seats.when_equal_if_there(EVENT_VERSION, event.version);
    }
    if preconditions.is_offering {
        seats = seats.when_absent(OFFERING);
    }
    if let Some([before, after]) = preconditions.serving_state {
        seats = after.replace(&before, seats);
    }
    if *change != SeatsChange::NONE {
        seats = seats.journalled(table.mandate(), now);
    }
    let numbers = numbers_expression(change.activation, now).map(|numbers| (Key::numbers(line), numbers));
    let items = [(Key::seats(line), seats)].into_iter().chain(numbers);
    items.map(|(key, expression)| expression.in_transaction(table, key)).collect()
}

/// Writes a change of the seats for a new version of the event, and notes the version.
///
/// Turns by other weights are removed. The caller writes the numbers item.
pub(crate) fn write_seats_of_event(
    table: &Table,
    line: &LineId,
    change: &SeatsChange,
    event: &Event,
    order_before: &Order,
    now: Timestamp,
) -> TransactWriteItem {
    let mut seats = seats_expression(change).set(EVENT_VERSION, event.version);
    if !event.rules.order.keeps_turns_of(order_before) {
        seats = seats.remove(&[TURNS]);
    }
    if *change != SeatsChange::NONE {
        seats = seats.journalled(table.mandate(), now);
    }
    seats.in_transaction(table, Key::seats(line))
}

/// The update of the seats, under the guard of the change.
fn seats_expression(change: &SeatsChange) -> Expression {
    debug_assert!(change.is_balanced(), "seats must add up after a change");
    let counts = [("capacity", change.capacity), ("sold", change.sold), ("held", change.held), ("free", change.free)];
    let outcomes = [
        ("offers", change.outcomes.offers),
        ("converted", change.outcomes.converted),
        ("expired", change.outcomes.expired),
        ("declined", change.outcomes.declined),
        ("left", change.outcomes.left),
    ];
    let mut seats = Expression::new().when_exists();
    for (name, delta) in counts {
        seats = seats.add(name, delta);
        if delta < 0 {
            seats = seats.when_at_least(name, -delta);
        }
    }
    for (name, more) in outcomes {
        seats = seats.add(name, i64::try_from(more).unwrap_or(i64::MAX));
    }
    if change.outcomes.withdrawn > 0 {
        seats = seats.add_to_missing(WITHDRAWN, change.outcomes.withdrawn);
    }
    if let Some(most) = change.most_capacity {
        seats = seats.when_at_most("capacity", most);
    }
    seats = match change.guard {
        FreeSeatsGuard::Any => seats,
        FreeSeatsGuard::AtLeast(free) => seats.when_at_least("free", free),
        FreeSeatsGuard::MoreThan(free) => seats.when_more_than("free", free),
        FreeSeatsGuard::Exactly(free) => seats.when_equal("free", free),
        FreeSeatsGuard::AllOf(free) => {
            seats.when_equal("free", free).when_equal("sold", 0_u64).when_equal("held", 0_u64)
        }
    };
    match change.activation {
        Activation::Keep => seats,
        Activation::KeepInactive => seats.when_equal("active", false),
        Activation::Activate => seats.when_equal("active", false).set("active", true),
        Activation::KeepActive | Activation::KeepActiveWhileEmpty(_) => seats.when_equal("active", true),
        Activation::Deactivate(_) => seats.when_equal("active", true).set("active", false),
    }
}
