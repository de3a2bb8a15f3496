//! Wires the handler to Lambda.

use aws_lambda_events::sqs::SqsEvent;
use feedback::handle;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let addresses = &UnreachableAddresses::new(&configuration::table(&configuration::aws_from_environment()?)?);
    run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(handle(addresses, event.payload).await))).await
}
