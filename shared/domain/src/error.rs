//! Refusals and faults: one error for the whole product, free of any transport.

use std::error::Error as StdError;

/// A bad field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body (`/ticketTypes/0/capacity`), or the name of a path or query
    /// parameter.
    pub pointer: String,
    /// The mistake and its remedy, for the caller to read.
    pub detail: String,
}

impl FieldError {
    /// A complaint about the field at `pointer`.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// A refusal by rule: the request was understood, nothing changed, and the caller is told why.
///
/// The HTTP contract (docs/api.md) has a slug for each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Some fields are bad by themselves, whatever the table says. Each of them is listed.
    #[error("{} field(s) of the request are invalid", .0.len())]
    Unreadable(Vec<FieldError>),
    /// Some fields are bad for this event or entry. Each of them is listed.
    #[error("{} field(s) of the request are invalid", .0.len())]
    Invalid(Vec<FieldError>),
    /// The body is not a JSON object.
    #[error("the body is not a JSON object: {0}")]
    MalformedBody(String),
    /// The body is larger than this API takes.
    #[error("the body is larger than the {limit} bytes allowed")]
    BodyTooLarge { limit: usize },
    /// The request does not say that its body is JSON.
    #[error("the header Content-Type does not say that the body is JSON: send \"Content-Type: application/json\"")]
    UnsupportedMediaType,
    /// There is no credential, or it is unknown or revoked.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The credential is valid and lacks the role.
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("there is no event with this id")]
    EventNotFound,
    /// The entry does not exist or is not this caller's.
    #[error("there is no waitlist entry for this customer that matches the request")]
    EntryNotFound,
    #[error("there is no registration with this id")]
    RegistrationNotFound,
    #[error("there is no release with this id")]
    ReleaseNotFound,
    #[error("there is no access code with this id")]
    CodeNotFound,
    /// The event has this access code already.
    #[error("this event has this access code already: choose another, or revoke that one first")]
    CodeTaken,
    /// The event has as many access codes as it may.
    #[error("this event has had {limit} access codes, which is the most there may be")]
    TooManyCodes { limit: u64 },
    /// Too few seats are free for a direct sale, or the line has a claim on them.
    #[error(
        "this ticket type does not have {quantity} seat(s) on sale: the rest are sold, held, or kept for the waitlist"
    )]
    SoldOut { quantity: u32 },
    /// Seats are on sale, so nobody needs to wait for them.
    #[error("seats of this ticket type are on sale now: buy them instead of joining the waitlist")]
    TicketsAvailable,
    /// The line holds as many entries as the event allows.
    #[error("the waitlist for this ticket type is full ({limit} are waiting)")]
    WaitlistFull { limit: u64 },
    /// The event has begun or the line was closed: nobody joins any more.
    #[error("the waitlist for this event is closed")]
    WaitlistClosed,
    /// The network of the caller has sent as many joins as it may within an hour.
    #[error("too many joins came from your network: try again in {seconds} seconds, or ask the organiser")]
    TooManyJoins { seconds: u64 },
    /// The network of the caller has tried as many wrong access codes as it may within an hour.
    #[error("too many wrong access codes came from your network: try again in {seconds} seconds")]
    TooManyWrongCodes { seconds: u64 },
    /// The event asks joins without a key for a solved challenge, and there is none.
    #[error(
        "this event takes joins without an API key only with a solved challenge: get one by \
         GET /api/waitlist/challenge, solve it, and send the solution in the field challenge"
    )]
    ChallengeRequired,
    #[error("no event of this waitlist asks for a solved challenge: join without one")]
    NoChallenge,
    /// The solution of the challenge is not accepted.
    #[error("{why}: get another by GET /api/waitlist/challenge, solve it, and send that solution")]
    ChallengeFailed { why: &'static str },
    /// The entry has no phone number to confirm.
    #[error("this entry has no phone number")]
    NoPhone,
    /// No text message goes to the country of the number.
    #[error("this waitlist sends no text messages to the country of this number")]
    CountryNotServed,
    /// As many codes to confirm phone numbers were sent as may be.
    #[error("{why}: try again in {seconds} seconds")]
    TooManyPhoneCodes { why: &'static str, seconds: u64 },
    /// Many links were asked for from one network.
    #[error("too many links were asked for from your network: try again in {seconds} seconds")]
    TooManyLinkMails { seconds: u64 },
    /// The code is another than the one that was sent.
    #[error("this is not the code that was sent: it can be tried {left} more time(s)")]
    WrongPhoneCode { left: u64 },
    /// There is no code that can be tried.
    #[error("no code is valid for this phone number: it has expired or was tried too often, so ask for another")]
    NoPhoneCode,
    /// The person has had as many offers of the line as there may be within 24 hours.
    #[error("this person has had {offers} offer(s) of this line within 24 hours: join again after {until}")]
    TooManyOffers { offers: u64, until: String },
    /// The person has as many places in the event as there may be.
    #[error(
        "this e-mail address has {limit} place(s) in this event, the most that one person may have: leave one before \
         you take another, or ask the organiser"
    )]
    TooManyPlaces { limit: u64 },
    /// The organiser has paused joining.
    #[error("nobody can join the waitlist of this ticket type for now: try again later")]
    JoiningPaused,
    /// The new capacity is below the seats sold and held.
    #[error("capacity can't be lowered below the {in_use} seat(s) sold or held of ticket type {ticket_type}")]
    CapacityInUse { ticket_type: String, in_use: u64 },
    /// A ticket type with seats sold or held, or with waiting entries, can't be dropped.
    #[error("ticket type {ticket_type} can't be removed while seats are sold or held or people wait")]
    TicketTypeInUse { ticket_type: String },
    /// Some entries wait in a lane that the new order does not have.
    #[error("people wait in tiers or by a rule that the new order does not know: keep them until nobody does")]
    OrderInUse,
    /// The lots of all lines are drawn, or being drawn: the time of the draw is fixed.
    #[error(
        "the lots of all ticket types are drawn: name the drawAt by which they were, or another order once nobody waits"
    )]
    LotsDrawn,
    #[error("this event draws no lots")]
    NoDraw,
    /// The entry does not wait, so it can't be moved or offered seats.
    #[error("this entry does not wait: its status is {status}")]
    NotWaiting { status: &'static str },
    /// Nobody confirmed the entry's address yet, so it can't be moved or offered seats.
    #[error("this entry is not confirmed: confirm it first, if you know that the address is the customer's")]
    NotConfirmed,
    /// The entry has ended: it neither waits nor holds an offer.
    #[error("this entry has ended: its status is {status}")]
    EntryEnded { status: &'static str },
    /// The retention of the event has run out, so nothing of the entry's person can be corrected.
    #[error("the personal data of this entry were removed after the event's retention: nothing can be corrected")]
    PersonalDataRemoved,
    /// The customer has changed the entry as often as they may.
    #[error("this place was changed {limit} times, the most that there may be: ask the organiser to correct it")]
    TooManyChanges { limit: u64 },
    /// The entry has not ended without a sale, so it can't be reinstated.
    #[error("this entry can't be reinstated: its status is {status}")]
    StillWaiting { status: &'static str },
    /// Fewer seats are free than the entry asked for.
    #[error("{quantity} seat(s) are needed for this offer, and {free} are free")]
    SeatsNotFree { quantity: u32, free: u64 },
    /// The entry holds no offer.
    #[error("this entry holds no offer: its status is {status}")]
    NoOffer { status: &'static str },
    /// The deadline of the offer or of the purchase window has passed.
    #[error("the deadline for this offer has passed")]
    OfferExpired,
    /// The release is done or cancelled: nothing is left to pause, resume or cancel.
    #[error("this release has ended: its status is {status}")]
    ReleaseEnded { status: &'static str },
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for a different request: use a new key")]
    IdempotencyKeyReused,
    /// The first request with this idempotency key is still in progress.
    #[error("the first request with this Idempotency-Key is still in progress: try again in a moment")]
    IdempotencyInProgress,
}

/// A reason for which a command fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no. The caller may read the text.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Contention or throttling lasted too long. The same request may succeed later.
    #[error("{context}: too busy, gave up after retrying")]
    Busy {
        /// The command, for the log.
        context: &'static str,
    },
    /// A fault of ours. No caller reads the context or the source.
    #[error("{context}")]
    Internal {
        /// The command, for the log.
        context: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Adds the name of the command to a fault.
    pub fn internal(context: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal { context, source: source.into() }
    }

    /// A refusal of one bad field.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Refusal::Invalid(vec![FieldError::new(pointer, detail)]).into()
    }
}
