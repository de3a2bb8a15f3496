//! Answers of API functions, and the form that all of them have.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_runtime::http::{Response, SECURITY_HEADERS};

/// An answer with its parsed body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Value,
}

impl Reply {
    pub(super) fn new(response: &Response) -> Self {
        let headers = response.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_owned()));
        let is_csv = response.headers.get("content-type").is_some_and(|kind| kind.starts_with("text/csv"));
        let body = match (response.status, response.body.as_str()) {
            (204 | 304, "") => Value::Null,
            (_, text) if is_csv => Value::from(text),
            (_, text) => {
                serde_json::from_str(text).unwrap_or_else(|error| panic!("the body is no JSON ({error}): {text}"))
            }
        };
        Self { status: response.status, headers: headers.collect(), body }
    }

    /// The last part of a problem's type, by which callers tell problems apart.
    pub(super) fn slug(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.strip_prefix("https://waitlist.dev/problems/").unwrap_or_default()
    }

    /// The pointers of a problem's errors.
    pub(super) fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.map(|error| error["pointer"].as_str().unwrap_or_default()).collect()
    }

    /// Checks the form that all answers have. A refusal is an RFC 9457 problem that names every bad
    /// field.
    #[track_caller]
    pub(super) fn check_form(&self, about: &str) {
        let text = |name: &str| self.body[name].as_str().unwrap_or_default();
        let header = |name: &str| self.headers.get(name).map(String::as_str);
        // Only the description of the API and public views are for everybody.
        let kept = match (header("etag"), header("vary")) {
            (Some(_), None) => "public, max-age=86400",
            (Some(_), Some(_)) => "public, max-age=5",
            (None, _) => "no-store",
        };
        assert_eq!(header("cache-control"), Some(kept), "{about}: {self:?}");
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(header(name), Some(value), "{about}: {self:?}");
        }
        if matches!(self.status, 204 | 304) {
            assert_eq!((header("content-type"), &self.body), (None, &Value::Null), "{about}: {self:?}");
            return;
        }
        if header("content-type").is_some_and(|kind| kind.starts_with("text/csv")) {
            assert!(self.status == 200 && header("content-disposition").is_some(), "{about}: {self:?}");
            return;
        }
        if self.status < 400 {
            assert_eq!(header("content-type"), Some("application/json"), "{about}: {self:?}");
            assert!(self.body.is_object(), "{about}: {self:?}");
            return;
        }
        assert_eq!(header("content-type"), Some("application/problem+json"), "{about}: {self:?}");
        assert_eq!(self.body["status"], self.status, "{about}: {self:?}");
        assert!(!self.slug().is_empty(), "{about}: {self:?}");
        assert!(!text("title").is_empty() && text("detail").ends_with('.'), "{about}: {self:?}");
        assert_eq!(header("www-authenticate").is_some(), self.status == 401, "{about}: {self:?}");
        assert_eq!(header("allow").is_some(), self.status == 405, "{about}: {self:?}");
        let mut members: Vec<&str> = self.body.as_object().into_iter().flatten().map(|(name, _)| &**name).collect();
        members.retain(|name| !["type", "title", "status", "detail"].contains(name));
        if self.slug() != "invalid" {
            let of_kind: &[&str] = if self.slug() == "wrong-phone-code" { &["triesLeft"] } else { &[] };
            assert_eq!(members, of_kind, "{about}: {self:?}");
            return;
        }
        assert_eq!((self.status, &members[..]), (422, &["errors"][..]), "{about}: {self:?}");
        assert!(!self.pointers().is_empty(), "{about}: {self:?}");
        for error in self.body["errors"].as_array().into_iter().flatten() {
            // A pointer may be empty: a query parameter may have no name.
            assert!(error["pointer"].is_string(), "{about}: {self:?}");
            assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{about}: {self:?}");
        }
    }
}
