//! Numbers: each is issued by one write of the numbers item, the hottest item of a line.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::numbers::Lanes;
use waitlist_domain::line::order::{Order, StandingInLine};
use waitlist_domain::line::turns::Turns;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::Failure;
use crate::dynamo::item::{Item, count_in, number};
use crate::dynamo::reading::get_copy;
use crate::dynamo::table::DynamoTable;
use crate::dynamo::writing::{Written, send_update};
use crate::items::key::Key;
use crate::items::numbers_item::{
    JOINING, POOL_CLOSED_AT, TO_CONFIRM, issued_in, joining_from, lanes_from, last_issued_at_in, numbers_from,
};
use crate::items::seats_item::turns_from;

/// A number that was issued, and all numbers of the line at that time.
#[derive(Debug)]
pub(crate) struct IssuedNumber {
    pub(crate) lane: LaneId,
    pub(crate) number: u64,
    pub(crate) lanes: Lanes,
}

/// Who asks for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A join. It gets a number only while joining is open and the line has room.
    Newcomer,
    /// A join that is still to be confirmed. It does not fill the line, which has as much room for
    /// such joins beside.
    Unproven,
    /// An entry of the line.
    Member,
    /// An entry that is confirmed after its lane was closed. It may end the rest of its line, so it
    /// gets a number while the line is closed.
    Confirmed,
}

/// The result of asking for a number.
#[derive(Debug)]
pub(crate) enum Numbering {
    Issued(IssuedNumber),
    /// The event has changed since it was read.
    EventChanged,
    /// The draw has begun: the pool is closed.
    PoolClosed,
    Refused(Refusal),
}

/// Issues the next number of a lane, if the event has not changed since it was read.
pub(crate) async fn issue_number(
    table: &DynamoTable,
    context: &'static str,
    event: &Event,
    lane: LaneId,
    asker: Asker,
) -> Result<Numbering, Failure> {
    let mut expression = Expression::new()
        .add("next", 1)
        .add_to_missing(&issued_in(&lane.lane), 1)
        .set(&last_issued_at_in(&lane.lane), table.now())
        .when_equal("event_version", event.version);
    if asker != Asker::Confirmed {
        expression = expression.when_equal("open", true);
    }
    if matches!(asker, Asker::Newcomer | Asker::Unproven) {
        expression = expression.when_absent(JOINING).when_attribute_at_most("next", "limit");
    }
    if asker == Asker::Unproven {
        expression = expression.add(TO_CONFIRM, 1).add("limit", 1).when_attribute_below(TO_CONFIRM, "max_size");
    }
    if lane.lane == Lane::Pool {
        expression = expression.when_absent(POOL_CLOSED_AT);
    }
    let request = expression.update(table, Key::numbers(&lane.line)).return_values(ReturnValue::AllNew);
    match send_update(context, request).await? {
        Written::Made(numbers) => {
            let lanes = lanes_from(&numbers)?;
            let number = lanes.get(&lane.lane).map_or(0, |numbers| numbers.issued);
            Ok(Numbering::Issued(IssuedNumber { lane, number, lanes }))
        }
        Written::ConditionFailed(Some(numbers)) => Ok(why_none(&numbers, event, asker)?),
        Written::ConditionFailed(None) => Ok(Numbering::Refused(Refusal::EventNotFound)),
    }
}

/// Checks that a join would get a number. Whether its event is as it was read is not checked.
pub(crate) fn check_line(numbers: &Item, event: &Event, asker: Asker) -> Result<(), Error> {
    match why_none(numbers, event, asker)? {
        Numbering::Refused(refusal) => Err(refusal.into()),
        _ => Ok(()),
    }
}

/// The condition of [`issue_number`] that failed.
fn why_none(numbers: &Item, event: &Event, asker: Asker) -> Result<Numbering, Error> {
    if number::<u64>(numbers, "event_version")? != event.version {
        return Ok(Numbering::EventChanged);
    }
    if asker != Asker::Confirmed && !numbers_from(numbers)?.open {
        return Ok(Numbering::Refused(Refusal::TicketsAvailable));
    }
    if matches!(asker, Asker::Newcomer | Asker::Unproven) {
        if let Err(refusal) = joining_from(numbers)?.check() {
            return Ok(Numbering::Refused(refusal));
        }
        let max_size = number::<u64>(numbers, "max_size")?;
        let is_full = number::<u64>(numbers, "next")? > number::<u64>(numbers, "limit")?;
        if is_full || (asker == Asker::Unproven && count_in(numbers, TO_CONFIRM) >= max_size) {
            return Ok(Numbering::Refused(Refusal::WaitlistFull { limit: max_size }));
        }
    }
    Ok(Numbering::PoolClosed)
}

/// Where the entry with the last number of a lane stands. Needs a read only if tiers take turns.
pub(crate) async fn standing_of_newcomer(
    table: &DynamoTable,
    order: &Order,
    lane: &LaneId,
    lanes: &Lanes,
) -> Result<StandingInLine, Error> {
    let seats = if order.needs_turns() { get_copy(table, Key::seats(&lane.line)).await? } else { None };
    let turns = seats.as_ref().map_or_else(|| Ok(Turns::default()), turns_from)?;
    Ok(order.standing_of_newcomer(&lane.lane, lanes, &turns))
}
