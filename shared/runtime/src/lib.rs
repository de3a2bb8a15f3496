//! What every function runs in: configuration, logs, callers, requests and answers, queues and batches.
//!
//! API functions hand their request to [`http::respond`], workers theirs to [`batches`]; what is left for a function
//! is to translate between those and `waitlist-store`.

pub mod answer_size;
pub mod answers;
pub mod batches;
pub mod callers;
pub mod code_answers;
pub mod commands;
pub mod configuration;
pub mod csv;
pub mod fields;
pub mod given_answers;
pub mod http;
pub mod idempotency;
pub mod journal_answers;
mod json_object;
pub mod metrics;
pub mod movers;
pub mod own_entries;
pub mod pace;
pub mod problem;
pub mod queues;
pub mod release_commands;
pub mod request;
pub mod stream_batches;
pub mod stream_records;
pub mod telemetry;
pub mod unrouted;
