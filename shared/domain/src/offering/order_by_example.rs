//! Every order with every fit, against a plain model of the rules.

use proptest::prelude::*;

use crate::event::WaitlistRules;
use crate::line::fit::{Fit, MaxPasses, Passes};
use crate::line::lane::Lane;
use crate::line::numbers::{LaneNumbers, Lanes, Numbers};
use crate::line::order::{Order, WeightedTier};
use crate::line::position_index::Counts;
use crate::line::seats::Seats;
use crate::line::turns::{Turns, Weight};
use crate::line::waiting::Waiting;
use crate::offering::permission::Hindrance;
use crate::offering::promotion::{LaneView, MOST_ENTRIES_AT_ONCE, View, plan};
use crate::values::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId, TierId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000_000);
const AFTER_THE_DRAW: Timestamp = NOW;
const TIERS: [&str; 3] = ["vip", "loyalty", "general"];

fn tier(index: usize) -> TierId {
    TierId::parse(TIERS[index]).expect("valid")
}

fn seats(count: u64) -> Quantity {
    Quantity::parse(i64::try_from(count).expect("few")).expect("some")
}

/// A waiting person in the plain model.
#[derive(Debug, Clone)]
struct Person {
    id: u64,
    tier: usize,
    quantity: u64,
    minimum: u64,
    passes: u32,
    /// Whether their entry is in sight. Until then nobody behind them is served.
    is_seen: bool,
    stands: Stands,
}

/// Where a person stands, beside their tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stands {
    /// Before all others, behind those who were put there earlier.
    AtTheFront(u64),
    InThePool,
    /// At the position that was drawn.
    AsDrawn(u64),
    WhereTheyJoined,
}

/// A moment on the scale of turns, as a fraction.
type Moment = (u128, u128);

/// A line in the plain model.
#[derive(Debug, Clone)]
struct Model {
    /// They stand in the order of joining.
    people: Vec<Person>,
    /// The next turn of each tier, and the turn up to which all were served.
    next: [Moment; 3],
    now: Moment,
}

fn is_less(one: Moment, other: Moment) -> bool {
    one.0 * other.1 < other.0 * one.1
}

fn later((one, other): (Moment, Moment)) -> Moment {
    if is_less(one, other) { other } else { one }
}

/// The moment one turn later, for a tier of this weight.
fn one_turn_after(moment: Moment, weight: u64) -> Moment {
    let (above, below) = (moment.0 * u128::from(weight) + moment.1, moment.1 * u128::from(weight));
    let divisor = (1..=below).rev().find(|divisor| above % divisor == 0 && below % divisor == 0).unwrap_or(1);
    (above / divisor, below / divisor)
}

impl Default for Model {
    fn default() -> Self {
        Self { people: Vec::new(), next: [(0, 1); 3], now: (0, 1) }
    }
}

fn weights(order: &Order) -> Vec<u64> {
    order.weights().iter().map(|tier| u64::from(tier.weight.get())).collect()
}

impl Model {
    /// The sequence of serving, each person with their turn. It ends with the first who is not in
    /// sight or not drawn.
    fn sequence(&self, order: &Order) -> Vec<(Person, Option<Moment>)> {
        let at_the_front = |person: &&Person| matches!(person.stands, Stands::AtTheFront(_));
        let mut front: Vec<Person> = self.people.iter().filter(at_the_front).cloned().collect();
        front.sort_by_key(|person| person.stands);
        let mut rest: Vec<Person> = self.people.iter().filter(|person| !at_the_front(person)).cloned().collect();
        let mut sequence: Vec<(Person, Option<Moment>)> = front.into_iter().map(|person| (person, None)).collect();
        match order {
            Order::Fifo => {}
            Order::Lottery { .. } => rest.sort_by_key(|person| person.stands),
            Order::Priority { .. } => rest.sort_by_key(|person| person.tier),
            Order::Weighted { .. } => {
                let weights = weights(order);
                let mut next = self.next.map(|next| later((next, self.now)));
                while !rest.is_empty() {
                    let standing = (0..3).filter(|&tier| rest.iter().any(|person| person.tier == tier));
                    let tier = standing.reduce(|one, other| if is_less(next[other], next[one]) { other } else { one });
                    let tier = tier.expect("somebody stands");
                    let at = rest.iter().position(|person| person.tier == tier).expect("somebody stands there");
                    sequence.push((rest.remove(at), Some(next[tier])));
                    next[tier] = one_turn_after(next[tier], weights[tier]);
                }
            }
        }
        sequence.extend(rest.into_iter().map(|person| (person, None)));
        let holds_up = |person: &Person| !person.is_seen || person.stands == Stands::InThePool;
        let end = sequence.iter().position(|(person, _)| holds_up(person)).map_or(sequence.len(), |at| at + 1);
        sequence.truncate(end);
        sequence
    }

    /// Offers seats to one person. Nothing, if nobody may have any.
    fn serve_one(&mut self, order: &Order, fit: Fit, free: u64) -> Option<(u64, u64)> {
        let sequence = self.sequence(order);
        let fits = |person: &Person| match fit {
            _ if !person.is_seen || person.stands == Stands::InThePool => None,
            _ if person.quantity <= free => Some(person.quantity),
            Fit::Partial if free > 0 && person.minimum <= free => Some(free),
            _ => None,
        };
        let at = match fit {
            Fit::Strict | Fit::Partial => 0,
            Fit::Skip { .. } => sequence.iter().position(|(person, _)| fits(person).is_some())?,
        };
        let (served, turn) = sequence.get(at)?.clone();
        let quantity = fits(&served)?;
        let passed: Vec<u64> = sequence[..at].iter().map(|(person, _)| person.id).collect();
        if let Fit::Skip { max_passes } = fit {
            if sequence[..at].iter().any(|(person, _)| person.passes >= max_passes.get()) {
                return None;
            }
            self.people.iter_mut().filter(|person| passed.contains(&person.id)).for_each(|person| person.passes += 1);
        }
        if let Some(turn) = turn {
            let begins = later((self.next[served.tier], self.now));
            self.next[served.tier] = one_turn_after(begins, weights(order)[served.tier]);
            let others = sequence.iter().filter(|(person, _)| person.id != served.id);
            self.now = others.filter_map(|(_, turn)| *turn).next().unwrap_or(turn);
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

fn person_of(entry: &Waiting) -> u64 {
    entry.place.customer_id.as_str().parse().expect("a number")
}

/// The line in the form of the rules.
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

    /// Gives a person the next number of their lane.
    fn stand(&mut self, order: &Order, person: &Person) {
        let lane = match person.stands {
            Stands::AtTheFront(_) => Lane::Front,
            Stands::InThePool => Lane::Pool,
            Stands::AsDrawn(_) => Lane::Drawn,
            Stands::WhereTheyJoined => {
                order.lane_of((!order.tiers().is_empty()).then(|| tier(person.tier)).as_ref(), AFTER_THE_DRAW)
            }
        };
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
            is_confirmed: true,
            numbered_at: NOW,
        });
    }

    fn leave(&mut self, id: u64) {
        let name = id.to_string();
        for (_, waiting, _) in &mut self.lanes {
            waiting.retain(|entry| entry.place.customer_id.as_str() != name);
        }
    }

    /// The view without those who are not in sight. The pool is never in sight.
    fn view(&self, unseen: &[u64], overdue: usize) -> View {
        let is_seen = |entry: &&Waiting| !unseen.contains(&person_of(entry));
        let lane_view = |(lane, waiting, issued): &(Lane, Vec<Waiting>, u64)| LaneView {
            lane: lane.clone(),
            waiting: waiting.iter().filter(|_| *lane != Lane::Pool).filter(is_seen).cloned().collect(),
            is_whole: *lane != Lane::Pool || waiting.is_empty(),
            out_of_sight: Vec::new(),
            unaccounted: waiting.iter().filter(|entry| !is_seen(entry)).map(|entry| entry.number).collect(),
            issued: *issued,
            last_issued_at: Some(NOW),
        };
        let free = self.free - overdue as u64;
        View {
            seats: Seats {
                capacity: 100_000,
                free,
                held: overdue as u64,
                sold: 100_000 - self.free,
                waitlist_active: true,
                ..Seats::default()
            },
            numbers: Numbers { next: 2, ..Numbers::new(true) },
            passes: self.passes.clone(),
            turns: self.turns.clone(),
            lanes: self.lanes.iter().map(lane_view).collect(),
            overdue: vec![seats(1); overdue],
        }
    }

    /// Serves all who can be served, in writes of limited size. The first write also ends so many
    /// offers.
    fn serve(&mut self, rules: &WaitlistRules, unseen: &[u64], mut overdue: usize) -> Vec<(u64, u64)> {
        let mut served = Vec::new();
        self.free += overdue as u64;
        loop {
            let permission = |lane: &Lane| if *lane == Lane::Pool { Err(Hindrance::DrawToCome) } else { Ok(()) };
            let plan = plan(&self.view(unseen, overdue), rules, permission, NOW);
            let room = MOST_ENTRIES_AT_ONCE - overdue;
            assert!(plan.offer.len() <= room && plan.seats.is_balanced(), "a write holds {room}: {plan:?}");
            if plan.offer.is_empty() && overdue == 0 {
                return served;
            }
            overdue = 0;
            for award in &plan.offer {
                let id = person_of(&award.entry);
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
            unconfirmed: Counts::default(),
            last_issued_at: None,
        };
        self.lanes.iter().map(|(lane, waiting, issued)| (lane.clone(), numbers(waiting, *issued))).collect()
    }

    /// The positions of all who wait, in the form in which they are told.
    fn standings(&self, order: &Order) -> Vec<(u64, u64)> {
        let lanes = self.lanes();
        let mut standings = Vec::new();
        for (lane, waiting, _) in &self.lanes {
            for (entry, in_lane) in waiting.iter().zip(1..) {
                let standing = order.standing(lane, in_lane, &lanes, &self.turns);
                // Before the draw its entries have no position.
                standings.extend(standing.position().map(|position| (position, person_of(entry))));
            }
        }
        standings.sort_unstable();
        standings
    }
}

fn any_fit() -> impl Strategy<Value = Fit> {
    prop_oneof![Just(Fit::Strict), Just(Fit::Partial), (1u32..5).prop_map(skip)]
}

fn skip(most: u32) -> Fit {
    Fit::Skip { max_passes: MaxPasses::parse(most.into()).expect("some") }
}

fn weighted(weights: [u32; 3]) -> Order {
    let weighted = |(index, weight): (usize, u32)| WeightedTier {
        id: tier(index),
        weight: Weight::parse(weight.into()).expect("some"),
    };
    Order::Weighted { tiers: weights.into_iter().enumerate().map(weighted).collect() }
}

fn any_order() -> impl Strategy<Value = Order> {
    let priority = Order::Priority { tiers: (0..3).map(tier).collect() };
    let lottery = Order::Lottery { tiers: Vec::new(), draw_at: NOW };
    prop_oneof![Just(Order::Fifo), Just(priority), Just(lottery), proptest::array::uniform3(1u32..8).prop_map(weighted)]
}

fn seldom_other_weights(most: u32) -> impl Strategy<Value = Option<[u32; 3]>> {
    prop_oneof![19 => Just(None), 1 => proptest::array::uniform3(1u32..most).prop_map(Some)]
}

/// A step: a person joins, something else may happen, seats become free, and offers end.
#[derive(Debug, Clone)]
struct Step {
    tier: usize,
    quantity: u64,
    minimum: u64,
    besides: Besides,
    freed: u64,
    overdue: usize,
}

#[derive(Debug, Clone)]
enum Besides {
    Nothing,
    /// Somebody leaves, or is offered seats out of turn. Neither uses a turn or passes anybody
    /// over.
    Leave(usize),
    MoveToTheFront(usize),
    /// The newcomer's entry is not in sight yet.
    IsUnseen,
    AllAreSeen,
    /// The lots are drawn.
    Draw(u64),
    /// Tiers that take turns get other weights.
    Weigh([u32; 3]),
    /// Another number of passes is allowed.
    MaxPasses(u32),
}

fn any_besides() -> impl Strategy<Value = Besides> {
    prop_oneof![
        8 => Just(Besides::Nothing),
        2 => (0usize..8).prop_map(Besides::Leave),
        1 => (0usize..8).prop_map(Besides::MoveToTheFront),
        1 => Just(Besides::IsUnseen),
        2 => Just(Besides::AllAreSeen),
        1 => (0u64..1_000).prop_map(Besides::Draw),
        1 => proptest::array::uniform3(1u32..8).prop_map(Besides::Weigh),
        1 => (1u32..5).prop_map(Besides::MaxPasses),
    ]
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let overdue = prop_oneof![6 => Just(0), 1 => 1usize..MOST_ENTRIES_AT_ONCE];
    let step = (0usize..3, 1u64..5, 1u64..5, any_besides(), 0u64..6, overdue);
    let step = step.prop_map(|(tier, quantity, minimum, besides, freed, overdue)| {
        // So many seats would leave nobody waiting, and few steps bring as many.
        let freed = if overdue > 0 { 0 } else { freed };
        Step { tier, quantity, minimum, besides, freed, overdue }
    });
    let step = step.boxed();
    let few = proptest::collection::vec(step.clone(), 1..80);
    // Seats come seldom, and then more than one write can offer.
    let long = proptest::collection::vec(step, 150..250).prop_map(|mut steps| {
        steps.iter_mut().for_each(|step| (step.freed, step.overdue) = (0, 0));
        steps.last_mut().iter_mut().for_each(|step| step.freed = 300);
        steps
    });
    prop_oneof![9 => few, 1 => long]
}

/// The line and the plain rules, side by side.
struct Both {
    rules: WaitlistRules,
    model: Model,
    line: Line,
    next: u64,
    is_drawn: bool,
}

impl Both {
    fn new(order: Order, fit: Fit) -> Self {
        let line = Line::new(&order);
        let rules = WaitlistRules { order, fit, ..WaitlistRules::usual() };
        Self { rules, model: Model::default(), line, next: 1, is_drawn: false }
    }

    fn come_and_go(&mut self, step: &Step) {
        let in_the_pool = matches!(self.rules.order, Order::Lottery { .. }) && !self.is_drawn;
        let person = Person {
            id: self.next,
            tier: step.tier,
            quantity: step.quantity,
            minimum: step.minimum.min(step.quantity),
            passes: 0,
            is_seen: !matches!(step.besides, Besides::IsUnseen),
            stands: if in_the_pool { Stands::InThePool } else { Stands::WhereTheyJoined },
        };
        self.next += 1;
        self.line.stand(&self.rules.order, &person);
        self.model.people.push(person);
        self.let_happen(&step.besides);
    }

    fn let_happen(&mut self, besides: &Besides) {
        let people = &mut self.model.people;
        match besides {
            Besides::Nothing | Besides::IsUnseen => {}
            Besides::AllAreSeen => people.iter_mut().for_each(|person| person.is_seen = true),
            Besides::Leave(at) if *at < people.len() => self.line.leave(people.remove(*at).id),
            Besides::MoveToTheFront(at) if *at < people.len() && people[*at].is_seen => {
                self.next += 1;
                // There they have another number, which was never passed over.
                (people[*at].stands, people[*at].passes) = (Stands::AtTheFront(self.next), 0);
                self.line.leave(people[*at].id);
                self.line.stand(&self.rules.order, &people[*at]);
            }
            Besides::Draw(seed) if people.iter().all(|person| person.is_seen) => self.draw(*seed),
            Besides::Weigh(weights) if matches!(self.rules.order, Order::Weighted { .. }) => {
                self.weigh(*weights);
            }
            Besides::MaxPasses(most) if matches!(self.rules.fit, Fit::Skip { .. }) => self.rules.fit = skip(*most),
            Besides::Leave(_) | Besides::MoveToTheFront(_) | Besides::Draw(_) => {}
            Besides::Weigh(_) | Besides::MaxPasses(_) => {}
        }
    }

    /// The event gets other weights. Equal weights change nothing.
    fn weigh(&mut self, weights: [u32; 3]) {
        let before = std::mem::replace(&mut self.rules.order, weighted(weights));
        if before != self.rules.order {
            (self.model.next, self.model.now) = ([(0, 1); 3], (0, 1));
        }
        if !self.rules.order.keeps_turns_of(&before) {
            self.line.turns = Turns::default();
        }
    }

    fn draw(&mut self, seed: u64) {
        self.is_drawn = true;
        let in_the_pool = self.model.people.iter_mut().filter(|person| person.stands == Stands::InThePool);
        let mut drawn: Vec<&mut Person> = in_the_pool.collect();
        drawn.sort_by_key(|person| (person.id * 7_919 + seed) % 1_009);
        for (person, position) in drawn.into_iter().zip(1..) {
            person.stands = Stands::AsDrawn(position);
            self.line.leave(person.id);
            self.line.stand(&self.rules.order, person);
        }
    }

    /// How many turns a tier has had before they were due, as of `now`.
    fn turns_in_advance(&self, index: usize, now: crate::line::turns::Moment) -> u64 {
        let turns = &self.line.turns;
        let interval = turns.interval(self.rules.order.weights()[index].weight);
        let ahead = turns.first(&Lane::Tier(tier(index))) - now;
        // The first of them lies between this turn and the next.
        let ahead = if interval == 0 { 0 } else { ahead.div_ceil(interval).saturating_sub(1) };
        u64::try_from(ahead).expect("few")
    }

    /// Serves all who can be served, by the model and by the rules.
    fn serve(&mut self, step: &Step) -> [Vec<(u64, u64)>; 2] {
        self.line.free += step.freed;
        let free = self.line.free + step.overdue as u64;
        let unseen: Vec<u64> =
            self.model.people.iter().filter(|person| !person.is_seen).map(|person| person.id).collect();
        let expected = self.model.serve(&self.rules.order, self.rules.fit, free);
        [expected, self.line.serve(&self.rules, &unseen, step.overdue)]
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn seats_go_to_whom_the_plain_rules_name(order in any_order(), fit in any_fit(), steps in any_steps()) {
        let mut both = Both::new(order, fit);
        let mut most = 0;
        for step in &steps {
            both.come_and_go(step);
            let [expected, served] = both.serve(step);
            prop_assert_eq!(served, expected);
            // Passes that were counted under a higher limit are not forgotten.
            most = most.max(both.rules.fit.max_passes().unwrap_or(0));
            for numbers in both.line.passes.numbers().values() {
                prop_assert!(numbers.len() <= most as usize);
            }
            prop_assert!(both.model.people.iter().all(|person| person.passes <= most));
        }
    }

    #[test]
    fn places_are_those_in_which_people_are_served_if_nobody_joins_or_leaves(
        order in any_order(),
        fit in any_fit(),
        steps in any_steps(),
    ) {
        let mut both = Both::new(order, fit);
        for step in &steps {
            both.come_and_go(step);
            both.serve(step);
        }
        both.let_happen(&Besides::AllAreSeen);
        let told = both.line.standings(&both.rules.order);
        let (positions, told): (Vec<u64>, Vec<u64>) = told.into_iter().unzip();
        prop_assert_eq!(positions, (1..=told.len() as u64).collect::<Vec<_>>());
        both.line.free = 10_000;
        let served: Vec<u64> = both.line.serve(&both.rules, &[], 0).into_iter().map(|(id, _)| id).collect();
        // Before the draw only the front is served.
        prop_assert_eq!(told, served);
    }

    /// The bound on starvation in the module `turns`.
    #[test]
    fn between_two_turns_of_a_tier_another_gets_no_more_than_its_weight_is_greater_and_passes_allow(
        weights in proptest::array::uniform3(1u32..30),
        fit in any_fit(),
        steps in proptest::collection::vec((0usize..3, 1u64..5, 1u64..5, 0u64..6, seldom_other_weights(30)), 1..200),
    ) {
        let mut weights = weights;
        let mut both = Both::new(weighted(weights), fit);
        // For each tier, the turns of each other tier since it was last served or was empty.
        let mut since = [[0_u64; 3]; 3];
        // For each pair of tiers, whether one began anew since the first was last served.
        let mut anew = [[true; 3]; 3];
        // For each tier, how many turns it had had in advance at that time.
        let mut in_advance = [0_u64; 3];
        for (tier, quantity, minimum, freed, others) in steps {
            if let Some(others) = others.filter(|others| *others != weights) {
                weights = others;
                both.weigh(weights);
                // The bound holds from then on.
                (since, anew, in_advance) = ([[0; 3]; 3], [[true; 3]; 3], [0; 3]);
            }
            if !both.model.people.iter().any(|person| person.tier == tier) {
                since[tier] = [0; 3];
                anew[tier] = [true; 3];
                anew.iter_mut().for_each(|others| others[tier] = true);
                in_advance[tier] = both.turns_in_advance(tier, both.line.turns.now);
            }
            both.come_and_go(&Step { tier, quantity, minimum, besides: Besides::Nothing, freed, overdue: 0 });
            for _ in 0..=freed {
                let now = both.line.turns.now;
                for (id, _) in both.line.serve(&both.rules, &[], 0) {
                    let at = both.model.people.iter().position(|person| person.id == id).expect("they waited");
                    let served = both.model.people.remove(at).tier;
                    since[served] = [0; 3];
                    anew[served] = [false; 3];
                    in_advance[served] = both.turns_in_advance(served, now);
                    for waiting in (0..3).filter(|&waiting| waiting != served) {
                        since[waiting][served] += 1;
                        let [mine, theirs] = [waiting, served].map(|tier| u64::from(weights[tier]));
                        let most = match fit.max_passes() {
                            None => theirs.div_ceil(mine) + u64::from(anew[waiting][served]),
                            Some(passes) => (1 + in_advance[waiting]) * theirs / mine + 1 + u64::from(passes),
                        };
                        let waits = both.model.people.iter().any(|person| person.tier == waiting);
                        prop_assert!(
                            !waits || since[waiting][served] <= most,
                            "{} of {}",
                            since[waiting][served],
                            most
                        );
                    }
                }
                both.line.free += 1;
            }
            both.line.free -= 1;
        }
    }
}
