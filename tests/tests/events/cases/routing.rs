//! Requests that no route takes.

use super::case::Caller::Anyone;
use super::case::{Case, refused};

pub(super) fn rows() -> Vec<Case> {
    vec![
        refused(404, "route-not-found", "an id with a slash").get("/api/events/summer/camp-1", Anyone),
        refused(405, "method-not-allowed", "a path with another method").post("/api/events/summer-camp-1", Anyone),
    ]
}
