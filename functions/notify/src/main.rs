//! Wires the handler to Lambda.

use std::convert::Infallible;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use notify::{Ports, handle};
use waitlist_domain::messages::send_rate::SendRate;
use waitlist_notify::{Mailer, PublicUrl, Templates, Texter};
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::send_slots::SendSlots;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let ports = &ports()?;
    let answer = |event: LambdaEvent<SqsEvent>| async { Ok::<_, Infallible>(handle(ports, event.payload).await) };
    lambda_runtime::run(service_fn(answer)).await
}

fn ports() -> Result<Ports, Error> {
    let aws = configuration::aws_from_environment()?;
    let public_url = PublicUrl::parse(&configuration::variable("PUBLIC_URL")?);
    let public_url = public_url.map_err(|rule| format!("the environment variable PUBLIC_URL {rule}"))?;
    let sender = configuration::variable("SENDER_ADDRESS")?;
    let table = configuration::table(&aws)?;
    let ses = configuration::at_own_endpoint(&aws, "AWS_ENDPOINT_URL_SESV2");
    let sns = configuration::at_own_endpoint(&aws, "AWS_ENDPOINT_URL_SNS");
    Ok(Ports {
        notifying: Notifying::new(&table),
        slots: SendSlots::new(&table, rate("MAIL_RATE")?, rate("TEXT_RATE")?),
        templates: Templates::new(public_url)?,
        mailer: Mailer::new(aws_sdk_sesv2::Client::new(&ses), sender),
        texter: Texter::new(aws_sdk_sns::Client::new(&sns)),
    })
}

fn rate(name: &'static str) -> Result<SendRate, Error> {
    let rate = SendRate::parse(&configuration::variable(name)?);
    Ok(rate.map_err(|rule| format!("the environment variable {name} {rule}"))?)
}
