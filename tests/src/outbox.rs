//! What SES and SNS were asked to send.

use serde_json::{Map, Value, json};
use waitlist_domain::values::sms_countries::SmsCountries;

/// The countries that text messages go to in the tests.
///
/// # Panics
///
/// Never: the list is well formed.
pub fn sms_countries() -> SmsCountries {
    SmsCountries::parse("+1,+49").expect("a list of country codes")
}

/// One e-mail that SES accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct SentMail {
    /// SES's id of it.
    pub message_id: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The subject line.
    pub subject: String,
    /// The plain text body.
    pub text: String,
    /// The HTML body, empty where there is none.
    pub html: String,
    /// The whole request.
    pub request: Value,
}

impl SentMail {
    pub(crate) fn new(message_id: String, at: i64, request: Value) -> Self {
        let text = |value: &Value| value["Data"].as_str().unwrap_or_default().to_owned();
        let simple = &request["Content"]["Simple"];
        Self {
            message_id,
            at,
            from: request["FromEmailAddress"].as_str().unwrap_or_default().to_owned(),
            to: request["Destination"]["ToAddresses"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|address| address.as_str().map(str::to_owned))
                .collect(),
            subject: text(&simple["Subject"]),
            text: text(&simple["Body"]["Text"]),
            html: text(&simple["Body"]["Html"]),
            request,
        }
    }
}

/// What SES reports of a mail, as a configuration set publishes it.
impl SentMail {
    /// It came back for good.
    pub fn bounced(&self) -> Value {
        self.reported("Bounce", json!({"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}}))
    }

    /// Its recipient reported it as unwanted.
    pub fn complained(&self) -> Value {
        self.reported("Complaint", json!({"complaint": {"complaintFeedbackType": "abuse"}}))
    }

    /// A report of this type, with these members of its own.
    pub fn reported(&self, event_type: &str, members: Value) -> Value {
        let tags = self.request["EmailTags"].as_array().into_iter().flatten();
        let tag = |tag: &Value| (tag["Name"].as_str().unwrap_or_default().to_owned(), json!([tag["Value"]]));
        let tags: Map<String, Value> = tags.map(tag).collect();
        let mail = json!({"messageId": self.message_id, "destination": self.to, "tags": tags});
        let mut report = json!({"eventType": event_type, "mail": mail});
        report.as_object_mut().expect("it is an object").extend(members.as_object().cloned().unwrap_or_default());
        report
    }
}

/// One text message that SNS accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct SentSms {
    /// SNS's id of it.
    pub message_id: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The recipient.
    pub phone_number: String,
    /// The text.
    pub message: String,
}
