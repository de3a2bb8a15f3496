//! Wires the pages to Lambda.

use lambda_runtime::Error;
use pages::Pages;
use waitlist_api::serving::Warm;
use waitlist_runtime::environment::{configuration, telemetry};
use waitlist_runtime::http;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let (table, access) = configuration::tables_from_environment()?;
    let pages = Pages::new(&table, Warm::from_environment(&table, &access)?);
    http::serve(async |request| pages.respond(request).await).await
}
