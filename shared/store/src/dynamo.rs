//! DynamoDB as such: expressions, conditions, transactions, retries. Of the domain only `Error` and
//! `Timestamp` are known here, and no rule.

pub mod expression;
pub mod failure;
pub mod item;
pub mod key;
pub mod reading;
pub mod retry;
pub mod table;
pub mod transaction;
pub mod writing;
