//! The rules of the waitlist, pure.
//!
//! Nothing here reads a clock, draws a random number, performs I/O, awaits or knows AWS: time and randomness are
//! arguments, and every decision is a value that `waitlist-store` turns into conditional writes.

pub mod access_code;
pub mod answer_columns;
pub mod answers;
pub mod channels;
pub mod contact;
pub mod credential;
pub mod date;
pub mod draw;
pub mod entry;
pub mod error;
pub mod event;
pub mod explanation;
pub mod extension;
pub mod fit;
pub mod form;
#[cfg(test)]
mod form_properties;
pub mod funnel;
pub mod identifier;
pub mod journal;
pub mod lane;
pub mod language;
pub mod listing;
pub mod mandate;
pub mod message;
pub mod message_limit;
pub mod moved_up;
pub mod numbers;
mod omitted;
pub mod order;
#[cfg(test)]
mod order_by_example;
pub mod position_index;
pub mod promotion;
pub mod quantity;
pub mod question;
pub mod readdressing;
pub mod registration;
pub mod release;
pub mod reminder;
pub mod seats;
pub mod send_rate;
pub mod steering;
pub mod time;
pub mod time_zone;
pub mod turns;
pub mod waiting_times;

pub use error::{Error, FieldError, Refusal};
