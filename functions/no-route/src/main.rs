//! Wires the function.

use waitlist_runtime::environment::telemetry;
use waitlist_runtime::http;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start(module_path!());
    http::serve(|request| async move { no_route::handle(&request) }).await
}
