//! The views that the table of routes names, and the few that exist only for this document.

use schemars::JsonSchema;
use serde_json::{Map, Value};

pub(crate) use crate::views::codes::{CodeListView, CodeView};
pub(crate) use crate::views::draws::DrawView;
pub(crate) use crate::views::entries::{EntriesView, EntryListView, EntryView, LeftView, RepeatedJoinView};
pub(crate) use crate::views::events::{EventListView, EventView};
pub(crate) use crate::views::journal::{EntryWithHistoryView, ExplanationView, JournalView};
pub(crate) use crate::views::registrations::RegistrationView;
pub(crate) use crate::views::releases::ReleaseView;
pub(crate) use crate::views::statistics::StatisticsView;
use waitlist_domain::event::access_code::AccessCode;
use waitlist_domain::values::credential::Token;

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

/// This API as an OpenAPI 3.1 document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schemars(inline)]
pub(crate) struct OpenApiDocument(Map<String, Value>);

/// The form of a successful response.
#[derive(Debug, Clone, Copy)]
pub(super) enum MediaType {
    Json,
    Csv,
}

impl MediaType {
    pub(super) fn of(function: &str) -> Self {
        if function == "export-entries" { Self::Csv } else { Self::Json }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
        }
    }
}
