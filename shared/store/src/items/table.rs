//! The waitlist's table, and on whose behalf it is changed.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use waitlist_domain::values::mandate::{Actor, Mandate};

use crate::dynamo::table::{Clock, DynamoTable, Random};

/// The one table of the waitlist, with the mandate under which it is changed. Cheap to clone.
#[derive(Clone)]
pub struct Table {
    table: DynamoTable,
    mandate: Arc<Mandate>,
}

impl Table {
    /// The table called `name`, reached through `client`. The waitlist itself changes it.
    pub fn new(client: Client, name: impl Into<String>, clock: Clock, random: Random) -> Self {
        let table = DynamoTable::new(client, name.into(), clock, random);
        Self { table, mandate: Arc::new(Mandate::of(Actor::Waitlist)) }
    }

    /// The same table, for changes under this mandate: every item that is changed through it bears who changed it, and
    /// why.
    pub fn under(&self, mandate: Mandate) -> Self {
        Self { mandate: Arc::new(mandate), ..self.clone() }
    }

    /// On whose behalf items are changed through this.
    pub(crate) fn mandate(&self) -> &Mandate {
        &self.mandate
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table.fmt(formatter)
    }
}

/// Reading and writing asks for no mandate: only what is written does.
impl Deref for Table {
    type Target = DynamoTable;

    fn deref(&self) -> &DynamoTable {
        &self.table
    }
}
