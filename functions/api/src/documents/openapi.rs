//! `GET /openapi.json`: this API as an OpenAPI document.

use std::sync::LazyLock;

use waitlist_domain::Error;
use waitlist_runtime::http::entity_tag::EntityTag;
use waitlist_runtime::http::{Call, Document, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;

/// `make openapi` writes this file, and a test compares it with the code.
const DOCUMENT: &str = include_str!("../../../../openapi.json");

/// How long anybody may keep the document: it changes only when the functions do.
pub const KEPT_FOR_A_DAY: &str = "public, max-age=86400";

/// What is sent. It is made once.
static SERVED: LazyLock<Document> = LazyLock::new(|| {
    let text = without_indentation(DOCUMENT);
    let tag = EntityTag::of(&text);
    let headers = vec![("cache-control", KEPT_FOR_A_DAY.to_owned()), ("etag", tag.as_str().to_owned())];
    Document { content_type: "application/json", text, headers }
});

pub(crate) fn read(_: &mut Input) -> Option<()> {
    Some(())
}

/// Handles a request.
pub async fn handle(_: &Table, call: Call) -> Result<Reply, Error> {
    call.input.read(read)?;
    Ok(Reply::with_document(SERVED.clone()))
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
