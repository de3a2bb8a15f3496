//! What is said above a place after an act, as the address of the page names it.

use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::PageRequest;

use crate::api::Problem;
use crate::place_link::PlaceLink;
use crate::reply::{Failure, see_other};

/// What may be said above the place: what a change did, or why an act was not done.
const NOTICES: [&str; 5] = ["too-late", "not-now", "changed", "too-many-changes", "phone-confirmed"];

/// The notice that the address of a page asks for.
pub(super) fn asked_for(request: &PageRequest) -> Option<String> {
    request.query("notice").filter(|notice| NOTICES.contains(&notice.as_str()))
}

/// The page of the place, with one of the [`NOTICES`].
pub(super) fn with_notice(link: &PlaceLink, notice: &str) -> Response {
    see_other(format!("{}?notice={notice}", link.path()))
}

/// What an act leads to that the API refused: to the place as it stands now, if the page that had
/// the button is older.
pub(super) fn refused(link: &PlaceLink, problem: Problem) -> Result<Response, Failure> {
    match (problem.status, problem.slug.as_str()) {
        (_, "offer-expired") => Ok(with_notice(link, "too-late")),
        (_, "too-many-changes") => Ok(with_notice(link, "too-many-changes")),
        // Another button of the same page was pressed before, or this one is still at work.
        (_, "idempotency-key-reused" | "idempotency-in-progress") => Ok(see_other(link.path())),
        // The tab shows an earlier stay. If the link itself leads nowhere, the page says so.
        (409, _) | (_, "entry-not-found") => Ok(with_notice(link, "not-now")),
        _ => Err(problem.into()),
    }
}
