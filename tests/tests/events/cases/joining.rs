//! Joining a line.

use serde_json::{Value, json};

use super::case::Caller::{Anyone, Sales};
use super::case::{Case, done, invalid, refused};

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

fn with(mut body: Value, changes: &Value) -> Value {
    let changes = changes.as_object().cloned().expect("an object");
    body.as_object_mut().expect("an object").extend(changes);
    body
}

pub(super) fn rows() -> Vec<Case> {
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
