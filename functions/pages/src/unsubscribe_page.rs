//! `/unsubscribe/{token}`: turns off the news that is not about somebody's own seats.

use minijinja::context;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::making::Making;
use crate::reply::{Failure, Keeping, Look, html};

/// Asks whether to turn them off.
pub(crate) async fn show(making: &Making, request: &PageRequest, token: &str) -> Result<Response, Failure> {
    page(making, request, context! { path => format!("/unsubscribe/{token}") }).await
}

/// Turns them off.
pub(crate) async fn unsubscribe(making: &Making, request: &PageRequest, token: &str) -> Result<Response, Failure> {
    let asked = Asked { path: &[("token", token)], ..Asked::default() };
    making.api.unsubscribe(request, &asked).await?;
    page(making, request, context! { is_done => true }).await
}

async fn page(making: &Making, request: &PageRequest, values: minijinja::Value) -> Result<Response, Failure> {
    let look = Look::without_event(making, request).await?;
    html(&making.templates, &look, (200, Keeping::Private), "unsubscribe.html", values)
}
