//! Releases of seats: begun, shown, paused, resumed and cancelled.

use serde_json::json;

use super::case::Caller::{Anyone, Organiser, Sales};
use super::case::{Case, done, invalid, refused};

pub(super) fn rows() -> Vec<Case> {
    vec![
        done(202, "seats are released all at once")
            .post("/api/waitlist/release/summer-camp-2", Sales)
            .body(json!({"ticketTypeId": "camper", "quantity": 6, "batchSize": null})),
        invalid(&["/batchInterval"], "batches without an interval")
            .post("/api/waitlist/release/summer-camp-2", Sales)
            .body(json!({"ticketTypeId": "camper", "quantity": 6, "batchSize": 2})),
        done(200, "a paused release").get("/api/waitlist/releases/rel_00000000000000000000000000000004", Organiser),
        refused(401, "unauthenticated", "anyone asks for a release")
            .get("/api/waitlist/releases/rel_00000000000000000000000000000003", Anyone),
        invalid(&["colour"], "a release with an unknown parameter")
            .get("/api/waitlist/releases/rel_00000000000000000000000000000003?colour=red", Sales),
        done(200, "a release is paused that is paused already")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000004/pause", Organiser)
            .body(json!({})),
        done(202, "seats are released for a reason")
            .post("/api/waitlist/release/summer-camp-2", Sales)
            .body(json!({"ticketTypeId": "camper", "quantity": 6, "reason": "A second cabin"})),
        done(200, "a release is paused for a reason")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000003/pause", Organiser)
            .body(json!({"reason": "The cabin is not ready"})),
        done(200, "a release is resumed for a reason")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000004/resume", Organiser)
            .body(json!({"reason": "The cabin is ready"})),
        done(200, "a release is cancelled for a reason")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000004/cancel", Organiser)
            .body(json!({"reason": "The cabin is sold"})),
        refused(403, "forbidden", "a sales key pauses a release")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000003/pause", Sales),
        refused(404, "release-not-found", "an unknown release is paused")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000009/pause", Organiser),
        refused(403, "forbidden", "a sales key resumes a release")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000004/resume", Sales),
        invalid(&["/batchSize"], "a release is resumed with an unknown field")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000004/resume", Organiser)
            .body(json!({"batchSize": 3})),
        refused(404, "release-not-found", "an unknown release is resumed")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000009/resume", Organiser),
        refused(404, "release-not-found", "an unknown release is cancelled")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000009/cancel", Organiser),
        done(200, "a paused release is cancelled")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000004/cancel", Organiser),
        refused(403, "forbidden", "a sales key cancels a release")
            .post("/api/waitlist/releases/rel_00000000000000000000000000000003/cancel", Sales),
        invalid(&["releaseId"], "a malformed id of a release").post("/api/waitlist/releases/a%20b/cancel", Organiser),
    ]
}
