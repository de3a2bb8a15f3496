//! The kinds of problems: the one list behind the responses, the OpenAPI document and the checks of
//! docs/api.md.

/// A kind of problem: a slug for programs, and a title for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemKind {
    /// HTTP status.
    pub status: u16,
    /// The end of the type's URI. It is stable.
    pub slug: &'static str,
    /// A few words for people.
    pub title: &'static str,
}

macro_rules! kinds {
    ($($name:ident: $status:literal $slug:literal $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: ProblemKind = ProblemKind { status: $status, slug: $slug, title: $title };
        )*

        /// Every kind, by status.
        pub const KINDS: &[ProblemKind] = &[$($name),*];
    };
}

kinds! {
    MALFORMED_BODY: 400 "malformed-body" "The body is malformed";
    UNAUTHENTICATED: 401 "unauthenticated" "Who is calling?";
    FORBIDDEN: 403 "forbidden" "Not allowed";
    EVENT_NOT_FOUND: 404 "event-not-found" "No such event";
    ENTRY_NOT_FOUND: 404 "entry-not-found" "No such entry";
    REGISTRATION_NOT_FOUND: 404 "registration-not-found" "No such registration";
    RELEASE_NOT_FOUND: 404 "release-not-found" "No such release";
    CODE_NOT_FOUND: 404 "code-not-found" "No such access code";
    NO_DRAW: 404 "no-draw" "There is no draw";
    NO_CHALLENGE: 404 "no-challenge" "There are no challenges";
    ROUTE_NOT_FOUND: 404 "route-not-found" "No such route";
    METHOD_NOT_ALLOWED: 405 "method-not-allowed" "Method not allowed";
    CODE_TAKEN: 409 "code-taken" "The event has this access code";
    TOO_MANY_CODES: 409 "too-many-codes" "The event has too many access codes";
    SOLD_OUT: 409 "sold-out" "Sold out";
    TICKETS_AVAILABLE: 409 "tickets-available" "Seats are on sale";
    WAITLIST_FULL: 409 "waitlist-full" "The waitlist is full";
    WAITLIST_CLOSED: 409 "waitlist-closed" "The waitlist is closed";
    JOINING_PAUSED: 409 "joining-paused" "Joining is paused";
    TOO_MANY_OFFERS: 409 "too-many-offers" "Too many offers within a day";
    TOO_MANY_PLACES: 409 "too-many-places" "Too many places in the event";
    CHALLENGE_REQUIRED: 409 "challenge-required" "A solved challenge is needed";
    CHALLENGE_FAILED: 409 "challenge-failed" "The solution is not accepted";
    NO_PHONE: 409 "no-phone" "There is no phone number";
    COUNTRY_NOT_SERVED: 409 "country-not-served" "No text messages go to this country";
    WRONG_PHONE_CODE: 409 "wrong-phone-code" "Another code was sent";
    CAPACITY_IN_USE: 409 "capacity-in-use" "The capacity is in use";
    NOT_WAITING: 409 "not-waiting" "The entry does not wait";
    NOT_CONFIRMED: 409 "not-confirmed" "The entry is not confirmed";
    LOTS_DRAWN: 409 "lots-drawn" "The lots are drawn";
    ENTRY_ENDED: 409 "entry-ended" "The entry has ended";
    PERSONAL_DATA_REMOVED: 409 "personal-data-removed" "The personal data were removed";
    TOO_MANY_CHANGES: 409 "too-many-changes" "Too many changes";
    STILL_WAITING: 409 "still-waiting" "The entry has not ended";
    SEATS_NOT_FREE: 409 "seats-not-free" "Too few seats are free";
    ORDER_IN_USE: 409 "order-in-use" "The order is in use";
    TICKET_TYPE_IN_USE: 409 "ticket-type-in-use" "The ticket type is in use";
    NO_OFFER: 409 "no-offer" "No offer";
    RELEASE_ENDED: 409 "release-ended" "The release has ended";
    IDEMPOTENCY_IN_PROGRESS: 409 "idempotency-in-progress" "Still in progress";
    OFFER_EXPIRED: 410 "offer-expired" "The offer has expired";
    NO_PHONE_CODE: 410 "no-phone-code" "No code is valid";
    BODY_TOO_LARGE: 413 "body-too-large" "The body is too large";
    UNSUPPORTED_MEDIA_TYPE: 415 "unsupported-media-type" "The body must be JSON";
    INVALID: 422 "invalid" "The request is invalid";
    IDEMPOTENCY_KEY_REUSED: 422 "idempotency-key-reused" "The Idempotency-Key was used before";
    TOO_MANY_JOINS: 429 "too-many-joins" "Too many joins";
    TOO_MANY_WRONG_CODES: 429 "too-many-wrong-codes" "Too many wrong access codes";
    TOO_MANY_PHONE_CODES: 429 "too-many-phone-codes" "Too many codes";
    TOO_MANY_LINK_MAILS: 429 "too-many-link-mails" "Too many requests for links";
    INTERNAL: 500 "internal" "Something went wrong on our side";
    BUSY: 503 "busy" "Too busy just now";
}
