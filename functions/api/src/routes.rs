//! The table of routes: the one place that says which endpoints there are.
//!
//! From it come the functions' binaries, what `no-route` refuses, the dispatch of the tests, the OpenAPI document, the
//! tables in docs/api.md, and the check that the template deploys exactly these.

use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Method, Request, Response, Route};

use crate::serving::{Warm, answer_warm};
use crate::{codes, customers, events, organisers, records, releases, sales};

/// A row is `"function" => handler: Method "path", who may call, "summary";`.
macro_rules! routes {
    ($($name:tt => $topic:ident :: $handler:ident: $method:ident $path:literal, $admits:ident, $summary:literal;)*) => {
        /// Every route of the API.
        pub const ROUTES: &[Route] = &[$(
            Route {
                function: $name,
                topic: stringify!($topic),
                method: Method::$method,
                path: $path,
                admits: Admits::$admits,
                summary: $summary,
            },
        )*];

        /// The program of a function: `waitlist_api::function!("claim");`.
        #[macro_export]
        macro_rules! function {
            $(($name) => {
                fn main() -> Result<(), $crate::serving::Fatal> {
                    const ROUTE: &$crate::serving::Route = $crate::routes::route($name);
                    $crate::serving::serve(ROUTE, $crate::$topic::$handler::handle)
                }
            };)*
        }

        /// Answers a request in the name of a function, for whatever drives many of them in one process.
        ///
        /// # Panics
        /// Where no function has this name.
        pub async fn answer_as(function: &str, warm: &Warm, request: Request) -> Response {
            match function {
                // Boxed, for with all handlers inside it the future would be large.
                $($name => Box::pin(answer_warm(route($name), warm, request, $topic::$handler::handle)).await,)*
                other => panic!("no route belongs to a function {other}"),
            }
        }
    };
}

routes! {
    "put-event" => events::put_event: Put "/api/events/{eventId}", Organisers,
        "Creates an event or changes it.";
    "get-event" => events::get_event: Get "/api/events/{eventId}", Anyone,
        "Shows an event: to anyone what is public, to an organiser all of it.";
    "list-events" => events::list_events: Get "/api/events", Organisers,
        "Lists all events.";
    "steer-event" => events::steer_event: Post "/api/waitlist/steer/{eventId}", Organisers,
        "Pauses, resumes or closes the lines of an event.";
    "get-draw" => events::get_draw: Get "/api/events/{eventId}/draws/{ticketTypeId}", Anyone,
        "Shows a lottery's draw, so that anyone can repeat it.";

    "register" => sales::register: Post "/api/registrations", Sales,
        "Sells seats directly.";
    "get-registration" => sales::get_registration: Get "/api/registrations/{registrationId}", Sales,
        "Shows a registration.";
    "cancel-registration" => sales::cancel_registration: Delete "/api/registrations/{registrationId}", Sales,
        "Cancels a registration; its seats go to the line.";

    "join" => customers::join: Post "/api/waitlist/join", Anyone,
        "Takes a place in a line.";
    "position" => customers::position: Get "/api/waitlist/position/{customerId}", Customers,
        "Shows where a customer stands.";
    "claim" => customers::claim: Post "/api/waitlist/claim/{customerId}", Customers,
        "Accepts an offer before its deadline.";
    "decline" => customers::decline: Post "/api/waitlist/decline/{customerId}", Customers,
        "Refuses an offer; its seats go to the next in line.";
    "convert" => customers::convert: Post "/api/waitlist/convert/{customerId}", Sales,
        "Turns an offer into a registration, once it is paid.";
    "leave" => customers::leave: Delete "/api/waitlist/leave/{customerId}", Customers,
        "Gives places up, with their offers.";

    "move-entry" => organisers::move_entry: Post "/api/waitlist/move/{customerId}", Organisers,
        "Moves an entry within its line or to another tier.";
    "remove-entry" => organisers::remove_entry: Post "/api/waitlist/remove/{customerId}", Organisers,
        "Takes an entry out of its line.";
    "reinstate-entry" => organisers::reinstate_entry: Post "/api/waitlist/reinstate/{customerId}", Organisers,
        "Lets an entry that has ended wait again.";
    "offer-entry" => organisers::offer_entry: Post "/api/waitlist/offer/{customerId}", Organisers,
        "Offers free seats to an entry out of turn.";
    "extend-offer" => organisers::extend_offer: Post "/api/waitlist/extend/{customerId}", Organisers,
        "Gives an offer more time.";
    "withdraw-offer" => organisers::withdraw_offer: Post "/api/waitlist/withdraw/{customerId}", Organisers,
        "Takes an offer back.";
    "edit-entry" => organisers::edit_entry: Post "/api/waitlist/edit/{customerId}", Organisers,
        "Corrects a customer's name and addresses.";

    "release" => releases::release: Post "/api/waitlist/release/{eventId}", Sales,
        "Adds seats and offers them down the line.";
    "get-release" => releases::get_release: Get "/api/waitlist/releases/{releaseId}", Sales,
        "Shows how far a release has come.";
    "pause-release" => releases::pause_release: PostOfPath "/api/waitlist/releases/{releaseId}/pause", Organisers,
        "Stops the batches of a release for now.";
    "resume-release" => releases::resume_release: PostOfPath "/api/waitlist/releases/{releaseId}/resume", Organisers,
        "Lets the batches of a release go on.";
    "cancel-release" => releases::cancel_release: PostOfPath "/api/waitlist/releases/{releaseId}/cancel", Organisers,
        "Calls off the rest of a release.";

    "create-code" => codes::create_code: Post "/api/waitlist/codes/{eventId}", Organisers,
        "Creates an access code.";
    "list-codes" => codes::list_codes: Get "/api/waitlist/codes/{eventId}", Organisers,
        "Lists the access codes of an event.";
    "revoke-code" => codes::revoke_code: Delete "/api/waitlist/codes/{eventId}/{codeId}", Organisers,
        "Revokes an access code.";

    "list-entries" => records::list_entries: Get "/api/waitlist/entries/{eventId}", Organisers,
        "Lists the entries of an event's lines.";
    "get-entry" => records::get_entry: Get "/api/waitlist/entries/{eventId}/{entryId}", Organisers,
        "Shows one entry with its history.";
    "explain-entry" => records::explain_entry: Get "/api/waitlist/explain/{entryId}", Organisers,
        "Explains in plain words why an entry has or has not been offered seats.";
    "export-entries" => records::export_entries: Get "/api/waitlist/export/{eventId}", Organisers,
        "Exports an event's entries as CSV.";
    "list-journal" => records::list_journal: Get "/api/waitlist/journal/{eventId}", Organisers,
        "Lists every change of an event: when, by whom, why.";
    "stats" => records::stats: Get "/api/waitlist/stats/{eventId}", Organisers,
        "Counts the seats, people and messages of an event.";
}

/// The route of a function.
///
/// # Panics
/// Where no function has this name; in a constant the compiler says so.
pub const fn route(function: &str) -> &'static Route {
    let mut index = 0;
    while index < ROUTES.len() {
        if are_equal(ROUTES[index].function.as_bytes(), function.as_bytes()) {
            return &ROUTES[index];
        }
        index += 1;
    }
    panic!("no route belongs to this function")
}

/// Compares in a constant, which `==` of texts can't yet.
const fn are_equal(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}
