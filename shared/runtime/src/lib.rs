//! What every function runs in: configuration, logs, callers, requests and answers, queues and batches.
//!
//! API functions hand their request to [`http::respond`], workers theirs to [`workers`]; what is left for a function
//! is to translate between those and `waitlist-store`.

pub mod environment;
pub mod http;
pub mod input;
pub mod workers;
