//! Wires the sweep to the table and the queues.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use sweep::{Sweep, answer};
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::queues::{Promotions, Timers};
use waitlist_store::commands::personal_data::PersonalData;
use waitlist_store::commands::sweeping::Sweeps;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let aws = configuration::aws_from_environment()?;
    let table = configuration::table(&aws)?;
    let sweep = &Sweep {
        sweeps: Sweeps::new(&table),
        promotions: Promotions::from_environment(&aws)?,
        timers: Timers::from_environment(&aws)?,
        personal_data: PersonalData::new(&table),
    };
    run(service_fn(async |event: LambdaEvent<Value>| {
        Box::pin(answer(sweep, &event.payload)).await.map_err(Error::from)
    }))
    .await
}
