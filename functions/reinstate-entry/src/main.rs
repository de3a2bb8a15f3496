//! Wires the function.

use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::http;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start(module_path!());
    let table = configuration::table_from_environment()?;
    http::serve(|request| reinstate_entry::handle(&table, request)).await
}
