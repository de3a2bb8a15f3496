//! The pages for the people who wait: an event with its form, and each place in a line.
//!
//! A page asks the API in this process, as any client would over HTTP, and shows what that answers.
//! So a rule stands once, and a page shows nothing that the API would not. GET and HEAD change
//! nothing. Every act is a form that POSTs and is then redirected to a page.

mod accent;
mod api;
mod assets;
mod event_page;
mod form;
mod language;
mod making;
mod place_link;
mod place_page;
mod privacy_page;
mod reply;
mod security_policy;
mod templates;
mod texts;
mod unsubscribe_page;

use waitlist_api::serving::Warm;
use waitlist_runtime::http::pages::{MadePage, PageRequest, respond};
use waitlist_runtime::http::{Request, Response};
use waitlist_store::Table;

use crate::making::Making;
use crate::reply::{Failure, Look};

/// The pages of a warm function.
#[derive(Debug)]
pub struct Pages(Making);

impl Pages {
    /// Pages over a table, that ask these functions of the API.
    pub fn new(table: &Table, warm: Warm) -> Self {
        Self(Making::new(table, warm))
    }

    /// Handles a request.
    pub async fn respond(&self, request: Request) -> Response {
        // Boxed, because this future holds those of all pages and would be large.
        respond("pages", request, async |request| Box::pin(self.make(request)).await).await
    }

    async fn make(&self, request: PageRequest) -> MadePage {
        let making = &self.0;
        let parts = request.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let is_post = request.method == "POST";
        let made = match (is_post, &parts[..]) {
            (_, _) if !matches!(request.method.as_str(), "GET" | "HEAD" | "POST") => Err(Failure::Method),
            (true, _) if request.is_from_another_site() => Err(Failure::AnotherSite),
            (false, ["events", event]) => event_page::show(making, &request, event).await,
            (true, ["events", event]) => event_page::join(making, &request, event).await,
            (false, ["p", place]) => place_page::show(making, &request, place).await,
            (false, ["p", place, "calendar.ics"]) => place_page::calendar_file(making, &request, place).await,
            (true, ["p", place, act]) => place_page::act(making, &request, place, act).await,
            (false, ["unsubscribe", token]) => unsubscribe_page::show(making, &request, token).await,
            (true, ["unsubscribe", token]) => unsubscribe_page::unsubscribe(making, &request, token).await,
            (false, ["assets", name]) => assets::show(name).ok_or(Failure::NotFound),
            (false, ["privacy"]) => privacy_page::show(making, &request).await,
            (false, ["robots.txt"]) => Ok(assets::robots()),
            (false, ["waitlist.js"]) => Ok(assets::button()),
            _ => Err(Failure::NotFound),
        };
        let route = route_of(&parts);
        match made {
            Ok(response) => MadePage { route, response },
            Err(failure) => MadePage { route, response: self.show_failure(&request, failure).await },
        }
    }

    async fn show_failure(&self, request: &PageRequest, failure: Failure) -> Response {
        let look = Look::of_failure(&self.0, request, &failure).await;
        failure.into_response(&self.0.templates, &look, &page_of(&request.path))
    }
}

/// The page from which a request came: an act of a place leads to the place again.
fn page_of(path: &str) -> String {
    let parts = path.trim_start_matches('/').split('/').take(2);
    parts.map(|part| format!("/{part}")).collect()
}

/// The route of a page, for logs. It has no value of a path, because that may be a token.
fn route_of(parts: &[&str]) -> &'static str {
    match parts {
        ["events", _] => "/events/{eventId}",
        ["p", _] => "/p/{place}",
        ["p", _, "calendar.ics"] => "/p/{place}/calendar.ics",
        ["p", _, _] => "/p/{place}/{act}",
        ["unsubscribe", _] => "/unsubscribe/{token}",
        ["assets", _] => "/assets/{name}",
        ["waitlist.js"] => "/waitlist.js",
        ["privacy"] => "/privacy",
        ["robots.txt"] => "/robots.txt",
        _ => "pages",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_of_a_place_leads_to_the_place_again() {
        for (path, page) in [
            ("/p/a~b/claim", "/p/a~b"),
            ("/p/a~b", "/p/a~b"),
            ("/events/camp", "/events/camp"),
            ("/privacy", "/privacy"),
            ("//example.org/x", "/example.org/x"),
        ] {
            assert_eq!(page_of(path), page);
        }
    }
}
