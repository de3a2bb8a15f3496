//! Releases: new seats in batches. The first batch is deposited at once, the others when they are
//! due. An organiser can pause or cancel a release.

use aws_sdk_dynamodb::types::TransactWriteItem;
use waitlist_domain::event::Event;
use waitlist_domain::line::release::Release;
use waitlist_domain::line::seats::SeatsChange;
use waitlist_domain::values::identifier::{LineId, ReleaseId};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::Failure;
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::dynamo::writing::{Written, send_put};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::line::{Line, get_line};
use crate::items::release_item::{StoredRelease, release_item};
use crate::items::seats_item::{Preconditions, write_seats};
use crate::items::table::Table;

/// The result of waking a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Batch {
    /// A batch was deposited. The release as it is now.
    Deposited(Release),
    /// Nothing is due. The time of the next batch, if there is one.
    NotDue(Option<Timestamp>),
}

/// Releases new seats.
#[derive(Debug, Clone)]
pub struct Releases {
    table: Table,
}

impl Releases {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// A release. Fails with [`Refusal::ReleaseNotFound`] if there is none.
    pub async fn get(&self, id: &ReleaseId) -> Result<Release, Error> {
        Ok(self.find(id).await?.ok_or(Refusal::ReleaseNotFound)?.release)
    }

    /// Reads a release, if there is one and the table shows its event.
    async fn find(&self, id: &ReleaseId) -> Result<Option<StoredRelease>, Error> {
        let stored = get(&self.table, Key::release(id)).await?.map(StoredRelease::read).transpose()?;
        Ok(stored.filter(|stored| self.table.shows(&stored.release.line.event_id)))
    }

    /// Holds back the next batches until the release is resumed. Returns the changed release.
    pub async fn pause(&self, id: &ReleaseId) -> Result<Release, Error> {
        self.change("pausing a release", id, |release, _| release.pause()).await
    }

    /// Resumes a paused release. Returns the changed release.
    pub async fn resume(&self, id: &ReleaseId) -> Result<Release, Error> {
        self.change("resuming a release", id, Release::resume).await
    }

    /// Cancels the remaining batches. Returns the changed release.
    pub async fn cancel(&self, id: &ReleaseId) -> Result<Release, Error> {
        self.change("cancelling a release", id, |release, _| release.cancel()).await
    }

    /// Changes a release as `decide` says. If it returns nothing, nothing is written.
    async fn change(
        &self,
        context: &'static str,
        id: &ReleaseId,
        decide: impl Fn(&Release, Timestamp) -> Result<Option<Release>, Refusal>,
    ) -> Result<Release, Error> {
        retry(&self.table, RetryBudget::REQUEST, context, async || {
            let stored = self.find(id).await?.ok_or(Refusal::ReleaseNotFound)?;
            let now = self.table.now();
            let Some(after) = decide(&stored.release, now)? else { return Ok(Attempt::Done(stored.release)) };
            let item = stored.replaced_by(&after, self.table.mandate(), now)?;
            Ok(match send_put(context, stored.unchanged().put(&self.table, item)).await? {
                Written::Made(_) => Attempt::Done(after),
                // A batch was deposited meanwhile, or another command changed the release.
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// Stores a release and deposits its first batch in one transaction.
    ///
    /// If a release with this id exists, the request is a repeated one, and the stored release is
    /// returned.
    pub async fn begin(&self, release: &Release) -> Result<Release, Error> {
        const CONTEXT: &str = "releasing seats";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            match self.try_to_begin(CONTEXT, release).await {
                Ok(Transacted::Made) => Ok(Attempt::Done(release.clone())),
                Ok(Transacted::ConditionsFailed(_)) => Ok(match self.find(&release.id).await? {
                    Some(begun) => Attempt::Done(begun.release),
                    None => Attempt::Again,
                }),
                // A repeated request may be refused, because the first one used the room or the
                // ticket type is gone.
                Err(Failure::Other(Error::Refused(refusal))) => {
                    Ok(Attempt::Done(self.find(&release.id).await?.ok_or(refusal)?.release))
                }
                Err(failure) => Err(failure),
            }
        })
        .await
    }

    async fn try_to_begin(&self, context: &'static str, release: &Release) -> Result<Transacted, Failure> {
        let place = self.destination(&release.line).await?;
        let Line { seats, numbers, times_dropped, .. } = &place.line;
        let change = seats.begin_release(release.quantity, release.released.into(), numbers)?;
        let item = release_item(release, 1, *times_dropped, self.table.mandate(), self.table.now())?;
        let put = Expression::new().when_absent("pk").put_in_transaction(&self.table, item);
        self.write(context, put, place, &change).await
    }

    /// Deposits the next batch, if it is due.
    pub async fn deposit(&self, id: &ReleaseId) -> Result<Batch, Error> {
        const CONTEXT: &str = "depositing a release's batch";
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let Some(stored) = self.find(id).await? else { return Ok(Attempt::Done(Batch::NotDue(None))) };
            self.try_to_deposit(CONTEXT, &stored).await
        })
        .await
    }

    async fn try_to_deposit(&self, context: &'static str, stored: &StoredRelease) -> Result<Attempt<Batch>, Failure> {
        let now = self.table.now();
        let Some((after, batch)) = stored.release.deposit(now) else {
            return Ok(Attempt::Done(Batch::NotDue(stored.release.due_at)));
        };
        let put = |release: &Release| {
            let item = stored.replaced_by(release, self.table.mandate(), now)?;
            Ok::<_, Error>(stored.unchanged().put_in_transaction(&self.table, item))
        };
        let (done, written) = match self.destination(&after.line).await {
            Ok(place) if place.line.times_dropped == stored.times_dropped => {
                let change = place.line.seats.deposit(batch.into(), &place.line.numbers);
                let written = self.write(context, put(&after)?, place, &change).await?;
                (Batch::Deposited(after), written)
            }
            // The ticket type was dropped, and may have come back since. The rest of the release
            // has no destination.
            Ok(_) | Err(Error::Refused(_)) => {
                let nothing_more = Batch::NotDue(None);
                let Some(ended) = stored.release.cancel()? else { return Ok(Attempt::Done(nothing_more)) };
                (nothing_more, transact(&self.table, context, vec![put(&ended)?]).await?)
            }
            Err(error) => return Err(error.into()),
        };
        Ok(match written {
            Transacted::Made => Attempt::Done(done),
            Transacted::ConditionsFailed(_) => Attempt::Again,
        })
    }

    /// The line that gets the seats. Fails if the event no longer has it.
    async fn destination(&self, line: &LineId) -> Result<Destination, Error> {
        let event = get_event(&self.table, &line.event_id).await?;
        event.line(&line.ticket_type_id)?;
        Ok(Destination { line_id: line.clone(), line: get_line(&self.table, line).await?, event })
    }

    /// Writes the release and the seats, if the event has not changed since it was read. So the
    /// ticket type still exists when the seats come.
    async fn write(
        &self,
        context: &'static str,
        release: TransactWriteItem,
        Destination { event, line_id, .. }: Destination,
        change: &SeatsChange,
    ) -> Result<Transacted, Failure> {
        let unchanged = Expression::new().when_equal("version", event.version);
        let unchanged = unchanged.in_transaction(&self.table, Key::event(&event.id));
        let seats = write_seats(&self.table, &line_id, change, Preconditions::default(), self.table.now());
        transact(&self.table, context, [release, unchanged].into_iter().chain(seats).collect()).await
    }
}

/// The line that gets the seats of a release.
struct Destination {
    event: Event,
    line_id: LineId,
    line: Line,
}
