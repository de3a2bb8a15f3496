//! The notify function, with other settings for a while.

use serde_json::{Value, json};

use super::stack::{Stack, setting};
use super::waiting::eventually;

/// The settings that name the queues of messages.
pub const NOTIFICATION_QUEUES: [&str; 2] = ["URGENT_NOTIFICATIONS_QUEUE_URL", "NOTIFICATIONS_QUEUE_URL"];

/// One of two simultaneous deliveries gives its message back. It comes again after the queue's
/// three minutes.
const LONGEST_HIDDEN: std::time::Duration = std::time::Duration::from_secs(240);

/// The deployed notify function.
#[derive(Clone)]
pub struct Notifier {
    stack: Stack,
    name: String,
    variables: Value,
}

impl Notifier {
    /// The stack's notify function, once it has nothing left to send.
    pub async fn at_rest(stack: &Stack) -> Self {
        let functions = stack.functions().await;
        let is_notify = |function: &&Value| function["Environment"]["Variables"]["MAIL_RATE"].is_string();
        let function = functions.iter().find(is_notify).unwrap_or_else(|| panic!("none sends mail: {functions:?}"));
        let name = function["FunctionName"].as_str().expect("a function has a name").to_owned();
        let notifier = Self { stack: stack.clone(), name, variables: function["Environment"]["Variables"].clone() };
        notifier.comes_to_rest(LONGEST_HIDDEN).await;
        notifier
    }

    /// Waits until nothing is left to send.
    pub async fn comes_to_rest(&self, within: std::time::Duration) {
        eventually("everything is sent", within, async || {
            for queue in NOTIFICATION_QUEUES {
                if !self.stack.messages_in(&setting(queue)).await.is_empty() {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Adds these environment variables from now on.
    pub async fn run_with(&self, variables: Value) {
        let mut all = self.variables.clone();
        for (name, value) in variables.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        self.configure(&all).await;
    }

    /// Restores the template's settings.
    pub async fn restore(&self) {
        self.configure(&self.variables).await;
    }

    async fn configure(&self, variables: &Value) {
        let path = format!("/2015-03-31/functions/{}/configuration", self.name);
        self.stack.cloud("PUT", &path, "lambda", Some(json!({"Environment": {"Variables": variables}}))).await;
    }
}
