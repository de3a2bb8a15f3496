//! The Lambda function `no-route`.

use waitlist_api::serving::Fatal;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::http;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fatal> {
    telemetry::start(module_path!());
    http::serve(async |request| waitlist_api::no_route::handle(&request)).await
}
