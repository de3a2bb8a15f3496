//! Wires the function.

use waitlist_runtime::{configuration, http, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start(module_path!());
    let table = configuration::table_from_environment()?;
    http::serve(|request| list_journal::handle(&table, request)).await
}
