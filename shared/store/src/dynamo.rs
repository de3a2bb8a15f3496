//! DynamoDB as such: expressions, conditions, transactions. Nothing here knows what a waitlist is.

pub mod expression;
pub mod failure;
pub mod reading;
pub mod table;
pub mod transaction;
pub mod writing;
