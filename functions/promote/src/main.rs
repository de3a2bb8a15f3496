//! Wires promote to the table and the queues.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use promote::{Promote, handle};
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::queues::{PromotionsDeadLetters, Timers};
use waitlist_store::commands::promotions::Promotions;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let table = configuration::table(&aws)?;
    let promote = &Promote {
        promotions: Promotions::new(&table),
        table,
        timers: Timers::from_environment(&aws)?,
        dead_letters: PromotionsDeadLetters::from_environment(&aws)?,
    };
    run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(handle(promote, event.payload).await))).await
}
