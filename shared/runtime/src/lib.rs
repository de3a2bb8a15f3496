//! The runtime of every function: configuration, logs, callers, requests and responses, queues and
//! batches.
//!
//! API functions pass their request to [`http::respond`], and workers pass their batch to
//! [`workers`]. The rest of a function translates between these and `waitlist-store`.

pub mod environment;
pub mod http;
pub mod input;
pub mod workers;
