//! Requests and the answers that they must get: one row each, by topic, beside the files in
//! `events/`.
//!
//! Every row speaks of the people and ids of the scene.

mod case;
mod codes;
mod customers;
mod events;
mod joining;
mod lists;
mod organising;
mod releases;
mod routing;
mod sales;
mod settings;
pub(crate) mod workers;

use waitlist_api::routes::ROUTES;
use waitlist_runtime::http::Method;

use super::function::Function;

pub(super) use self::case::{Case, entry};

/// Every case: the event files and the rows.
pub(super) fn all() -> Vec<Case> {
    let files = Function::of_the_api().into_iter().flat_map(|function| function.files());
    files.map(|file| Case::of_file(&file)).chain(rows()).collect()
}

/// Every request to a route that succeeds in the scene. A test holds each function to one.
pub(super) fn successes() -> impl Iterator<Item = Case> {
    let is_of_a_route = |case: &Case| ROUTES.iter().any(|route| route.function == case.payload.function());
    all().into_iter().filter(move |case| case.succeeds() && is_of_a_route(case))
}

/// Whether the token in the path is the only credential, and no body is read. Then a key makes no
/// difference.
pub(super) fn is_by_link(case: &Case) -> bool {
    ROUTES.iter().any(|route| route.function == case.payload.function() && route.method == Method::PostByLink)
}

/// The rows of every topic.
pub(super) fn rows() -> Vec<Case> {
    [
        events::rows(),
        sales::rows(),
        settings::rows(),
        joining::rows(),
        customers::rows(),
        releases::rows(),
        lists::rows(),
        organising::rows(),
        codes::rows(),
        routing::rows(),
    ]
    .concat()
}
