//! The tables: the waitlist's, with the mandate and the scope of its user, and the one of API keys.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::Client;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::scope::Scope;

use crate::dynamo::table::{Clock, DynamoTable, Random};
use crate::items::token_ends::TokenEnds;

/// The table of the waitlist with a mandate and a scope. Cheap to clone.
///
/// Events outside the scope do not exist: what reads an event, or an item of an event by its id,
/// asks `Table::shows`.
#[derive(Clone)]
pub struct Table {
    table: DynamoTable,
    mandate: Arc<Mandate>,
    scope: Arc<Scope>,
    /// The secret of hashes, once it was read.
    hash_secret: Arc<OnceLock<[u8; 32]>>,
    token_ends: TokenEnds,
}

impl Table {
    /// The table called `name`, reached through `client`. Its changes name the waitlist as their
    /// actor, and it shows every event.
    pub fn new(client: Client, name: impl Into<String>, clock: Clock, random: Random) -> Self {
        let table = DynamoTable::new(client, name.into(), clock, random);
        let (mandate, scope) = (Arc::new(Mandate::of(Actor::Waitlist)), Arc::new(Scope::all()));
        Self { table, mandate, scope, hash_secret: Arc::default(), token_ends: TokenEnds::default() }
    }

    /// The same table under this mandate: items changed through it name its actor and reason.
    pub fn acting_as(&self, mandate: Mandate) -> Self {
        Self { mandate: Arc::new(mandate), ..self.clone() }
    }

    /// The same table, in which only the events of this scope exist.
    pub fn within(&self, scope: Scope) -> Self {
        Self { scope: Arc::new(scope), ..self.clone() }
    }

    /// Whether an event exists, if it is stored.
    pub(crate) fn shows(&self, event: &EventId) -> bool {
        self.scope.includes(event)
    }

    /// Where the secret of hashes is remembered.
    pub(crate) fn hash_secret(&self) -> &OnceLock<[u8; 32]> {
        &self.hash_secret
    }

    /// The mandate of changes through this table.
    pub(crate) fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    /// What is remembered of the ends of tokens, by this table and all that were made from it.
    pub(crate) fn token_ends(&self) -> &TokenEnds {
        &self.token_ends
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

/// The table of API keys. Functions only read it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AccessTable(DynamoTable);

impl AccessTable {
    /// The table called `name`, reached through `client`.
    pub fn new(client: Client, name: impl Into<String>, clock: Clock, random: Random) -> Self {
        Self(DynamoTable::new(client, name.into(), clock, random))
    }
}

impl Deref for AccessTable {
    type Target = DynamoTable;

    fn deref(&self) -> &DynamoTable {
        &self.0
    }
}
