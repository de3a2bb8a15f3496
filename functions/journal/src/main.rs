//! Wires the journal to the table and its stream.

use journal::{Ports, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::queues::StreamDeadLetters;
use waitlist_store::followers::journal::JournalKeeping;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let ports = &Ports {
        journals: JournalKeeping::new(&configuration::table(&aws)?),
        dead_letters: StreamDeadLetters::from_environment(&aws)?,
    };
    run(service_fn(async |event: LambdaEvent<Value>| Ok::<_, Error>(Box::pin(handle(ports, &event.payload)).await)))
        .await
}
