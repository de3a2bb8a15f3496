//! What is bad is named where it stands: a field of a body by its JSON pointer, a parameter by its bare name.

use serde_json::{Value, json};

use super::function::event;
use super::scene::in_scene;

fn with_query(function: &str, name: &str, parameter: &str, value: &str) -> Value {
    let mut asks = event(function, name);
    asks["rawQueryString"] = json!(format!("{parameter}={value}"));
    asks["queryStringParameters"] = json!({parameter: value});
    asks
}

#[test]
fn a_ticket_type_or_tier_that_there_is_not_is_named_by_its_parameter() {
    let listed = "200-those-with-an-offer";
    for (function, asks, parameter) in [
        ("list-entries", with_query("list-entries", listed, "ticketTypeId", "nope"), "ticketTypeId"),
        ("list-entries", with_query("list-entries", listed, "tier", "nope"), "tier"),
        ("export-entries", with_query("export-entries", "200-all-of-them", "ticketTypeId", "nope"), "ticketTypeId"),
        ("export-entries", with_query("export-entries", "200-all-of-them", "tier", "nope"), "tier"),
        ("list-journal", with_query("list-journal", "200-everything", "ticketTypeId", "nope"), "ticketTypeId"),
        ("get-draw", event("get-draw", "422-an-unknown-ticket-type"), "ticketTypeId"),
    ] {
        in_scene(async |scene| {
            let answer = scene.answer(function, asks).await;
            assert_eq!((answer.status, answer.pointers()), (422, vec![parameter]), "{function}: {answer:?}");
        });
    }
}

#[test]
fn a_ticket_type_that_there_is_not_is_named_by_its_field() {
    in_scene(async |scene| {
        let answer = scene.answer("steer-event", event("steer-event", "422-no-such-ticket-type")).await;
        assert_eq!(answer.pointers(), ["/ticketTypeId"], "{answer:?}");
    });
}

#[test]
fn the_end_of_a_code_that_has_passed_is_named_beside_its_other_bad_fields() {
    let mut sets_up = event("create-code", "422-an-end-that-has-passed");
    let body = json!({"code": "short", "tier": "vip", "maxUses": 0, "endsAt": "2020-01-01T00:00:00Z"});
    sets_up["body"] = json!(body.to_string());
    in_scene(async |scene| {
        let answer = scene.answer("create-code", sets_up).await;
        assert_eq!(answer.pointers(), ["/code", "/maxUses", "/endsAt"], "{answer:?}");
    });
}
