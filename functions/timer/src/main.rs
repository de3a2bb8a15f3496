//! Wires the timer to the table and its queue.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use timer::{Timer, handle};
use waitlist_runtime::queues::Timers;
use waitlist_runtime::{configuration, telemetry};
use waitlist_store::promotions::Promotions;
use waitlist_store::releases::Releases;
use waitlist_store::reminders::Reminders;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let table = configuration::table(&aws)?;
    let timer = &Timer {
        promotions: Promotions::new(&table),
        reminders: Reminders::new(&table),
        releases: Releases::new(&table),
        timers: Timers::from_environment(&aws)?,
        table,
    };
    run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(handle(timer, event.payload).await))).await
}
