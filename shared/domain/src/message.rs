//! What the workers tell each other through queues. A message is only a wake-up or a wish: whoever gets it looks at
//! the table first, so that a doubled, late or early one changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::identifier::{EntryId, Holder, LineId, PlaceId, ReleaseId};
use crate::promotion::MOST_ENDED_AT_ONCE;
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
    /// Deadlines of offers or purchase windows of one line that fall at the same moment.
    Deadlines {
        /// The line.
        line: LineId,
        /// Whose they are: at most [`MOST_ENDED_AT_ONCE`], which one write ends.
        holders: Vec<Holder>,
        /// When they are due.
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
    /// One deadline.
    pub fn deadline(place: PlaceId, due_at: Timestamp) -> Self {
        let PlaceId { customer_id, line, attendee_id } = place;
        Self::Deadlines { line, holders: vec![Holder { customer_id, attendee_id }], due_at }
    }

    /// The same wake-ups in as few messages as possible: deadlines of one line that fall at the same moment are ended
    /// together, so that they do not wait for each other.
    pub fn together(wakes: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut deadlines: BTreeMap<(LineId, Timestamp), BTreeSet<Holder>> = BTreeMap::new();
        let mut together = Vec::new();
        for wake in wakes {
            match wake {
                Self::Deadlines { line, holders, due_at } => {
                    deadlines.entry((line, due_at)).or_default().extend(holders);
                }
                other => together.push(other),
            }
        }
        for ((line, due_at), holders) in deadlines {
            let holders: Vec<Holder> = holders.into_iter().collect();
            let messages = holders.chunks(MOST_ENDED_AT_ONCE);
            together.extend(messages.map(|chunk| Self::Deadlines {
                line: line.clone(),
                holders: chunk.into(),
                due_at,
            }));
        }
        together
    }

    /// When it is due.
    pub const fn due_at(&self) -> Timestamp {
        match self {
            Self::Deadlines { due_at, .. }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::{CustomerId, EventId, TicketTypeId};

    const NOON: Timestamp = Timestamp::from_milliseconds(43_200_000);

    fn line(ticket_type: &str) -> LineId {
        let ticket_type_id = TicketTypeId::parse(ticket_type).expect("valid");
        LineId { event_id: EventId::parse("camp").expect("valid"), ticket_type_id }
    }

    fn deadline(ticket_type: &str, customer: usize, due_at: Timestamp) -> Wake {
        let customer_id = CustomerId::parse(&format!("customer-{customer}")).expect("valid");
        Wake::deadline(PlaceId { customer_id, line: line(ticket_type), attendee_id: None }, due_at)
    }

    /// Line, number of deadlines and when they are due.
    fn counts(wakes: &[Wake]) -> Vec<(&str, usize, Timestamp)> {
        let count = |wake: &'_ Wake| match wake {
            Wake::Deadlines { holders, .. } => holders.len(),
            Wake::Batch { .. } | Wake::Draw { .. } | Wake::Line { .. } => 0,
        };
        let line = |wake: &Wake| match wake {
            Wake::Deadlines { line, .. } if line.ticket_type_id.as_str() == "adult" => "adult",
            Wake::Deadlines { .. } => "child",
            Wake::Batch { .. } | Wake::Draw { .. } | Wake::Line { .. } => "",
        };
        wakes.iter().map(|wake| (line(wake), count(wake), wake.due_at())).collect()
    }

    #[test]
    fn deadlines_of_one_line_at_one_moment_are_one_message_of_as_many_as_one_write_ends() {
        let later = NOON.plus_milliseconds(1);
        let at_noon = (0..80).map(|customer| deadline("child", customer, NOON));
        let others = [
            deadline("child", 7, NOON),
            deadline("adult", 1, NOON),
            deadline("child", 81, later),
            Wake::Line { line: line("child"), due_at: NOON },
        ];
        let together = Wake::together(at_noon.chain(others));
        let expected = [
            ("", 0, NOON),
            ("adult", 1, NOON),
            ("child", MOST_ENDED_AT_ONCE, NOON),
            ("child", 31, NOON),
            ("child", 1, later),
        ];
        assert_eq!(counts(&together), expected);
    }
}
