//! The waitlist in DynamoDB: the only crate that knows the tables.
//!
//! `waitlist-domain` decides, and this crate turns the decision into conditional writes that
//! restate its guard. Each module offers one capability. So a handler names only what it may touch,
//! as its IAM policy does.

pub mod commands;
mod dynamo;
pub mod followers;
mod index;
mod items;
pub mod queries;

pub use dynamo::failure::is_permanent;
pub use dynamo::table::{Clock, Random};
pub use followers::journal_rows::Journalled;
pub use items::entry_item::StoredEntry;
pub use items::last_change::LastChange;
pub use items::line::Line;
pub use items::table::{AccessTable, Table};
