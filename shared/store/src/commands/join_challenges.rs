//! The challenges of joins: the key that signs them, and the mark that a solution was used.

use serde::Serialize;
use waitlist_domain::Error;
use waitlist_domain::event::join_challenge::{BadSolution, SigningKey, SolvedChallenge};
use waitlist_domain::values::identifier::EntryId;

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::Failure;
use crate::dynamo::item::{text, to_item};
use crate::dynamo::writing::{Written, send_put};
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::table::Table;

/// How long a mark is kept after the end of its challenge (seconds). The clocks of functions differ
/// by less.
const KEPT_SECONDS: i64 = 60;

/// Signs challenges. The key is remembered once it was read.
#[derive(Debug, Clone)]
pub struct ChallengeSigning(HashSecret);

impl ChallengeSigning {
    /// Signs with the secret in `table`.
    pub fn new(table: &Table) -> Self {
        Self(HashSecret::of(table))
    }

    /// The key of this stack. Nothing if no event has ever asked for a challenge, because the change
    /// of the event makes the secret.
    pub async fn key(&self) -> Result<Option<SigningKey>, Error> {
        Ok(self.0.bits_if_made().await?.as_ref().map(SigningKey::derive))
    }
}

/// The attribute with the entry that a solution was used for.
const ENTRY_ID: &str = "entry_id";

/// The mark that the solution of a challenge was used.
#[derive(Debug, Serialize)]
struct UsedChallenge {
    pk: String,
    sk: String,
    /// The entry that the join would make. It names the request.
    entry_id: EntryId,
    ttl: i64,
}

/// Uses up the solution of a challenge, for the join that would make this entry.
///
/// A join writes the mark once the event has accepted all of its fields. It has neither looked at
/// the line yet nor taken a number. So a bad field uses nothing up: the customer mends it and sends
/// the same solution. A wrong access code does, because every guess is to cost work.
///
/// A refusal by the line uses it up as well: a full line, seats on sale, too many places. Such a
/// join has cost the table as much as another. Where somebody has the place already, the mark is
/// written too. So nobody can tell from a repeated solution who waits.
///
/// The mark names the entry. A repetition with the same `Idempotency-Key` makes the same entry, so
/// it finds its own mark and goes on. This holds after a crash, after 503 and for a lost response.
/// The mark is a write of its own, because a transaction with the number would cost every join
/// twice as much. It would also let one solution take many numbers at once.
pub(crate) async fn use_up(
    table: &Table,
    challenge: &SolvedChallenge,
    entry: &EntryId,
) -> Result<Result<(), BadSolution>, Failure> {
    const CONTEXT: &str = "using up the solution of a challenge";
    let Key { pk, sk } = Key::used_challenge(&challenge.id);
    let mark = UsedChallenge { pk, sk, entry_id: entry.clone(), ttl: challenge.ends_at.seconds() + KEPT_SECONDS };
    let request = Expression::new().when_absent("pk").put(table, to_item(&mark)?);
    Ok(match send_put(CONTEXT, request).await? {
        Written::Made(_) => Ok(()),
        Written::ConditionFailed(Some(item)) if text(&item, ENTRY_ID)? == entry.as_str() => Ok(()),
        Written::ConditionFailed(_) => Err(BadSolution::Used),
    })
}
