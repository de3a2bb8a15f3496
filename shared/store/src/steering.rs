//! Steering: an organiser lets people join or not, and free seats be offered or not, line by line.
//!
//! Whether people may join stands on the numbers item, where every join's one write checks it; whether seats are offered
//! on the seats item, which the write of every offer changes. So once it is written nobody takes a number,
//! and nothing is offered, by a decision made before.

use waitlist_domain::identifier::LineId;
use waitlist_domain::steering::{Joining, Offering};
use waitlist_domain::{Error, Refusal};

use crate::expression::Expression;
use crate::failure::{Item, WriteFailure, update_failure};
use crate::key::Key;
use crate::reading::malformed;
use crate::table::{Attempts, Table};

/// What is to change; what is absent stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steer {
    /// Whether people may join.
    pub joining: Option<Joining>,
    /// Whether free seats are offered.
    pub offering: Option<Offering>,
}

/// Steering lines.
#[derive(Debug, Clone)]
pub struct Steering {
    table: Table,
}

impl Steering {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Steers these lines, one after the other. It says how things shall be, so repeating it changes nothing; after a
    /// crash it does what is left.
    pub async fn steer(&self, lines: &[LineId], steer: Steer) -> Result<(), Error> {
        for line in lines {
            if let Some(joining) = steer.joining {
                let stored = (joining != Joining::Open).then(|| joining.as_str());
                self.write(Key::numbers(line), JOINING, stored).await?;
            }
            if let Some(offering) = steer.offering {
                let stored = (offering != Offering::Open).then(|| offering.as_str());
                self.write(Key::seats(line), OFFERING, stored).await?;
            }
        }
        Ok(())
    }

    async fn write(&self, key: Key, attribute: &str, stored: Option<&str>) -> Result<(), Error> {
        const CONTEXT: &str = "steering a line";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let expression = Expression::new().journalled(self.table.mandate(), self.table.now()).when_exists();
            let expression = match stored {
                Some(word) => expression.set(attribute, word),
                None => expression.remove(&[attribute]),
            };
            let request = expression.update(&self.table, key.clone());
            match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
                Ok(_) => return Ok(()),
                Err(WriteFailure::Condition(_)) => return Err(Refusal::EventNotFound.into()),
                Err(WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }
}

/// Whether people may join, on the numbers item; absent while they may.
pub(crate) const JOINING: &str = "joining";

/// Whether free seats are offered, on the seats item; absent while they are.
pub(crate) const OFFERING: &str = "offering";

/// Reads whether people may join.
pub(crate) fn joining_from(numbers: &Item) -> Result<Joining, Error> {
    let Some(word) = numbers.get(JOINING) else { return Ok(Joining::Open) };
    word.as_s().ok().and_then(|word| Joining::parse(word).ok()).ok_or_else(|| malformed(JOINING))
}

/// Reads whether free seats are offered.
pub(crate) fn offering_from(seats: &Item) -> Result<Offering, Error> {
    let Some(word) = seats.get(OFFERING) else { return Ok(Offering::Open) };
    word.as_s().ok().and_then(|word| Offering::parse(word).ok()).ok_or_else(|| malformed(OFFERING))
}

/// Nothing is offered while offering is paused.
pub(crate) fn while_offering(seats: Expression) -> Expression {
    seats.when_absent(OFFERING)
}
