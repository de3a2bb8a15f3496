//! Support for the tests: callers, builders, waiting, and a reader of the whole table.

mod event_builder;
mod fault_proxy;
mod keys;
mod line;
mod mailbox;
mod notifier;
mod people;
mod queues;
mod reply;
mod snapshot;
mod stack;
mod statistics;
mod table_reader;
mod turns;
mod waiting;

pub use fault_proxy::FaultProxy;
pub use keys::{MadeKey, tools_keys};
pub use line::{Line, Offer, Place, SOON, instant, is_a_stand_in, place, text};
pub use mailbox::link_in;
pub use notifier::{NOTIFICATION_QUEUES, Notifier};
pub use people::{MAIL_DOMAIN, PHONE_PREFIX, Person, SURNAME, unique};
pub use reply::Reply;
pub use snapshot::EntryRow;
pub use stack::{Caller, Stack, setting};
pub use statistics::{Counts, NOTHING};
pub use waiting::{all_at_once, and_always, eventually, now, sleep_until};
