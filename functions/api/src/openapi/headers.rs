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

/// The headers that every response has. A test compares their values with the responses'.
static SECURITY: [Header; 3] = [
    Header {
        name: "Referrer-Policy",
        required: true,
        value: Some("no-referrer"),
        description: "No link from the response tells where it stands.",
    },
    Header {
        name: "Strict-Transport-Security",
        required: true,
        value: Some("max-age=63072000"),
        description: "The host is called by HTTPS alone for two years.",
    },
    Header {
        name: "X-Content-Type-Options",
        required: true,
        value: Some("nosniff"),
        description: "The response is of the type that it names.",
    },
];

/// The headers that all or almost all responses have, by name.
pub(super) fn components() -> Map<String, Value> {
    shared().map(|header| (component(header), describe(header))).collect()
}

fn shared() -> impl Iterator<Item = &'static Header> {
    SECURITY.iter().chain([&NO_STORE])
}

/// The name of a component.
fn component(header: &Header) -> String {
    header.name.replace('-', "")
}

/// The headers of a response: these, and those that every response has.
pub(super) fn all<'header>(headers: impl IntoIterator<Item = &'header Header>) -> Map<String, Value> {
    let headers = headers.into_iter().chain(&SECURITY);
    headers.map(|header| (header.name.to_owned(), reference_or_description(header))).collect()
}

fn reference_or_description(header: &Header) -> Value {
    if shared().any(|other| (other.name, other.value) == (header.name, header.value)) {
        json!({"$ref": format!("#/components/headers/{}", component(header))})
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

#[cfg(test)]
mod tests {
    use waitlist_runtime::http::SECURITY_HEADERS;

    use super::*;

    #[test]
    fn the_headers_of_every_response_are_described() {
        let described =
            SECURITY.map(|header| (header.name.to_lowercase(), header.value.unwrap_or_default().to_owned()));
        assert_eq!(described, SECURITY_HEADERS.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
