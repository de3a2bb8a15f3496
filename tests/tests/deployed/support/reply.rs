//! HTTP answers, and the checks that tests make of them.

use hyper::HeaderMap;
use serde_json::Value;

/// An answer and its request.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Method and path of the request.
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// The body as JSON, or null.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Reply {
    /// The body. The status must be this one.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.request, self.text);
        self.body
    }

    /// The body. It must be an RFC 9457 problem of this status and slug.
    #[track_caller]
    pub fn problem(self, status: u16, slug: &str) -> Value {
        let about = format!("{} answered {} {}", self.request, self.status, self.text);
        assert_eq!(self.status, status, "{about}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{about}");
        let kind = self.body["type"].as_str().unwrap_or_default();
        assert_eq!(kind.rsplit('/').next(), Some(slug), "{about}");
        assert!(kind.starts_with("https://"), "{about}");
        assert_eq!(self.body["status"], status, "{about}");
        for member in ["title", "detail"] {
            assert!(self.body[member].as_str().is_some_and(|text| !text.is_empty()), "no {member}: {about}");
        }
        self.body
    }

    /// Checks that the answer is 422 and points at exactly these fields, each with a remedy.
    #[track_caller]
    pub fn invalid(self, pointers: &[&str]) {
        let about = format!("{} answered {}", self.request, self.text);
        let body = self.problem(422, "invalid");
        let rows = body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {about}"));
        let mut found: Vec<&str> = rows.iter().map(|row| row["pointer"].as_str().unwrap_or("?")).collect();
        let mut expected = pointers.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{about}");
        for row in rows {
            assert!(row["detail"].as_str().is_some_and(|detail| detail.len() > 5), "a row without detail: {about}");
        }
    }

    /// The value of a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
