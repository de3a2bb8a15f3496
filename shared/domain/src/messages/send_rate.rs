//! Send rates: a provider takes only so many messages a second, and offers overtake confirmations.
//!
//! Each message books a *slot*: the moment at which it may be sent. Slots lie apart by the rate's
//! interval. Only the next free slot is stored.

use crate::messages::message::NotificationKind;

/// A moment in microseconds since 1970. At 300 messages a second slots do not lie whole
/// milliseconds apart.
pub type Microseconds = i64;

const SECOND: Microseconds = 1_000_000;

/// Most slots booked ahead when a message of [`Precedence::Second`] books one in its turn. It does
/// not join a longer queue.
pub const MOST_AHEAD_OF_SECOND: i64 = 5;

/// Of so many slots, about one is for messages of [`Precedence::Second`], however long the queue
/// (one in 5 to 6.7). So they are late and not lost.
pub const SHARE_OF_SECOND: i64 = 5;

/// A message that can wait so much longer asks one interval later for a slot that is owed. A still
/// longer wait delays it no further.
const ASKS_A_SLOT_LATER: Microseconds = 64 * SECOND;

/// The pause after a provider has throttled us.
const PAUSE_WHEN_THROTTLED: Microseconds = SECOND;

/// A number of messages a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendRate(u32);

impl SendRate {
    /// The fastest rate. All messages of a channel book at one item of the table, which takes a
    /// thousand writes a second.
    pub const FASTEST: Self = Self(1000);

    /// Reads a whole number from 1 to [`Self::FASTEST`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let rate = text.parse().ok().filter(|rate| (1..=Self::FASTEST.0).contains(rate));
        rate.map(Self)
            .ok_or_else(|| format!("must be a whole number of messages a second, from 1 to {}", Self::FASTEST.0))
    }

    /// The interval between slots, rounded up.
    const fn interval(self) -> Microseconds {
        SECOND.div_euclid(self.0 as i64) + (SECOND % self.0 as i64 != 0) as i64
    }
}

/// The precedence of a message if more are to be sent than the rate allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// A deadline runs, or seats were lost.
    First,
    /// A little later is as good.
    Second,
}

impl NotificationKind {
    /// The precedence of its messages.
    pub const fn precedence(self) -> Precedence {
        match self {
            Self::Offered | Self::Reminder | Self::Claimed | Self::Expired | Self::PurchaseEnded | Self::PhoneCode => {
                Precedence::First
            }
            Self::Joined
            | Self::Confirm
            | Self::ConfirmReminder
            | Self::JoinedAgain
            | Self::Converted
            | Self::Declined
            | Self::MovedUp => Precedence::Second,
        }
    }
}

/// The bookings of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Slots {
    /// The next free slot. A time in the past: no slot ahead is booked.
    pub next: Microseconds,
    /// From then on a message of [`Precedence::Second`] may book a slot, however many are booked
    /// ahead.
    pub second_from: Microseconds,
}

/// The condition of a booking. It names no exact value, so that all of many concurrent bookings may
/// hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// No slot ahead is booked. The slot is now.
    Free,
    /// The next free slot is at or after now, and at most this. It is booked.
    InTurn(Microseconds),
    /// The condition of [`Self::InTurn`], and messages of [`Precedence::Second`] are owed a slot.
    Owed(Microseconds),
}

/// A slot to book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The time of the decision.
    pub now: Microseconds,
    pub guard: Guard,
    /// By how much the booking puts off the next free slot.
    pub interval: Microseconds,
    /// The new [`Slots::second_from`], if it changes.
    pub second_from: Option<Microseconds>,
}

/// The decision about a message that asks for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A slot can be booked.
    Book(Booking),
    /// No slot before then, which is after now.
    AskAgain(Microseconds),
}

impl Slots {
    /// Finds a slot at `latest` or before.
    pub fn decide(&self, rate: SendRate, precedence: Precedence, now: Microseconds, latest: Microseconds) -> Decision {
        let interval = rate.interval();
        let is_second = precedence == Precedence::Second;
        let in_turn_until = if is_second { latest.min(now + MOST_AHEAD_OF_SECOND * interval) } else { latest };
        let second_from = is_second.then_some(now + SHARE_OF_SECOND * interval);
        // The message that has waited longest takes the slot that is owed, before newcomers too.
        let patience = (latest - now).clamp(0, ASKS_A_SLOT_LATER);
        let owed_from = self.second_from + patience * interval / ASKS_A_SLOT_LATER;
        let book = |guard| Decision::Book(Booking { now, guard, interval, second_from });
        if self.next <= now {
            book(Guard::Free)
        } else if self.next <= in_turn_until {
            book(Guard::InTurn(in_turn_until))
        } else if self.next > latest {
            Decision::AskAgain(self.next)
        } else if owed_from <= now {
            book(Guard::Owed(latest))
        } else {
            // A slot in turn may come within reach before.
            Decision::AskAgain(owed_from.min(self.next - (in_turn_until - now)))
        }
    }

    /// The bookings after this one, and its slot. Nothing, if its guard does not hold.
    pub fn book(&self, booking: &Booking) -> Option<(Self, Microseconds)> {
        let Booking { now, guard, interval, second_from } = *booking;
        let holds = match guard {
            Guard::Free => self.next <= now,
            Guard::InTurn(latest) => (now..=latest).contains(&self.next),
            Guard::Owed(latest) => (now..=latest).contains(&self.next) && self.second_from <= now,
        };
        let slot = self.next.max(now);
        let after = Self { next: slot + interval, second_from: second_from.unwrap_or(self.second_from) };
        holds.then_some((after, slot))
    }

    /// The earliest free slot after a provider has throttled us.
    pub const fn after_throttling(now: Microseconds) -> Microseconds {
        now + PAUSE_WHEN_THROTTLED
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The longest wait of the function `notify`.
    const LONGEST_WAIT: Microseconds = 45 * SECOND;
    /// How many functions wait at once for slots of each precedence, as in template.yaml.
    const FIRST_AT_ONCE: usize = 10;
    const SECOND_AT_ONCE: usize = 6;

    fn rate(per_second: u32) -> SendRate {
        SendRate::parse(&per_second.to_string()).expect("valid")
    }

    fn precedence(is_second: bool) -> Precedence {
        if is_second { Precedence::Second } else { Precedence::First }
    }

    #[test]
    fn an_owed_slot_is_booked_only_while_it_is_owed_and_in_time() {
        let slots = Slots { next: 10, second_from: 5 };
        let booked = |slots: Slots, now| {
            slots
                .book(&Booking { now, guard: Guard::Owed(20), interval: 1, second_from: Some(99) })
                .map(|(_, slot)| slot)
        };
        assert_eq!((booked(slots, 5), booked(slots, 4)), (Some(10), None));
        assert_eq!((booked(Slots { next: 20, ..slots }, 5), booked(Slots { next: 21, ..slots }, 5)), (Some(20), None));
    }

    #[test]
    fn a_slot_that_is_owed_may_be_the_last_that_is_in_time() {
        let latest = 10 * SECOND;
        let slots = Slots { next: latest, second_from: -SECOND };
        let decision = slots.decide(SendRate(1), Precedence::Second, 0, latest);
        assert!(matches!(decision, Decision::Book(Booking { guard: Guard::Owed(_), .. })), "{decision:?}");
        let too_late = Slots { next: latest + 1, ..slots }.decide(SendRate(1), Precedence::Second, 0, latest);
        assert_eq!(too_late, Decision::AskAgain(latest + 1));
    }

    #[test]
    fn nothing_is_sent_for_a_second_after_a_provider_has_throttled_us() {
        assert_eq!(Slots::after_throttling(7), 1_000_007);
    }

    #[test]
    fn a_rate_is_a_whole_number_from_1_to_1000() {
        for text in ["1", "14", "1000"] {
            assert!(SendRate::parse(text).is_ok(), "{text}");
        }
        for text in ["0", "1001", "-1", "0.5", "", " 1", "many"] {
            assert!(SendRate::parse(text).is_err(), "{text}");
        }
        assert_eq!(rate(14).interval(), 71_429);
    }

    #[test]
    fn a_message_that_is_alone_is_sent_at_once() {
        for precedence in [Precedence::First, Precedence::Second] {
            let Decision::Book(booking) = Slots::default().decide(rate(1), precedence, 10, 10) else {
                panic!("nothing is booked")
            };
            assert_eq!(Slots::default().book(&booking).expect("it is free").1, 10);
        }
    }

    #[test]
    fn whoever_is_second_does_not_join_a_long_queue_before_they_are_owed_a_slot() {
        let slots = Slots { next: 6 * SECOND, second_from: 3 * SECOND };
        let decide = |precedence, now| slots.decide(rate(1), precedence, now, 10 * SECOND);
        assert!(matches!(decide(Precedence::First, 0), Decision::Book(Booking { guard: Guard::InTurn(_), .. })));
        assert_eq!(decide(Precedence::Second, 0), Decision::AskAgain(SECOND));
        assert!(matches!(decide(Precedence::Second, SECOND), Decision::Book(Booking { guard: Guard::InTurn(_), .. })));
        let longer = Slots { next: 10 * SECOND, ..slots };
        assert_eq!(
            longer.decide(rate(1), Precedence::Second, 0, 20 * SECOND),
            Decision::AskAgain(3 * SECOND + SECOND * 20 / 64)
        );
        let owed = longer.decide(rate(1), Precedence::Second, 3 * SECOND + SECOND * 20 / 64, 20 * SECOND);
        assert!(matches!(owed, Decision::Book(Booking { guard: Guard::Owed(_), .. })), "{owed:?}");
    }

    #[test]
    fn nobody_is_given_a_slot_later_than_they_can_wait() {
        let slots = Slots { next: 10 * SECOND, second_from: 0 };
        for precedence in [Precedence::First, Precedence::Second] {
            assert_eq!(slots.decide(rate(1), precedence, 0, 10 * SECOND - 1), Decision::AskAgain(10 * SECOND));
        }
    }

    /// The messages of functions that send one after another.
    #[derive(Default)]
    struct Sent {
        /// By whether the precedence is second: the time and the wait of each message.
        by_precedence: BTreeMap<bool, Vec<(Microseconds, Microseconds)>>,
    }

    /// Runs functions that always have another message. Each asks for a slot, waits for it, sends
    /// for `takes`, and asks again.
    fn run(rate: SendRate, first: usize, second: usize, takes: Microseconds, duration: Microseconds) -> Sent {
        let mut slots = Slots::default();
        let mut sent = Sent::default();
        // The time at which each asks next, and the start of its wait.
        let mut asking: Vec<(Microseconds, Microseconds, bool)> =
            (0..first + second).map(|index| (0, 0, index >= first)).collect();
        loop {
            let next = asking.iter_mut().min_by_key(|(at, ..)| *at).expect("there are some");
            let (now, since, is_second) = *next;
            if now > duration {
                return sent;
            }
            match slots.decide(rate, precedence(is_second), now, since + LONGEST_WAIT) {
                Decision::Book(booking) => {
                    let (after, slot) = slots.book(&booking).expect("nobody came between");
                    slots = after;
                    sent.by_precedence.entry(is_second).or_default().push((slot, slot - since));
                    *next = (slot + takes, slot + takes, is_second);
                }
                Decision::AskAgain(at) => {
                    assert!(at > now && at <= since + LONGEST_WAIT, "nobody waits in vain");
                    next.0 = at;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_more_are_sent_than_the_rate_allows(
            per_second in 1_u32..=1000,
            asks in proptest::collection::vec((0..2 * SECOND, any::<bool>(), 0..LONGEST_WAIT), 1..200)
        ) {
            let rate = rate(per_second);
            let (mut slots, mut now, mut booked) = (Slots::default(), 0, Vec::new());
            for (pause, is_second, patience) in asks {
                now += pause / i64::from(per_second);
                if let Decision::Book(booking) = slots.decide(rate, precedence(is_second), now, now + patience) {
                    let (after, slot) = slots.book(&booking).expect("nobody came between");
                    prop_assert!((now..=now + patience).contains(&slot));
                    booked.push(slot);
                    slots = after;
                }
            }
            // So in any time there is at most one message more than the rate allows.
            prop_assert!(booked.windows(2).all(|pair| (pair[1] - pair[0]) * i64::from(per_second) >= SECOND));
        }

        /// A booking whose guard holds gets a slot of its own in time, whatever other bookings came
        /// between.
        #[test]
        fn a_booking_may_be_written_after_others(
            per_second in 1_u32..=1000,
            next in 0..10 * SECOND,
            second_from in 0..10 * SECOND,
            is_second: bool,
            now in 0..10 * SECOND,
            others in 0_i64..20
        ) {
            let rate = rate(per_second);
            let slots = Slots { next, second_from };
            let latest = now + 5 * SECOND;
            if let Decision::Book(booking) = slots.decide(rate, precedence(is_second), now, latest) {
                let meanwhile = Slots { next: next.max(now) + others * rate.interval(), ..slots };
                if let Some((after, slot)) = meanwhile.book(&booking) {
                    prop_assert!(slot >= meanwhile.next.max(now) && slot <= latest.max(now));
                    prop_assert_eq!(after.next, slot + rate.interval());
                }
            }
        }

        /// So no message goes back to its queue for want of a slot, at any rate and load.
        #[test]
        fn whoever_waits_gets_a_slot_in_time(per_second in 1_u32..=1000, takes in 0..SECOND) {
            let duration = 300 * SECOND / i64::from(per_second) + 10 * SECOND;
            let sent = run(rate(per_second), FIRST_AT_ONCE, SECOND_AT_ONCE, takes, duration);
            for (is_second, messages) in &sent.by_precedence {
                prop_assert!(messages.iter().all(|(_, waited)| *waited <= LONGEST_WAIT), "{is_second}");
            }
            prop_assert!(sent.by_precedence.contains_key(&true));
        }

        /// An offer waits for a few booked slots, and never behind a thousand confirmations.
        #[test]
        fn whoever_is_first_overtakes_all_but_a_few(per_second in 1_u32..=1000, takes in 0..SECOND / 10, at in 0..SECOND) {
            let rate = rate(per_second);
            let mut slots = Slots::default();
            // Messages of second precedence take slots without end.
            let mut now = 0;
            while now <= at {
                match slots.decide(rate, Precedence::Second, now, now + LONGEST_WAIT) {
                    Decision::Book(booking) => slots = slots.book(&booking).expect("nobody came between").0,
                    Decision::AskAgain(later) => now = later + takes,
                }
            }
            let Decision::Book(booking) = slots.decide(rate, Precedence::First, now, now + LONGEST_WAIT) else {
                panic!("there is a slot")
            };
            let (_, slot) = slots.book(&booking).expect("nobody came between");
            prop_assert!(slot - now <= (MOST_AHEAD_OF_SECOND + 2) * rate.interval(), "{}", slot - now);
        }
    }

    #[test]
    fn while_both_have_more_to_send_than_they_can_the_first_get_four_slots_of_five() {
        for per_second in [1, 3, 14, 50] {
            let sent = run(rate(per_second), FIRST_AT_ONCE, SECOND_AT_ONCE, 1000, 600 * SECOND);
            let count = |is_second: bool| sent.by_precedence[&is_second].len();
            let share = count(true) as f64 / (count(true) + count(false)) as f64;
            assert!((0.15..=0.22).contains(&share), "{share} at {per_second} a second");
        }
    }
}
