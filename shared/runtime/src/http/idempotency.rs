//! `Idempotency-Key`: a repeated request gets the first response again, and nothing is done twice.

use std::time::Duration;

use sha2::{Digest, Sha256};
use waitlist_domain::event::access_code::AccessCode;
use waitlist_domain::values::credential::{SecretHash, Token};
use waitlist_domain::values::identifier::{PlaceTag, hexadecimal};
use waitlist_domain::values::shape::{Described, Shape};
use waitlist_domain::{Error, Refusal};
use waitlist_store::Table;
use waitlist_store::commands::idempotency;
use waitlist_store::commands::idempotency::{Beginning, Lease, RememberedReply, Request, ShownSecret};
pub(crate) use waitlist_store::commands::idempotency::{finish, release};

use crate::http::callers::Caller;
use crate::http::problem::Problem;
use crate::http::recalling::{kept, recalled};
use crate::http::reply::{Reply, Secret};

/// Pauses between checks of a request in progress: 4.75 s in total, within the function's time.
const PAUSES_MILLISECONDS: [u64; 9] = [50, 100, 200, 400, 800, 800, 800, 800, 800];

/// The longest body that is remembered. Only an event with a very long form is longer, and a
/// repetition steers it to the same state.
const LONGEST_BODY: usize = 64 * 1024;

/// An idempotency key that a caller chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The most characters of a key.
    const LONGEST: usize = 255;

    /// Accepts visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            let detail = format!("must be 1 to {} visible ASCII characters", Self::LONGEST);
            Err(Error::invalid("Idempotency-Key", detail))
        }
    }
}

impl Described for IdempotencyKey {
    const SHAPE: Shape = Shape::pattern(1, Self::LONGEST, "^[!-~]*$");
}

/// Makes the new ids, token and access code of a request.
///
/// With an idempotency key every run of the request makes the same values. A run after a crash
/// therefore finds what the first run made.
#[derive(Clone)]
pub struct Mint {
    nonce: [u8; 32],
    key: Option<IdempotencyKey>,
}

impl std::fmt::Debug for Mint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The token can be derived from these fields.
        formatter.write_str("Mint(private)")
    }
}

impl Mint {
    /// For a request without an idempotency key. `nonce` is random and not stored.
    pub fn for_once(nonce: [u8; 32]) -> Self {
        Self { nonce, key: None }
    }

    /// For a request with an idempotency key. `nonce` is stored in the key's record.
    pub fn for_key(nonce: [u8; 32], key: IdempotencyKey) -> Self {
        Self { nonce, key: Some(key) }
    }

    /// Whether another run of the request may mint the same.
    pub fn may_mint_again(&self) -> bool {
        self.key.is_some()
    }

    /// 128 bits for an identifier.
    pub fn bits(&self) -> [u8; 16] {
        let digest: [u8; 32] = Sha256::new().chain_update(self.nonce).chain_update(b"id").finalize().into();
        let (bits, _) = digest.split_at(16);
        bits.try_into().expect("half of 32 bytes are 16")
    }

    /// A name for the request. It identifies the request's change of an entry when the request is
    /// repeated.
    pub fn request_name(&self) -> String {
        hexadecimal(&self.bits())
    }

    /// The customer's token for a place.
    pub fn token(&self, place: &PlaceTag) -> Token {
        Token::derive(place, &self.nonce, self.key_text())
    }

    /// An access code.
    pub fn access_code(&self) -> AccessCode {
        AccessCode::derive(&self.nonce, self.key_text())
    }

    fn key_text(&self) -> &str {
        self.key.as_ref().map_or("", |key| key.0.as_str())
    }
}

/// The request as the store identifies it. `what` is the route with its parameters, and the body.
pub(crate) fn request(caller: &Caller, key: &IdempotencyKey, what: &[&str]) -> Request {
    Request { scope: hash(&[caller.identity(), "POST", &key.0]), content: hash(what) }
}

/// A hash of several parts. The lengths of the parts are hashed too, so that the boundaries count.
fn hash(parts: &[&str]) -> SecretHash {
    let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    SecretHash::of(&text)
}

/// Which run of a request does the work.
pub(crate) enum Turn {
    /// This run does the work.
    Ours(Lease),
    /// An earlier run has done it, with this response.
    Answered(Reply),
}

/// Waits until this run may do the request, or an earlier run has finished it. `named` is the
/// attendee whom the request names.
pub(crate) async fn turn(
    table: &Table,
    request: &Request,
    key: &IdempotencyKey,
    named: Option<&str>,
) -> Result<Turn, Error> {
    let mut pauses = PAUSES_MILLISECONDS.into_iter();
    loop {
        match idempotency::begin(table, request).await? {
            Beginning::Fresh(lease) => return Ok(Turn::Ours(lease)),
            Beginning::Answered { reply, nonce } => {
                let reply = replay(&reply, nonce, key)?;
                let body = recalled(table, reply.body, named).await?;
                return Ok(Turn::Answered(Reply { body, ..reply }));
            }
            Beginning::Reused => return Err(Refusal::IdempotencyKeyReused.into()),
            Beginning::InProgress => match pauses.next() {
                Some(pause) => tokio::time::sleep(Duration::from_millis(pause)).await,
                None => return Err(Refusal::IdempotencyInProgress.into()),
            },
        }
    }
}

fn replay(remembered: &RememberedReply, nonce: [u8; 32], key: &IdempotencyKey) -> Result<Reply, Error> {
    if remembered.status >= 400 {
        return Ok(Reply::telling(&Problem::from_record(&remembered.body)?));
    }
    let body = serde_json::from_str(&remembered.body).map_err(|error| Error::internal("reading a reply", error))?;
    let mint = Mint::for_key(nonce, key.clone());
    let secret = match &remembered.shown {
        ShownSecret::Nothing => None,
        ShownSecret::Token(place, seal) => Some(Secret::Token(mint.token(place).with_seal(*seal))),
        ShownSecret::Code => Some(Secret::Code(mint.access_code())),
    };
    Ok(Reply { status: remembered.status, body, secret, document: None, header: None })
}

/// The response to a request with a key, and what is remembered of it.
///
/// Nothing is remembered if a repetition may get another response, or gets this one anyway.
pub(crate) fn outcome(result: Result<Reply, Error>) -> (Reply, Option<RememberedReply>) {
    match result {
        Ok(reply) => {
            let remembered = success(&reply);
            (reply, remembered)
        }
        Err(error) => refusal(&error),
    }
}

fn success(reply: &Reply) -> Option<RememberedReply> {
    let shown = match &reply.secret {
        None => ShownSecret::Nothing,
        Some(Secret::Token(token)) => ShownSecret::Token(token.place(), token.seal()),
        Some(Secret::Code(_)) => ShownSecret::Code,
    };
    let body = kept(&reply.body).to_string();
    (body.len() <= LONGEST_BODY).then_some(RememberedReply { status: reply.status, body, shown })
}

/// A refusal is remembered by its kind and its detail, so that a flood of them costs little. Where
/// the event judges the fields, the response lists no more of them than are remembered.
fn refusal(error: &Error) -> (Reply, Option<RememberedReply>) {
    let problem = Problem::of(error);
    let remembered = |problem: &Problem| RememberedReply {
        status: problem.kind.status,
        body: problem.record(),
        shown: ShownSecret::Nothing,
    };
    if may_change(&problem) {
        return (Reply::telling(&problem), None);
    }
    let short = problem.recordable();
    match error {
        // A repetition has the same fields and makes the same complaints, however many there are.
        Error::Refused(Refusal::Unreadable(_)) if short != problem => (Reply::telling(&problem), None),
        _ => (Reply::telling(&short), Some(remembered(&short))),
    }
}

/// Whether a repetition may get another response: after a fault, contention, or a missing
/// credential.
fn may_change(problem: &Problem) -> bool {
    matches!(problem.kind.status, 401 | 403 | 500..) || problem.header().is_some()
}

#[cfg(test)]
mod tests {
    use waitlist_domain::FieldError;

    use super::*;

    fn caller(bits: [u8; 32]) -> Caller {
        Caller::Token(Token::from_bits(&PlaceTag::parse("0123456789abcdef").expect("valid"), bits).presented())
    }

    fn key(text: &str) -> IdempotencyKey {
        IdempotencyKey::parse(text).expect("valid")
    }

    #[test]
    fn a_key_has_1_to_255_visible_ascii_characters() {
        assert!(IdempotencyKey::parse(&"k".repeat(255)).is_ok());
        assert!(IdempotencyKey::parse("0b7e6e2c-7d0f-4d55-9f2f-3f1f6f1f0a77").is_ok());
        for text in ["", &"k".repeat(256), "a b", "a\n", "ä", "\u{7f}"] {
            assert!(IdempotencyKey::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn the_same_run_mints_the_same_and_another_mints_another() {
        let first = Mint::for_key([1; 32], key("a"));
        let again = Mint::for_key([1; 32], key("a"));
        let other = Mint::for_key([2; 32], key("a"));
        let place = &PlaceTag::parse("0123456789abcdef").expect("valid");
        assert_eq!((first.bits(), first.token(place)), (again.bits(), again.token(place)));
        assert_ne!(first.bits(), other.bits());
        assert_ne!(first.token(place), other.token(place));
    }

    #[test]
    fn callers_do_not_share_keys() {
        let ours = request(&caller([1; 32]), &key("a"), &["/claim"]);
        let theirs = request(&caller([2; 32]), &key("a"), &["/claim"]);
        assert_ne!(ours.scope, theirs.scope);
        assert_eq!(ours.content, theirs.content);
    }

    #[test]
    fn a_refusal_is_remembered_as_it_was_told() {
        let fields = |count| vec![FieldError::new("/answers/school", "is required"); count];
        for refusal in [Refusal::TicketsAvailable, Refusal::Invalid(fields(90)), Refusal::Unreadable(fields(3))] {
            let (told, remembered) = outcome(Err(refusal.into()));
            let again =
                replay(&remembered.expect("it is remembered"), [0; 32], &key("a")).expect("it was written here");
            assert_eq!(again, told);
        }
    }

    #[test]
    fn a_long_list_of_fields_that_are_bad_by_themselves_is_made_again_instead() {
        let error = || Error::from(Refusal::Unreadable(vec![FieldError::new("/answers/school", "is required"); 90]));
        assert_eq!(outcome(Err(error())), (Reply::refusing(&error()), None));
    }

    #[test]
    fn nothing_that_may_change_is_remembered() {
        let fault = || Error::internal("reading", "an item is damaged");
        for error in [fault(), Error::Busy { context: "selling" }, Refusal::Forbidden("only keys may").into()] {
            assert_eq!(outcome(Err(error)).1, None);
        }
    }

    #[test]
    fn parts_of_a_request_do_not_run_into_each_other() {
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }
}
