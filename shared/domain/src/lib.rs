//! The rules of the waitlist, pure.
//!
//! Nothing here reads a clock, draws a random number, performs I/O, awaits or knows AWS. Time and
//! randomness are arguments. Every decision is a value, which `waitlist-store` turns into
//! conditional writes.

#![allow(missing_docs, reason = "a field whose name says all has no comment")]

pub mod entry;
pub mod error;
pub mod event;
pub mod form;
pub mod history;
#[cfg(feature = "openapi")]
pub mod json_schema;
pub mod line;
pub mod messages;
pub mod offering;
pub mod settings;
pub mod values;

pub use error::{Error, FieldError, Refusal};
