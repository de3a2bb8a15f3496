//! What organisers read: entries, history and statistics.

pub mod explain_entry;
pub mod export_entries;
pub mod get_entry;
pub mod list_entries;
pub mod list_journal;
pub mod stats;
