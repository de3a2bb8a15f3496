//! Wires the relay to the table, its stream and the queues.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use relay::{Relay, answer};
use serde_json::Value;
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::lines_in_trouble::LinesInTrouble;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{Notifications, Promotions, Retries, StreamDeadLetters, Timers};
use waitlist_store::commands::places::PlaceNotes;
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::followers::moved_up::MovedUp;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let table = configuration::table(&aws)?;
    let (timers, notifications) = (Timers::from_environment(&aws)?, Notifications::from_environment(&aws)?);
    let relay = &Relay {
        index: IndexUpkeep::new(&table),
        places: PlaceNotes::new(&table),
        movers: Movers::new(MovedUp::new(&table), notifications.clone(), timers.clone()),
        table,
        promotions: Promotions::from_environment(&aws)?,
        timers,
        notifications,
        retries: Retries::from_environment(&aws)?,
        trouble: LinesInTrouble::default(),
        dead_letters: StreamDeadLetters::from_environment(&aws)?,
    };
    run(service_fn(async |event: LambdaEvent<Value>| Ok::<_, Error>(Box::pin(answer(relay, event.payload)).await?)))
        .await
}
