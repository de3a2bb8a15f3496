//! What the workers tell each other through queues. A message is only a wake-up or a wish: whoever gets it looks at
//! the table first, so that a doubled, late or early one changes nothing.

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::identifier::{EntryId, LineId, PlaceId, ReleaseId};
use crate::time::Timestamp;

/// Look at this line: seats may be free for somebody who waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// The line.
    pub line: LineId,
}

/// Something is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wake {
    /// An offer's or purchase window's deadline.
    Deadline {
        /// The entry.
        place: PlaceId,
        /// When it is due.
        due_at: Timestamp,
    },
    /// A release's next batch.
    Batch {
        /// The release.
        release_id: ReleaseId,
        /// When it is due.
        due_at: Timestamp,
    },
    /// The draw of a line's lots.
    Draw {
        /// The line.
        line: LineId,
        /// When it is due.
        due_at: Timestamp,
    },
    /// A line that was left waiting for a number to settle.
    Line {
        /// The line.
        line: LineId,
        /// When to look again.
        due_at: Timestamp,
    },
}

impl Wake {
    /// When it is due.
    pub const fn due_at(&self) -> Timestamp {
        match self {
            Self::Deadline { due_at, .. }
            | Self::Batch { due_at, .. }
            | Self::Draw { due_at, .. }
            | Self::Line { due_at, .. } => *due_at,
        }
    }
}

/// What a customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// They stand in line.
    Joined,
    /// Seats are held for them.
    Offered,
    /// They claimed, and did not pay in time.
    PurchaseEnded,
}

impl NotificationKind {
    /// The folder of its templates, and its name in keys and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Offered => "offered",
            Self::PurchaseEnded => "purchase-ended",
        }
    }
}

/// How a customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By e-mail, through SES.
    Email,
    /// By text message, through SNS.
    Sms,
}

impl Channel {
    /// Its name in keys and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// Tell a customer something, once, by one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Whose entry.
    pub place: PlaceId,
    /// Which stay in the line it is about.
    pub entry_id: EntryId,
    /// What.
    pub kind: NotificationKind,
    /// How.
    pub channel: Channel,
}

impl Notification {
    /// The notifications of one kind about an entry: by e-mail always; by text where a phone number is held and the
    /// matter is urgent.
    pub fn about(entry: &Entry, kind: NotificationKind) -> Vec<Self> {
        let by = |channel| Self { place: entry.place.clone(), entry_id: entry.id.clone(), kind, channel };
        let urgent = kind != NotificationKind::Joined;
        let sms = (urgent && entry.phone.is_some()).then(|| by(Channel::Sms));
        [by(Channel::Email)].into_iter().chain(sms).collect()
    }
}
