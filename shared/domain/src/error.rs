//! Why a command is refused or fails: one error for the whole product, free of any transport.

use std::error::Error as StdError;

/// One bad field of a request: where it is and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body (`/ticketTypes/0/capacity`), or the name of a path or query parameter.
    pub pointer: String,
    /// What is wrong and what would be right, for the caller to read.
    pub detail: String,
}

impl FieldError {
    /// A complaint about the field at `pointer`.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// A refusal by rule: the request was understood, nothing was changed, and the caller is told why.
///
/// The slugs are those of the HTTP contract (docs/api.md).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One or more fields are bad; every one is listed.
    #[error("{} field(s) of the request are invalid", .0.len())]
    Invalid(Vec<FieldError>),
    /// The body is not the JSON object it should be.
    #[error("the body is not a JSON object: {0}")]
    MalformedBody(String),
    /// The body is larger than this API takes.
    #[error("the body is larger than the {limit} bytes allowed")]
    BodyTooLarge {
        /// Most bytes a body may have.
        limit: usize,
    },
    /// No credential, or one that is unknown or revoked.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// A valid credential that lacks the role.
    #[error("{0}")]
    Forbidden(&'static str),
    /// No such event.
    #[error("there is no event with this id")]
    EventNotFound,
    /// No such entry, or not this caller's.
    #[error("there is no waitlist entry for this customer that matches the request")]
    EntryNotFound,
    /// No such registration.
    #[error("there is no registration with this id")]
    RegistrationNotFound,
    /// No such release.
    #[error("there is no release with this id")]
    ReleaseNotFound,
    /// No such access code.
    #[error("there is no access code with this id")]
    CodeNotFound,
    /// The event has this access code already.
    #[error("this event has this access code already: choose another, or revoke that one first")]
    CodeTaken,
    /// The event has as many access codes as it may.
    #[error("this event has had {limit} access codes, which is the most there may be")]
    TooManyCodes {
        /// Most codes that an event may have.
        limit: u64,
    },
    /// Too few seats are free for a direct sale, or the line has a claim on them, as it has until the event begins.
    #[error(
        "this ticket type does not have {quantity} seat(s) on sale: the rest are sold, held, or kept for the waitlist"
    )]
    SoldOut {
        /// Seats asked for.
        quantity: u32,
    },
    /// Seats are on sale, so there is nothing to wait for.
    #[error("seats of this ticket type are on sale now: buy them instead of joining the waitlist")]
    TicketsAvailable,
    /// The line holds as many entries as the event allows.
    #[error("the waitlist for this ticket type is full ({limit} are waiting)")]
    WaitlistFull {
        /// Most entries that may wait.
        limit: u64,
    },
    /// The event has begun, so nobody can join any more.
    #[error("the waitlist for this event is closed")]
    WaitlistClosed,
    /// The organiser lets nobody join for now.
    #[error("nobody can join the waitlist of this ticket type for now: try again later")]
    JoiningPaused,
    /// A capacity below the seats sold and held.
    #[error("capacity can't be lowered below the {in_use} seat(s) sold or held of ticket type {ticket_type}")]
    CapacityInUse {
        /// The ticket type.
        ticket_type: String,
        /// Seats sold and held now.
        in_use: u64,
    },
    /// A ticket type that has sold or held seats, or people waiting, can't be dropped.
    #[error("ticket type {ticket_type} can't be removed while seats are sold or held or people wait")]
    TicketTypeInUse {
        /// The ticket type.
        ticket_type: String,
    },
    /// People wait whom another order of the event has no place for.
    #[error("people wait in tiers or by a rule that the new order does not know: keep them until nobody does")]
    OrderInUse,
    /// The lots of all of the event's lines are drawn, or being drawn, so that no other time can be set for it.
    #[error(
        "the lots of all ticket types are drawn: name the drawAt by which they were, or another order once nobody waits"
    )]
    LotsDrawn,
    /// The event draws no lots.
    #[error("this event draws no lots")]
    NoDraw,
    /// The entry does not wait, so it has no place to be moved.
    #[error("this entry does not wait: its status is {status}")]
    NotWaiting {
        /// What the entry does instead.
        status: &'static str,
    },
    /// The entry is over: it neither waits nor holds an offer.
    #[error("this entry has ended: its status is {status}")]
    EntryEnded {
        /// How it ended.
        status: &'static str,
    },
    /// The entry has not ended in such a way that it could be taken up again.
    #[error("this entry can't be reinstated: its status is {status}")]
    StillWaiting {
        /// What the entry does.
        status: &'static str,
    },
    /// Fewer seats are free than the entry asked for.
    #[error("{quantity} seat(s) are needed for this offer, and {free} are free")]
    SeatsNotFree {
        /// Seats asked for.
        quantity: u32,
        /// Seats free now.
        free: u64,
    },
    /// The entry holds no offer that could be acted on.
    #[error("this entry holds no offer: its status is {status}")]
    NoOffer {
        /// What the entry is instead.
        status: &'static str,
    },
    /// The offer's or purchase window's deadline has passed.
    #[error("the deadline for this offer has passed")]
    OfferExpired,
    /// All seats of the release have come, or the rest was cancelled: nothing is left to pause, resume or cancel.
    #[error("this release has ended: its status is {status}")]
    ReleaseEnded {
        /// How it ended.
        status: &'static str,
    },
    /// An idempotency key used for another request.
    #[error("this Idempotency-Key was used for a different request: use a new key")]
    IdempotencyKeyReused,
    /// The first request with this idempotency key is still being worked on.
    #[error("the first request with this Idempotency-Key is still in progress: try again in a moment")]
    IdempotencyInProgress,
}

/// Anything that keeps a command from succeeding.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no. The text may be shown to the caller.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Contention or throttling outlasted our patience; the same request may succeed later.
    #[error("{context}: too busy, gave up after retrying")]
    Busy {
        /// What was being tried, for the log.
        context: &'static str,
    },
    /// A fault that is ours. Neither context nor source ever reaches a caller.
    #[error("{context}")]
    Internal {
        /// What was being tried, for the log.
        context: &'static str,
        /// What went wrong below.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Wraps a fault from below with what was being tried.
    pub fn internal(context: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal { context, source: source.into() }
    }

    /// A single bad field.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Refusal::Invalid(vec![FieldError::new(pointer, detail)]).into()
    }
}
