//! `/privacy`: what is kept of somebody who joins, how long, and whom to ask.

use minijinja::context;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::PageRequest;

use crate::making::Making;
use crate::reply::{Failure, Keeping, Look, html};

/// Shows it.
pub(crate) fn show(making: &Making, request: &PageRequest) -> Result<Response, Failure> {
    let look = Look::without_event(request);
    html(&making.templates, &look, (200, Keeping::Briefly), "privacy.html", context! {})
}
