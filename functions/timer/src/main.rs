//! Wires the timer to the table and its queue.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use timer::{Timer, handle};
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{Notifications, Timers};
use waitlist_store::commands::confirming::Confirmations;
use waitlist_store::commands::draws::Draws;
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::releases::Releases;
use waitlist_store::commands::reminders::Reminders;
use waitlist_store::followers::moved_up::MovedUp;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let table = configuration::table(&aws)?;
    let (timers, notifications) = (Timers::from_environment(&aws)?, Notifications::from_environment(&aws)?);
    let timer = &Timer {
        promotions: Promotions::new(&table),
        draws: Draws::new(&table),
        reminders: Reminders::new(&table),
        confirmations: Confirmations::new(&table),
        movers: Movers::new(MovedUp::new(&table), notifications.clone(), timers.clone()),
        releases: Releases::new(&table),
        put_off_messages: PutOffMessages::new(&table),
        notifications,
        timers,
        table,
    };
    run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(handle(timer, event.payload).await))).await
}
