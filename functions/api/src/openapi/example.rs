//! Examples of what goes to and fro.

use std::collections::BTreeMap;

use serde_json::Value;

/// A request that succeeds, and its response.
#[derive(Debug, Clone, Default)]
pub struct Example {
    /// The parameters in path, query and header, by name.
    pub parameters: BTreeMap<String, String>,
    /// The body of the request.
    pub request: Option<Value>,
    /// The status of the response.
    pub status: u16,
    /// The body of the response: JSON, or a text.
    pub response: Value,
}
