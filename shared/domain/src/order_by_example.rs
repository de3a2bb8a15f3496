//! Every order with every fit, against the rules as one would explain them.

use std::num::NonZeroU32;

use proptest::prelude::*;

use crate::event::WaitlistRules;
use crate::fit::{Fit, Passes};
use crate::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId, TierId};
use crate::lane::Lane;
use crate::numbers::{LaneNumbers, Lanes, Numbers};
use crate::order::{Order, WeightedTier};
use crate::position_index::Counts;
use crate::promotion::{LaneView, View, Waiting, plan};
use crate::quantity::Quantity;
use crate::seats::Seats;
use crate::time::Timestamp;
use crate::turns::Turns;

const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000_000);
const TIERS: [&str; 3] = ["vip", "loyalty", "general"];

fn tier(index: usize) -> TierId {
    TierId::parse(TIERS[index]).expect("valid")
}

fn seats(count: u64) -> Quantity {
    Quantity::parse(i64::try_from(count).expect("few")).expect("some")
}

/// Somebody who waits, with all that the plain rules need to know.
#[derive(Debug, Clone)]
struct Person {
    id: u64,
    tier: usize,
    quantity: u64,
    minimum: u64,
    passes: u32,
}

/// A line as one would explain it.
#[derive(Debug, Clone, Default)]
struct Model {
    /// In the order in which they joined.
    people: Vec<Person>,
    /// Turns: `(numerator, denominator)` of each tier's next, and the moment that everybody has been served up to.
    next: [(u64, u64); 3],
    now: (u64, u64),
}

fn is_less(one: (u64, u64), other: (u64, u64)) -> bool {
    u128::from(one.0) * u128::from(other.1.max(1)) < u128::from(other.0) * u128::from(one.1.max(1))
}

fn later((one, other): ((u64, u64), (u64, u64))) -> (u64, u64) {
    if is_less(one, other) { other } else { one }
}

/// One turn of a tier of this weight later; all turns are counted in parts of the product of the weights.
fn one_turn_after(moment: (u64, u64), weight: u64, product: u64) -> (u64, u64) {
    let parts = if moment.1 == 0 { 0 } else { moment.0 };
    (parts + product / weight, product)
}

impl Model {
    /// In which sequence all of them would be served, each with the moment of their turn.
    fn sequence(&self, order: &Order) -> Vec<(Person, (u64, u64))> {
        match order {
            Order::Fifo => self.people.iter().cloned().map(|person| (person, (0, 0))).collect(),
            Order::Lottery { .. } => unreachable!("lots are drawn elsewhere"),
            Order::Priority { .. } => {
                let mut people = self.people.clone();
                people.sort_by_key(|person| person.tier);
                people.into_iter().map(|person| (person, (0, 0))).collect()
            }
            Order::Weighted { tiers } => {
                let weights: Vec<u64> = tiers.iter().map(|tier| u64::from(tier.weight.get())).collect();
                let product: u64 = weights.iter().product();
                let mut rest = self.people.clone();
                let mut next = self.next.map(|next| later((next, self.now)));
                let mut sequence = Vec::new();
                while !rest.is_empty() {
                    let standing = (0..3).filter(|&tier| rest.iter().any(|person| person.tier == tier));
                    let tier = standing.reduce(|one, other| if is_less(next[other], next[one]) { other } else { one });
                    let tier = tier.expect("somebody stands");
                    let at = rest.iter().position(|person| person.tier == tier).expect("somebody stands there");
                    sequence.push((rest.remove(at), next[tier]));
                    next[tier] = one_turn_after(next[tier], weights[tier], product);
                }
                sequence
            }
        }
    }

    /// Offers seats to one; nothing if nobody may have any.
    fn serve_one(&mut self, order: &Order, fit: Fit, free: u64) -> Option<(u64, u64)> {
        let sequence = self.sequence(order);
        let fits = |person: &Person| match fit {
            _ if person.quantity <= free => Some(person.quantity),
            Fit::Partial if free > 0 && person.minimum <= free => Some(free),
            _ => None,
        };
        let at = match fit {
            Fit::Strict | Fit::Partial => 0,
            Fit::Skip { .. } => sequence.iter().position(|(person, _)| fits(person).is_some())?,
        };
        let (served, _) = sequence.get(at)?.clone();
        let quantity = fits(&served)?;
        let passed: Vec<u64> = sequence[..at].iter().map(|(person, _)| person.id).collect();
        if let Fit::Skip { max_passes } = fit {
            if sequence[..at].iter().any(|(person, _)| person.passes >= max_passes.get()) {
                return None;
            }
            self.people.iter_mut().filter(|person| passed.contains(&person.id)).for_each(|person| person.passes += 1);
        }
        if let Order::Weighted { tiers } = order {
            let product: u64 = tiers.iter().map(|tier| u64::from(tier.weight.get())).product();
            let weight = u64::from(tiers[served.tier].weight.get());
            let begins = later((self.next[served.tier], self.now));
            self.next[served.tier] = one_turn_after(begins, weight, product);
            let next_waiting = sequence.iter().find(|(person, _)| person.id != served.id).map(|(_, moment)| *moment);
            self.now = later((self.now, next_waiting.unwrap_or(sequence[at].1)));
        }
        self.people.retain(|person| person.id != served.id);
        Some((served.id, quantity))
    }

    fn serve(&mut self, order: &Order, fit: Fit, mut free: u64) -> Vec<(u64, u64)> {
        let mut served = Vec::new();
        while let Some((id, quantity)) = self.serve_one(order, fit, free) {
            free -= quantity;
            served.push((id, quantity));
        }
        served
    }
}

/// The line as the rules see it.
#[derive(Debug, Default)]
struct Line {
    lanes: Vec<(Lane, Vec<Waiting>, u64)>,
    passes: Passes,
    turns: Turns,
    free: u64,
}

impl Line {
    fn new(order: &Order) -> Self {
        Self { lanes: order.lanes().into_iter().map(|lane| (lane, Vec::new(), 0)).collect(), ..Self::default() }
    }

    fn join(&mut self, order: &Order, person: &Person) {
        let lane = order.lane_of((!order.tiers().is_empty()).then(|| tier(person.tier)).as_ref(), NOW);
        let (_, waiting, issued) = self.lanes.iter_mut().find(|(of, _, _)| *of == lane).expect("it is a lane");
        *issued += 1;
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        let customer_id = CustomerId::parse(&person.id.to_string()).expect("valid");
        waiting.push(Waiting {
            place: PlaceId { customer_id, line, attendee_id: None },
            entry_id: EntryId::from_bits(u128::from(person.id).to_be_bytes()),
            number: *issued,
            quantity: seats(person.quantity),
            minimum: seats(person.minimum),
            numbered_at: NOW,
        });
    }

    fn leave(&mut self, id: u64) {
        let name = id.to_string();
        for (_, waiting, _) in &mut self.lanes {
            waiting.retain(|entry| entry.place.customer_id.as_str() != name);
        }
    }

    fn view(&self) -> View {
        let lane_view = |(lane, waiting, _): &(Lane, Vec<Waiting>, u64)| LaneView {
            lane: lane.clone(),
            waiting: waiting.clone(),
            is_whole: true,
            unaccounted: Vec::new(),
            last_issued_at: Some(NOW),
        };
        View {
            seats: Seats {
                capacity: 100_000,
                free: self.free,
                sold: 100_000 - self.free,
                waitlist_active: true,
                ..Seats::default()
            },
            numbers: Numbers { next: 2, gone: 0, open: true },
            passes: self.passes.clone(),
            turns: self.turns.clone(),
            lanes: self.lanes.iter().map(lane_view).collect(),
            overdue: Vec::new(),
        }
    }

    /// Serves everybody who can be, so many at once at most.
    fn serve(&mut self, rules: &WaitlistRules) -> Vec<(u64, u64)> {
        let mut served = Vec::new();
        loop {
            let plan = plan(&self.view(), rules, false, NOW);
            if plan.offer.is_empty() {
                return served;
            }
            for award in &plan.offer {
                let id = award.entry.place.customer_id.as_str().parse().expect("a number");
                self.leave(id);
                self.free -= u64::from(award.quantity);
                served.push((id, award.quantity.get().into()));
            }
            self.passes = plan.passes;
            self.turns = plan.turns;
        }
    }

    fn lanes(&self) -> Lanes {
        let numbers = |waiting: &[Waiting], issued: u64| LaneNumbers {
            issued,
            gone: Counts::new([(0, issued - waiting.len() as u64)]),
            last_issued_at: None,
        };
        self.lanes.iter().map(|(lane, waiting, issued)| (lane.clone(), numbers(waiting, *issued))).collect()
    }

    /// The places of all who wait, as they are told them.
    fn standings(&self, order: &Order) -> Vec<(u64, u64)> {
        let lanes = self.lanes();
        let mut standings = Vec::new();
        for (lane, waiting, _) in &self.lanes {
            for (entry, in_lane) in waiting.iter().zip(1..) {
                let id = entry.place.customer_id.as_str().parse().expect("a number");
                let standing = order.standing(lane, in_lane, &lanes, &self.turns);
                standings.push((standing.position().expect("nobody is in a draw"), id));
            }
        }
        standings.sort_unstable();
        standings
    }
}

fn any_fit() -> impl Strategy<Value = Fit> {
    let skip = |most| Fit::Skip { max_passes: NonZeroU32::new(most).expect("some") };
    prop_oneof![Just(Fit::Strict), Just(Fit::Partial), (1u32..5).prop_map(skip)]
}

fn weighted(weights: [u32; 3]) -> Order {
    let weighted = |(index, weight): (usize, u32)| WeightedTier {
        id: tier(index),
        weight: NonZeroU32::new(weight).expect("some"),
    };
    Order::Weighted { tiers: weights.into_iter().enumerate().map(weighted).collect() }
}

fn any_order() -> impl Strategy<Value = Order> {
    let priority = Order::Priority { tiers: (0..3).map(tier).collect() };
    prop_oneof![Just(Order::Fifo), Just(priority), proptest::array::uniform3(1u32..8).prop_map(weighted)]
}

/// What happens to a line: somebody joins, somebody may leave, seats come free.
type Step = (usize, u64, u64, usize, bool, u64);

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0usize..3, 1u64..5, 1u64..5, 0usize..8, proptest::bool::weighted(0.2), 0u64..6), 1..80)
}

/// The line and the plain rules, side by side.
struct Both {
    rules: WaitlistRules,
    model: Model,
    line: Line,
    next: u64,
}

impl Both {
    fn new(order: Order, fit: Fit) -> Self {
        let line = Line::new(&order);
        Self { rules: WaitlistRules { order, fit, ..WaitlistRules::usual() }, model: Model::default(), line, next: 1 }
    }

    fn come_and_go(&mut self, (tier, quantity, minimum, leaver, leaves, _): Step) {
        let person = Person { id: self.next, tier, quantity, minimum: minimum.min(quantity), passes: 0 };
        self.next += 1;
        self.line.join(&self.rules.order, &person);
        self.model.people.push(person);
        if leaves && leaver < self.model.people.len() {
            let gone = self.model.people.remove(leaver);
            self.line.leave(gone.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn seats_go_to_whom_the_plain_rules_name(order in any_order(), fit in any_fit(), steps in any_steps()) {
        let mut both = Both::new(order, fit);
        for step in steps {
            both.come_and_go(step);
            both.line.free += step.5;
            let expected = both.model.serve(&both.rules.order, fit, both.line.free);
            let served = both.line.serve(&both.rules);
            prop_assert_eq!(served, expected);
            if let Fit::Skip { max_passes } = fit {
                for numbers in both.line.passes.numbers().values() {
                    prop_assert!(numbers.len() <= max_passes.get() as usize);
                }
                prop_assert!(both.model.people.iter().all(|person| person.passes <= max_passes.get()));
            }
        }
    }

    #[test]
    fn places_are_those_in_which_people_are_served_if_nobody_joins_or_leaves(order in any_order(), steps in any_steps()) {
        let mut both = Both::new(order, Fit::Strict);
        for step in steps {
            both.come_and_go(step);
            both.line.free += step.5;
            both.model.serve(&both.rules.order, Fit::Strict, both.line.free);
            both.line.serve(&both.rules);
        }
        let told: Vec<u64> = both.line.standings(&both.rules.order).into_iter().map(|(_, id)| id).collect();
        let places: Vec<u64> = both.line.standings(&both.rules.order).into_iter().map(|(place, _)| place).collect();
        prop_assert_eq!(places, (1..=told.len() as u64).collect::<Vec<_>>());
        both.line.free = 10_000;
        let served: Vec<u64> = both.line.serve(&both.rules).into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(told, served);
    }

    /// The bound on starvation that `turns` states.
    #[test]
    fn between_two_turns_of_a_tier_another_gets_no_more_than_its_weight_is_greater(
        weights in proptest::array::uniform3(1u32..30),
        steps in proptest::collection::vec((0usize..3, 0u64..3), 1..200),
    ) {
        let order = weighted(weights);
        let mut both = Both::new(order, Fit::Strict);
        // For each tier, the turns that each other had since it was last served or was empty.
        let mut since = [[0_u64; 3]; 3];
        // For each tier, the others beside which it or they began anew since it was last served.
        let mut anew = [[true; 3]; 3];
        for (tier, freed) in steps {
            if !both.model.people.iter().any(|person| person.tier == tier) {
                since[tier] = [0; 3];
                anew[tier] = [true; 3];
                anew.iter_mut().for_each(|others| others[tier] = true);
            }
            both.come_and_go((tier, 1, 1, 0, false, 0));
            both.line.free += freed;
            for (id, _) in both.line.serve(&both.rules) {
                let at = both.model.people.iter().position(|person| person.id == id).expect("they waited");
                let served = both.model.people.remove(at).tier;
                since[served] = [0; 3];
                anew[served] = [false; 3];
                for waiting in (0..3).filter(|&waiting| waiting != served) {
                    since[waiting][served] += 1;
                    let most = u64::from(weights[served].div_ceil(weights[waiting])) + u64::from(anew[waiting][served]);
                    let waits = both.model.people.iter().any(|person| person.tier == waiting);
                    prop_assert!(!waits || since[waiting][served] <= most, "{} of {}", since[waiting][served], most);
                }
            }
        }
    }
}
