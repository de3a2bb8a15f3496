//! Direct sales.

use serde_json::json;

use super::case::Caller::Sales;
use super::case::{Case, invalid};

pub(super) fn rows() -> Vec<Case> {
    vec![invalid(&["/quantity"], "a sale of no seats").post("/api/registrations", Sales).body(json!({
        "eventId": "summer-camp-1", "ticketTypeId": "camper", "quantity": 0,
        "customerId": "parent-2", "attendeeId": "child-2",
    }))]
}
