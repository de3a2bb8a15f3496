//! API keys, stored as `tools/keys create` stores them.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::values::credential::SecretHash;

/// A key to store.
#[derive(Debug, Clone)]
pub struct StoredKey<'text> {
    key: &'text str,
    role: &'text str,
    events: Vec<&'text str>,
    ends_at: Option<i64>,
}

impl<'text> StoredKey<'text> {
    /// A key for all events, without an end.
    pub fn new(key: &'text str, role: &'text str) -> Self {
        Self { key, role, events: vec!["*"], ends_at: None }
    }

    /// The same for events that match one of these patterns.
    #[must_use]
    pub fn for_events(self, events: &[&'text str]) -> Self {
        Self { events: events.to_vec(), ..self }
    }

    /// The same with an end, in milliseconds since 1970.
    #[must_use]
    pub fn until(self, ends_at: i64) -> Self {
        Self { ends_at: Some(ends_at), ..self }
    }

    /// The id of the key.
    pub fn id(&self) -> String {
        format!("key_{}", &SecretHash::of(&format!("the id of {}", self.key)).as_str()[..32])
    }

    /// Stores the key.
    ///
    /// # Panics
    /// Where the table does not take it.
    pub async fn create(&self, client: &Client, table: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = client
            .put_item()
            .table_name(table)
            .item("pk", text(&format!("KEY#{}", SecretHash::of(self.key).as_str())))
            .item("sk", text("KEY"))
            .item("key_id", text(&self.id()))
            .item("role", text(self.role))
            .item("events", AttributeValue::L(self.events.iter().copied().map(text).collect()))
            .item("label", text("box office"))
            .item("created_at", AttributeValue::N("1799053200000".to_owned()));
        let put = match self.ends_at {
            Some(ends_at) => put.item("ends_at", AttributeValue::N(ends_at.to_string())),
            None => put,
        };
        put.send().await.expect("the table takes the key");
    }
}
