//! Wires the handler to Lambda.

use std::convert::Infallible;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use notify::{Ports, handle};
use waitlist_domain::messages::send_rate::SendRate;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_notify::{ApiUrl, Links, Mailer, PublicUrl, Sender, SenderName, Templates, Texter};
use waitlist_runtime::environment::configuration;
use waitlist_runtime::environment::telemetry;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::send_slots::SendSlots;
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::queries::mailbox_places::MailboxPlaces;
use waitlist_store::queries::settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(module_path!());
    let ports = &ports()?;
    let answer = |event: LambdaEvent<SqsEvent>| async { Ok::<_, Infallible>(handle(ports, event.payload).await) };
    lambda_runtime::run(service_fn(answer)).await
}

fn ports() -> Result<Ports, Error> {
    let aws = configuration::aws_from_environment()?;
    let api_url = ApiUrl::parse(&configuration::variable("API_URL")?);
    let api_url = api_url.map_err(|rule| format!("the environment variable API_URL {rule}"))?;
    let table = configuration::table(&aws)?;
    let ses = configuration::at_own_endpoint(&aws, "AWS_ENDPOINT_URL_SESV2");
    let sns = configuration::at_own_endpoint(&aws, "AWS_ENDPOINT_URL_SNS");
    Ok(Ports {
        notifying: Notifying::new(&table),
        mailbox_places: MailboxPlaces::new(&table),
        slots: SendSlots::new(&table, rate("MAIL_RATE")?, rate("TEXT_RATE")?),
        unsubscribing: Unsubscribing::new(&table),
        templates: Templates::new(links(&api_url)?)?,
        settings: Settings::new(&table),
        api_url,
        mailer: Mailer::new(aws_sdk_sesv2::Client::new(&ses), sender()?),
        texter: Texter::new(aws_sdk_sns::Client::new(&sns)),
        countries: configuration::sms_countries()?,
        put_off_messages: PutOffMessages::new(&table),
    })
}

/// The pages to which links lead: the stack's own, unless the operator wrote some.
fn links(api_url: &ApiUrl) -> Result<Links, Error> {
    let Some(address) = configuration::optional_variable("PUBLIC_URL") else { return Ok(Links::Own(api_url.clone())) };
    let url = PublicUrl::parse(&address).map_err(|rule| format!("the environment variable PUBLIC_URL {rule}"))?;
    Ok(Links::Operator(url))
}

fn sender() -> Result<Sender, Error> {
    let name = configuration::optional_variable("SENDER_NAME").map(|name| SenderName::parse(&name)).transpose();
    let reply_to = configuration::optional_variable("REPLY_TO").map(|address| EmailAddress::parse(&address));
    let reply_to = reply_to.transpose();
    Ok(Sender {
        address: configuration::variable("SENDER_ADDRESS")?,
        name: name.map_err(|rule| format!("the environment variable SENDER_NAME {rule}"))?,
        reply_to: reply_to.map_err(|rule| format!("the environment variable REPLY_TO {rule}"))?,
        configuration_set: configuration::variable("CONFIGURATION_SET")?,
    })
}

fn rate(name: &'static str) -> Result<SendRate, Error> {
    let rate = SendRate::parse(&configuration::variable(name)?);
    Ok(rate.map_err(|rule| format!("the environment variable {name} {rule}"))?)
}
