//! The people of the tests. Their private data have parts for which the logs are searched.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::waiting::now;

/// Part of the domain of every address.
pub const MAIL_DOMAIN: &str = "quillfeather-families.example";
/// Beginning of every phone number.
pub const PHONE_PREFIX: &str = "882995550";
/// Surname of everybody.
pub const SURNAME: &str = "Quillfeather";

/// The beginning of this run. Other runs against the same stack have other names.
static RUN: LazyLock<i64> = LazyLock::new(|| now().timestamp_millis());
static COUNTER: AtomicU64 = AtomicU64::new(0);

fn next() -> u64 {
    COUNTER.fetch_add(1, Ordering::Relaxed)
}

/// A name that is unique in the stack and part of no other such name.
pub fn unique(what: &str) -> String {
    format!("{what}-{:x}-{:05}", *RUN, next())
}

/// A person who waits or buys.
#[derive(Debug, Clone)]
pub struct Person {
    /// The sales system's id for them.
    pub customer_id: String,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    /// The attendee, if they don't want the place for themselves.
    pub attendee_id: Option<String>,
}

impl Person {
    /// A new person without a phone number.
    pub fn new() -> Self {
        let id = unique("person");
        Self {
            name: format!("Ada {SURNAME}"),
            email: format!("{id}@{MAIL_DOMAIN}"),
            customer_id: id,
            phone: None,
            attendee_id: None,
        }
    }

    /// Adds a phone number.
    pub fn with_phone(self) -> Self {
        let digits = (RUN.unsigned_abs() / 100 + next()) % 1_000_000;
        Self { phone: Some(format!("+{PHONE_PREFIX}{digits:06}")), ..self }
    }

    /// Sets the attendee.
    pub fn parent_of(&self, attendee_id: &str) -> Self {
        Self { attendee_id: Some(attendee_id.to_owned()), ..self.clone() }
    }

    /// So many new people.
    pub fn several(count: usize) -> Vec<Self> {
        (0..count).map(|_| Self::new()).collect()
    }
}
