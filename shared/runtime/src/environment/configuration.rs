//! A function's configuration from its environment, read once in the init phase.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use chrono::{DateTime, Utc};
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::{AccessTable, Clock, Random, Table};

/// A required variable that is missing, empty or not of its form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the environment variable {name} is not set, or not as it must be: template.yaml or the Lambda service should set it"
)]
pub struct MissingVariable {
    /// The variable's name.
    pub name: &'static str,
}

/// The value of a required variable. It must not be empty.
pub fn variable(name: &'static str) -> Result<String, MissingVariable> {
    optional_variable(name).ok_or(MissingVariable { name })
}

/// A required variable with a whole number.
pub fn whole_variable(name: &'static str) -> Result<u64, MissingVariable> {
    variable(name)?.parse().map_err(|_| MissingVariable { name })
}

/// The value of a variable. Nothing if it is missing or empty.
pub fn optional_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The countries that text messages go to. None if the variable is missing or empty.
pub fn sms_countries() -> Result<SmsCountries, MissingVariable> {
    const NAME: &str = "SMS_COUNTRIES";
    SmsCountries::parse(&optional_variable(NAME).unwrap_or_default()).map_err(|_| MissingVariable { name: NAME })
}

/// The configuration of every AWS client: region, credentials and endpoint from Lambda's
/// environment variables.
///
/// `aws-config` would also look for profiles, containers and instance metadata. A function has none
/// of these, and without `aws-config` the binaries are smaller.
pub fn aws_from_environment() -> Result<SdkConfig, MissingVariable> {
    let credentials = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        optional_variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let http_client = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let mut configuration = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client)
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts());
    // Only the local stack sets this variable.
    configuration.set_endpoint_url(optional_variable("AWS_ENDPOINT_URL"));
    Ok(configuration.build())
}

/// The configuration of one service's clients.
///
/// If this variable is set, its value is the endpoint, as in the AWS SDKs (`AWS_ENDPOINT_URL_SNS`).
/// A private network uses it for an interface endpoint.
pub fn at_own_endpoint(aws: &SdkConfig, variable: &str) -> SdkConfig {
    let mut configuration = aws.clone().into_builder();
    if let Some(url) = optional_variable(variable) {
        configuration.set_endpoint_url(Some(url));
    }
    configuration.build()
}

/// Timeouts short enough that a hanging attempt is repeated before the function's own time is over.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build()
}

/// The table, and the table of API keys.
pub fn tables_from_environment() -> Result<(Table, AccessTable), MissingVariable> {
    let client = aws_sdk_dynamodb::Client::new(&aws_from_environment()?);
    let name = variable("ACCESS_TABLE_NAME")?;
    let access = AccessTable::new(client.clone(), name, system_clock(), system_randomness());
    Ok((table_through(client)?, access))
}

/// The table, for a function with other clients made from `aws`.
pub fn table(aws: &SdkConfig) -> Result<Table, MissingVariable> {
    table_through(aws_sdk_dynamodb::Client::new(aws))
}

fn table_through(client: aws_sdk_dynamodb::Client) -> Result<Table, MissingVariable> {
    Ok(Table::new(client, variable("TABLE_NAME")?, system_clock(), system_randomness()))
}

#[expect(clippy::disallowed_methods, reason = "this is the Clock that is passed in everywhere else")]
fn system_clock() -> Clock {
    Arc::new(|| Timestamp::from(DateTime::<Utc>::from(SystemTime::now())))
}

#[expect(clippy::disallowed_methods, reason = "this is the Random that is passed in everywhere else")]
fn system_randomness() -> Random {
    Arc::new(|| {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).expect("Lambda's kernel gives random bits to whoever asks");
        bits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_is_named() {
        let error = variable("WAITLIST_VARIABLE_THAT_NOBODY_SETS").expect_err("it is not set");
        assert!(error.to_string().contains("WAITLIST_VARIABLE_THAT_NOBODY_SETS"));
    }
}
