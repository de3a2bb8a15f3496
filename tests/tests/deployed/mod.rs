//! The deployed template over HTTP.
//!
//! `make integration` runs these against a private copy of the local cloud. Against one that is up:
//!
//! ```sh
//! set -a; . .dev/env; set +a
//! cargo test --locked -p waitlist-tests --test main -- deployed:: --test-threads 16
//! ```
//!
//! All tests share one stack and run beside each other. Each makes its own event and people.

pub mod support;

pub mod access_codes;
mod bad_input;
mod challenges;
mod claims;
mod confirming;
mod deliverability;
mod events;
mod finding;
pub mod forms;
mod idempotency;
mod joining;
mod journalling;
mod keys;
mod large;
mod limits;
mod lines_apart;
mod listing;
mod messages;
mod offers;
mod ordering;
mod organising;
mod outage;
mod phones;
mod poison;
mod positions;
mod progress;
mod races;
mod registrations;
mod releases;
mod retention;
mod roles;
mod routes;
mod second_thoughts;
mod sending;
mod settings;
mod story;
mod time;
