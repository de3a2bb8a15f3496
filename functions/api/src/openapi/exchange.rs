//! What goes to and fro on a route.

use serde_json::Value;
use waitlist_runtime::input::recording::Recording;

use super::headers::Header;

/// What a route reads, and what it shows with each status.
#[derive(Debug)]
pub struct Exchange {
    pub(crate) request: Recording,
    pub(crate) responses: Vec<Response>,
}

/// A successful response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) headers: &'static [Header],
    pub(crate) schema: Value,
}
