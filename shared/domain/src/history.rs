//! The history of entries and seats, and explanations from it.

pub mod explanation;
pub mod funnel;
pub mod journal;
pub mod waiting_times;
