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
    /// The type of the body. Nothing if there is none.
    pub(crate) media_type: Option<&'static str>,
    pub(crate) headers: &'static [Header],
    pub(crate) schema: Value,
}
