//! Idempotency records: the response to the first request with a caller's idempotency key.
//!
//! A record is stored before the work begins, and gets the response afterwards. If the function
//! dies, another run takes the record over after its lease and keeps its nonce. What the work
//! derives from the nonce comes out the same. So the second run finds what the first one made, and
//! makes nothing twice.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::values::credential::{Seal, SecretHash};
use waitlist_domain::values::identifier::PlaceTag;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::{Expression, Value};
use crate::dynamo::failure::Failure;
use crate::dynamo::item::{Item, malformed, number, text};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_put, send_update};
use crate::items::key::Key;
use crate::items::table::Table;

/// How long a response is remembered (docs/api.md).
const REMEMBERED_SECONDS: i64 = 24 * 60 * 60;

/// Longer than any API function runs (10 s). So a record is taken over only from a run that is
/// over.
const LEASE_MILLISECONDS: i64 = 12_000;

/// The identity of a request in hashes. The table reveals neither the key nor the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Hash of the caller and the idempotency key.
    pub scope: SecretHash,
    /// Hash of the request's content.
    pub content: SecretHash,
}

/// The right to do the work of a request. The holder must [`finish`] or [`release`] it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    scope: SecretHash,
    holder: [u8; 16],
    /// 256 random bits, the same in every run of the request.
    pub nonce: [u8; 32],
}

/// A response to remember.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedReply {
    /// The HTTP status.
    pub status: u16,
    /// The body, without any secret, or what is remembered of a refusal.
    pub body: String,
    /// The secret that the response also showed. It derives from the nonce.
    pub shown: ShownSecret,
}

const NOTHING: &str = "nothing";
const CODE: &str = "code";

/// The kind of secret that a response shows. The secret itself is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownSecret {
    /// No secret.
    Nothing,
    /// A customer's token for the place with this tag, and its last bits.
    Token(PlaceTag, Seal),
    /// An access code.
    Code,
}

impl ShownSecret {
    /// The stored form: a word, or the tag of the token's place and its last bits.
    fn stored(&self) -> String {
        match self {
            Self::Nothing => NOTHING.to_owned(),
            Self::Token(place, seal) => format!("{place}.{seal}"),
            Self::Code => CODE.to_owned(),
        }
    }

    fn read(item: &Item) -> Result<Self, Error> {
        match text(item, "shown")? {
            NOTHING => Ok(Self::Nothing),
            CODE => Ok(Self::Code),
            token => {
                let (tag, seal) = token.split_once('.').ok_or_else(|| malformed("shown"))?;
                let read = PlaceTag::parse(tag).and_then(|tag| Ok(Self::Token(tag, Seal::parse(seal)?)));
                read.map_err(|_| malformed("shown"))
            }
        }
    }
}

/// The state of a request at its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// It is new, or the earlier run died: do the work.
    Fresh(Lease),
    /// It was answered before.
    Answered {
        /// The stored response.
        reply: RememberedReply,
        /// The nonce of the run that gave the response.
        nonce: [u8; 32],
    },
    /// Another run is doing the work.
    InProgress,
    /// The key was used for another request.
    Reused,
}

/// An idempotency record.
struct Record {
    content: String,
    holder: [u8; 16],
    nonce: [u8; 32],
    /// The time until which no other run may do the work (milliseconds).
    lease_until: i64,
    reply: Option<RememberedReply>,
    forgotten_at: i64,
}

impl Record {
    fn new(content: &SecretHash, holder: [u8; 16], nonce: [u8; 32], now: Timestamp) -> Self {
        Self {
            content: content.as_str().to_owned(),
            holder,
            nonce,
            lease_until: now.milliseconds() + LEASE_MILLISECONDS,
            reply: None,
            forgotten_at: now.seconds() + REMEMBERED_SECONDS,
        }
    }

    fn to_item(&self, key: Key) -> Item {
        let mut item = key.into_attributes();
        item.extend([
            ("request_hash".to_owned(), AttributeValue::S(self.content.clone())),
            ("holder".to_owned(), AttributeValue::B(Blob::new(self.holder))),
            ("nonce".to_owned(), AttributeValue::B(Blob::new(self.nonce))),
            ("state".to_owned(), AttributeValue::S("pending".to_owned())),
            ("lease_until".to_owned(), Value::from(self.lease_until).0),
            ("ttl".to_owned(), Value::from(self.forgotten_at).0),
        ]);
        item
    }

    fn read(item: &Item) -> Result<Self, Error> {
        let reply = match text(item, "state")? {
            "done" => Some(RememberedReply {
                status: number(item, "status")?,
                body: text(item, "body")?.to_owned(),
                shown: ShownSecret::read(item)?,
            }),
            _ => None,
        };
        Ok(Self {
            content: text(item, "request_hash")?.to_owned(),
            holder: bytes(item, "holder")?,
            nonce: bytes(item, "nonce")?,
            lease_until: number(item, "lease_until")?,
            reply,
            forgotten_at: number(item, "ttl")?,
        })
    }
}

fn bytes<const LENGTH: usize>(item: &Item, name: &'static str) -> Result<[u8; LENGTH], Error> {
    let stored = item.get(name).and_then(|value| value.as_b().ok()).ok_or_else(|| malformed(name))?;
    stored.as_ref().try_into().map_err(|_| malformed(name))
}

/// Asks for the right to do the work of a request.
pub async fn begin(table: &Table, request: &Request) -> Result<Beginning, Error> {
    let now = table.now();
    let (holder, nonce) = (table.random_identifier_bits(), table.random());
    let record = Record::new(&request.content, holder, nonce, now);
    let fresh = || Beginning::Fresh(Lease { scope: request.scope.clone(), holder, nonce });
    let Some(found) = put(table, request, &record, Expression::new().when_absent("pk")).await? else {
        return Ok(fresh());
    };
    if found.forgotten_at <= now.seconds() {
        // DynamoDB deletes expired items with a delay.
        let replace = Expression::new().when_equal("holder", &found.holder[..]);
        return Ok(match put(table, request, &record, replace).await? {
            None => fresh(),
            Some(_) => Beginning::InProgress,
        });
    }
    if found.content != request.content.as_str() {
        return Ok(Beginning::Reused);
    }
    match found.reply {
        Some(reply) => Ok(Beginning::Answered { reply, nonce: found.nonce }),
        None if found.lease_until > now.milliseconds() => Ok(Beginning::InProgress),
        None => take_over(table, request, &found, holder, now).await,
    }
}

/// Stores a record under this condition. Returns the existing record if there is another.
async fn put(
    table: &Table,
    request: &Request,
    record: &Record,
    condition: Expression,
) -> Result<Option<Record>, Error> {
    const CONTEXT: &str = "beginning a request with an idempotency key";
    let request = condition.put(table, record.to_item(Key::idempotency(&request.scope)));
    match send_put(CONTEXT, request).await {
        Ok(Written::Made(_)) => Ok(None),
        Ok(Written::ConditionFailed(Some(item))) => {
            let found = Record::read(&item)?;
            // This is our own write, whose response was lost.
            Ok((found.holder != record.holder).then_some(found))
        }
        Ok(Written::ConditionFailed(None)) | Err(Failure::Contended) => Err(Error::Busy { context: CONTEXT }),
        Err(Failure::Other(error)) => Err(error),
    }
}

/// Takes a record over from a dead run, unless another run does.
async fn take_over(
    table: &Table,
    request: &Request,
    found: &Record,
    holder: [u8; 16],
    now: Timestamp,
) -> Result<Beginning, Error> {
    let change = Expression::new()
        .set("holder", &holder[..])
        .set("lease_until", now.milliseconds() + LEASE_MILLISECONDS)
        .when_equal("state", "pending")
        .when_equal("holder", &found.holder[..]);
    let lease = Lease { scope: request.scope.clone(), holder, nonce: found.nonce };
    Ok(if write(table, &lease, change).await? { Beginning::Fresh(lease) } else { Beginning::InProgress })
}

/// Stores the response. Does nothing if another run has taken the record over.
pub async fn finish(table: &Table, lease: &Lease, reply: &RememberedReply) -> Result<(), Error> {
    let change = Expression::new()
        .set("state", "done")
        .set("status", u32::from(reply.status))
        .set("body", reply.body.as_str())
        .set("shown", reply.shown.stored())
        .when_equal("state", "pending")
        .when_equal("holder", &lease.holder[..]);
    write(table, lease, change).await.map(|_| ())
}

/// Ends the lease at once, so that the next request with the key runs with the same nonce. For a
/// run without a response worth keeping.
pub async fn release(table: &Table, lease: &Lease) -> Result<(), Error> {
    let change = Expression::new()
        .set("lease_until", 0i64)
        .when_equal("state", "pending")
        .when_equal("holder", &lease.holder[..]);
    write(table, lease, change).await.map(|_| ())
}

/// Updates a record. False if another run holds it.
async fn write(table: &Table, lease: &Lease, change: Expression) -> Result<bool, Error> {
    const CONTEXT: &str = "changing an idempotency record";
    let request = change.update(table, Key::idempotency(&lease.scope));
    retry(table, RetryBudget::LAST, CONTEXT, async || {
        Ok(Attempt::Done(match send_update(CONTEXT, request.clone()).await? {
            Written::Made(_) => true,
            // Our own write, whose response was lost, if it has our holder.
            Written::ConditionFailed(Some(item)) => Record::read(&item)?.holder == lease.holder,
            Written::ConditionFailed(None) => false,
        }))
    })
    .await
}
