//! Headers of responses.

use serde_json::{Map, Value, json};

/// A header of a response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) name: &'static str,
    /// Whether every such response has it.
    pub(crate) required: bool,
    /// The value, if it is always the same.
    pub(crate) value: Option<&'static str>,
    pub(crate) description: &'static str,
}

pub(crate) const NO_STORE: Header =
    Header { name: "Cache-Control", required: true, value: Some("no-store"), description: "The response is not kept." };

/// The headers that almost every response has, by name.
pub(super) fn components() -> Value {
    json!({ NO_STORE_NAME: describe(&NO_STORE) })
}

const NO_STORE_NAME: &str = "NoStore";

/// The headers of a response.
pub(super) fn all<'header>(headers: impl IntoIterator<Item = &'header Header>) -> Map<String, Value> {
    headers.into_iter().map(|header| (header.name.to_owned(), reference_or_description(header))).collect()
}

fn reference_or_description(header: &Header) -> Value {
    if header.value == NO_STORE.value {
        json!({"$ref": format!("#/components/headers/{NO_STORE_NAME}")})
    } else {
        describe(header)
    }
}

fn describe(header: &Header) -> Value {
    let mut schema = json!({"type": "string"});
    if let Some(value) = header.value {
        schema["const"] = json!(value);
    }
    json!({"description": header.description, "required": header.required, "schema": schema})
}
