//! A look into the queues that receives nothing.

use serde_json::Value;

use super::stack::Stack;

impl Stack {
    /// The bodies of the messages in a queue.
    pub async fn messages_in(&self, queue: &str) -> Vec<String> {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("QueueUrl", queue).finish();
        let listing = self.cloud("GET", &format!("/_ministack/sqs/messages?{query}"), "sqs", None).await;
        // The listing is nested by account, region and queue.
        let regions = listing["messages"].as_object().into_iter().flat_map(|accounts| accounts.values());
        let queues = regions.filter_map(Value::as_object).flat_map(|regions| regions.values());
        let messages = queues.filter_map(Value::as_object).flat_map(|queues| queues.values());
        messages
            .filter_map(Value::as_array)
            .flatten()
            .map(|message| message["Body"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}
