//! `$default`: every request that matches no route of another function. It reads no table and knows
//! no caller.

use std::collections::BTreeSet;

use waitlist_runtime::http::unrouted;
use waitlist_runtime::http::{Request, Response};

use crate::routes::ROUTES;

/// Handles a request.
pub fn handle(request: &Request) -> Response {
    unrouted::respond("no-route", request, allowed_methods)
}

/// The methods of the routes with this path, as an `Allow` header lists them.
fn allowed_methods(path: &str) -> Option<String> {
    let of_path = ROUTES.iter().filter(|route| route.parameters(path).is_some());
    let methods: BTreeSet<&str> = of_path.map(|route| route.method.as_str()).collect();
    (!methods.is_empty()).then(|| methods.into_iter().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_methods_of_its_routes() {
        assert_eq!(allowed_methods("/api/events/camp").as_deref(), Some("GET, PUT"));
        assert_eq!(allowed_methods("/api/registrations").as_deref(), Some("POST"));
        assert_eq!(allowed_methods("/api/registrations/reg_1").as_deref(), Some("DELETE, GET"));
        assert_eq!(allowed_methods("/api/waitlist/join").as_deref(), Some("POST"));
    }

    #[test]
    fn a_path_of_no_route_has_none() {
        for path in ["", "/", "/api", "/api/events/", "/api/events/a/b", "/API/events/a", "api/events/a"] {
            assert_eq!(allowed_methods(path), None, "{path}");
        }
    }
}
