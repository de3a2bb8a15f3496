//! What follows from a change, as the table's stream tells it.

pub mod changes;
pub mod journal;
pub(crate) mod journal_rows;
pub mod moved_up;
