//! The table of routes: the one definition of the API's endpoints.
//!
//! The functions' binaries, the refusals of `no-route` and the dispatch of the tests come from it.
//! So do the OpenAPI document and the tables in docs/api.md. A check compares it with the functions
//! that the template deploys.

#[cfg(feature = "openapi")]
use std::collections::BTreeMap;

#[cfg(feature = "openapi")]
use serde_json::Value;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Method, Request, Response, Route, problem_kinds};
#[cfg(feature = "openapi")]
use waitlist_runtime::input::Input;

#[cfg(feature = "openapi")]
use crate::openapi::exchange::Exchange;
#[cfg(feature = "openapi")]
use crate::openapi::schemas::Schemas;
#[cfg(feature = "openapi")]
use crate::openapi::{self, Example};
use crate::serving::{Warm, answer_warm};
use crate::{codes, customers, documents, events, organisers, records, releases, sales, settings};

/// A row is `"function" => handler: Method "path", who may call, "summary", [responses] or
/// [problems];`. A response is its status and its view. [`Route::problems`] adds the problems that
/// follow from the method and the callers.
macro_rules! routes {
    ($(
        $name:tt => $topic:ident :: $handler:ident: $method:ident $path:literal, $admits:ident, $summary:literal,
        [$($status:literal $view:ident),+] or [$($problem:ident),*];
    )*) => {
        /// Every route of the API.
        pub const ROUTES: &[Route] = &[$(
            Route {
                function: $name,
                topic: stringify!($topic),
                method: Method::$method,
                path: $path,
                admits: Admits::$admits,
                summary: $summary,
                own_problems: &[$(problem_kinds::$problem),*],
            },
        )*];

        /// The requests and responses of a function.
        #[cfg(feature = "openapi")]
        fn exchange(function: &str, schemas: &mut Schemas) -> Exchange {
            use crate::openapi::exchange::Response as Described;
            use crate::openapi::views::*;
            match function {
                $($name => Exchange {
                    request: Input::record($topic::$handler::read),
                    responses: vec![$(Described {
                        status: $status,
                        media_type: $view::MEDIA_TYPE,
                        headers: $view::HEADERS,
                        schema: schemas.of::<$view>(),
                    }),+],
                },)*
                other => panic!("no route belongs to a function {other}"),
            }
        }

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

        /// Handles a request as this function, for a process that runs several functions.
        ///
        /// # Panics
        ///
        /// If no function has this name.
        pub async fn answer_as(function: &str, warm: &Warm, request: Request) -> Response {
            match function {
                // Boxed, because this future holds those of all handlers and would be large.
                $($name => Box::pin(answer_warm(route($name), warm, request, $topic::$handler::handle)).await,)*
                other => panic!("no route belongs to a function {other}"),
            }
        }
    };
}

routes! {
    "put-event" => events::put_event: Put "/api/events/{eventId}", Organisers,
        "Creates an event or changes it.",
        [201 EventView, 200 EventView] or [CAPACITY_IN_USE, TICKET_TYPE_IN_USE, ORDER_IN_USE, LOTS_DRAWN];
    "get-event" => events::get_event: Get "/api/events/{eventId}", Anyone,
        "Shows an event: to anyone what is public, to an organiser or a viewer all of it.",
        [200 ShownEventView, 304 NotModified] or [EVENT_NOT_FOUND];
    "list-events" => events::list_events: Get "/api/events", Viewers,
        "Lists all events.",
        [200 EventListView] or [];
    "steer-event" => events::steer_event: Post "/api/waitlist/steer/{eventId}", Organisers,
        "Pauses, resumes or closes the lines of an event.",
        [200 EventView] or [EVENT_NOT_FOUND];
    "get-draw" => events::get_draw: Get "/api/events/{eventId}/draws/{ticketTypeId}", Anyone,
        "Shows a lottery's draw, so that anyone can repeat it.",
        [200 DrawView] or [EVENT_NOT_FOUND, NO_DRAW];

    "register" => sales::register: Post "/api/registrations", Sales,
        "Sells seats directly.",
        [201 RegistrationView] or [EVENT_NOT_FOUND, SOLD_OUT];
    "get-registration" => sales::get_registration: Get "/api/registrations/{registrationId}", Keys,
        "Shows a registration.",
        [200 RegistrationView] or [REGISTRATION_NOT_FOUND];
    "cancel-registration" => sales::cancel_registration: Delete "/api/registrations/{registrationId}", Sales,
        "Cancels a registration; its seats go to the line.",
        [200 RegistrationView] or [REGISTRATION_NOT_FOUND];

    "get-challenge" => customers::get_challenge: Get "/api/waitlist/challenge", Anyone,
        "Makes a challenge to solve before a join.",
        [200 ChallengeView] or [NO_CHALLENGE];
    "join" => customers::join: Post "/api/waitlist/join", Anyone,
        "Takes a place in a line.",
        [201 JoinedView, 200 EntryView] or [FORBIDDEN, EVENT_NOT_FOUND, TICKETS_AVAILABLE, WAITLIST_FULL, WAITLIST_CLOSED, JOINING_PAUSED, TOO_MANY_OFFERS, TOO_MANY_PLACES, CHALLENGE_REQUIRED, CHALLENGE_FAILED, TOO_MANY_JOINS, TOO_MANY_WRONG_CODES];
    "position" => customers::position: Get "/api/waitlist/position/{customerId}", Readers,
        "Shows where a customer stands.",
        [200 EntriesView] or [ENTRY_NOT_FOUND];
    "confirm" => customers::confirm: Post "/api/waitlist/confirm/{customerId}", Customers,
        "Confirms that the customer reads the mail to the address that joined.",
        [200 EntryView] or [ENTRY_NOT_FOUND, ENTRY_ENDED];
    "claim" => customers::claim: Post "/api/waitlist/claim/{customerId}", Customers,
        "Accepts an offer before its deadline.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NO_OFFER, OFFER_EXPIRED];
    "decline" => customers::decline: Post "/api/waitlist/decline/{customerId}", Customers,
        "Refuses an offer; its seats go to the next in line.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NO_OFFER, OFFER_EXPIRED];
    "convert" => customers::convert: Post "/api/waitlist/convert/{customerId}", Sales,
        "Turns an offer into a registration, once it is paid.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NO_OFFER, OFFER_EXPIRED];
    "change-entry" => customers::change_entry: Post "/api/waitlist/change/{customerId}", Customers,
        "Changes what the customer said when they joined.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NOT_WAITING, ENTRY_ENDED, TOO_MANY_CHANGES, PERSONAL_DATA_REMOVED];
    "leave" => customers::leave: Delete "/api/waitlist/leave/{customerId}", Customers,
        "Gives places up, with their offers.",
        [200 LeftView] or [ENTRY_NOT_FOUND];
    "send-phone-code" => customers::send_phone_code: Post "/api/waitlist/phone/{customerId}", Customers,
        "Sends a code to the customer's phone number.",
        [202 PhoneCodeView, 200 EntryView] or [ENTRY_NOT_FOUND, NO_PHONE, ENTRY_ENDED, COUNTRY_NOT_SERVED, TOO_MANY_PHONE_CODES];
    "confirm-phone" => customers::confirm_phone: Post "/api/waitlist/phone/{customerId}/confirm", Customers,
        "Confirms the customer's phone number by a code.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NO_PHONE, WRONG_PHONE_CODE, NO_PHONE_CODE];
    "find" => customers::find: Post "/api/waitlist/find", Anyone,
        "Mails the links of an address to it.",
        [202 LinksAskedForView] or [TOO_MANY_LINK_MAILS];
    "unsubscribe" => customers::unsubscribe: PostByLink "/api/waitlist/unsubscribe/{token}", Anyone,
        "Turns off messages that are not about the customer's own seats.",
        [200 UnsubscribedView] or [ENTRY_NOT_FOUND];

    "move-entry" => organisers::move_entry: Post "/api/waitlist/move/{customerId}", Organisers,
        "Moves an entry within its line or to another tier.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NOT_WAITING, NOT_CONFIRMED];
    "remove-entry" => organisers::remove_entry: Post "/api/waitlist/remove/{customerId}", Organisers,
        "Takes an entry out of its line.",
        [200 EntryView] or [ENTRY_NOT_FOUND, ENTRY_ENDED];
    "reinstate-entry" => organisers::reinstate_entry: Post "/api/waitlist/reinstate/{customerId}", Organisers,
        "Lets an entry that has ended wait again.",
        [200 EntryView] or [ENTRY_NOT_FOUND, STILL_WAITING, WAITLIST_CLOSED, TICKETS_AVAILABLE];
    "offer-entry" => organisers::offer_entry: Post "/api/waitlist/offer/{customerId}", Organisers,
        "Offers free seats to an entry out of turn.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NOT_WAITING, NOT_CONFIRMED, SEATS_NOT_FREE, WAITLIST_CLOSED];
    "extend-offer" => organisers::extend_offer: Post "/api/waitlist/extend/{customerId}", Organisers,
        "Gives an offer more time.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NO_OFFER, OFFER_EXPIRED];
    "withdraw-offer" => organisers::withdraw_offer: Post "/api/waitlist/withdraw/{customerId}", Organisers,
        "Takes an offer back.",
        [200 EntryView] or [ENTRY_NOT_FOUND, NO_OFFER, OFFER_EXPIRED, TICKETS_AVAILABLE];
    "edit-entry" => organisers::edit_entry: Post "/api/waitlist/edit/{customerId}", Organisers,
        "Corrects a customer's name and addresses.",
        [200 EntryView] or [ENTRY_NOT_FOUND, PERSONAL_DATA_REMOVED];

    "release" => releases::release: Post "/api/waitlist/release/{eventId}", Sales,
        "Adds seats and offers them down the line.",
        [202 ReleaseView] or [EVENT_NOT_FOUND];
    "get-release" => releases::get_release: Get "/api/waitlist/releases/{releaseId}", Keys,
        "Shows how far a release has come.",
        [200 ReleaseView] or [RELEASE_NOT_FOUND];
    "pause-release" => releases::pause_release: PostOfPath "/api/waitlist/releases/{releaseId}/pause", Organisers,
        "Stops the batches of a release for now.",
        [200 ReleaseView] or [RELEASE_NOT_FOUND, RELEASE_ENDED];
    "resume-release" => releases::resume_release: PostOfPath "/api/waitlist/releases/{releaseId}/resume", Organisers,
        "Lets the batches of a release go on.",
        [200 ReleaseView] or [RELEASE_NOT_FOUND, RELEASE_ENDED];
    "cancel-release" => releases::cancel_release: PostOfPath "/api/waitlist/releases/{releaseId}/cancel", Organisers,
        "Calls off the rest of a release.",
        [200 ReleaseView] or [RELEASE_NOT_FOUND, RELEASE_ENDED];

    "create-code" => codes::create_code: Post "/api/waitlist/codes/{eventId}", Organisers,
        "Creates an access code.",
        [201 MadeCodeView] or [EVENT_NOT_FOUND, CODE_TAKEN, TOO_MANY_CODES];
    "list-codes" => codes::list_codes: Get "/api/waitlist/codes/{eventId}", Viewers,
        "Lists the access codes of an event.",
        [200 CodeListView] or [EVENT_NOT_FOUND];
    "revoke-code" => codes::revoke_code: Delete "/api/waitlist/codes/{eventId}/{codeId}", Organisers,
        "Revokes an access code.",
        [200 CodeView] or [CODE_NOT_FOUND];

    "list-entries" => records::list_entries: Get "/api/waitlist/entries/{eventId}", Viewers,
        "Lists the entries of an event's lines.",
        [200 EntryListView] or [EVENT_NOT_FOUND];
    "get-entry" => records::get_entry: Get "/api/waitlist/entries/{eventId}/{entryId}", Viewers,
        "Shows one entry with its history.",
        [200 EntryWithHistoryView] or [ENTRY_NOT_FOUND];
    "explain-entry" => records::explain_entry: Get "/api/waitlist/explain/{entryId}", Viewers,
        "Explains in plain words why an entry has or has not been offered seats.",
        [200 ExplanationView] or [ENTRY_NOT_FOUND];
    "export-entries" => records::export_entries: Get "/api/waitlist/export/{eventId}", Viewers,
        "Exports an event's entries as CSV.",
        [200 CsvDocument] or [EVENT_NOT_FOUND];
    "list-journal" => records::list_journal: Get "/api/waitlist/journal/{eventId}", Viewers,
        "Lists every change of an event: when, by whom, why.",
        [200 JournalView] or [EVENT_NOT_FOUND];
    "stats" => records::stats: Get "/api/waitlist/stats/{eventId}", Viewers,
        "Counts the seats, people and messages of an event.",
        [200 StatisticsView] or [EVENT_NOT_FOUND];

    "get-settings" => settings::get_settings: Get "/api/settings", Viewers,
        "Shows the settings of the stack.",
        [200 SettingsView] or [];
    "put-settings" => settings::put_settings: Put "/api/settings", Organisers,
        "Replaces the settings of the stack.",
        [200 SettingsView] or [];

    "openapi" => documents::openapi: Get "/openapi.json", Anyone,
        "Shows this API as an OpenAPI document.",
        [200 OpenApiDocument, 304 HeldDocument] or [];
}

/// The OpenAPI document of the API, with an example for each function that has one.
#[cfg(feature = "openapi")]
pub fn document(examples: &BTreeMap<String, Example>) -> Value {
    openapi::document(ROUTES, exchange, examples)
}

/// The route of a function.
///
/// # Panics
///
/// If no function has this name. In a constant this is a compile error.
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

/// Compares in a constant, where `==` does not work for texts yet.
const fn are_equal(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}
