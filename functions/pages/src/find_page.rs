//! `/find`: who lost their link has it mailed again.

use minijinja::context;
use serde_json::json;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::form::Form;
use crate::making::Making;
use crate::reply::{Failure, Keeping, Look, html, see_other, try_later};

/// Shows the form, or that a mail is on its way.
pub(crate) async fn show(making: &Making, request: &PageRequest) -> Result<Response, Failure> {
    let look = Look::without_event(making, request).await?;
    page(making, &look, 200, context! { is_done => request.query("sent").is_some() })
}

/// Has the links mailed. The page says the same for every address.
pub(crate) async fn send(making: &Making, request: &PageRequest) -> Result<Response, Failure> {
    let form = Form::new(request.form().ok_or(Failure::NoForm)?);
    let typed = form.text("email").unwrap_or_default();
    let look = Look::without_event(making, request).await?;
    let wrong = |text| page(making, &look, 422, context! { typed, errors => [context! { field => "email", text }] });
    if typed.is_empty() {
        return wrong("email-missing");
    }
    let locale = look.locale.as_str();
    let asked = Asked { body: Some(&json!({ "email": typed, "locale": locale })), ..Asked::default() };
    match making.api.find(request, &asked).await {
        Ok(_) => Ok(see_other(format!("/find?lang={locale}&sent=yes"))),
        Err(problem) if problem.slug == "invalid" => wrong("email-wrong"),
        Err(problem) if problem.slug == "too-many-link-mails" => {
            let refusal = "too-many-link-mails";
            Ok(try_later(page(making, &look, 422, context! { typed, refusal })?, problem))
        }
        Err(problem) => Err(Failure::Refused(problem)),
    }
}

fn page(making: &Making, look: &Look, status: u16, values: minijinja::Value) -> Result<Response, Failure> {
    html(&making.templates, look, (status, Keeping::Private), "find.html", values)
}
