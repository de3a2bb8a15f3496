//! Limits of messages to one address. Anyone may join with another's address, and a line may move
//! quickly.
//!
//! Some messages must not be lost: what is said of seats, and the mail without which a place ends.
//! Beyond the limit they are put off, and any other is dropped.

use serde::{Deserialize, Serialize};

use crate::entry::phone_confirmation::MOST_CODES_A_DAY;
use crate::messages::message::{Notification, NotificationKind, Occasion};
use crate::values::time::Timestamp;

/// Most messages of each kind about joining that an address gets within [`LIMIT_WINDOW`], over all
/// events.
pub const MOST_ABOUT_JOINING: usize = 5;

/// Most messages about moving up that an address gets within [`LIMIT_WINDOW`], over all events.
pub const MOST_ABOUT_MOVING_UP: usize = 1;

/// Most messages of one kind about a person's own seats that an address gets within
/// [`LIMIT_WINDOW`], over all events. A box office that uses one address for its customers gets
/// many.
pub const MOST_ABOUT_SEATS: usize = 100;

/// The time (milliseconds) in which messages are counted.
pub const LIMIT_WINDOW: i64 = 60 * 60 * 1000;

impl NotificationKind {
    /// Most messages of the kind that an address gets within [`LIMIT_WINDOW`].
    pub const fn most_to_an_address(self) -> usize {
        match self {
            Self::Joined | Self::Confirm | Self::ConfirmReminder | Self::JoinedAgain => MOST_ABOUT_JOINING,
            Self::MovedUp => MOST_ABOUT_MOVING_UP,
            Self::PhoneCode => MOST_CODES_A_DAY,
            Self::Offered
            | Self::Reminder
            | Self::Claimed
            | Self::Converted
            | Self::Expired
            | Self::PurchaseEnded
            | Self::Declined => MOST_ABOUT_SEATS,
        }
    }

    /// Whether the kind is about a person's own seats.
    const fn is_about_seats(self) -> bool {
        self.most_to_an_address() == MOST_ABOUT_SEATS
    }
}

impl Notification {
    /// Whether it is put off beyond the limit, and not dropped.
    ///
    /// A stranger can use up the mails by which an address is asked to confirm. Its first one for an
    /// entry, and the reminder, come all the same. Those that joining again causes do not.
    pub fn outlasts_the_limit(&self) -> bool {
        match self.kind {
            NotificationKind::Confirm => self.occasion == Occasion::ONLY,
            NotificationKind::ConfirmReminder => true,
            kind => kind.is_about_seats(),
        }
    }
}

/// The recent messages of a kind to an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LatelySent(Vec<Sent>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sent {
    /// Its entry, occasion and version of the address.
    message: String,
    at: Timestamp,
}

impl LatelySent {
    /// These and one more at `now`, unless the address has had `most` of them. A message that is
    /// sent again counts once, at its last attempt.
    ///
    /// Fails with the time from which the limit allows another message.
    pub fn with(&self, notification: &Notification, most: usize, now: Timestamp) -> Result<Self, Timestamp> {
        let Notification { entry_id, occasion, address_version, .. } = notification;
        let message = format!("{entry_id}#{occasion}#{address_version}");
        let counts = |sent: &&Sent| sent.message != message && sent.at.milliseconds_until(now) < LIMIT_WINDOW;
        let mut messages: Vec<Sent> = self.0.iter().filter(counts).cloned().collect();
        if let Some(surplus) = messages.len().checked_sub(most) {
            let mut times: Vec<Timestamp> = messages.iter().map(|sent| sent.at).collect();
            times.sort_unstable();
            return Err(times.get(surplus).map_or(now, |at| at.plus_milliseconds(LIMIT_WINDOW)));
        }
        messages.push(Sent { message, at: now });
        Ok(Self(messages))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::messages::message::Occasion;
    use crate::values::channels::Channel;
    use crate::values::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};

    const HOUR: i64 = 3_600_000;
    const MOST: usize = MOST_ABOUT_JOINING;

    fn about(number: u8) -> Notification {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        Notification {
            place: PlaceId { customer_id: CustomerId::parse("ada").expect("valid"), line, attendee_id: None },
            entry_id: EntryId::from_bits([number; 16]),
            kind: NotificationKind::Joined,
            occasion: Occasion::ONLY,
            channel: Channel::Email,
            address_version: 0,
        }
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(milliseconds)
    }

    #[test]
    fn the_sixth_within_an_hour_is_too_many() {
        let mut messages = LatelySent::default();
        for number in 0..5 {
            messages = messages.with(&about(number), MOST, at(i64::from(number))).expect("not too many");
        }
        assert_eq!(messages.with(&about(5), MOST, at(HOUR - 1)), Err(at(HOUR)));
        assert!(messages.with(&about(5), MOST, at(HOUR)).is_ok(), "the first was an hour ago");
        assert!(messages.with(&about(2), MOST, at(10)).is_ok(), "it is counted already");
    }

    #[test]
    fn whoever_is_told_again_at_an_address_that_was_put_right_counts_again() {
        let again = |address_version| Notification { address_version, ..about(0) };
        let told = |messages: LatelySent, times| messages.with(&again(times), MOST, at(0));
        let five = (0..5).try_fold(LatelySent::default(), told).expect("not too many");
        assert_eq!(told(five, 5), Err(at(HOUR)));
    }

    #[test]
    fn what_is_said_of_seats_has_a_high_limit() {
        for kind in [NotificationKind::Offered, NotificationKind::Reminder, NotificationKind::PurchaseEnded] {
            assert_eq!(kind.most_to_an_address(), MOST_ABOUT_SEATS);
            assert!(kind.is_about_seats());
        }
        let others = [NotificationKind::Joined, NotificationKind::MovedUp, NotificationKind::PhoneCode];
        assert!(!others.into_iter().any(NotificationKind::is_about_seats));
    }

    #[test]
    fn the_mail_without_which_a_place_ends_is_put_off_and_not_dropped() {
        let of_kind = |kind| Notification { kind, occasion: Occasion::ONLY, ..about(0) };
        for kind in [NotificationKind::Confirm, NotificationKind::ConfirmReminder, NotificationKind::Offered] {
            assert!(of_kind(kind).outlasts_the_limit(), "{kind:?}");
        }
        for kind in [NotificationKind::Joined, NotificationKind::JoinedAgain, NotificationKind::MovedUp] {
            assert!(!of_kind(kind).outlasts_the_limit(), "{kind:?}");
        }
        let again = Occasion::threshold(7);
        assert!(!Notification { occasion: again, ..of_kind(NotificationKind::Confirm) }.outlasts_the_limit());
    }

    proptest! {
        #[test]
        fn in_no_hour_are_there_more_than_the_address_gets(
            most in 1_usize..7,
            attempts in proptest::collection::vec((0_u8..12, 0_i64..HOUR / 2), 1..60)
        ) {
            let (mut messages, mut now) = (LatelySent::default(), 0);
            // The last attempt of each: one that is sent again had not been sent.
            let mut sent: std::collections::BTreeMap<u8, i64> = std::collections::BTreeMap::new();
            for (number, gap) in attempts {
                now += gap;
                match messages.with(&about(number), most, at(now)) {
                    Ok(more) => {
                        messages = more;
                        sent.insert(number, now);
                    }
                    Err(allowed_from) => {
                        prop_assert!(messages.with(&about(number), most, allowed_from).is_ok());
                        prop_assert!(messages.with(&about(number), most, allowed_from.plus_milliseconds(-1)).is_err());
                    }
                }
                let within_the_hour = sent.values().filter(|&&sent_at| now - sent_at < HOUR).count();
                prop_assert!(within_the_hour <= most);
            }
        }
    }
}
