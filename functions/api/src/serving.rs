//! What surrounds a handler: the program of its function, and the state of a warm function.

use lambda_runtime::Error as LambdaError;
use waitlist_domain::Error;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_runtime::environment::configuration::MissingVariable;
use waitlist_runtime::environment::{configuration, telemetry};
use waitlist_runtime::http::{self, Call, Reply, Request, Response, respond};
use waitlist_store::queries::api_keys::ApiKeys;
use waitlist_store::{AccessTable, Table};

use crate::challenges::Difficulty;
use crate::customers::{find, get_challenge, join, position, send_phone_code};
use crate::events::{get_draw, get_event};

pub use lambda_runtime::Error as Fatal;
pub use waitlist_runtime::http::Route;

/// The state that a handler gets beside the call. It lasts between the requests of a warm function.
pub trait Kept: Sized {
    /// Makes the state over a table, when the function starts.
    fn over(table: &Table) -> Result<Self, MissingVariable>;

    /// Takes the state from `warm`, where many functions share a process.
    fn of(warm: &Warm) -> &Self;

    /// The same state for a caller to whom only the events of this scope exist.
    fn within(&self, scope: Scope) -> Self;
}

impl Kept for Table {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(table.clone())
    }

    fn of(warm: &Warm) -> &Self {
        &warm.table
    }

    fn within(&self, scope: Scope) -> Self {
        Self::within(self, scope)
    }
}

impl Kept for get_challenge::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table, Difficulty::USUAL))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.get_challenge
    }

    fn within(&self, _: Scope) -> Self {
        self.clone()
    }
}

impl Kept for join::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table, configuration::whole_variable("JOINS_PER_SOURCE")?))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.join
    }

    fn within(&self, scope: Scope) -> Self {
        Self::within(self, scope)
    }
}

impl Kept for position::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table, configuration::sms_countries()?))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.position
    }

    fn within(&self, scope: Scope) -> Self {
        Self::within(self, scope)
    }
}

impl Kept for send_phone_code::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        let joins_per_source = configuration::whole_variable("JOINS_PER_SOURCE")?;
        Ok(Self::new(table, configuration::sms_countries()?, joins_per_source))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.send_phone_code
    }

    fn within(&self, scope: Scope) -> Self {
        Self::within(self, scope)
    }
}

impl Kept for find::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table, configuration::whole_variable("JOINS_PER_SOURCE")?))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.find
    }

    /// It names no event.
    fn within(&self, _: Scope) -> Self {
        self.clone()
    }
}

impl Kept for get_event::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table, configuration::sms_countries()?))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.get_event
    }

    fn within(&self, scope: Scope) -> Self {
        Self::within(self, scope)
    }
}

impl Kept for get_draw::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.get_draw
    }

    fn within(&self, scope: Scope) -> Self {
        Self::within(self, scope)
    }
}

/// How many joins without a key a source may make within an hour, where many functions share a
/// process. It is the template's default.
pub const JOINS_PER_SOURCE: u64 = 30;

/// One warm instance of every function.
#[derive(Debug, Clone)]
pub struct Warm {
    table: Table,
    keys: ApiKeys,
    get_challenge: get_challenge::Ports,
    get_event: get_event::Ports,
    get_draw: get_draw::Ports,
    join: join::Ports,
    position: position::Ports,
    send_phone_code: send_phone_code::Ports,
    find: find::Ports,
}

impl Warm {
    /// One instance of every function over these tables, as the environment configures them.
    pub fn from_environment(table: &Table, access: &AccessTable) -> Result<Self, MissingVariable> {
        Ok(Self {
            table: table.clone(),
            keys: ApiKeys::new(access),
            get_challenge: Kept::over(table)?,
            get_draw: Kept::over(table)?,
            join: Kept::over(table)?,
            position: Kept::over(table)?,
            send_phone_code: Kept::over(table)?,
            find: Kept::over(table)?,
            get_event: Kept::over(table)?,
        })
    }

    /// One instance of every function over these tables, just started. Text messages go to these
    /// countries. Challenges are next to no work.
    pub fn new(table: &Table, access: &AccessTable, countries: SmsCountries) -> Self {
        Self {
            table: table.clone(),
            keys: ApiKeys::new(access),
            get_challenge: get_challenge::Ports::new(table, Difficulty::LIGHT),
            get_draw: get_draw::Ports::new(table),
            join: join::Ports::new(table, JOINS_PER_SOURCE),
            position: position::Ports::new(table, countries.clone()),
            send_phone_code: send_phone_code::Ports::new(table, countries.clone(), JOINS_PER_SOURCE),
            get_event: get_event::Ports::new(table, countries),
            find: find::Ports::new(table, JOINS_PER_SOURCE),
        }
    }
}

/// Runs a function until Lambda ends it.
#[tokio::main(flavor = "current_thread")]
pub async fn serve<K: Kept>(
    route: &'static Route,
    handler: impl AsyncFn(&K, Call) -> Result<Reply, Error>,
) -> Result<(), LambdaError> {
    telemetry::start(module_path!());
    let (table, access) = configuration::tables_from_environment()?;
    let (kept, keys) = (K::over(&table)?, ApiKeys::new(&access));
    let handle = async |call| handle_within_scope(&kept, call, &handler).await;
    http::serve(async |request| respond(&table, &keys, route, request, &handle).await).await
}

/// Handles one request with a warm function.
pub async fn answer_warm<K: Kept>(
    route: &'static Route,
    warm: &Warm,
    request: Request,
    handler: impl AsyncFn(&K, Call) -> Result<Reply, Error>,
) -> Response {
    let handle = async |call| handle_within_scope(K::of(warm), call, &handler).await;
    respond(&warm.table, &warm.keys, route, request, handle).await
}

/// Calls the handler with a state in which only the caller's events exist.
///
/// No handler gets another state, so none can forget the caller's scope.
async fn handle_within_scope<K: Kept>(
    kept: &K,
    call: Call,
    handler: &impl AsyncFn(&K, Call) -> Result<Reply, Error>,
) -> Result<Reply, Error> {
    let kept = kept.within(call.caller.scope());
    handler(&kept, call).await
}
