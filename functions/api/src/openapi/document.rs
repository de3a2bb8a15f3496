//! The whole document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use waitlist_runtime::http::Route;

use super::example::Example;
use super::exchange::Exchange;
use super::problems::{Responses, problems_of};
use super::schemas::Schemas;
use super::{headers, operation};

/// A description of each topic of the routes.
const TOPICS: [(&str, &str); 9] = [
    ("events", "Events, their rules and their draws."),
    ("sales", "Direct sales and cancellations."),
    ("customers", "What customers do, or a sales system for them."),
    ("organisers", "An organiser's commands on one entry."),
    ("releases", "New seats, at once or in batches."),
    ("codes", "Access codes, with which customers join a tier."),
    ("records", "What organisers read: entries, history, numbers."),
    ("settings", "The organiser's name, contact, addresses and colour, for all events."),
    ("documents", "This document."),
];

/// The document of these routes, with an example for each function that has one. `exchange` tells
/// the requests and responses of a function.
pub(crate) fn document(
    routes: &[Route],
    exchange: impl Fn(&str, &mut Schemas) -> Exchange,
    examples: &BTreeMap<String, Example>,
) -> Value {
    let mut schemas = Schemas::new();
    let mut responses = Responses::default();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let exchange = exchange(route.function, &mut schemas);
        let problems = problems_of(route, routes);
        let operation = operation::describe(route, problems, &exchange, examples.get(route.function), &mut responses);
        paths.entry(route.path).or_default().insert(route.method.as_str().to_lowercase(), operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Waitlist",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A waitlist for sold-out events, classes and camps.",
            "description": "The prose of the contract is docs/api.md. In a request `null` means the same as a missing field, where no other meaning is described.",
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/", "description": "The stack's ApiUrl."}],
        "tags": TOPICS.map(|(name, description)| json!({"name": name, "description": description})),
        "paths": paths,
        "components": {
            "schemas": schemas.into_definitions(),
            "responses": responses.into_components(),
            "parameters": operation::shared_parameters(),
            "headers": Value::from(headers::components()),
            "securitySchemes": operation::security_schemes(),
        },
    })
}
