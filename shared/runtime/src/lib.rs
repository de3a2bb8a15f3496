//! What every function runs in: configuration, logs, callers, requests and answers, queues and batches.
//!
//! API functions hand their request to [`http::respond`], workers theirs to [`workers`]; what is left for a function
//! is to translate between those and `waitlist-store`.

pub mod answers;
pub mod code_answers;
pub mod commands;
pub mod csv;
pub mod environment;
pub mod http;
pub mod input;
pub mod journal_answers;
pub mod own_entries;
pub mod release_commands;
pub mod workers;
