//! How many joins, and how many wrong access codes, a network may send without a key.

use waitlist_domain::Error;
use waitlist_domain::values::source::Source;

use crate::commands::sources::{Counted, Sources};
use crate::items::table::Table;

/// Limits the joins of each source within an hour. A source that is not known has no limit.
#[derive(Debug, Clone)]
pub struct JoinLimits {
    sources: Sources,
    joins: u64,
}

impl JoinLimits {
    /// Takes at most `joins` joins of a source, and [fewer](Counted::most) with a wrong access code.
    pub fn new(table: &Table, joins: u64) -> Self {
        Self { sources: Sources::new(table), joins }
    }

    /// Counts a join, and refuses it if its source sends too many. A join that presents an access
    /// code is also refused if its source has tried too many wrong ones.
    pub async fn count_join(&self, source: Option<&Source>, presents_code: bool) -> Result<(), Error> {
        let Some(source) = source else { return Ok(()) };
        self.sources.count(Counted::Joins, source, self.joins).await?;
        if presents_code {
            self.sources.check(Counted::WrongCodes, source, self.wrong_codes()).await?;
        }
        Ok(())
    }

    /// Counts an access code that was not good. Refuses it if its source has tried too many.
    pub async fn count_wrong_code(&self, source: Option<&Source>) -> Result<(), Error> {
        let Some(source) = source else { return Ok(()) };
        self.sources.count(Counted::WrongCodes, source, self.wrong_codes()).await
    }

    fn wrong_codes(&self) -> u64 {
        Counted::WrongCodes.most(self.joins)
    }
}
