//! Records of the table's stream, as Lambda hands them to the stream's followers.

use serde_json::{Value, json};
use waitlist_domain::Error;
use waitlist_store::followers::changes::Change;

use crate::workers::stream_work::Work;

/// A record as the stream delivers it.
#[derive(Debug, Clone, Copy)]
pub struct StreamRecord<'event> {
    /// Identifies the record in the response, if it must come again.
    pub sequence_number: &'event str,
    json: &'event Value,
}

impl<'event> StreamRecord<'event> {
    /// The records of a batch.
    pub fn all_of(event: &'event Value) -> Vec<Self> {
        event["Records"].as_array().into_iter().flatten().map(Self::new).collect()
    }

    fn new(json: &'event Value) -> Self {
        Self { sequence_number: json["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default(), json }
    }

    /// The change in the record.
    pub fn change(&self) -> Result<Change, Error> {
        let image = |name: &str| Some(self.json["dynamodb"][name].clone()).filter(|image| !image.is_null());
        Change::from_images(image("OldImage"), image("NewImage"))
    }

    /// The work that the record makes.
    pub fn work<Task>(&self, task: Task) -> Work<Task> {
        Work { sequence_number: self.sequence_number.to_owned(), letter: self.letter(), task }
    }

    /// The record's letter: what a person needs to find the item. The images are left out, because
    /// they hold people's addresses.
    pub fn letter(&self) -> Value {
        json!({
            "eventID": self.json["eventID"],
            "sequenceNumber": self.sequence_number,
            "keys": self.json["dynamodb"]["Keys"],
        })
    }
}
