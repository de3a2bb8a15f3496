//! Records of the table's stream, as Lambda hands them to those who follow it.

use serde_json::{Value, json};
use waitlist_domain::Error;
use waitlist_store::followers::changes::Change;

/// A record as the stream delivers it.
#[derive(Debug, Clone, Copy)]
pub struct StreamRecord<'event> {
    /// By it the record is named where it is to come again.
    pub sequence_number: &'event str,
    json: &'event Value,
}

impl<'event> StreamRecord<'event> {
    /// The records of an event.
    pub fn all_of(event: &'event Value) -> Vec<Self> {
        event["Records"].as_array().into_iter().flatten().map(Self::new).collect()
    }

    fn new(json: &'event Value) -> Self {
        Self { sequence_number: json["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default(), json }
    }

    /// The change that it tells of.
    pub fn change(&self) -> Result<Change, Error> {
        let image = |name: &str| Some(self.json["dynamodb"][name].clone()).filter(|image| !image.is_null());
        Change::from_images(image("OldImage"), image("NewImage"))
    }

    /// What a person needs to find the item. The images are left out: they hold people's addresses.
    pub fn letter(&self) -> Value {
        json!({
            "eventID": self.json["eventID"],
            "sequenceNumber": self.sequence_number,
            "keys": self.json["dynamodb"]["Keys"],
        })
    }
}
