//! Joining a line.

use serde_json::{Value, json};
use waitlist_api::challenges::{Difficulty, make_challenge};
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::{START_MILLISECONDS, solution_of};

use super::case::Caller::{Anyone, Sales};
use super::case::{Case, done, invalid, refused};
use crate::events::scene::signing_key;

const JOIN: &str = "/api/waitlist/join";
const KEY: &str = "0b7e6e2c-7d0f-4d55-9f2f-3f1f6f1f0a77";

/// Ada joins the line of `summer-camp-2` with her child, with these members as well.
fn ada(changes: &Value) -> Value {
    let body = json!({
        "eventId": "summer-camp-2", "ticketTypeId": "camper", "quantity": 1,
        "name": "Ada Example", "email": "ada@example.org", "phone": "+14155550123", "attendeeId": "child-3",
    });
    with(body, changes)
}

/// Ada joins the line of `winter-camp-2`, which has tiers and codes.
fn by_code(changes: &Value) -> Value {
    let body = json!({
        "eventId": "winter-camp-2", "ticketTypeId": "camper", "quantity": 1,
        "name": "Ada Example", "email": "ada@example.org",
    });
    with(body, changes)
}

/// Ada joins the line of `easter-camp-2`, which asks for a solved challenge.
fn by_work(changes: &Value) -> Value {
    let body = json!({
        "eventId": "easter-camp-2", "ticketTypeId": "camper", "name": "Ada Example", "email": "ada@example.org",
    });
    with(body, changes)
}

/// The solution of a challenge from so many minutes before the scene.
fn solution(minutes: i64) -> String {
    let made_at = Timestamp::from_milliseconds(START_MILLISECONDS - minutes * 60_000);
    let challenge = make_challenge(&signing_key(), [3; 32], made_at, Difficulty::LIGHT).expect("it can be signed");
    solution_of(&serde_json::to_value(&challenge).expect("it is JSON"))
}

fn with(mut body: Value, changes: &Value) -> Value {
    let changes = changes.as_object().cloned().expect("an object");
    body.as_object_mut().expect("an object").extend(changes);
    body
}

pub(super) fn rows() -> Vec<Case> {
    [joins(), by_challenge()].concat()
}

fn by_challenge() -> Vec<Case> {
    let another = make_challenge(&signing_key(), [3; 32], Timestamp::from_milliseconds(0), Difficulty::LIGHT);
    let mut changed = serde_json::to_value(another.expect("it can be signed")).expect("it is JSON");
    changed["parameters"]["expiresAt"] = json!(START_MILLISECONDS);
    vec![
        done(201, "a challenge is solved").post(JOIN, Anyone).body(by_work(&json!({"challenge": solution(19)}))),
        done(201, "a key needs no challenge").post(JOIN, Sales).body(by_work(&json!({"customerId": "parent-9"}))),
        done(201, "a challenge is solved that nobody asked for")
            .post(JOIN, Anyone)
            .body(ada(&json!({"challenge": solution(20)}))),
        refused(409, "challenge-required", "no challenge is solved").post(JOIN, Anyone).body(by_work(&json!({}))),
        refused(409, "challenge-required", "null is no solution")
            .post(JOIN, Anyone)
            .body(by_work(&json!({"challenge": null}))),
        refused(409, "challenge-failed", "the challenge has expired")
            .post(JOIN, Anyone)
            .body(by_work(&json!({"challenge": solution(20)}))),
        refused(409, "challenge-failed", "a challenge that was changed is solved")
            .post(JOIN, Anyone)
            .body(by_work(&json!({"challenge": solution_of(&changed)}))),
        invalid(&["/challenge"], "a solution that is none")
            .post(JOIN, Anyone)
            .body(by_work(&json!({"challenge": "e30="}))),
        invalid(&["/challenge"], "a solution that is no text")
            .post(JOIN, Anyone)
            .body(by_work(&json!({"challenge": {"number": 1}}))),
    ]
}

fn joins() -> Vec<Case> {
    vec![
        done(200, "sales join for a customer who has a place already")
            .post(JOIN, Sales)
            .body(ada(&json!({"attendeeId": "child-1", "customerId": "parent-1"}))),
        done(201, "a form is answered").post(JOIN, Anyone).keyed(KEY).body(ada(&json!({
            "eventId": "easter-camp-1", "answers": {"school": "Maple Street", "age": 9, "food": "veg"},
        }))),
        done(201, "a code leads into its tier")
            .post(JOIN, Anyone)
            .keyed("by-a-code")
            .body(by_code(&json!({"accessCode": " earlybird-2027 "}))),
        done(201, "sales join for a new customer").post(JOIN, Sales).body(ada(&json!({"customerId": "parent-3"}))),
        done(201, "sales name a tier, a language and channels").post(JOIN, Sales).body(by_code(&json!({
            "customerId": "parent-9", "tier": "vip", "locale": "de", "channels": ["email"],
        }))),
        done(201, "fewer seats would do too")
            .post(JOIN, Anyone)
            .keyed(KEY)
            .body(ada(&json!({"quantity": 3, "minQuantity": 2}))),
        done(201, "null is the same as no customer and no tier")
            .post(JOIN, Anyone)
            .body(ada(&json!({"customerId": null, "tier": null, "accessCode": null, "channels": null}))),
        refused(400, "malformed-body", "a body that is cut short")
            .post(JOIN, Anyone)
            .text(r#"{"eventId": "summer-camp-2","#),
        refused(415, "unsupported-media-type", "a join as any web page may send it")
            .post(JOIN, Anyone)
            .typed("text/plain", &ada(&json!({})).to_string()),
        refused(403, "forbidden", "anyone names a customer")
            .post(JOIN, Anyone)
            .body(ada(&json!({"customerId": "parent-3"}))),
        refused(404, "event-not-found", "a join for no event")
            .post(JOIN, Anyone)
            .body(ada(&json!({"eventId": "nowhere"}))),
        invalid(&["/accessCode"], "an unknown code")
            .post(JOIN, Anyone)
            .body(by_code(&json!({"accessCode": "EARLYBIRD-2028"}))),
        invalid(&["/accessCode"], "a revoked code")
            .post(JOIN, Anyone)
            .body(by_code(&json!({"accessCode": "EARLYBIRD-2026"}))),
        invalid(&["/accessCode"], "a tier and a code at once")
            .post(JOIN, Sales)
            .body(by_code(&json!({"customerId": "parent-9", "tier": "vip", "accessCode": "EARLYBIRD-2027"}))),
        invalid(&["/quantity"], "a field is given twice").post(JOIN, Anyone).text(concat!(
            r#"{"eventId": "summer-camp-2", "ticketTypeId": "camper", "quantity": 1, "quantity": 4, "#,
            r#""name": "Ada Example", "email": "ada@example.org", "phone": "+14155550123", "attendeeId": "child-3"}"#,
        )),
        invalid(&["/minQuantity"], "a minimum above the quantity")
            .post(JOIN, Anyone)
            .body(ada(&json!({"minQuantity": 2}))),
        invalid(&["/answers/school", "/answers/age", "/answers/food", "/answers/colour"], "bad answers to a form")
            .post(JOIN, Anyone)
            .body(ada(&json!({
                "eventId": "easter-camp-1", "answers": {"age": 5, "food": "Vegetarian", "colour": "red"},
            }))),
        invalid(&["/name", "/email", "/phone"], "bad addresses")
            .post(JOIN, Anyone)
            .body(ada(&json!({"name": "", "email": "ada@nowhere", "phone": "call me"}))),
    ]
}
