//! Writes of single items.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use waitlist_domain::Error;

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::{Failure, may_be_repeated, write_failure};
use crate::dynamo::item::Item;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::table::DynamoTable;

/// The result of a conditional write.
#[derive(Debug)]
pub(crate) enum Written {
    /// It was made. Holds the attributes that the request asked for.
    Made(Item),
    /// Its condition failed. Holds the stored item, if it exists.
    ConditionFailed(Option<Item>),
}

pub(crate) async fn send_update(context: &'static str, request: UpdateItemFluentBuilder) -> Result<Written, Failure> {
    match request.send().await {
        Ok(output) => Ok(Written::Made(output.attributes.unwrap_or_default())),
        Err(error) => failed_update(context, error),
    }
}

/// Updates an item under a condition with the time of this attempt ([`DynamoTable::in_time`]).
///
/// A lost response is [`Failure::Contended`]: the write may have been made.
pub(crate) async fn send_update_in_time(
    context: &'static str,
    request: UpdateItemFluentBuilder,
) -> Result<Written, Failure> {
    match request.send().await {
        Ok(output) => Ok(Written::Made(output.attributes.unwrap_or_default())),
        Err(error) if may_be_repeated(&error) => Err(Failure::Contended),
        Err(error) => failed_update(context, error),
    }
}

fn failed_update(context: &'static str, error: SdkError<UpdateItemError>) -> Result<Written, Failure> {
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
            Ok(Written::ConditionFailed(failed.item.clone()))
        }
        _ => Err(write_failure(context, error)),
    }
}

pub(crate) async fn send_put(context: &'static str, request: PutItemFluentBuilder) -> Result<Written, Failure> {
    match request.send().await {
        Ok(output) => Ok(Written::Made(output.attributes.unwrap_or_default())),
        Err(error) => match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Written::ConditionFailed(failed.item.clone()))
            }
            _ => Err(write_failure(context, error)),
        },
    }
}

/// Deletes an item, if it is there.
pub(crate) async fn send_delete(context: &'static str, request: DeleteItemFluentBuilder) -> Result<(), Failure> {
    request.send().await.map(drop).map_err(|error| write_failure(context, error))
}

/// Puts an item that is written only once. Returns the stored item: this one, or an earlier
/// writer's.
pub(crate) async fn put_once(table: &DynamoTable, context: &'static str, item: Item) -> Result<Item, Error> {
    let request = Expression::new().when_absent("pk").put(table, item.clone());
    let found = retry(table, RetryBudget::WORKER, context, async || {
        Ok(match send_put(context, request.clone()).await? {
            Written::Made(_) => Attempt::Done(None),
            Written::ConditionFailed(Some(first)) => Attempt::Done(Some(first)),
            Written::ConditionFailed(None) => Attempt::Again,
        })
    });
    Ok(found.await?.unwrap_or(item))
}
