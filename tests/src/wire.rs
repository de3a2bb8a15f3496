//! What the in-process cloud reads of an HTTP request and writes of a response, in each service's own words.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

use crate::faults::{Fault, Service};
use crate::local_dynamodb::Output;
use crate::random::Random;

/// What matters of an HTTP request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) body: String,
}

impl Request {
    /// The JSON protocols name their operation in a header, SES by its path; what is left is SNS.
    pub(crate) fn read(request: &HttpRequest) -> Self {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let (service, operation) = match request.headers().get("x-amz-target").and_then(|name| name.split_once('.')) {
            Some(("AmazonSQS", operation)) => (Service::Sqs, operation),
            Some((_, operation)) => (Service::DynamoDb, operation),
            None if request.uri().ends_with("/v2/email/outbound-emails") => (Service::Ses, "SendEmail"),
            None => (Service::Sns, "Publish"),
        };
        Self { service, operation: operation.to_owned(), body }
    }

    /// Whether it is a read that must not be stale.
    pub(crate) fn asks_for_consistency(&self) -> bool {
        self.body.contains(r#""ConsistentRead":true"#)
    }
}

/// What matters of an HTTP response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    content_type: &'static str,
    error: Option<&'static str>,
    body: String,
}

impl From<Output> for Reply {
    fn from(output: Output) -> Self {
        Self { status: output.status, content_type: "application/x-amz-json-1.0", error: None, body: output.body }
    }
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/x-amz-json-1.0", error: None, body: body.to_string() }
    }

    pub(crate) fn xml(status: u16, body: String) -> Self {
        Self { status, content_type: "text/xml", error: None, body }
    }

    pub(crate) fn sqs_refusal(code: &str, message: &str) -> Self {
        Self::json(400, &json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": message }))
    }

    pub(crate) fn into_response(self) -> HttpResponse {
        let status = self.status.try_into().expect("every status here is an HTTP status");
        let mut response = HttpResponse::new(status, SdkBody::from(self.body));
        response.headers_mut().insert("content-type", self.content_type);
        if let Some(error) = self.error {
            response.headers_mut().insert("x-amzn-errortype", error);
        }
        response
    }
}

/// A refusal in the service's own words.
pub(crate) fn refusal(request: &Request, fault: Fault, random: &mut Random) -> Reply {
    match (request.service, fault) {
        (Service::DynamoDb, _) => dynamodb_refusal(request, fault, random),
        (Service::Sqs, Fault::Throttled) => Reply::sqs_refusal("RequestThrottled", "Rate exceeded."),
        (Service::Sqs, _) => Reply::json(500, &json!({ "__type": "com.amazonaws.sqs#InternalError", "message": "" })),
        (Service::Ses, fault) => {
            let (status, error) = match fault {
                Fault::Throttled => (429, "TooManyRequestsException"),
                Fault::Refused => (400, "MessageRejected"),
                _ => (500, "InternalFailure"),
            };
            Reply { error: Some(error), ..Reply::json(status, &json!({ "message": "refused on purpose" })) }
        }
        (Service::Sns, fault) => {
            let (status, kind, code) = match fault {
                Fault::Throttled => (429, "Sender", "Throttled"),
                Fault::Refused => (400, "Sender", "InvalidParameter"),
                _ => (500, "Receiver", "InternalError"),
            };
            Reply::xml(
                status,
                format!(
                    "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>{kind}</Type>\
                     <Code>{code}</Code><Message>refused on purpose</Message></Error>\
                     <RequestId>in-process</RequestId></ErrorResponse>"
                ),
            )
        }
    }
}

fn dynamodb_refusal(request: &Request, fault: Fault, random: &mut Random) -> Reply {
    let error = |status: u16, name: &str, message: &str| {
        Reply::json(
            status,
            &json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{name}"), "message": message }),
        )
    };
    let transaction = request.operation.starts_with("Transact");
    match fault {
        Fault::TransactionConflict if transaction => {
            cancellation(request, "TransactionConflict", "Transaction is ongoing for the item", random)
        }
        Fault::TransactionConflict => error(400, "TransactionConflictException", "Transaction is ongoing for the item"),
        // Throttling has three faces.
        Fault::Throttled if transaction && random.chance(500) => {
            cancellation(request, "ThrottlingError", "Throughput exceeds the current capacity of your table", random)
        }
        Fault::Throttled if random.chance(500) => error(
            400,
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded.",
        ),
        Fault::Throttled => {
            error(400, "ThrottlingException", "Throughput exceeds the current capacity of your table or index.")
        }
        _ => error(500, "InternalServerError", "Internal server error"),
    }
}

/// A cancelled transaction that names `code` for one or more of its items, as chance has it.
fn cancellation(request: &Request, code: &str, message: &str, random: &mut Random) -> Reply {
    let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let items = body["TransactItems"].as_array().map_or(1, Vec::len);
    let certain = random.below(items);
    let codes: Vec<&str> =
        (0..items).map(|item| if item == certain || random.chance(200) { code } else { "None" }).collect();
    let reasons: Vec<Value> =
        codes
            .iter()
            .map(|found| {
                if *found == "None" { json!({ "Code": "None" }) } else { json!({ "Code": found, "Message": message }) }
            })
            .collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        ),
        "CancellationReasons": reasons,
    });
    Reply::json(400, &body)
}
