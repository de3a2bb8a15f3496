//! The `line` index: the entries of a lane by number, with those that have ended.

use std::ops::RangeInclusive;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::listing::Direction;
use waitlist_domain::line::lane::LaneId;
use waitlist_domain::line::waiting::Waiting;
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::item::{Item, malformed, number, optional_number, text};
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Wanted, query_all};
use crate::items::entry_item::CONFIRM_BY;
use crate::items::key::{line_order, line_partition};
use crate::items::table::Table;

/// At most `most` items of a lane with these numbers. The index lags behind the table.
pub(crate) async fn query_lane(
    table: &Table,
    lane: &LaneId,
    numbers: RangeInclusive<u64>,
    direction: Direction,
    most: usize,
) -> Result<Vec<Item>, Error> {
    let query = table
        .client
        .query()
        .table_name(&table.name)
        .index_name("line")
        .key_condition_expression("#line = :line AND #order BETWEEN :first AND :last")
        .expression_attribute_names("#line", "line")
        .expression_attribute_names("#order", "order")
        .expression_attribute_values(":line", AttributeValue::S(line_partition(lane)))
        .expression_attribute_values(":first", AttributeValue::S(line_order(*numbers.start())))
        .expression_attribute_values(":last", AttributeValue::S(line_order(*numbers.end())))
        .scan_index_forward(direction == Direction::OldestFirst);
    query_all(query, Wanted::First(most), "reading a line").await
}

/// At most `most` entries of a lane with these numbers, in the order of joining.
pub(crate) async fn entries_of_lane(
    table: &Table,
    lane: &LaneId,
    numbers: RangeInclusive<u64>,
    most: u64,
) -> Result<Vec<Waiting>, Error> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let items = query_lane(table, lane, numbers, Direction::OldestFirst, most).await?;
    items.iter().map(waiting_from).collect()
}

fn waiting_from(item: &Item) -> Result<Waiting, Error> {
    let quantity = Quantity::parse(number(item, "quantity")?).map_err(|_| malformed("quantity"))?;
    let minimum = optional_number(item, "minimum")?.map(Quantity::parse).transpose();
    Ok(Waiting {
        place: key_of(item)?.to_place().ok_or_else(|| malformed("pk"))?,
        entry_id: EntryId::parse(text(item, "entry_id")?).map_err(|_| malformed("entry_id"))?,
        number: number(item, "number")?,
        quantity,
        minimum: minimum.map_err(|_| malformed("minimum"))?.unwrap_or(quantity),
        is_confirmed: !item.contains_key(CONFIRM_BY),
        numbered_at: Timestamp::from_milliseconds(match optional_number(item, "numbered_at")? {
            Some(numbered_at) => numbered_at,
            None => number(item, "joined_at")?,
        }),
    })
}
