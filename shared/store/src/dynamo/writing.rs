//! Writing single items.

use waitlist_domain::Error;

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::{WriteFailure, put_failure};
use crate::dynamo::item::Item;
use crate::dynamo::retry::Attempts;
use crate::dynamo::table::DynamoTable;

/// Puts an item that is written once, unless it is there; answers with it as it is, whoever wrote it.
pub(crate) async fn put_once(table: &DynamoTable, context: &'static str, item: Item) -> Result<Item, Error> {
    let mut attempts = Attempts::of_worker(table);
    let request = Expression::new().when_absent("pk").put(table, item.clone());
    loop {
        match request.clone().send().await.map_err(|error| put_failure(context, error)) {
            Ok(_) => return Ok(item),
            Err(WriteFailure::Condition(Some(first))) => return Ok(first),
            Err(WriteFailure::Condition(None) | WriteFailure::Conflict) => {}
            Err(WriteFailure::Other(error)) => return Err(error),
        }
        if !attempts.another().await {
            return Err(Error::Busy { context });
        }
    }
}
