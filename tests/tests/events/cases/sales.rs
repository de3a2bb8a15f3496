//! Direct sales.

use serde_json::json;

use super::case::Caller::Sales;
use super::case::{Case, invalid, refused};

pub(super) fn rows() -> Vec<Case> {
    let sale = |event: &str, quantity: u32| json!({"eventId": event, "ticketTypeId": "camper", "quantity": quantity, "customerId": "parent-2"});
    vec![
        invalid(&["/quantity"], "a sale of no seats").post("/api/registrations", Sales).body(sale("summer-camp-1", 0)),
        refused(404, "event-not-found", "a sale for no event")
            .post("/api/registrations", Sales)
            .body(sale("nowhere", 1)),
        refused(404, "registration-not-found", "an unknown registration is cancelled")
            .delete("/api/registrations/reg_00000000000000000000000000000009", Sales),
    ]
}
