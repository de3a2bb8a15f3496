//! What customers, and sales for them, do with their entries: look, claim, decline and buy.

use serde_json::json;

use super::case::Caller::{Customer, Sales};
use super::case::{Case, done, entry, invalid, refused};

pub(super) fn rows() -> Vec<Case> {
    vec![
        done(200, "a key looks up a position").get("/api/waitlist/position/parent-1", Sales),
        invalid(&["colour"], "a position by a filter that does not exist")
            .get("/api/waitlist/position/parent-1?colour=red", Sales),
        invalid(&["/entryId"], "a claim without an entry")
            .post("/api/waitlist/claim/parent-1", Customer)
            .body(json!({})),
        invalid(&["/entryId"], "a customer declines without an entry")
            .post("/api/waitlist/decline/parent-1", Customer)
            .body(json!({})),
        refused(403, "forbidden", "a customer converts an offer by themselves")
            .post("/api/waitlist/convert/parent-1", Customer)
            .body(json!({"entryId": entry(1)})),
    ]
}
