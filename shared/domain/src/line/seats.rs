//! The seats of a ticket type: `capacity = sold + held + free`, always.
//!
//! A rule here results in a [`SeatsChange`]: an amount for each count, and a guard on the stored
//! counts. The store puts the guard into the condition of its write. So the rule holds, however
//! stale the copy was that it was decided from.

use crate::line::numbers::{EmptyLine, Numbers};
use crate::values::quantity::Quantity;
use crate::values::whole::whole;
use crate::{FieldError, Refusal};

/// Most seats of a ticket type.
pub const MOST_CAPACITY: u64 = 10_000_000;

whole! {
    /// The capacity that an organiser asks for.
    pub struct Capacity(u64) = 0..=MOST_CAPACITY;
}

/// The counts of a ticket type. Every seat is exactly one of free, held and sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seats {
    pub capacity: u64,
    pub sold: u64,
    pub held: u64,
    pub free: u64,
    /// Whether the line has a claim on free seats. Then they are not for direct sale until the
    /// event begins.
    pub waitlist_active: bool,
    pub outcomes: Outcomes,
}

/// Counts of offers by their outcome, since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcomes {
    pub offers: u64,
    /// Offers that ended in a registration.
    pub converted: u64,
    /// Offers whose deadline passed.
    pub expired: u64,
    /// Offers turned down.
    pub declined: u64,
    /// Offers given up by leaving the line.
    pub left: u64,
    /// Offers that the organiser took back.
    pub withdrawn: u64,
}

impl Outcomes {
    /// The converted part of the offers that have ended, from 0 to 1. Nothing, if none has.
    pub fn conversion_rate(self) -> Option<f64> {
        let ended = self.converted + self.expired + self.declined + self.left + self.withdrawn;
        #[expect(clippy::cast_precision_loss, reason = "a ratio for people to read; counts stay far below 2^52")]
        let rate = (ended > 0).then(|| self.converted as f64 / ended as f64);
        rate
    }
}

/// What must be true of the stored free seats when a change is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeSeatsGuard {
    /// Nothing beyond the change itself.
    Any,
    /// At least so many are free.
    AtLeast(u64),
    /// More are free, so that some remain.
    MoreThan(u64),
    /// Exactly so many are free: the change takes the last, or depends on the whole.
    Exactly(u64),
    /// Exactly so many are free, and none is sold or held.
    AllOf(u64),
}

/// Whether a change opens or closes the line's claim on free seats, and its condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// The waitlist stays as it is.
    Keep,
    /// The waitlist must be inactive and stays so.
    KeepInactive,
    /// The waitlist must be inactive and becomes active: the last seat is gone.
    Activate,
    /// The waitlist must be active and stays so.
    KeepActive,
    /// The waitlist must be active and stays so, while nobody stands in line.
    KeepActiveWhileEmpty(EmptyLine),
    /// The waitlist must be active and becomes inactive: seats are free and nobody stands in line.
    Deactivate(EmptyLine),
}

/// The amounts to add to each count, negative to take away, and the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatsChange {
    pub capacity: i64,
    pub sold: i64,
    pub held: i64,
    pub free: i64,
    pub outcomes: Outcomes,
    pub guard: FreeSeatsGuard,
    /// The greatest stored capacity at which the change holds, if that matters.
    pub most_capacity: Option<u64>,
    pub activation: Activation,
}

impl SeatsChange {
    /// No change.
    pub const NONE: Self = Self {
        capacity: 0,
        sold: 0,
        held: 0,
        free: 0,
        outcomes: Outcomes { offers: 0, converted: 0, expired: 0, declined: 0, left: 0, withdrawn: 0 },
        guard: FreeSeatsGuard::Any,
        most_capacity: None,
        activation: Activation::Keep,
    };

    /// Whether the change keeps the seats balanced.
    pub fn is_balanced(&self) -> bool {
        self.capacity == self.sold + self.held + self.free
    }
}

/// How an offer ends without a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferEnd {
    Expired,
    Declined,
    Left,
    /// The organiser took the customer out of the line.
    Removed,
}

/// A count as a signed number. Counts are at most [`MOST_CAPACITY`], far below 2^63.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Seats {
    /// The seats of a new ticket type. Without any seat the waitlist is active at once, since
    /// another system sells.
    pub fn new(capacity: u64) -> Self {
        Self { capacity, free: capacity, waitlist_active: capacity == 0, ..Self::default() }
    }

    /// Whether the counts add up.
    pub fn is_balanced(&self) -> bool {
        self.capacity == self.sold + self.held + self.free
    }

    /// The seats that anyone may buy now. Once the event `has_begun`, the line has no claim on them
    /// any more.
    pub fn available(&self, has_begun: bool) -> u64 {
        if self.waitlist_active && !has_begun { 0 } else { self.free }
    }

    /// A direct sale, while the line has no claim on the seats.
    ///
    /// The sale of the last seat activates the waitlist in the same write.
    pub fn sell_directly(&self, quantity: Quantity, numbers: &Numbers) -> Result<SeatsChange, Refusal> {
        let wanted = u64::from(quantity);
        let sold_out = Refusal::SoldOut { quantity: quantity.get() };
        if self.free < wanted {
            return Err(sold_out);
        }
        let takes_the_last = self.free == wanted;
        let (guard, activation) = match (self.waitlist_active, takes_the_last) {
            (false, false) => (FreeSeatsGuard::MoreThan(wanted), Activation::KeepInactive),
            (false, true) => (FreeSeatsGuard::Exactly(wanted), Activation::Activate),
            // Seats became free and nobody waits, but the waitlist is still active.
            (true, takes_the_last) => {
                let empty = numbers.empty_line().ok_or(sold_out)?;
                let activation = if takes_the_last {
                    Activation::KeepActiveWhileEmpty(empty)
                } else {
                    Activation::Deactivate(empty)
                };
                (FreeSeatsGuard::Exactly(self.free), activation)
            }
        };
        Ok(SeatsChange { sold: signed(wanted), free: -signed(wanted), guard, activation, ..SeatsChange::NONE })
    }

    /// A direct sale after the event has begun: those who still wait have no claim any more.
    ///
    /// Nothing, if too few seats are free, or if [`Self::sell_directly`] decides.
    pub fn sell_once_begun(&self, quantity: Quantity) -> Option<SeatsChange> {
        let wanted = u64::from(quantity);
        let (guard, activation) = (FreeSeatsGuard::AtLeast(wanted), Activation::KeepActive);
        let change =
            SeatsChange { sold: signed(wanted), free: -signed(wanted), guard, activation, ..SeatsChange::NONE };
        (self.waitlist_active && self.free >= wanted).then_some(change)
    }

    /// Frees the seats of a cancelled registration.
    pub fn cancel_sale(&self, quantity: Quantity, numbers: &Numbers) -> SeatsChange {
        let returned = signed(quantity.into());
        self.rest_after(SeatsChange { sold: -returned, free: returned, ..SeatsChange::NONE }, numbers)
    }

    /// Adds new seats.
    pub fn deposit(&self, quantity: u64, numbers: &Numbers) -> SeatsChange {
        let new = signed(quantity);
        self.rest_after(SeatsChange { capacity: new, free: new, ..SeatsChange::NONE }, numbers)
    }

    /// Deposits `now` of the `quantity` new seats of a release. There must be room for all of them.
    pub fn begin_release(&self, quantity: Quantity, now: u64, numbers: &Numbers) -> Result<SeatsChange, Refusal> {
        let room = MOST_CAPACITY.saturating_sub(self.capacity);
        let quantity = u64::from(quantity);
        if quantity > room {
            let detail = format!("must be at most {room}: a ticket type has at most {MOST_CAPACITY} seats");
            return Err(Refusal::Invalid(vec![FieldError::new("/quantity", detail)]));
        }
        Ok(SeatsChange { most_capacity: Some(MOST_CAPACITY - quantity), ..self.deposit(now, numbers) })
    }

    /// Frees the seats of an offer that ends without a sale.
    pub fn end_offer(&self, quantity: Quantity, end: OfferEnd, numbers: &Numbers) -> SeatsChange {
        let returned = signed(quantity.into());
        let change = SeatsChange { held: -returned, free: returned, outcomes: end.counted(), ..SeatsChange::NONE };
        self.rest_after(change, numbers)
    }

    /// Holds seats for an entry that the organiser chose.
    pub fn offer_out_of_turn(&self, quantity: Quantity) -> Result<SeatsChange, Refusal> {
        let wanted = u64::from(quantity);
        if self.free < wanted {
            return Err(Refusal::SeatsNotFree { quantity: quantity.get(), free: self.free });
        }
        let (guard, activation) = self.taking(wanted);
        let outcomes = Outcomes { offers: 1, ..Outcomes::default() };
        let (held, free) = (signed(wanted), -signed(wanted));
        Ok(SeatsChange { held, free, outcomes, guard, activation, ..SeatsChange::NONE })
    }

    /// Frees the seats of an offer that the organiser takes back. Its customer waits again.
    pub fn withdraw_offer(quantity: Quantity) -> SeatsChange {
        let returned = signed(quantity.into());
        let outcomes = Outcomes { withdrawn: 1, ..Outcomes::default() };
        SeatsChange { held: -returned, free: returned, outcomes, ..SeatsChange::NONE }
    }

    /// Sells the seats of an offer.
    pub fn convert(quantity: Quantity) -> SeatsChange {
        let sold = signed(quantity.into());
        SeatsChange {
            held: -sold,
            sold,
            outcomes: Outcomes { converted: 1, ..Outcomes::default() },
            ..SeatsChange::NONE
        }
    }

    /// Sets another capacity. The refusal names `ticket_type`.
    pub fn set_capacity(&self, capacity: u64, numbers: &Numbers, ticket_type: &str) -> Result<SeatsChange, Refusal> {
        let in_use = self.sold + self.held;
        if capacity < in_use {
            return Err(Refusal::CapacityInUse { ticket_type: ticket_type.to_owned(), in_use });
        }
        if capacity >= self.capacity {
            let more = capacity - self.capacity;
            // A dropped ticket type comes back without seats: another system sells.
            let has_none = more == 0 && self.free == 0 && !self.waitlist_active;
            return Ok(match more {
                0 if has_none => SeatsChange {
                    guard: FreeSeatsGuard::Exactly(0),
                    activation: Activation::Activate,
                    ..SeatsChange::NONE
                },
                0 => SeatsChange::NONE,
                more => self.deposit(more, numbers),
            });
        }
        let fewer = self.capacity - capacity;
        let (guard, activation) = self.taking(fewer);
        Ok(SeatsChange { capacity: -signed(fewer), free: -signed(fewer), guard, activation, ..SeatsChange::NONE })
    }

    /// The conditions of taking free seats for an organiser, even past those who wait. Taking the
    /// last from a waitlist at rest activates it.
    fn taking(&self, count: u64) -> (FreeSeatsGuard, Activation) {
        match (self.waitlist_active, self.free == count) {
            (false, true) => (FreeSeatsGuard::Exactly(count), Activation::Activate),
            (false, false) => (FreeSeatsGuard::MoreThan(count), Activation::KeepInactive),
            (true, _) => (FreeSeatsGuard::AtLeast(count), Activation::KeepActive),
        }
    }

    /// Drops the ticket type: only free seats are left, and nobody waits. The outcomes stay, in
    /// case it comes back.
    pub fn drop_all(&self, numbers: &Numbers, ticket_type: &str) -> Result<SeatsChange, Refusal> {
        let empty = numbers.empty_line().filter(|_| self.sold + self.held == 0);
        let empty = empty.ok_or_else(|| Refusal::TicketTypeInUse { ticket_type: ticket_type.to_owned() })?;
        let all = signed(self.free);
        Ok(SeatsChange {
            capacity: -all,
            free: -all,
            guard: FreeSeatsGuard::AllOf(self.free),
            // Nobody joins an inactive waitlist, so this proves an empty line.
            activation: if self.waitlist_active { Activation::Deactivate(empty) } else { Activation::KeepInactive },
            ..SeatsChange::NONE
        })
    }

    /// Adds the end of the waitlist's activity, if the change leaves seats free and nobody waits.
    ///
    /// The free seats must still be the same. If the last of them were sold meanwhile, nobody could
    /// buy a seat or wait for one.
    pub fn rest_after(&self, change: SeatsChange, numbers: &Numbers) -> SeatsChange {
        let free_after = signed(self.free) + change.free;
        match numbers.empty_line() {
            Some(empty) if self.waitlist_active && free_after > 0 => SeatsChange {
                guard: FreeSeatsGuard::Exactly(self.free),
                activation: Activation::Deactivate(empty),
                ..change
            },
            _ => change,
        }
    }
}

impl OfferEnd {
    fn counted(self) -> Outcomes {
        match self {
            Self::Expired => Outcomes { expired: 1, ..Outcomes::default() },
            Self::Declined => Outcomes { declined: 1, ..Outcomes::default() },
            Self::Left => Outcomes { left: 1, ..Outcomes::default() },
            Self::Removed => Outcomes { withdrawn: 1, ..Outcomes::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn two() -> Quantity {
        Quantity::parse(2).expect("valid")
    }

    fn somebody_waits() -> Numbers {
        Numbers { next: 5, gone: 3, ..Numbers::new(true) }
    }

    #[test]
    fn the_sale_of_the_last_seat_activates_the_waitlist() {
        let seats = Seats { capacity: 5, sold: 3, free: 2, ..Seats::default() };
        let change = seats.sell_directly(two(), &Numbers::new(false)).expect("two are free");
        assert_eq!((change.activation, change.guard), (Activation::Activate, FreeSeatsGuard::Exactly(2)));
    }

    #[test]
    fn free_seats_are_not_for_direct_sale_while_anyone_waits() {
        let seats = Seats { capacity: 5, sold: 1, free: 4, waitlist_active: true, ..Seats::default() };
        assert_eq!(seats.sell_directly(two(), &somebody_waits()), Err(Refusal::SoldOut { quantity: 2 }));
    }

    #[test]
    fn a_cancellation_puts_the_waitlist_to_rest_where_nobody_waits() {
        let seats = Seats { capacity: 2, sold: 2, waitlist_active: true, ..Seats::default() };
        let empty = Numbers { next: 4, gone: 3, ..Numbers::new(true) };
        assert!(matches!(seats.cancel_sale(two(), &empty).activation, Activation::Deactivate(_)));
        assert_eq!(seats.cancel_sale(two(), &somebody_waits()).activation, Activation::Keep);
        let at_rest = Seats { capacity: 3, free: 1, waitlist_active: false, ..seats };
        assert_eq!(at_rest.cancel_sale(two(), &empty).activation, Activation::Keep, "it rests already");
        assert_eq!(seats.rest_after(SeatsChange::NONE, &empty), SeatsChange::NONE, "no seat is free");
        let guard = Seats { free: 1, sold: 1, ..seats }.rest_after(SeatsChange::NONE, &empty).guard;
        assert_eq!(guard, FreeSeatsGuard::Exactly(1), "it must not be sold meanwhile");
    }

    #[test]
    fn once_the_event_has_begun_free_seats_are_sold_whoever_waits() {
        let seats = Seats { capacity: 5, sold: 3, free: 2, waitlist_active: true, ..Seats::default() };
        let change = seats.sell_once_begun(two()).expect("two are free");
        assert_eq!((change.free, change.activation), (-2, Activation::KeepActive));
        assert_eq!(Seats { free: 1, sold: 4, ..seats }.sell_once_begun(two()), None);
        assert_eq!(Seats { waitlist_active: false, ..seats }.sell_once_begun(two()), None);
    }

    #[test]
    fn capacity_is_never_lowered_below_what_is_sold_or_held() {
        let seats = Seats { capacity: 5, sold: 2, held: 1, free: 2, ..Seats::default() };
        let numbers = Numbers::new(false);
        assert!(matches!(seats.set_capacity(2, &numbers, "camper"), Err(Refusal::CapacityInUse { in_use: 3, .. })));
        let change = seats.set_capacity(3, &numbers, "camper").expect("three are in use");
        assert_eq!(change.activation, Activation::Activate);
    }

    #[test]
    fn a_ticket_type_is_dropped_while_all_its_seats_are_free_and_nobody_waits() {
        let seats = Seats { capacity: 2, free: 2, ..Seats::default() };
        let change = seats.drop_all(&Numbers::new(false), "camper").expect("it is not in use");
        assert_eq!((change.guard, change.activation), (FreeSeatsGuard::AllOf(2), Activation::KeepInactive));
        let in_use = Err(Refusal::TicketTypeInUse { ticket_type: "camper".to_owned() });
        for seats in [Seats { sold: 1, ..seats }, Seats { held: 1, ..seats }] {
            assert_eq!(seats.drop_all(&Numbers::new(false), "camper"), in_use);
        }
        assert_eq!(Seats { waitlist_active: true, ..seats }.drop_all(&somebody_waits(), "camper"), in_use);
    }

    #[test]
    fn no_release_is_begun_for_which_there_is_no_room() {
        let full = |room: u64| Seats { capacity: MOST_CAPACITY - room, ..Seats::default() };
        let begin = |seats: Seats| seats.begin_release(two(), 1, &Numbers::new(false));
        let change = begin(full(2)).expect("there is room for two");
        assert_eq!((change.capacity, change.most_capacity), (1, Some(MOST_CAPACITY - 2)));
        assert!(matches!(begin(full(1)), Err(Refusal::Invalid(errors)) if errors[0].pointer == "/quantity"));
    }

    #[test]
    fn an_offer_out_of_turn_takes_seats_that_are_free_and_no_others() {
        let seats = Seats { capacity: 5, sold: 3, free: 2, waitlist_active: true, ..Seats::default() };
        let change = seats.offer_out_of_turn(two()).expect("two are free");
        assert_eq!((change.held, change.free, change.guard), (2, -2, FreeSeatsGuard::AtLeast(2)));
        let at_rest = Seats { waitlist_active: false, ..seats };
        let last = at_rest.offer_out_of_turn(two()).expect("two are free");
        assert_eq!(last.activation, Activation::Activate, "its entry was confirmed at this moment");
        let three = Quantity::parse(3).expect("valid");
        assert_eq!(seats.offer_out_of_turn(three), Err(Refusal::SeatsNotFree { quantity: 3, free: 2 }));
    }

    #[test]
    fn there_is_no_conversion_rate_before_any_offer_has_ended() {
        assert_eq!(Outcomes { offers: 3, ..Outcomes::default() }.conversion_rate(), None);
        let outcomes = Outcomes { offers: 4, converted: 1, expired: 1, ..Outcomes::default() };
        assert_eq!(outcomes.conversion_rate(), Some(0.5));
    }

    fn nobody_waits() -> Numbers {
        Numbers { next: 4, gone: 3, ..Numbers::new(true) }
    }

    #[test]
    fn whoever_buys_directly_leaves_some_seats_takes_the_last_or_ends_a_claim_that_nobody_has() {
        let empty = nobody_waits().empty_line().expect("nobody waits");
        let (all, inactive) = (FreeSeatsGuard::Exactly, Activation::KeepInactive);
        for (free, waitlist_active, expected) in [
            (1, false, None),
            (2, false, Some((all(2), Activation::Activate))),
            (3, false, Some((FreeSeatsGuard::MoreThan(2), inactive))),
            (1, true, None),
            (2, true, Some((all(2), Activation::KeepActiveWhileEmpty(empty)))),
            (3, true, Some((all(3), Activation::Deactivate(empty)))),
        ] {
            let seats = Seats { capacity: 9, sold: 9 - free, free, waitlist_active, ..Seats::default() };
            let sale = seats.sell_directly(two(), &nobody_waits()).ok();
            assert_eq!(sale.map(|change| (change.guard, change.activation)), expected, "{free} {waitlist_active}");
            assert!(sale.is_none_or(|change| (change.sold, change.free) == (2, -2)));
        }
    }

    #[test]
    fn seats_are_for_anyone_unless_the_line_has_a_claim_on_them_until_the_event_begins() {
        let seats = Seats::new(5);
        assert_eq!((seats.available(false), seats.available(true)), (5, 5));
        let claimed = Seats { waitlist_active: true, ..seats };
        assert_eq!((claimed.available(false), claimed.available(true)), (0, 5));
        assert!(!seats.waitlist_active && Seats::new(0).waitlist_active, "without seats another system sells");
    }

    #[test]
    fn seats_are_balanced_if_each_is_one_of_free_held_and_sold() {
        let seats = Seats { capacity: 6, sold: 1, held: 2, free: 3, ..Seats::default() };
        assert!(seats.is_balanced());
        for other in [Seats { sold: 2, ..seats }, Seats { held: 1, ..seats }, Seats { free: 2, ..seats }] {
            assert!(!other.is_balanced(), "{other:?}");
        }
        let change = SeatsChange { capacity: 6, sold: 1, held: 2, free: 3, ..SeatsChange::NONE };
        assert!(change.is_balanced() && !SeatsChange { held: -2, ..change }.is_balanced());
    }

    #[test]
    fn every_change_moves_as_many_seats_as_it_is_about() {
        let seats = Seats { capacity: 9, sold: 3, held: 2, free: 4, waitlist_active: true, ..Seats::default() };
        let line = somebody_waits();
        let set_capacity = |capacity| seats.set_capacity(capacity, &line, "camper").expect("it is not in use");
        for (change, [capacity, sold, held, free]) in [
            (seats.cancel_sale(two(), &line), [0, -2, 0, 2]),
            (seats.deposit(2, &line), [2, 0, 0, 2]),
            (seats.begin_release(two(), 1, &line).expect("there is room"), [1, 0, 0, 1]),
            (seats.end_offer(two(), OfferEnd::Left, &line), [0, 0, -2, 2]),
            (seats.offer_out_of_turn(two()).expect("they are free"), [0, 0, 2, -2]),
            (Seats::withdraw_offer(two()), [0, 0, -2, 2]),
            (Seats::convert(two()), [0, 2, -2, 0]),
            (seats.sell_once_begun(two()).expect("they are free"), [0, 2, 0, -2]),
            (set_capacity(11), [2, 0, 0, 2]),
            (set_capacity(9), [0; 4]),
            (set_capacity(7), [-2, 0, 0, -2]),
        ] {
            assert_eq!([change.capacity, change.sold, change.held, change.free], [capacity, sold, held, free]);
        }
    }

    #[test]
    fn every_offer_and_its_outcome_is_counted_once() {
        let none = Outcomes::default();
        let seats = Seats { capacity: 4, held: 2, free: 2, ..Seats::default() };
        let ended = |end| seats.end_offer(two(), end, &somebody_waits()).outcomes;
        for (counted, expected) in [
            (seats.offer_out_of_turn(two()).expect("they are free").outcomes, Outcomes { offers: 1, ..none }),
            (Seats::convert(two()).outcomes, Outcomes { converted: 1, ..none }),
            (Seats::withdraw_offer(two()).outcomes, Outcomes { withdrawn: 1, ..none }),
            (ended(OfferEnd::Expired), Outcomes { expired: 1, ..none }),
            (ended(OfferEnd::Declined), Outcomes { declined: 1, ..none }),
            (ended(OfferEnd::Left), Outcomes { left: 1, ..none }),
            (ended(OfferEnd::Removed), Outcomes { withdrawn: 1, ..none }),
        ] {
            assert_eq!(counted, expected);
        }
        let of_five = Outcomes { offers: 9, converted: 1, expired: 1, declined: 1, left: 1, withdrawn: 1 };
        assert_eq!(of_five.conversion_rate(), Some(0.2));
    }

    #[test]
    fn another_capacity_takes_away_the_last_free_seat_or_leaves_some() {
        let seats = Seats { capacity: 5, sold: 3, free: 2, ..Seats::default() };
        let active = Seats { waitlist_active: true, ..seats };
        let none_left = Seats { capacity: 3, free: 0, ..seats };
        let (keep, at_least) = (Activation::Keep, FreeSeatsGuard::AtLeast);
        let active_still = Activation::KeepActive;
        for (seats, capacity, expected) in [
            (seats, 3, (FreeSeatsGuard::Exactly(2), Activation::Activate)),
            (seats, 4, (FreeSeatsGuard::MoreThan(1), Activation::KeepInactive)),
            (seats, 5, (FreeSeatsGuard::Any, keep)),
            (active, 3, (at_least(2), active_still)),
            (active, 4, (at_least(1), active_still)),
            (none_left, 3, (FreeSeatsGuard::Exactly(0), Activation::Activate)),
            (Seats { waitlist_active: true, ..none_left }, 3, (FreeSeatsGuard::Any, keep)),
        ] {
            let change = seats.set_capacity(capacity, &somebody_waits(), "camper").expect("it is not in use");
            assert_eq!((change.guard, change.activation), expected, "{seats:?} to {capacity}");
        }
    }

    #[test]
    fn a_ticket_type_goes_with_all_its_seats() {
        let active = Seats { capacity: 2, free: 2, waitlist_active: true, ..Seats::default() };
        let change = active.drop_all(&nobody_waits(), "camper").expect("it is not in use");
        assert_eq!((change.capacity, change.free), (-2, -2));
        assert!(matches!(change.activation, Activation::Deactivate(_)));
    }

    /// Whether the stored seats meet the guard and the condition of the activation.
    fn admits(change: &SeatsChange, stored: &Seats) -> bool {
        let free = match change.guard {
            FreeSeatsGuard::Any => true,
            FreeSeatsGuard::AtLeast(least) => stored.free >= least,
            FreeSeatsGuard::MoreThan(fewer) => stored.free > fewer,
            FreeSeatsGuard::Exactly(all) => stored.free == all,
            FreeSeatsGuard::AllOf(all) => stored.free == all && stored.sold + stored.held == 0,
        };
        let must_be_active = match change.activation {
            Activation::Keep => stored.waitlist_active,
            Activation::KeepInactive | Activation::Activate => false,
            Activation::KeepActive | Activation::KeepActiveWhileEmpty(_) | Activation::Deactivate(_) => true,
        };
        free && stored.waitlist_active == must_be_active
    }

    fn is_active_after(change: &SeatsChange, stored: &Seats) -> bool {
        match change.activation {
            Activation::Keep => stored.waitlist_active,
            Activation::KeepInactive | Activation::Deactivate(_) => false,
            Activation::Activate | Activation::KeepActive | Activation::KeepActiveWhileEmpty(_) => true,
        }
    }

    proptest! {
        /// A change is decided from a copy, and written to what other changes made of it meanwhile.
        #[test]
        fn however_stale_the_copy_was_no_seat_is_taken_that_is_not_free_and_a_line_at_rest_has_free_seats(
            free in 0u64..5, sold in 0u64..3, active: bool, waiting in 0u64..2,
            stored_free in 0u64..5, stored_active: bool, quantity in 1i64..5, capacity in 0u64..8,
        ) {
            let seats = |free, waitlist_active| Seats { capacity: sold + free, sold, free, waitlist_active, ..Seats::default() };
            let (copy, stored) = (seats(free, active), seats(stored_free, stored_active));
            prop_assume!(active || free > 0);
            prop_assume!(stored_active || stored_free > 0);
            let numbers = Numbers { next: 10, gone: 9 - waiting, ..Numbers::new(active) };
            let quantity = Quantity::parse(quantity).expect("in range");
            let changes = [
                copy.sell_directly(quantity, &numbers).ok(),
                copy.sell_once_begun(quantity),
                Some(copy.cancel_sale(quantity, &numbers)),
                Some(copy.rest_after(SeatsChange::NONE, &numbers)),
                copy.offer_out_of_turn(quantity).ok(),
                copy.set_capacity(capacity, &numbers, "camper").ok(),
            ];
            for change in changes.into_iter().flatten().filter(|change| admits(change, &stored)) {
                let free_after = signed(stored.free) + change.free;
                prop_assert!(free_after >= 0, "{change:?}");
                prop_assert!(free_after > 0 || is_active_after(&change, &stored), "nobody could buy or wait: {change:?}");
            }
        }

        #[test]
        fn every_change_keeps_the_seats_balanced(
            sold in 0u64..50, held in 0u64..50, free in 0u64..50, active: bool, waiting in 0u64..3,
            quantity in 1i64..60, capacity in 0u64..200,
        ) {
            let seats = Seats { capacity: sold + held + free, sold, held, free, waitlist_active: active, ..Seats::default() };
            let numbers = Numbers { next: 10, gone: 9 - waiting, ..Numbers::new(active) };
            let quantity = Quantity::parse(quantity).expect("in range");
            let changes = [
                seats.sell_directly(quantity, &numbers).ok(),
                Some(seats.cancel_sale(quantity, &numbers)),
                Some(seats.deposit(quantity.into(), &numbers)),
                Some(seats.end_offer(quantity, OfferEnd::Expired, &numbers)),
                Some(Seats::convert(quantity)),
                Some(Seats::withdraw_offer(quantity)),
                seats.offer_out_of_turn(quantity).ok(),
                seats.set_capacity(capacity, &numbers, "camper").ok(),
                seats.drop_all(&numbers, "camper").ok(),
            ];
            for change in changes.into_iter().flatten() {
                prop_assert!(change.is_balanced(), "{change:?}");
                if waiting > 0 {
                    prop_assert!(!matches!(change.activation, Activation::Deactivate(_) | Activation::KeepActiveWhileEmpty(_)));
                }
            }
        }
    }
}
