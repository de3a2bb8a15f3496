//! Wires the timer to the table and its queue.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use timer::{Timer, handle};
use waitlist_runtime::movers::Movers;
use waitlist_runtime::queues::{Notifications, Timers};
use waitlist_runtime::{configuration, telemetry};
use waitlist_store::draws::Draws;
use waitlist_store::moved_up::MovedUp;
use waitlist_store::promotions::Promotions;
use waitlist_store::releases::Releases;
use waitlist_store::reminders::Reminders;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let table = configuration::table(&aws)?;
    let timers = Timers::from_environment(&aws)?;
    let timer = &Timer {
        promotions: Promotions::new(&table),
        draws: Draws::new(&table),
        reminders: Reminders::new(&table),
        movers: Movers::new(MovedUp::new(&table), Notifications::from_environment(&aws)?, timers.clone()),
        releases: Releases::new(&table),
        timers,
        table,
    };
    run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(handle(timer, event.payload).await))).await
}
