//! Problem responses.

use serde_json::{Value, json};
use waitlist_runtime::http::problem::{MOST_LISTED, MOST_OF_A_POINTER, TYPES};
use waitlist_runtime::http::problem_kinds::ProblemKind;

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
                        "detail": {"type": "string", "description": "What is wrong and what would be right."},
                    },
                },
            },
        },
    })
}

fn sentence(title: &str) -> String {
    if title.ends_with('?') { title.to_owned() } else { format!("{title}.") }
}

/// The response of one status with these kinds of problems.
pub(super) fn response(kinds: &[ProblemKind]) -> Value {
    let types: Vec<String> = kinds.iter().map(|kind| format!("{TYPES}{}", kind.slug)).collect();
    let titles: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.slug, sentence(kind.title))).collect();
    let schema = json!({
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {"type": {"enum": types}, "status": {"const": kinds.first().map(|kind| kind.status)}},
    });
    json!({
        "description": titles.join(" "),
        "content": {"application/problem+json": {"schema": schema}},
    })
}
