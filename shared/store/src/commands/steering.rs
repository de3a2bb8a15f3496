//! Steering: an organiser pauses or resumes joining and offering, line by line.
//!
//! `joining` is on the numbers item, whose condition every join checks. `offering` is on the seats
//! item, which every offer changes. So once the switch is written, no earlier decision takes a
//! number or makes an offer.

use aws_sdk_dynamodb::types::TransactWriteItem;
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::{Expression, Value};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::items::key::Key;
use crate::items::numbers_item::JOINING;
use crate::items::seats_item::OFFERING;
use crate::items::table::Table;

/// The switches to set. `None` leaves a switch as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steer {
    /// Whether people may join.
    pub joining: Option<Joining>,
    /// Whether free seats are offered.
    pub offering: Option<Offering>,
}

/// Steers lines.
#[derive(Debug, Clone)]
pub struct Steering {
    table: Table,
}

impl Steering {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Steers these lines one after the other, each in one transaction that also notes the command.
    ///
    /// So a command that is repeated after a crash does only what is left. It undoes no later
    /// change.
    pub async fn steer(&self, lines: &[LineId], steer: Steer) -> Result<(), Error> {
        for line in lines {
            self.steer_line(line, steer).await?;
        }
        Ok(())
    }

    async fn steer_line(&self, line: &LineId, steer: Steer) -> Result<(), Error> {
        const CONTEXT: &str = "steering a line";
        let command = self.table.mandate().command.as_deref();
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let note = command.map(|command| self.note(command, line));
            let items = note.into_iter().chain(self.changes(line, steer)).collect();
            match transact(&self.table, CONTEXT, items).await? {
                Transacted::Made => Ok(Attempt::Done(())),
                Transacted::ConditionsFailed(failed) => {
                    let was_done = command.is_some() && failed.first().is_some_and(Option::is_some);
                    if was_done { Ok(Attempt::Done(())) } else { Err(Refusal::EventNotFound.into()) }
                }
            }
        })
        .await
    }

    /// Notes that the command was done, on condition that it was not.
    fn note(&self, command: &str, line: &LineId) -> TransactWriteItem {
        let mut item = Key::steered(command, line).into_attributes();
        let forgotten_at = self.table.now().seconds() + REMEMBERED_SECONDS;
        item.insert("ttl".to_owned(), Value::from(forgotten_at).0);
        Expression::new().when_absent("pk").put_in_transaction(&self.table, item)
    }

    fn changes(&self, line: &LineId, steer: Steer) -> impl Iterator<Item = TransactWriteItem> {
        let joining = steer.joining.map(|joining| {
            let stored = (joining != Joining::Open).then(|| joining.as_str());
            (Key::numbers(line), JOINING, stored)
        });
        let offering = steer.offering.map(|offering| {
            let stored = (offering != Offering::Open).then(|| offering.as_str());
            (Key::seats(line), OFFERING, stored)
        });
        joining.into_iter().chain(offering).map(|(key, attribute, stored)| {
            let change = Expression::new().journalled(self.table.mandate(), self.table.now());
            let change = change.set_or_remove(attribute, stored).when_exists();
            change.in_transaction(&self.table, key)
        })
    }
}

/// Longer than an idempotency key is remembered (24 hours). A command is not repeated after that.
const REMEMBERED_SECONDS: i64 = 25 * 60 * 60;
