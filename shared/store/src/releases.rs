//! Releases: deposits of new seats, the first at once, the others when they are due.

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::identifier::ReleaseId;
use waitlist_domain::release::Release;
use waitlist_domain::time::Timestamp;

use crate::events::get_event;
use crate::expression::Expression;
use crate::failure::{Item, TransactionFailure};
use crate::key::Key;
use crate::line_items::{get_line, write_seats};
use crate::reading::{from_item, get, to_item};
use crate::table::{Attempts, Table};
use crate::transaction;

/// The partition of the `due` index in which releases stand.
pub(crate) const DUE_RELEASES: &str = "DUE#0";

#[derive(Debug, Serialize, Deserialize)]
struct ReleaseItem {
    pk: String,
    sk: String,
    released: u32,
    release: Release,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    armed_from: Option<Timestamp>,
}

fn release_item(release: &Release, now: Timestamp) -> Result<Item, Error> {
    let key = Key::release(&release.id);
    to_item(&ReleaseItem {
        pk: key.pk,
        sk: key.sk,
        released: release.released,
        due_shard: release.due_at.map(|_| DUE_RELEASES.to_owned()),
        due_at: release.due_at,
        armed_from: release.due_at.map(|_| now),
        release: release.clone(),
    })
}

/// The release of its item.
pub(crate) fn release_from(item: Item) -> Result<Release, Error> {
    Ok(from_item::<ReleaseItem>(item)?.release)
}

/// What came of waking a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Batch {
    /// Seats were deposited; the release as it is now.
    Deposited(Release),
    /// Nothing was due: the next batch is at this time, if there is one.
    NotDue(Option<Timestamp>),
}

/// Releasing new seats.
#[derive(Debug, Clone)]
pub struct Releases {
    table: Table,
}

impl Releases {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Stores a release and deposits its first batch, in one write. A release with the same id that is there already
    /// is the answer to a repeated request.
    pub async fn begin(&self, release: &Release) -> Result<Release, Error> {
        const CONTEXT: &str = "releasing seats";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let put = Expression::new().when_absent("pk");
            let now = self.table.now();
            let put = put.put_in_transaction(&self.table, release_item(release, now)?);
            match self.write(CONTEXT, release, release.released, put).await {
                Ok(()) => return Ok(release.clone()),
                Err(TransactionFailure::Conditions(_)) => {
                    if let Some(item) = get(&self.table, Key::release(&release.id)).await? {
                        return release_from(item);
                    }
                }
                Err(TransactionFailure::Conflict) => {}
                Err(TransactionFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    /// Deposits the next batch, where it is due.
    pub async fn deposit(&self, id: &ReleaseId) -> Result<Batch, Error> {
        const CONTEXT: &str = "depositing a release's batch";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let Some(item) = get(&self.table, Key::release(id)).await? else { return Ok(Batch::NotDue(None)) };
            let stored = release_from(item)?;
            let now = self.table.now();
            let Some((after, batch)) = stored.deposit(now) else { return Ok(Batch::NotDue(stored.due_at)) };
            let put = |release: &Release| {
                let unchanged = Expression::new().when_equal("released", stored.released);
                Ok::<_, Error>(unchanged.put_in_transaction(&self.table, release_item(release, now)?))
            };
            let written = match self.write(CONTEXT, &after, batch, put(&after)?).await {
                // Its ticket type was dropped: what remains of it has nowhere to go.
                Err(TransactionFailure::Other(Error::Refused(_))) => {
                    let ended = Release { due_at: None, ..stored.clone() };
                    transaction::write(&self.table, CONTEXT, vec![put(&ended)?]).await.map(|()| Batch::NotDue(None))
                }
                other => other.map(|()| Batch::Deposited(after)),
            };
            match written {
                Ok(batch) => return Ok(batch),
                Err(TransactionFailure::Conditions(_) | TransactionFailure::Conflict) => {}
                Err(TransactionFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    async fn write(
        &self,
        context: &'static str,
        release: &Release,
        batch: u32,
        put: aws_sdk_dynamodb::types::TransactWriteItem,
    ) -> Result<(), TransactionFailure> {
        let event = get_event(&self.table, &release.line.event_id).await.map_err(TransactionFailure::Other)?;
        // The ticket type must still be there when the seats come.
        event.line(&release.line.ticket_type_id).map_err(|refusal| TransactionFailure::Other(refusal.into()))?;
        let unchanged = Expression::new().when_equal("version", event.version);
        let unchanged = unchanged.in_transaction(&self.table, Key::event(&event.id));
        let line = get_line(&self.table, &release.line).await.map_err(TransactionFailure::Other)?;
        let change = line.seats.deposit(batch.into(), &line.numbers);
        let seats = write_seats(&self.table, &release.line, &change, self.table.now());
        transaction::write(&self.table, context, [put, unchanged].into_iter().chain(seats).collect()).await
    }
}
