//! The languages that customers read.
//!
//! [`Locale`] says which language somebody gets, and writes times, dates, lengths of time and
//! numbers in it. Messages and pages have their own words for everything else.

mod accept_language;
mod calendar;
mod english;
mod french;
mod german;
mod grouping;
mod length_of_time;
mod locale;
mod spanish;

pub use locale::Locale;
