//! The API in this process.

use serde_json::Value;
use waitlist_api::routes::route;
use waitlist_api::serving::{Warm, answer_warm};
use waitlist_api::{customers, events};
use waitlist_domain::Error;
use waitlist_runtime::http::pages::{Asked, PageRequest};
use waitlist_runtime::http::problem;

/// The functions of the API that pages ask.
#[derive(Debug)]
pub(crate) struct Api {
    warm: Warm,
}

/// What the API refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    /// The last part of its type.
    pub(crate) slug: String,
    /// The pointers to the bad fields.
    pub(crate) fields: Vec<String>,
    /// When the same request may succeed, in seconds.
    pub(crate) retry_after: Option<String>,
}

pub(crate) type Answer = Result<Value, Problem>;

macro_rules! asks {
    ($($(#[$attribute:meta])* $name:ident => $function:literal: $topic:ident :: $handler:ident;)*) => {$(
        $(#[$attribute])*
        pub(crate) async fn $name(&self, request: &PageRequest, asked: &Asked<'_>) -> Answer {
            let request = request.to_api(asked);
            let response = answer_warm(route($function), &self.warm, request, $topic::$handler::handle).await;
            let body = serde_json::from_str(&response.body).unwrap_or_default();
            if response.status < 400 {
                return Ok(body);
            }
            let retry_after = response.headers.get("retry-after").map(ToString::to_string);
            Err(Problem::read(response.status, &body, retry_after))
        }
    )*};
}

impl Api {
    pub(crate) const fn new(warm: Warm) -> Self {
        Self { warm }
    }

    asks! {
        event => "get-event": events::get_event;
        join => "join": customers::join;
        position => "position": customers::position;
        confirm => "confirm": customers::confirm;
        claim => "claim": customers::claim;
        decline => "decline": customers::decline;
        leave => "leave": customers::leave;
        unsubscribe => "unsubscribe": customers::unsubscribe;
    }
}

impl Problem {
    /// What the API says of an error.
    pub(crate) fn of(error: &Error) -> Self {
        let problem = problem::Problem::of(error);
        let retry_after = problem.header().map(|(_, value)| value.into_owned());
        let (status, slug) = (problem.kind.status, problem.kind.slug.to_owned());
        Self { status, slug, fields: Vec::new(), retry_after }
    }

    fn read(status: u16, body: &Value, retry_after: Option<String>) -> Self {
        let slug = body["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default();
        let errors = body["errors"].as_array().into_iter().flatten();
        let pointer = |error: &Value| error["pointer"].as_str().map(str::to_owned);
        Self { status, slug: slug.to_owned(), fields: errors.filter_map(pointer).collect(), retry_after }
    }
}
