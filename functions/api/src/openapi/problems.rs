//! Problem responses.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use waitlist_runtime::http::Route;
use waitlist_runtime::http::problem::{MOST_LISTED, MOST_OF_A_DETAIL, MOST_OF_A_POINTER, TYPES, header_for};
use waitlist_runtime::http::problem_kinds::{self, ProblemKind};

use super::headers::{self, Header, NO_STORE};

/// The schema of every problem.
pub(super) fn schema() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457: what went wrong, and what would be right.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "A stable URI that ends in the slug."},
            "title": {"type": "string", "description": "The problem in a few words."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {"type": "string", "description": "The problem in a sentence."},
            "triesLeft": {
                "type": "integer",
                "minimum": 0,
                "description": "Only with the slug `wrong-phone-code`: how often the code can still be tried.",
            },
            "errors": {
                "type": "array",
                "description": "Only with the slug `invalid`: a row for every bad field.",
                "minItems": 1,
                "maxItems": MOST_LISTED,
                "items": {
                    "type": "object",
                    "required": ["pointer", "detail"],
                    "properties": {
                        "pointer": {
                            "type": "string",
                            "maxLength": MOST_OF_A_POINTER + 1,
                            "description": "A JSON pointer into the body, or the name of a parameter or header.",
                        },
                        "detail": {
                            "type": "string",
                            "maxLength": MOST_OF_A_DETAIL + 1,
                            "description": "What is wrong and what would be right.",
                        },
                    },
                },
            },
        },
    })
}

fn sentence(title: &str) -> String {
    if title.ends_with('?') { title.to_owned() } else { format!("{title}.") }
}

/// Responses that several operations have, by name.
#[derive(Debug, Default)]
pub(super) struct Responses(BTreeMap<String, Value>);

impl Responses {
    /// The response of one status with these kinds of problems. One of few kinds is given by
    /// reference.
    pub(super) fn of(&mut self, kinds: &[ProblemKind]) -> Value {
        if kinds.len() > MOST_IN_A_NAME {
            return response(kinds);
        }
        let name = kinds.iter().map(|kind| in_camel_case(kind.slug)).collect::<Vec<_>>().join("Or");
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        self.0.entry(name).or_insert_with(|| response(kinds));
        reference
    }

    pub(super) fn into_components(self) -> BTreeMap<String, Value> {
        self.0
    }
}

/// The most kinds of problems that the name of a response lists.
const MOST_IN_A_NAME: usize = 2;

fn in_camel_case(slug: &str) -> String {
    let capitalised = |word: &str| word[..1].to_uppercase() + &word[1..];
    slug.split('-').map(capitalised).collect()
}

/// The response of one status with these kinds of problems.
fn response(kinds: &[ProblemKind]) -> Value {
    let types: Vec<String> = kinds.iter().map(|kind| format!("{TYPES}{}", kind.slug)).collect();
    let titles: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.slug, sentence(kind.title))).collect();
    let schema = json!({
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {"type": {"enum": types}, "status": {"const": kinds.first().map(|kind| kind.status)}},
    });
    json!({
        "description": titles.join(" "),
        "headers": headers::all(&headers_of(kinds)),
        "content": {"application/problem+json": {"schema": schema}},
    })
}

/// The headers of a response with one of these kinds of problems.
fn headers_of(kinds: &[ProblemKind]) -> Vec<Header> {
    let mut headers = vec![NO_STORE];
    for header in kinds.iter().filter_map(|kind| header_of(*kind)) {
        if headers.iter().all(|other| other.name != header.name) {
            let has_it = |kind: &ProblemKind| header_of(*kind).is_some_and(|other| other.name == header.name);
            headers.push(Header { required: kinds.iter().all(has_it), ..header });
        }
    }
    headers
}

/// The header that belongs to a kind of problem.
///
/// # Panics
///
/// If the header has no description here.
fn header_of(kind: ProblemKind) -> Option<Header> {
    let (name, value) = match header_for(kind) {
        Some((name, Cow::Borrowed(value))) => (name, Some(value)),
        // Its value depends on the path, and that of the next on the time.
        None if kind == problem_kinds::METHOD_NOT_ALLOWED => ("allow", None),
        None if kind.status == 429 => ("retry-after", None),
        _ => return None,
    };
    let (name, description) = match name {
        "allow" => ("Allow", "The methods of the path's routes."),
        "www-authenticate" => ("WWW-Authenticate", "The scheme of the credentials."),
        "retry-after" => ("Retry-After", "The seconds after which the request may be repeated."),
        other => panic!("the header {other} has no description"),
    };
    Some(Header { name, required: true, value, description })
}

/// Every kind of problem that a route may respond with, where the API has these `routes`.
pub(super) fn problems_of(route: &Route, routes: &[Route]) -> Vec<ProblemKind> {
    route.problems().into_iter().chain(problems_of_slashes(route, routes)).collect()
}

/// The problems of an id with a slash in it: it makes another path, which may have no route or none
/// with this method.
fn problems_of_slashes(route: &Route, routes: &[Route]) -> impl Iterator<Item = ProblemKind> {
    let has_parameters = route.path.contains('{');
    let is_taken = |longer: &Route| {
        routes.iter().any(|any| any.method.as_str() == route.method.as_str() && any.path == longer.path)
    };
    let has_other_methods = routes.iter().any(|longer| route.can_become(longer) && !is_taken(longer));
    let no_route = has_parameters.then_some(problem_kinds::ROUTE_NOT_FOUND);
    no_route.into_iter().chain(has_other_methods.then_some(problem_kinds::METHOD_NOT_ALLOWED))
}
