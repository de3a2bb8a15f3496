//! `$default`: whatever comes by no route of another function. It reads no table and knows no caller.

use waitlist_runtime::http::unrouted;
use waitlist_runtime::http::{Request, Response};

/// The paths of the other functions' routes, and the methods of each as an `Allow` header lists them. The template has
/// the routes; a test holds these to it.
pub const PATHS: &[(&str, &str)] = &[
    ("/api/events", "GET"),
    ("/api/events/{eventId}", "GET, PUT"),
    ("/api/events/{eventId}/draws/{ticketTypeId}", "GET"),
    ("/api/registrations", "POST"),
    ("/api/registrations/{registrationId}", "DELETE, GET"),
    ("/api/waitlist/join", "POST"),
    ("/api/waitlist/position/{customerId}", "GET"),
    ("/api/waitlist/leave/{customerId}", "DELETE"),
    ("/api/waitlist/claim/{customerId}", "POST"),
    ("/api/waitlist/convert/{customerId}", "POST"),
    ("/api/waitlist/decline/{customerId}", "POST"),
    ("/api/waitlist/release/{eventId}", "POST"),
    ("/api/waitlist/releases/{releaseId}", "GET"),
    ("/api/waitlist/releases/{releaseId}/pause", "POST"),
    ("/api/waitlist/releases/{releaseId}/resume", "POST"),
    ("/api/waitlist/releases/{releaseId}/cancel", "POST"),
    ("/api/waitlist/move/{customerId}", "POST"),
    ("/api/waitlist/remove/{customerId}", "POST"),
    ("/api/waitlist/reinstate/{customerId}", "POST"),
    ("/api/waitlist/offer/{customerId}", "POST"),
    ("/api/waitlist/extend/{customerId}", "POST"),
    ("/api/waitlist/withdraw/{customerId}", "POST"),
    ("/api/waitlist/edit/{customerId}", "POST"),
    ("/api/waitlist/steer/{eventId}", "POST"),
    ("/api/waitlist/codes/{eventId}", "GET, POST"),
    ("/api/waitlist/codes/{eventId}/{codeId}", "DELETE"),
    ("/api/waitlist/export/{eventId}", "GET"),
    ("/api/waitlist/stats/{eventId}", "GET"),
    ("/api/waitlist/entries/{eventId}", "GET"),
    ("/api/waitlist/entries/{eventId}/{entryId}", "GET"),
    ("/api/waitlist/explain/{entryId}", "GET"),
    ("/api/waitlist/journal/{eventId}", "GET"),
];

/// Answers a request.
pub fn handle(request: &Request) -> Response {
    unrouted::respond("no-route", request, methods)
}

fn methods(path: &str) -> Option<&'static str> {
    PATHS.iter().find(|(pattern, _)| has_form(path, pattern)).map(|(_, methods)| *methods)
}

/// Whether a path is the pattern with something in place of its parameters.
fn has_form(path: &str, pattern: &str) -> bool {
    let fits = |(part, wanted): (&str, &str)| if wanted.starts_with('{') { !part.is_empty() } else { part == wanted };
    path.split('/').count() == pattern.split('/').count() && path.split('/').zip(pattern.split('/')).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_methods_of_its_routes() {
        assert_eq!(methods("/api/events/camp"), Some("GET, PUT"));
        assert_eq!(methods("/api/registrations"), Some("POST"));
        assert_eq!(methods("/api/registrations/reg_1"), Some("DELETE, GET"));
        assert_eq!(methods("/api/waitlist/join"), Some("POST"));
    }

    #[test]
    fn a_path_of_no_route_has_none() {
        for path in ["", "/", "/api", "/api/events/", "/api/events/a/b", "/API/events/a", "api/events/a"] {
            assert_eq!(methods(path), None, "{path}");
        }
    }
}
