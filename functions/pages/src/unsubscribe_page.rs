//! `/unsubscribe/{token}`: turns off the news that is not about somebody's own seats.

use minijinja::context;
use waitlist_language::Locale;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::reply::{Failure, Keeping, Look, html};
use crate::{Pages, language};

/// Asks whether to turn them off.
pub(crate) fn show(pages: &Pages, request: &PageRequest, token: &str) -> Result<Response, Failure> {
    page(pages, request, context! { path => format!("/unsubscribe/{token}") })
}

/// Turns them off.
pub(crate) async fn unsubscribe(pages: &Pages, request: &PageRequest, token: &str) -> Result<Response, Failure> {
    let asked = Asked { path: &[("token", token)], ..Asked::default() };
    pages.api.unsubscribe(request, &asked).await?;
    page(pages, request, context! { is_done => true })
}

fn page(pages: &Pages, request: &PageRequest, values: minijinja::Value) -> Result<Response, Failure> {
    let look = Look::of(language::of_request(request).unwrap_or(Locale::English));
    html(&pages.templates, &look, (200, Keeping::Private), "unsubscribe.html", values)
}
