//! DynamoDB as such: expressions, conditions, transactions, retries. Nothing here knows the domain.

pub mod expression;
pub mod failure;
pub mod item;
pub mod key;
pub mod reading;
pub mod retry;
pub mod table;
pub mod transaction;
pub mod writing;
