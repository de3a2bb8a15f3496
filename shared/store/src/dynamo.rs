//! DynamoDB as such: expressions, conditions, transactions. Nothing here knows what a waitlist is.

pub mod expression;
pub mod failure;
pub mod item;
pub mod key;
pub mod reading;
pub mod retry;
pub mod table;
pub mod transaction;
pub mod writing;
