//! Promotion: which entries are offered the free seats of a line.
//!
//! First come, first served, by join number. What happens where the head of the line asked for more seats than are free
//! is the event's choice: [`crate::fit`].
//!
//! The line is read from an index that lags behind the table, and a join takes its number before it stores its entry.
//! So a number may be *unaccounted for*: handed out, not gone, and no entry seen. Nobody behind such a number is
//! offered anything until it is *settled*: until it is so old that its entry would have been seen if it existed.

use crate::entry::Offer;
use crate::event::WaitlistRules;
use crate::fit::{Award, Choice, Overtakers, choose};
use crate::identifier::{EntryId, PlaceId};
use crate::numbers::Numbers;
use crate::quantity::Quantity;
use crate::seats::{FreeSeatsGuard, Outcomes, Seats, SeatsChange};
use crate::time::Timestamp;

/// How long after its number was handed out an entry may still come to sight (milliseconds): the join function's
/// timeout (10 s), twice, for the follower's clock started before its own number was taken, and the index's lag.
pub const SETTLING_TIME: i64 = 30_000;

/// Most items of one DynamoDB transaction, less the seats item.
pub const MOST_ENTRIES_AT_ONCE: usize = 99;

/// An entry in line, as the index shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its key.
    pub place: PlaceId,
    /// Which stay in the line.
    pub entry_id: EntryId,
    /// Its join number.
    pub number: u64,
    /// Seats it asked for.
    pub quantity: Quantity,
    /// The fewest that it would take.
    pub minimum: Quantity,
    /// When it joined.
    pub joined_at: Timestamp,
}

/// A line as it was read.
#[derive(Debug, Clone)]
pub struct View {
    /// Its seats.
    pub seats: Seats,
    /// Its numbers.
    pub numbers: Numbers,
    /// Who was passed over, and how often.
    pub overtakers: Overtakers,
    /// The entries at its head, in order.
    pub waiting: Vec<Waiting>,
    /// Whether there are no others behind them.
    pub is_whole_line: bool,
    /// The numbers that are not gone and have no entry in sight, up to the last of `waiting`; where that is the last
    /// entry in sight, up to the last number handed out.
    pub unaccounted: Vec<u64>,
    /// The seats of offers of this line whose deadline has passed, to be ended in the same write.
    pub overdue: Vec<Quantity>,
}

/// What to do with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Numbers that never got an entry: mark them gone first.
    pub retire: Vec<u64>,
    /// Seats to offer, in one write with `seats`.
    pub offer: Vec<Award>,
    /// Who was passed over, and how often, once that is written.
    pub overtakers: Overtakers,
    /// What that does to the seats, the overdue offers' end included.
    pub seats: SeatsChange,
    /// Whether seats stay free behind a number that is not settled yet, so that the line must be looked at again.
    pub look_again: bool,
    /// Whether seats stay free that may suit somebody further down the line than `waiting` reaches.
    pub look_further: bool,
}

/// Decides what to do with a line at `now`, by the event's rules. A `closed` event offers nothing any more.
pub fn plan(view: &View, rules: &WaitlistRules, closed: bool, now: Timestamp) -> Plan {
    let (retire, unsettled): (Vec<u64>, Vec<u64>) =
        view.unaccounted.iter().partition(|&&number| is_settled(number, view, now));
    let freed: u64 = view.overdue.iter().map(|&quantity| u64::from(quantity)).sum();
    let free = view.seats.free + freed;
    let barrier = unsettled.first().copied().unwrap_or(u64::MAX);
    let before_barrier = &view.waiting[..view.waiting.partition_point(|entry| entry.number < barrier)];
    let candidates = if closed { &[] } else { before_barrier };
    let Choice { awards, overtakers, considered_all } =
        choose(rules.fit, candidates, free, room(view), &view.overtakers);
    let offered: u64 = awards.iter().map(|award| u64::from(award.quantity)).sum();
    let goes_on = !closed && free > offered && considered_all;
    Plan {
        look_again: goes_on && !unsettled.is_empty(),
        look_further: goes_on && unsettled.is_empty() && !view.is_whole_line,
        seats: seats_change(view, freed, offered, awards.len() as u64),
        overtakers,
        retire,
        offer: awards,
    }
}

/// The offer an entry gets at `now`, by the event's rules.
pub fn make_offer(quantity: Quantity, rules: &WaitlistRules, now: Timestamp) -> Offer {
    let expires_at = rules.notification_window.after(now);
    Offer {
        offered_at: now,
        expires_at,
        quantity,
        purchase_window: rules.purchase_window.clone(),
        remind_at: rules.reminder_at.map(|reminder| reminder.within(now, expires_at)),
        reminded_at: None,
    }
}

/// How many entries may be offered in the write that also ends the overdue offers.
fn room(view: &View) -> usize {
    MOST_ENTRIES_AT_ONCE.saturating_sub(view.overdue.len())
}

/// Whether the entry of an unaccounted number would have been seen by now: numbers are handed out in order, so a
/// number is older than any follower's entry, and than the last one handed out.
fn is_settled(number: u64, view: &View, now: Timestamp) -> bool {
    let is_old = |instant: Timestamp| instant.plus_milliseconds(SETTLING_TIME) <= now;
    is_old(Timestamp::from_milliseconds(view.numbers.last_issued_at))
        || view.waiting.iter().any(|entry| entry.number > number && is_old(entry.joined_at))
}

fn seats_change(view: &View, freed: u64, offered: u64, offers: u64) -> SeatsChange {
    let freed_signed = i64::try_from(freed).unwrap_or(i64::MAX);
    let offered_signed = i64::try_from(offered).unwrap_or(i64::MAX);
    let change = SeatsChange {
        held: offered_signed - freed_signed,
        free: freed_signed - offered_signed,
        outcomes: Outcomes { offers, expired: view.overdue.len() as u64, ..Outcomes::default() },
        guard: if offered > freed { FreeSeatsGuard::AtLeast(offered - freed) } else { FreeSeatsGuard::Any },
        ..SeatsChange::NONE
    };
    if offers == 0 { view.seats.rest_after(change, &view.numbers) } else { change }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fit::Fit;
    use crate::identifier::{CustomerId, EventId, LineId, TicketTypeId};

    const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000_000);

    fn entry(number: u64, quantity: i64, joined_at: Timestamp) -> Waiting {
        let customer_id = CustomerId::parse(&format!("customer{number}")).expect("valid");
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        Waiting {
            place: PlaceId { customer_id, line, attendee_id: None },
            entry_id: EntryId::from_bits([0; 16]),
            number,
            quantity: Quantity::parse(quantity).expect("valid"),
            minimum: Quantity::parse(quantity).expect("valid"),
            joined_at,
        }
    }

    fn view(free: u64, waiting: Vec<Waiting>, unaccounted: Vec<u64>) -> View {
        let last = waiting.last().map_or(0, |entry| entry.number).max(unaccounted.last().copied().unwrap_or(0));
        let standing = (waiting.len() + unaccounted.len()) as u64;
        View {
            seats: Seats { capacity: 100, free, sold: 100 - free, waitlist_active: true, ..Seats::default() },
            numbers: Numbers { next: last + 1, gone: last - standing, open: true, last_issued_at: NOW.milliseconds() },
            overtakers: Overtakers::default(),
            waiting,
            is_whole_line: true,
            unaccounted,
            overdue: Vec::new(),
        }
    }

    fn offered(plan: &Plan) -> Vec<u64> {
        plan.offer.iter().map(|award| award.entry.number).collect()
    }

    fn planned(view: &View, closed: bool) -> Plan {
        plan(view, &WaitlistRules::usual(), closed, NOW)
    }

    #[test]
    fn the_head_of_the_line_waits_until_all_the_seats_it_asked_for_are_free() {
        let line = vec![entry(1, 4, NOW), entry(2, 1, NOW)];
        assert_eq!(offered(&planned(&view(3, line.clone(), vec![]), false)), Vec::<u64>::new());
        assert_eq!(offered(&planned(&view(4, line, vec![]), false)), vec![1]);
    }

    #[test]
    fn nobody_behind_an_unsettled_number_is_offered_anything() {
        let line = vec![entry(1, 1, NOW), entry(3, 1, NOW)];
        let plan = planned(&view(5, line, vec![2]), false);
        assert_eq!(offered(&plan), vec![1]);
        assert!(plan.look_again);
        assert!(plan.retire.is_empty());
    }

    #[test]
    fn a_number_whose_follower_joined_long_ago_is_retired() {
        let long_ago = NOW.plus_milliseconds(-SETTLING_TIME);
        let plan = planned(&view(5, vec![entry(1, 1, long_ago), entry(3, 1, long_ago)], vec![2]), false);
        assert_eq!((offered(&plan), plan.retire, plan.look_again), (vec![1, 3], vec![2], false));
    }

    #[test]
    fn seats_that_suit_nobody_in_sight_are_worth_a_look_further_down() {
        let rules =
            WaitlistRules { fit: Fit::Skip { max_passes: 3.try_into().expect("some") }, ..WaitlistRules::usual() };
        let mut view = view(1, vec![entry(1, 2, NOW), entry(2, 2, NOW)], vec![]);
        assert!(!plan(&view, &rules, false, NOW).look_further);
        view.is_whole_line = false;
        assert!(plan(&view, &rules, false, NOW).look_further);
        assert!(!planned(&view, false).look_further, "strictly, nobody further down is offered anything");
    }

    #[test]
    fn a_closed_event_offers_nothing() {
        assert_eq!(offered(&planned(&view(5, vec![entry(1, 1, NOW)], vec![]), true)), Vec::<u64>::new());
    }

    #[test]
    fn overdue_seats_pass_to_the_next_in_the_same_write() {
        let mut view = view(0, vec![entry(2, 2, NOW)], vec![]);
        view.seats.held = 2;
        view.overdue = vec![Quantity::parse(2).expect("valid")];
        let plan = planned(&view, false);
        assert_eq!(offered(&plan), vec![2]);
        assert_eq!((plan.seats.held, plan.seats.free, plan.seats.guard), (0, 0, FreeSeatsGuard::Any));
        assert_eq!((plan.seats.outcomes.expired, plan.seats.outcomes.offers), (1, 1));
    }

    proptest! {
        #[test]
        fn offers_are_the_longest_run_from_the_head_that_fits(
            free in 0u64..60,
            quantities in proptest::collection::vec(1i64..6, 0..40),
        ) {
            let line: Vec<_> = quantities.iter().zip(1..).map(|(&quantity, number)| entry(number, quantity, NOW)).collect();
            let plan = planned(&view(free, line.clone(), vec![]), false);
            let taken: u64 = plan.offer.iter().map(|award| u64::from(award.quantity)).sum();
            prop_assert!(taken <= free);
            let entries: Vec<_> = plan.offer.iter().map(|award| award.entry.clone()).collect();
            prop_assert_eq!(&entries[..], &line[..entries.len()]);
            if let Some(next) = line.get(plan.offer.len()) {
                prop_assert!(taken + u64::from(next.quantity) > free);
            }
            prop_assert!(plan.seats.is_balanced());
        }
    }
}
