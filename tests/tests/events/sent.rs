//! What the cases send, beside what `openapi.json` says may be sent.
//!
//! The document is made by one reading of nothing. So it would lack a field that is read only if
//! another field has some value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use waitlist_api::routes::ROUTES;

use super::cases;
use super::payload::Payload;
use super::scene::{BY_TIER, ORGANISER, SALES, Scene, in_scene};
use crate::conformance::names::{names_in, request_names};

/// The objects whose fields the organiser or the customer names.
const OF_ANY_NAME: [&str; 2] = ["answers.", "waitlist.weights."];

/// The names of the fields and parameters that a request has.
fn sent(event: &Value) -> BTreeSet<String> {
    let body: Value = event["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    // The token in the query of a link is a credential.
    let query = names_in(&event["queryStringParameters"]).into_iter().filter(|name| name != "token");
    let names = names_in(&body).into_iter().chain(names_in(&event["pathParameters"])).chain(query);
    names.filter(|name| !OF_ANY_NAME.iter().any(|object| name.starts_with(object))).collect()
}

/// The requests of a customer who joins a tier and is moved to another. Nobody waits in a tier
/// before.
async fn moved_to_another_tier(scene: &Scene) -> [Payload; 2] {
    let body = json!({"eventId": BY_TIER, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
                      "customerId": "parent-9", "tier": "vip"});
    let join = Payload::post("/api/waitlist/join").from(SALES).body(&body);
    let joined = scene.send(join.clone()).await.body;
    let body = json!({"entryId": joined["entryId"], "to": "tier", "tier": "general"});
    let moved = Payload::post("/api/waitlist/move/parent-9").from(ORGANISER).body(&body);
    assert_eq!(scene.send(moved.clone()).await.status, 200);
    [join, moved]
}

#[test]
fn the_accepted_cases_send_every_field_and_parameter_of_the_document_and_no_others() {
    let mut of_function: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for case in cases::all().into_iter().filter(cases::Case::succeeds) {
        of_function.entry(case.payload.function()).or_default().extend(sent(&case.payload.event()));
    }
    for payload in in_scene(async |scene| moved_to_another_tier(&scene).await) {
        of_function.entry(payload.function()).or_default().extend(sent(&payload.event()));
    }
    let mut differences = Vec::new();
    for route in ROUTES {
        let documented = request_names(route);
        let sent = of_function.remove(route.function).unwrap_or_default();
        differences
            .extend(documented.difference(&sent).map(|name| format!("{}: no case sends {name}", route.function)));
        differences
            .extend(sent.difference(&documented).map(|name| format!("{}: the document lacks {name}", route.function)));
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
