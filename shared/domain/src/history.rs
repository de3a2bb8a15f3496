//! What happened, and why.

pub mod explanation;
pub mod funnel;
pub mod journal;
pub mod waiting_times;
