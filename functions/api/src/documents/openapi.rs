//! `GET /openapi.json`: this API as an OpenAPI document.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Document, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;

/// `make openapi` writes this file, and a test compares it with the code.
const DOCUMENT: &str = include_str!("../../../../openapi.json");

pub(crate) fn read(_: &mut Input) -> Option<()> {
    Some(())
}

/// Handles a request.
pub async fn handle(_: &Table, call: Call) -> Result<Reply, Error> {
    call.input.read(read)?;
    Ok(Reply::with_document(Document {
        content_type: "application/json",
        text: without_indentation(DOCUMENT),
        headers: vec![("cache-control", "public, max-age=3600".to_owned())],
    }))
}

/// The same JSON in fewer bytes. No text in JSON goes on in another line.
fn without_indentation(json: &str) -> String {
    json.lines().map(str::trim_start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_served_document_is_the_one_of_the_file() {
        let served: serde_json::Value = serde_json::from_str(&without_indentation(DOCUMENT)).expect("it is JSON");
        assert_eq!(served, serde_json::from_str::<serde_json::Value>(DOCUMENT).expect("it is JSON"));
    }
}
