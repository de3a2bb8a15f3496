//! What goes to and fro on a route.

use serde_json::Value;
use waitlist_runtime::input::recording::Recording;

/// What a route reads, and what it shows with each status.
#[derive(Debug)]
pub struct Exchange {
    pub(crate) request: Recording,
    pub(crate) responses: Vec<(u16, Value)>,
}
