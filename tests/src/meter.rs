//! What the calls cost: round trips, and the capacity that DynamoDB reports for them.

use std::collections::BTreeMap;
use std::fmt;

/// Read and write request units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Units {
    /// Read request units.
    pub read: f64,
    /// Write request units.
    pub write: f64,
}

impl std::ops::AddAssign for Units {
    fn add_assign(&mut self, more: Self) {
        self.read += more.read;
        self.write += more.write;
    }
}

/// Capacity of one table or one of its indexes that a call consumed.
#[derive(Debug, Clone, PartialEq)]
pub struct Consumed {
    /// The table.
    pub table: String,
    /// The index, or the table itself.
    pub index: Option<String>,
    /// How much.
    pub units: Units,
}

/// A count of calls and of consumed capacity. As on AWS, a refused write reports no capacity; DynamoDB bills it all the
/// same, so a cost test should look at [`Meter::failed_calls`] too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meter {
    calls: BTreeMap<String, usize>,
    failed: usize,
    tables: BTreeMap<String, Units>,
    indexes: BTreeMap<String, Units>,
}

impl Meter {
    pub(crate) fn count(&mut self, operation: &str, succeeded: bool) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
        self.failed += usize::from(!succeeded);
    }

    pub(crate) fn add(&mut self, consumed: &[Consumed]) {
        for one in consumed {
            match &one.index {
                None => *self.tables.entry(one.table.clone()).or_default() += one.units,
                Some(index) => *self.indexes.entry(index.clone()).or_default() += one.units,
            }
        }
    }

    /// Round trips to all services, retries of the SDK included.
    pub fn round_trips(&self) -> usize {
        self.calls.values().sum()
    }

    /// Round trips of one operation, such as `UpdateItem`.
    pub fn calls(&self, operation: &str) -> usize {
        self.calls.get(operation).copied().unwrap_or_default()
    }

    /// Round trips that ended in an error.
    pub const fn failed_calls(&self) -> usize {
        self.failed
    }

    /// Units of everything together: tables and indexes.
    pub fn units(&self) -> Units {
        let mut total = Units::default();
        self.tables.values().chain(self.indexes.values()).for_each(|units| total += *units);
        total
    }

    /// Units of one table, its indexes left out.
    pub fn table_units(&self, table: &str) -> Units {
        self.tables.get(table).copied().unwrap_or_default()
    }

    /// Units of one index.
    pub fn index_units(&self, index: &str) -> Units {
        self.indexes.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.units();
        write!(formatter, "{} round trips, {} WRU, {} RRU", self.round_trips(), units.write, units.read)
    }
}
