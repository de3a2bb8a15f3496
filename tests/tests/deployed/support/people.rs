//! The people of the tests. Everything private about them is recognisable, so that it can be searched for in the logs.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::waiting::now;

/// Part of the domain of every address.
pub const MAIL_DOMAIN: &str = "quillfeather-families.example";
/// Beginning of every phone number.
pub const PHONE_PREFIX: &str = "882995550";
/// Surname of everybody.
pub const SURNAME: &str = "Quillfeather";

/// When this run of the tests began, so that another run against the same stack has other names.
static RUN: LazyLock<i64> = LazyLock::new(|| now().timestamp_millis());
static COUNTER: AtomicU64 = AtomicU64::new(0);

fn next() -> u64 {
    COUNTER.fetch_add(1, Ordering::Relaxed)
}

/// A name that nothing else in the stack has, and that is part of no other such name.
pub fn unique(what: &str) -> String {
    format!("{what}-{:x}-{:05}", *RUN, next())
}

/// Somebody who waits, or buys.
#[derive(Debug, Clone)]
pub struct Person {
    /// What a sales system calls them.
    pub customer_id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their phone number.
    pub phone: Option<String>,
    /// Whom they want the place for, if not for themselves.
    pub attendee_id: Option<String>,
}

impl Person {
    /// Somebody new.
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

    /// The same with a phone number.
    pub fn with_phone(self) -> Self {
        let digits = (RUN.unsigned_abs() / 100 + next()) % 1_000_000;
        Self { phone: Some(format!("+{PHONE_PREFIX}{digits:06}")), ..self }
    }

    /// The same, wanting a place for `attendee_id`.
    pub fn parent_of(&self, attendee_id: &str) -> Self {
        Self { attendee_id: Some(attendee_id.to_owned()), ..self.clone() }
    }

    /// As many people as that.
    pub fn several(count: usize) -> Vec<Self> {
        (0..count).map(|_| Self::new()).collect()
    }
}
