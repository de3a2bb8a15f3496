//! The views that the table of routes names, and the few that exist only for this document.

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::headers::{Header, NO_STORE};
use crate::documents::openapi::KEPT_FOR_A_DAY;
pub(crate) use crate::views::challenges::*;
pub(crate) use crate::views::codes::*;
pub(crate) use crate::views::draws::*;
pub(crate) use crate::views::entries::*;
pub(crate) use crate::views::events::*;
pub(crate) use crate::views::journal::*;
pub(crate) use crate::views::registrations::*;
pub(crate) use crate::views::releases::*;
pub(crate) use crate::views::settings::*;
pub(crate) use crate::views::statistics::*;
use waitlist_domain::event::access_code::AccessCode;
use waitlist_domain::values::credential::Token;

/// How a response shows a view.
///
/// A view that is shown otherwise has constants of its own with these names. Rust prefers them.
pub(crate) trait Shown {
    /// Nothing if the response has no body.
    const MEDIA_TYPE: Option<&str>;
    const HEADERS: &[Header];
}

impl<View: JsonSchema> Shown for View {
    const MEDIA_TYPE: Option<&str> = Some("application/json");
    const HEADERS: &[Header] = &[NO_STORE];
}

/// An event. Caches may keep its public view for seconds.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schemars(inline)]
pub(crate) struct ShownEventView<'event>(EventView<'event>);

impl ShownEventView<'_> {
    pub(crate) const HEADERS: &'static [Header] = &[
        Header {
            name: "Cache-Control",
            required: true,
            value: None,
            description: "`public, max-age=5` without a key, and `no-store` with one.",
        },
        Header { required: false, ..ENTITY_TAG },
        Header { required: false, ..VARY },
    ];
}

/// No body: the caller has the response already.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(crate) struct NotModified;

impl NotModified {
    pub(crate) const MEDIA_TYPE: Option<&str> = None;
    pub(crate) const HEADERS: &[Header] = &[
        Header {
            name: "Cache-Control",
            required: true,
            value: Some(KEPT_BY_CACHES),
            description: "The response may be kept for some seconds more.",
        },
        ENTITY_TAG,
        VARY,
    ];
}

const ENTITY_TAG: Header =
    Header { name: "ETag", required: true, value: None, description: "Another for each content of the public view." };

const VARY: Header = Header {
    name: "Vary",
    required: true,
    // The gateway adds one of its own.
    value: None,
    description: "A cache keeps the response apart for each of these headers: `Authorization, Origin`.",
};

/// An entry and the token that proves its customer.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct JoinedView<'entry> {
    #[serde(flatten)]
    entry: EntryView<'entry>,
    token: Token,
}

/// An access code. `code` is present where the service generated it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct MadeCodeView<'grant> {
    #[serde(flatten)]
    code_view: CodeView<'grant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<AccessCode>,
}

/// Rows of CSV.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schemars(inline)]
pub(crate) struct CsvDocument(String);

impl CsvDocument {
    pub(crate) const MEDIA_TYPE: Option<&str> = Some("text/csv");
    pub(crate) const HEADERS: &[Header] = &[
        NO_STORE,
        Header { name: "Content-Disposition", required: true, value: None, description: "The name of the file." },
        Header {
            name: "Link",
            required: false,
            value: None,
            description: "The path of the next part, if there is one.",
        },
    ];
}

/// This API as an OpenAPI 3.1 document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schemars(inline)]
pub(crate) struct OpenApiDocument(Map<String, Value>);

impl OpenApiDocument {
    pub(crate) const HEADERS: &[Header] = &[KEPT, TAG_OF_THE_DOCUMENT];
}

/// No body: the caller has the document already.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(crate) struct HeldDocument;

impl HeldDocument {
    pub(crate) const MEDIA_TYPE: Option<&str> = None;
    pub(crate) const HEADERS: &[Header] = OpenApiDocument::HEADERS;
}

const KEPT: Header = Header {
    name: "Cache-Control",
    required: true,
    value: Some(KEPT_FOR_A_DAY),
    description: "The document may be kept for a day.",
};

const TAG_OF_THE_DOCUMENT: Header = Header { description: "Another for each content of the document.", ..ENTITY_TAG };
