//! The table of the waitlist, and the mandate under which it is changed.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use waitlist_domain::values::mandate::{Actor, Mandate};

use crate::dynamo::table::{Clock, DynamoTable, Random};

/// The table of the waitlist with a mandate. Cheap to clone.
#[derive(Clone)]
pub struct Table {
    table: DynamoTable,
    mandate: Arc<Mandate>,
}

impl Table {
    /// The table called `name`, reached through `client`. Its changes name the waitlist as their
    /// actor.
    pub fn new(client: Client, name: impl Into<String>, clock: Clock, random: Random) -> Self {
        let table = DynamoTable::new(client, name.into(), clock, random);
        Self { table, mandate: Arc::new(Mandate::of(Actor::Waitlist)) }
    }

    /// The same table under this mandate: items changed through it name its actor and reason.
    pub fn acting_as(&self, mandate: Mandate) -> Self {
        Self { mandate: Arc::new(mandate), ..self.clone() }
    }

    /// The mandate of changes through this table.
    pub(crate) fn mandate(&self) -> &Mandate {
        &self.mandate
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table.fmt(formatter)
    }
}

/// Requests need no mandate: only the written items do.
impl Deref for Table {
    type Target = DynamoTable;

    fn deref(&self) -> &DynamoTable {
        &self.table
    }
}
