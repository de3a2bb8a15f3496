//! `GET /openapi.json`: this API as an OpenAPI document.

use waitlist_domain::Error;
use waitlist_runtime::http::{Answer, Call, Document};
use waitlist_runtime::input::Input;
use waitlist_store::Table;

/// `make openapi` writes this file, and a test compares it with the code.
const DOCUMENT: &str = include_str!("../../../../openapi.json");

pub(crate) fn read(_: &mut Input) -> Option<()> {
    Some(())
}

/// Handles a request.
pub async fn handle(_: &Table, call: Call) -> Result<Answer, Error> {
    call.input.read(read)?;
    Ok(Answer::with_document(Document {
        content_type: "application/json",
        text: DOCUMENT.to_owned(),
        headers: vec![("cache-control", "public, max-age=3600".to_owned())],
    }))
}
