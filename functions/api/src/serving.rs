//! What surrounds a handler: the program of its function, and the state of a warm function.

use lambda_runtime::Error as LambdaError;
use waitlist_domain::Error;
use waitlist_runtime::environment::configuration::MissingVariable;
use waitlist_runtime::environment::{configuration, telemetry};
use waitlist_runtime::http::{self, Call, Reply, Request, Response, respond};
use waitlist_store::Table;

use crate::customers::join;

pub use lambda_runtime::Error as Fatal;
pub use waitlist_runtime::http::Route;

/// The state that a handler gets beside the call. It lasts between the requests of a warm function.
pub trait Kept: Sized {
    /// Makes the state over a table, when the function starts.
    fn over(table: &Table) -> Result<Self, MissingVariable>;

    /// Takes the state from `warm`, where many functions share a process.
    fn of(warm: &Warm) -> &Self;
}

impl Kept for Table {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(table.clone())
    }

    fn of(warm: &Warm) -> &Self {
        &warm.table
    }
}

impl Kept for join::Ports {
    fn over(table: &Table) -> Result<Self, MissingVariable> {
        Ok(Self::new(table, configuration::whole_variable("JOINS_PER_SOURCE")?))
    }

    fn of(warm: &Warm) -> &Self {
        &warm.join
    }
}

/// How many joins without a key a source may make within an hour, unless the template says
/// otherwise.
pub const JOINS_PER_SOURCE: u64 = 30;

/// One warm instance of every function.
#[derive(Debug, Clone)]
pub struct Warm {
    table: Table,
    join: join::Ports,
}

impl Warm {
    /// One instance of every function over a table, just started.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), join: join::Ports::new(table, JOINS_PER_SOURCE) }
    }
}

/// Runs a function until Lambda ends it.
#[tokio::main(flavor = "current_thread")]
pub async fn serve<K: Kept>(
    route: &'static Route,
    handler: impl AsyncFn(&K, Call) -> Result<Reply, Error>,
) -> Result<(), LambdaError> {
    telemetry::start(module_path!());
    let table = configuration::table_from_environment()?;
    let kept = K::over(&table)?;
    http::serve(async |request| respond(&table, route, request, async |call| handler(&kept, call).await).await).await
}

/// Handles one request with a warm function.
pub async fn answer_warm<K: Kept>(
    route: &'static Route,
    warm: &Warm,
    request: Request,
    handler: impl AsyncFn(&K, Call) -> Result<Reply, Error>,
) -> Response {
    respond(&warm.table, route, request, async |call| handler(K::of(warm), call).await).await
}
