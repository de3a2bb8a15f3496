//! Reads the whole table.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::sync::Mutex;
use waitlist_tests::{Item, scan_all};

use super::stack::{Stack, setting};

/// A reader of the table.
pub struct TableReader {
    client: Client,
    table: String,
}

impl Stack {
    /// A reader of the whole table.
    pub fn table(&self) -> TableReader {
        TableReader::new(self.dynamodb(), &setting("TABLE_NAME"))
    }
}

impl TableReader {
    /// A reader of this table.
    pub fn new(client: &Client, table: &str) -> Self {
        Self { client: client.clone(), table: table.to_owned() }
    }

    /// Every item, by a scan that begins after this call. Calls at one time share one scan, which
    /// is slow.
    pub async fn items(&self) -> Arc<Vec<Item>> {
        static LAST: Mutex<Option<(Instant, Arc<Vec<Item>>)>> = Mutex::const_new(None);
        let asked = Instant::now();
        let mut last = LAST.lock().await;
        if let Some((_, items)) = last.as_ref().filter(|(began, _)| *began >= asked) {
            return Arc::clone(items);
        }
        let began = Instant::now();
        // Boxed: the SDK's futures are large, and tests hold many of them.
        let items = Arc::new(Box::pin(scan_all(&self.client, &self.table)).await);
        *last = Some((began, Arc::clone(&items)));
        items
    }

    /// Every item with this text in a key or a value, as text in a fixed order.
    pub async fn items_with(&self, text: &str) -> Vec<String> {
        let described: Vec<String> =
            self.items().await.iter().map(|item| described(&AttributeValue::M(item.clone()))).collect();
        let mut found: Vec<String> = described.into_iter().filter(|item| item.contains(text)).collect();
        found.sort();
        found
    }
}

/// A value as text, with the members of a map in order.
fn described(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(members) => {
            let members: BTreeMap<&String, String> =
                members.iter().map(|(name, member)| (name, described(member))).collect();
            format!("{members:?}")
        }
        AttributeValue::L(elements) => format!("{:?}", elements.iter().map(described).collect::<Vec<_>>()),
        AttributeValue::S(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
