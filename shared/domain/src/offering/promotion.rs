//! Promotion: which entries are offered the free seats of a line.
//!
//! The event chooses the sequence of serving ([`crate::line::order`]). It also chooses what happens
//! to seats that are too few for the next entry ([`crate::line::fit`]).
//!
//! The line is read from an index that lags behind the table, and a join takes its number before it
//! stores its entry. So a number may be *unaccounted for*: handed out, not gone, and without an
//! entry in sight. Nobody behind such a number is offered seats until the number is *settled*. That
//! is when it is so old that its entry would be in sight.

use crate::entry::Offer;
use crate::event::WaitlistRules;
use crate::line::fit::{Award, Choice, Fit, Passes, choose};
use crate::line::lane::Lane;
use crate::line::numbers::Numbers;
use crate::line::order::{LaneSight, Order};
use crate::line::seats::{Activation, FreeSeatsGuard, Outcomes, Seats, SeatsChange};
use crate::line::turns::Turns;
use crate::line::waiting::Waiting;
use crate::offering::permission::Hindrance;

use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

/// How long after its number an entry may still come to sight (milliseconds).
///
/// It is twice the timeout of the join function (10 s), plus the lag of the index. Twice, because
/// the follower's clock started before its own number was taken.
pub const SETTLING_TIME: i64 = 30_000;

/// Most items of a DynamoDB transaction, without the seats item.
pub const MOST_ENTRIES_AT_ONCE: usize = 99;

/// Most overdue offers that a transaction ends, so that it can offer the seats of each.
pub const MOST_ENDED_AT_ONCE: usize = MOST_ENTRIES_AT_ONCE / 2;

/// A line as it was read.
#[derive(Debug, Clone)]
pub struct View {
    pub seats: Seats,
    pub numbers: Numbers,
    pub passes: Passes,
    pub turns: Turns,
    /// Its lanes, in the order of [`crate::line::order::Order::lanes`].
    pub lanes: Vec<LaneView>,
    /// The seats of overdue offers, which end in the same write.
    pub overdue: Vec<Quantity>,
}

/// A lane as it was read.
#[derive(Debug, Clone)]
pub struct LaneView {
    pub lane: Lane,
    /// The entries at its head, in order.
    pub waiting: Vec<Waiting>,
    /// Whether no other entries stood behind them when the line was read.
    pub is_whole: bool,
    /// The numbers up to the last of `waiting` whose entry was just confirmed. The index does not
    /// show that yet.
    pub out_of_sight: Vec<u64>,
    /// The numbers that are not gone and have no entry in sight, up to the last of `waiting`. If no
    /// entries stand behind that, up to the last number handed out.
    pub unaccounted: Vec<u64>,
    /// The last number handed out when the line was read. The entries in sight were read later, so
    /// they may have higher numbers.
    pub issued: u64,
    /// The time at which `issued` was handed out.
    pub last_issued_at: Option<Timestamp>,
}

/// A decision about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Numbers that never got an entry, by lane. They are marked gone first.
    pub retire: Vec<(Lane, Vec<u64>)>,
    /// Seats to offer, in one write with `seats`.
    pub offer: Vec<Award>,
    /// The passes after the write.
    pub passes: Passes,
    /// The turns after the write.
    pub turns: Turns,
    /// The change of the seats, with the end of the overdue offers.
    pub seats: SeatsChange,
    /// Whether another look is needed soon. Seats stay free behind a number that is not settled, or
    /// before unconfirmed entries that are not marked yet.
    pub look_again: bool,
    /// Whether seats stay free that suit nobody in sight, and may suit an entry further down the
    /// line.
    pub look_further: bool,
}

/// Decides what to do with a line at `now`, by the event's rules. `permission` says of each lane
/// whether its entries may be offered seats. If not, nobody behind them is offered any either.
pub fn plan(
    view: &View,
    rules: &WaitlistRules,
    permission: impl Fn(&Lane) -> Result<(), Hindrance>,
    now: Timestamp,
) -> Plan {
    let freed: u64 = view.overdue.iter().map(|&quantity| u64::from(quantity)).sum();
    let free = view.seats.free + freed;
    let Served { awards, passes, turns, stopped_at } = serve(view, rules, free, &permission, now);
    // If nobody took a turn, there is nothing to remember.
    let turns = if turns == rules.order.turns(&view.turns) { view.turns.clone() } else { turns };
    let seats = seats_change(view, freed, &awards, passes != view.passes);
    let lane_of = |lane: Lane| view.lanes.iter().find(|view| view.lane == lane);
    // Behind a hindrance there is nothing to look for.
    let stopped_at = stopped_at.and_then(lane_of).filter(|lane| permission(&lane.lane).is_ok());
    Plan {
        look_again: stopped_at.is_some_and(|lane| lane.is_unsettled(now)) || view.has_only_unmarked(free),
        // If there is something to offer, the line is looked at again in any case.
        look_further: awards.is_empty() && stopped_at.is_some_and(|lane| !lane.is_unsettled(now)),
        seats,
        passes,
        turns,
        retire: retire(view, now),
        offer: awards,
    }
}

/// The result of serving.
struct Served {
    awards: Vec<Award>,
    passes: Passes,
    turns: Turns,
    /// The lane where an unseen entry may have a claim on the rest.
    stopped_at: Option<Lane>,
}

fn serve<'view>(
    view: &'view View,
    rules: &WaitlistRules,
    mut free: u64,
    permission: impl Fn(&Lane) -> Result<(), Hindrance>,
    now: Timestamp,
) -> Served {
    let sight = |lane: &'view LaneView| lane.sight(permission(&lane.lane), now);
    let mut sights: Vec<LaneSight<'_, Waiting>> = view.lanes.iter().map(sight).collect();
    let turns = rules.order.turns(&view.turns);
    let mut served = Served { awards: Vec::new(), passes: view.passes.clone(), turns, stopped_at: None };
    loop {
        let room = room(view) - served.awards.len();
        let at_once = if may_change_the_sequence(rules) { room.min(1) } else { room };
        let sequence = rules.order.sequence(&sights, &served.turns);
        let Choice { awards, passes, considered_all } =
            choose(rules.fit, &sequence.candidates, free, at_once, &served.passes);
        let is_served = |entry: &Waiting| awards.iter().any(|award| award.entry.entry_id == entry.entry_id);
        served.turns = rules.order.turns_after(&served.turns, &sequence, is_served);
        served.passes = passes;
        free -= awards.iter().map(|award| u64::from(award.quantity)).sum::<u64>();
        if awards.is_empty() || at_once == room {
            served.stopped_at = sequence.stopped_at.filter(|_| free > 0 && considered_all).cloned();
            served.awards.extend(awards);
            return served;
        }
        for sight in &mut sights {
            sight.waiting.retain(|entry| !is_served(entry));
        }
        served.awards.extend(awards);
    }
}

impl View {
    /// Whether all who count as waiting are unconfirmed, and their numbers are not marked yet. With
    /// the marks, the waitlist may come to rest.
    fn has_only_unmarked(&self, free: u64) -> bool {
        let is_empty = |lane: &LaneView| !lane.has_anybody() && lane.unaccounted.is_empty();
        free > 0 && self.seats.waitlist_active && self.numbers.waiting() > 0 && self.lanes.iter().all(is_empty)
    }
}

/// Whether one offer can reorder those who still wait: tiers take turns, and entries are served out
/// of turn. Then entries are served one by one.
fn may_change_the_sequence(rules: &WaitlistRules) -> bool {
    matches!((&rules.order, rules.fit), (Order::Weighted { .. }, Fit::Skip { .. }))
}

impl LaneView {
    /// The entries in sight before the first number that is not settled. None without permission.
    fn sight(&self, permission: Result<(), Hindrance>, now: Timestamp) -> LaneSight<'_, Waiting> {
        let unsettled = self.first_unsettled(now);
        let barrier = match permission {
            Ok(()) => unsettled.unwrap_or(u64::MAX),
            Err(_) => 0,
        };
        let before_barrier = self.waiting.partition_point(|entry| entry.number < barrier);
        let is_whole = self.is_whole && before_barrier == self.waiting.len() && unsettled.is_none();
        LaneSight { lane: &self.lane, waiting: self.waiting[..before_barrier].iter().collect(), is_whole }
    }

    /// Whether a confirmed entry is known to stand here. A lane without permission is not read.
    fn has_anybody(&self) -> bool {
        !self.waiting.is_empty() || !self.out_of_sight.is_empty() || !self.is_whole
    }

    /// Whether an entry that is not in sight may stand among those that are.
    pub fn is_unsettled(&self, now: Timestamp) -> bool {
        self.first_unsettled(now).is_some()
    }

    fn first_unsettled(&self, now: Timestamp) -> Option<u64> {
        let settled = self.settled_up_to(now);
        let unaccounted = self.unaccounted.iter().copied().find(|&number| number > settled);
        unaccounted.into_iter().chain(self.out_of_sight.first().copied()).min()
    }

    fn settled_up_to(&self, now: Timestamp) -> u64 {
        settled_up_to(self.issued, self.last_issued_at, &self.waiting, now)
    }

    /// The numbers that never got an entry.
    pub fn settled(&self, now: Timestamp) -> Vec<u64> {
        let settled = self.settled_up_to(now);
        self.unaccounted.iter().copied().filter(|&number| number <= settled).collect()
    }
}

/// The last number of a lane whose entry must be in sight by now. `in_sight` are its entries, in
/// order.
///
/// Numbers are handed out in order. So a number is older than any later entry, and than `issued`,
/// the last number handed out when the line was read.
pub fn settled_up_to(issued: u64, last_issued_at: Option<Timestamp>, in_sight: &[Waiting], now: Timestamp) -> u64 {
    let is_old = |instant: Timestamp| instant.plus_milliseconds(SETTLING_TIME) <= now;
    if last_issued_at.is_none_or(is_old) {
        return issued;
    }
    in_sight.iter().rev().find(|entry| is_old(entry.numbered_at)).map_or(0, |entry| entry.number)
}

fn retire(view: &View, now: Timestamp) -> Vec<(Lane, Vec<u64>)> {
    let of_lane = |lane: &LaneView| (lane.lane.clone(), lane.settled(now));
    view.lanes.iter().map(of_lane).filter(|(_, numbers)| !numbers.is_empty()).collect()
}

/// The offer of an entry, by the event's rules.
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

/// How many entries can be offered seats in the write that ends the overdue offers.
fn room(view: &View) -> usize {
    MOST_ENTRIES_AT_ONCE.saturating_sub(view.overdue.len())
}

/// The change of the seats by these offers.
///
/// Most offers only need enough free seats. An offer past another entry, or of fewer seats than
/// asked for, holds only while no more seats are free.
fn seats_change(view: &View, freed: u64, awards: &[Award], passes_any: bool) -> SeatsChange {
    let offered: u64 = awards.iter().map(|award| u64::from(award.quantity)).sum();
    let freed_signed = i64::try_from(freed).unwrap_or(i64::MAX);
    let offered_signed = i64::try_from(offered).unwrap_or(i64::MAX);
    let no_more_are_free = passes_any || awards.iter().any(|award| award.quantity < award.entry.quantity);
    let change = SeatsChange {
        held: offered_signed - freed_signed,
        free: freed_signed - offered_signed,
        outcomes: Outcomes { offers: awards.len() as u64, expired: view.overdue.len() as u64, ..Outcomes::default() },
        guard: match offered.checked_sub(freed) {
            _ if no_more_are_free => FreeSeatsGuard::Exactly(view.seats.free),
            Some(more) if more > 0 => FreeSeatsGuard::AtLeast(more),
            _ => FreeSeatsGuard::Any,
        },
        ..SeatsChange::NONE
    };
    // Somebody confirmed their entry while the waitlist was at rest.
    if !view.seats.waitlist_active && view.lanes.iter().any(LaneView::has_anybody) {
        return SeatsChange { activation: Activation::Activate, ..change };
    }
    if awards.is_empty() { view.seats.rest_after(change, &view.numbers) } else { change }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::line::order::WeightedTier;
    use crate::values::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId, TierId};

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
            is_confirmed: true,
            numbered_at: joined_at,
        }
    }

    fn id(number: u64) -> EntryId {
        EntryId::from_bits(u128::from(number).to_be_bytes())
    }

    fn view(free: u64, waiting: Vec<Waiting>, unaccounted: Vec<u64>) -> View {
        let last = waiting.last().map_or(0, |entry| entry.number).max(unaccounted.last().copied().unwrap_or(0));
        let standing = (waiting.len() + unaccounted.len()) as u64;
        View {
            seats: Seats { capacity: 100, free, sold: 100 - free, waitlist_active: true, ..Seats::default() },
            numbers: Numbers { next: last + 1, gone: last - standing, ..Numbers::new(true) },
            passes: Passes::default(),
            turns: Turns::default(),
            lanes: vec![LaneView {
                lane: Lane::Common,
                waiting,
                is_whole: true,
                out_of_sight: Vec::new(),
                unaccounted,
                issued: last,
                last_issued_at: Some(NOW),
            }],
            overdue: Vec::new(),
        }
    }

    fn offered(plan: &Plan) -> Vec<u64> {
        plan.offer.iter().map(|award| award.entry.number).collect()
    }

    fn planned(view: &View) -> Plan {
        plan(view, &WaitlistRules::usual(), |_| Ok(()), NOW)
    }

    #[test]
    fn the_head_of_the_line_waits_until_all_the_seats_it_asked_for_are_free() {
        let line = vec![entry(1, 4, NOW), entry(2, 1, NOW)];
        assert_eq!(offered(&planned(&view(3, line.clone(), vec![]))), Vec::<u64>::new());
        assert_eq!(offered(&planned(&view(4, line, vec![]))), vec![1]);
    }

    #[test]
    fn nobody_behind_an_unsettled_number_is_offered_anything() {
        let line = vec![entry(1, 1, NOW), entry(3, 1, NOW)];
        let plan = planned(&view(5, line, vec![2]));
        assert_eq!(offered(&plan), vec![1]);
        assert!(plan.look_again);
        assert!(plan.retire.is_empty());
    }

    #[test]
    fn seats_before_an_unconfirmed_entry_without_its_mark_are_looked_at_again() {
        let mut unmarked = view(1, vec![], vec![]);
        unmarked.numbers = Numbers { next: 2, ..Numbers::new(true) };
        assert!(planned(&unmarked).look_again);

        let marked = View { numbers: Numbers { unconfirmed: 1, ..unmarked.numbers }, ..unmarked.clone() };
        assert!(!planned(&marked).look_again);
        assert!(matches!(planned(&marked).seats.activation, Activation::Deactivate(_)));

        let sold_out = View { seats: Seats { free: 0, ..unmarked.seats }, ..unmarked };
        assert!(!planned(&sold_out).look_again);
    }

    #[test]
    fn a_number_whose_follower_joined_long_ago_is_retired() {
        let long_ago = NOW.plus_milliseconds(-SETTLING_TIME);
        let plan = planned(&view(5, vec![entry(1, 1, long_ago), entry(3, 1, long_ago)], vec![2]));
        assert_eq!((offered(&plan), plan.retire, plan.look_again), (vec![1, 3], vec![(Lane::Common, vec![2])], false));
    }

    #[test]
    fn a_number_handed_out_since_the_line_was_read_is_not_settled_however_old_the_last_one_was() {
        let long_ago = NOW.plus_milliseconds(-SETTLING_TIME);
        let mut view = view(5, vec![entry(1, 1, long_ago), entry(3, 1, NOW)], vec![2]);
        (view.lanes[0].issued, view.lanes[0].last_issued_at) = (1, Some(long_ago));
        let plan = planned(&view);
        assert_eq!((offered(&plan), plan.retire, plan.look_again), (vec![1], vec![], true));
    }

    #[test]
    fn seats_that_suit_nobody_in_sight_are_worth_a_look_further_down() {
        let rules =
            WaitlistRules { fit: Fit::Skip { max_passes: 3.try_into().expect("some") }, ..WaitlistRules::usual() };
        let mut view = view(1, vec![entry(1, 2, NOW), entry(2, 2, NOW)], vec![]);
        assert!(!plan(&view, &rules, |_| Ok(()), NOW).look_further);
        view.lanes[0].is_whole = false;
        assert!(plan(&view, &rules, |_| Ok(()), NOW).look_further);
        assert!(!planned(&view).look_further, "strictly, nobody further down is offered anything");
    }

    #[test]
    fn whoever_is_passed_over_or_offered_fewer_is_so_only_while_no_more_are_free() {
        let guard = |fit: Fit, line: Vec<Waiting>| {
            let rules = WaitlistRules { fit, ..WaitlistRules::usual() };
            plan(&view(3, line, vec![]), &rules, |_| Ok(()), NOW).seats.guard
        };
        let skip = Fit::Skip { max_passes: 3.try_into().expect("some") };
        assert_eq!(guard(skip, vec![entry(1, 4, NOW), entry(2, 1, NOW)]), FreeSeatsGuard::Exactly(3));
        assert_eq!(guard(skip, vec![entry(1, 2, NOW), entry(2, 1, NOW)]), FreeSeatsGuard::AtLeast(3));
        let modest = Waiting { minimum: Quantity::ONE, ..entry(1, 4, NOW) };
        assert_eq!(guard(Fit::Partial, vec![modest]), FreeSeatsGuard::Exactly(3));
        assert_eq!(guard(Fit::Partial, vec![entry(1, 2, NOW)]), FreeSeatsGuard::AtLeast(2));
    }

    #[test]
    fn nothing_is_offered_without_permission() {
        for hindrance in [Hindrance::EventBegun, Hindrance::DrawToCome, Hindrance::OfferingPaused] {
            let view = view(5, vec![entry(1, 1, NOW)], vec![]);
            let plan = plan(&view, &WaitlistRules::usual(), |_| Err(hindrance), NOW);
            assert_eq!((offered(&plan), plan.look_again, plan.look_further), (vec![], false, false), "{hindrance:?}");
        }
    }

    #[test]
    fn overdue_seats_pass_to_the_next_in_the_same_write() {
        let mut view = view(0, vec![entry(2, 2, NOW)], vec![]);
        view.seats.held = 2;
        view.overdue = vec![Quantity::parse(2).expect("valid")];
        let plan = planned(&view);
        assert_eq!(offered(&plan), vec![2]);
        assert_eq!((plan.seats.held, plan.seats.free, plan.seats.guard), (0, 0, FreeSeatsGuard::Any));
        assert_eq!((plan.seats.outcomes.expired, plan.seats.outcomes.offers), (1, 1));
    }

    #[test]
    fn nobody_looks_again_for_seats_that_are_not_there() {
        for (free, looks_again) in [(0, false), (1, false), (2, true)] {
            assert_eq!(planned(&view(free, vec![entry(1, 1, NOW)], vec![2])).look_again, looks_again, "{free} free");
        }
        assert!(!planned(&view(0, vec![], vec![1])).look_again);
    }

    #[test]
    fn as_many_offers_end_at_once_as_leave_room_to_offer_the_seats_of_each() {
        let room = |ended: usize| MOST_ENTRIES_AT_ONCE - ended;
        assert!(room(MOST_ENDED_AT_ONCE) >= MOST_ENDED_AT_ONCE);
        assert!(room(MOST_ENDED_AT_ONCE + 1) < MOST_ENDED_AT_ONCE + 1);
    }

    /// Otherwise a tier in which nobody waits would save up turns meanwhile.
    #[test]
    fn each_offer_past_somebody_puts_off_their_turn_in_the_same_write() {
        let vip = TierId::parse("vip").expect("valid");
        let order =
            Order::Weighted { tiers: vec![WeightedTier { id: vip.clone(), weight: 1.try_into().expect("some") }] };
        let fit = Fit::Skip { max_passes: 3.try_into().expect("some") };
        let rules = WaitlistRules { order, fit, ..WaitlistRules::usual() };
        let line = [(1, 4), (2, 1), (3, 1)];
        let line = line.map(|(number, seats)| Waiting { entry_id: id(number), ..entry(number, seats, NOW) });
        let mut view = view(2, line.into(), vec![]);
        view.lanes[0].lane = Lane::Tier(vip.clone());
        let plan = plan(&view, &rules, |_| Ok(()), NOW);
        assert_eq!((offered(&plan), plan.turns.now), (vec![2, 3], 1));
        assert_eq!(plan.turns.next.get(&Lane::Tier(vip)), Some(&2));
    }

    #[test]
    fn whoever_is_in_line_wakes_a_waitlist_at_rest_even_without_an_offer() {
        let lane = |waiting: Vec<Waiting>, out_of_sight: Vec<u64>, is_whole| {
            let mut view = view(0, waiting, vec![]);
            (view.lanes[0].out_of_sight, view.lanes[0].is_whole) = (out_of_sight, is_whole);
            view
        };
        for (view, wakes) in [
            (lane(vec![], vec![], true), false),
            (lane(vec![entry(1, 1, NOW)], vec![], true), true),
            (lane(vec![], vec![1], true), true),
            (lane(vec![], vec![], false), true),
        ] {
            let at_rest = Seats { waitlist_active: false, ..view.seats };
            let expected = if wakes { Activation::Activate } else { Activation::Keep };
            assert_eq!(planned(&View { seats: at_rest, ..view.clone() }).seats.activation, expected, "{view:?}");
            assert_eq!(planned(&view).seats.activation, Activation::Keep, "it is awake");
        }
    }

    #[test]
    fn the_last_number_is_settled_once_it_is_old() {
        let mut view = view(5, vec![entry(1, 1, NOW)], vec![2]);
        view.lanes[0].last_issued_at = Some(NOW.plus_milliseconds(-SETTLING_TIME));
        let plan = planned(&view);
        assert_eq!((offered(&plan), plan.retire, plan.look_again), (vec![1], vec![(Lane::Common, vec![2])], false));
    }

    #[test]
    fn one_write_offers_seats_to_all_whom_it_has_room_for_even_if_each_offer_may_change_the_sequence() {
        let vip = TierId::parse("vip").expect("valid");
        let order =
            Order::Weighted { tiers: vec![WeightedTier { id: vip.clone(), weight: 2.try_into().expect("some") }] };
        let fit = Fit::Skip { max_passes: 3.try_into().expect("some") };
        let rules = WaitlistRules { order, fit, ..WaitlistRules::usual() };
        for (standing, overdue, expected) in [(3, 0, 3), (120, 0, MOST_ENTRIES_AT_ONCE), (120, 40, 59)] {
            let line = (1..=standing).map(|number| Waiting { entry_id: id(number), ..entry(number, 1, NOW) }).collect();
            let mut view = view(100, line, vec![]);
            view.lanes[0].lane = Lane::Tier(vip.clone());
            view.overdue = vec![Quantity::ONE; overdue];
            assert_eq!(plan(&view, &rules, |_| Ok(()), NOW).offer.len(), expected, "{standing} stand");
        }
    }

    proptest! {
        #[test]
        fn offers_are_the_longest_run_from_the_head_that_fits(
            free in 0u64..60,
            quantities in proptest::collection::vec(1i64..6, 0..40),
        ) {
            let line: Vec<_> = quantities.iter().zip(1..).map(|(&quantity, number)| entry(number, quantity, NOW)).collect();
            let plan = planned(&view(free, line.clone(), vec![]));
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
