//! The followers of the table's stream: they read each change and act on it.

pub mod changes;
pub mod journal;
pub(crate) mod journal_rows;
pub mod moved_up;
