//! Fit: what happens to free seats that are too few for the head of the line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::line::lane::Lane;
use crate::line::order::Candidate;
use crate::line::waiting::Waiting;
use crate::values::quantity::Quantity;
use crate::values::whole::whole;
use crate::values::words::words;

whole! {
    /// How often anybody may be passed over.
    pub struct MaxPasses(u32) = 1..=100;
}

impl MaxPasses {
    /// The default.
    pub const USUAL: Self = Self(3);
}

words! {
    /// The fits by name.
    #[derive(Default)]
    pub enum FitKind {
        /// [`Fit::Strict`].
        #[default]
        Strict = "strict",
        /// [`Fit::Skip`].
        Skip = "skip",
        /// [`Fit::Partial`].
        Partial = "partial",
    }
}

/// What an event does with free seats that are too few for the head of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// They wait for more seats, and all entries behind wait too.
    #[default]
    Strict,
    /// They go to the first entry that they suit. After `max_passes` passes, seats gather for the
    /// entry that was passed over.
    Skip { max_passes: MaxPasses },
    /// They are offered to the head, if it accepts so few.
    Partial,
}

impl Fit {
    /// The fit by name.
    pub const fn kind(self) -> FitKind {
        match self {
            Self::Strict => FitKind::Strict,
            Self::Skip { .. } => FitKind::Skip,
            Self::Partial => FitKind::Partial,
        }
    }

    /// Whether seats that do not suit the next entry may go to one behind it.
    pub const fn lets_overtake(self) -> bool {
        matches!(self, Self::Skip { .. })
    }

    /// How often an entry may be passed over, if at all.
    pub fn max_passes(self) -> Option<u32> {
        match self {
            Self::Skip { max_passes } => Some(max_passes.get()),
            Self::Strict | Self::Partial => None,
        }
    }
}

/// Seats for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    pub entry: Waiting,
    pub lane: Lane,
    /// What the entry asked for, or fewer under [`Fit::Partial`].
    pub quantity: Quantity,
    /// Whether an earlier entry was passed over because the seats did not suit it.
    pub passed_over_anybody: bool,
}

/// The passes of each lane: for each offer past waiting entries, the greatest number that was
/// passed over.
///
/// These numbers suffice to count the passes of an entry, since later entries have greater numbers.
/// The first entry of a lane has most passes. So a lane never has more numbers here than passes
/// allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passes(BTreeMap<Lane, Vec<u64>>);

impl Passes {
    /// From stored numbers.
    pub fn new(lanes: impl IntoIterator<Item = (Lane, Vec<u64>)>) -> Self {
        Self(lanes.into_iter().filter(|(_, numbers)| !numbers.is_empty()).collect())
    }

    /// The numbers to store.
    pub const fn numbers(&self) -> &BTreeMap<Lane, Vec<u64>> {
        &self.0
    }

    /// How often the entry with this number was passed over.
    pub fn of(&self, lane: &Lane, number: u64) -> u32 {
        let passes = self.0.get(lane).into_iter().flatten().filter(|&&last| last >= number).count();
        u32::try_from(passes).unwrap_or(u32::MAX)
    }

    /// Notes that the numbers from `first` to `last` were passed over. Forgets passes of entries
    /// that are gone.
    fn pass(&mut self, lane: &Lane, first: u64, last: u64) {
        let numbers = self.0.entry(lane.clone()).or_default();
        numbers.retain(|&earlier| earlier >= first);
        numbers.push(last);
    }
}

/// The result of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The offers, in the order of serving.
    pub awards: Vec<Award>,
    /// The passes after these offers.
    pub passes: Passes,
    /// Whether all entries in sight were considered. If seats are left then, entries further down
    /// the line may suit.
    pub considered_all: bool,
}

/// Chooses among the entries in sight, which stand in the order of serving. At most `room` are
/// chosen.
pub fn choose(fit: Fit, candidates: &[Candidate<'_, Waiting>], mut free: u64, room: usize, passes: &Passes) -> Choice {
    let mut choice = Choice { awards: Vec::new(), passes: passes.clone(), considered_all: true };
    // The first and last number of each lane that the seats did not suit.
    let mut passed: BTreeMap<&Lane, (u64, u64)> = BTreeMap::new();
    for Candidate { entry, lane, .. } in candidates {
        if free == 0 || choice.awards.len() == room || !choice.considered_all {
            choice.considered_all = false;
            break;
        }
        match suitable(fit, entry, free) {
            Some(quantity) => {
                for (lane, (first, last)) in &passed {
                    choice.passes.pass(lane, *first, *last);
                }
                free -= u64::from(quantity);
                let passed_over_anybody = !passed.is_empty();
                let (entry, lane) = ((*entry).clone(), (*lane).clone());
                choice.awards.push(Award { entry, lane, quantity, passed_over_anybody });
            }
            None => passed.entry(*lane).or_insert((entry.number, entry.number)).1 = entry.number,
        }
        let is_barred =
            |(lane, (first, _)): (&&Lane, &(u64, u64))| may_not_be_passed(fit, &choice.passes, lane, *first);
        choice.considered_all = !passed.iter().any(is_barred);
    }
    choice
}

fn may_not_be_passed(fit: Fit, passes: &Passes, lane: &Lane, first: u64) -> bool {
    match fit {
        Fit::Strict | Fit::Partial => true,
        Fit::Skip { max_passes } => passes.of(lane, first) >= max_passes.get(),
    }
}

/// How many of the free seats an entry may be offered.
fn suitable(fit: Fit, entry: &Waiting, free: u64) -> Option<Quantity> {
    if u64::from(entry.quantity) <= free {
        return Some(entry.quantity);
    }
    let fewer = i64::try_from(free).ok().and_then(|free| Quantity::parse(free).ok())?;
    (fit == Fit::Partial && entry.minimum <= fewer).then_some(fewer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::order::{LaneSight, Order};
    use crate::line::turns::Turns;
    use crate::values::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
    use crate::values::time::Timestamp;

    fn seats(count: u64) -> Quantity {
        Quantity::parse(i64::try_from(count).expect("few")).expect("some")
    }

    fn entry(number: u64, quantity: u64, minimum: u64) -> Waiting {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        let customer_id = CustomerId::parse(&format!("customer{number}")).expect("valid");
        Waiting {
            place: PlaceId { customer_id, line, attendee_id: None },
            entry_id: EntryId::from_bits([0; 16]),
            number,
            quantity: seats(quantity),
            minimum: seats(minimum),
            is_confirmed: true,
            numbered_at: Timestamp::from_milliseconds(0),
        }
    }

    fn skip(max_passes: u32) -> Fit {
        Fit::Skip { max_passes: MaxPasses::parse(max_passes.into()).expect("some") }
    }

    /// Chooses in a line of one lane.
    fn choose_in(fit: Fit, line: &[Waiting], free: u64, room: usize, passes: &Passes) -> Choice {
        let sight = LaneSight { lane: &Lane::Common, waiting: line.iter().collect(), is_whole: true };
        let sequence = Order::Fifo.sequence(&[sight], &Turns::default());
        choose(fit, &sequence.candidates, free, room, passes)
    }

    fn awarded(choice: &Choice) -> Vec<(u64, u32)> {
        choice.awards.iter().map(|award| (award.entry.number, award.quantity.get())).collect()
    }

    fn nobody() -> Passes {
        Passes::default()
    }

    fn up_to(numbers: &[u64]) -> Passes {
        Passes::new([(Lane::Common, numbers.to_vec())])
    }

    #[test]
    fn strictly_nobody_is_passed_over() {
        let line = [entry(1, 4, 1), entry(2, 2, 2)];
        assert_eq!(awarded(&choose_in(Fit::Strict, &line, 2, 99, &nobody())), []);
        assert_eq!(awarded(&choose_in(Fit::Strict, &line, 5, 99, &nobody())), [(1, 4)]);
    }

    #[test]
    fn seats_that_do_not_suffice_for_the_head_go_to_the_first_whom_they_suit() {
        let line = [entry(1, 4, 4), entry(2, 3, 3), entry(3, 2, 2), entry(4, 1, 1)];
        let choice = choose_in(skip(3), &line, 2, 99, &nobody());
        assert_eq!((awarded(&choice), &choice.passes), (vec![(3, 2)], &up_to(&[2])));
        assert_eq!(choice.passes.numbers(), &BTreeMap::from([(Lane::Common, vec![2])]));
        assert!(choice.awards[0].passed_over_anybody);
    }

    #[test]
    fn whoever_is_next_passes_nobody_over() {
        let choice = choose_in(skip(3), &[entry(1, 2, 2), entry(2, 1, 1)], 3, 99, &nobody());
        assert!(choice.awards.iter().all(|award| !award.passed_over_anybody) && choice.passes == nobody());
    }

    #[test]
    fn only_skip_lets_anybody_overtake() {
        for (fit, kind, passes) in [
            (Fit::Strict, FitKind::Strict, None),
            (Fit::Partial, FitKind::Partial, None),
            (skip(2), FitKind::Skip, Some(2)),
        ] {
            assert_eq!((fit.kind(), fit.lets_overtake(), fit.max_passes()), (kind, passes.is_some(), passes));
        }
    }

    #[test]
    fn seats_gather_for_whoever_has_been_passed_over_as_often_as_may_be() {
        let line = [entry(1, 4, 4), entry(5, 1, 1), entry(6, 1, 1)];
        let choice = choose_in(skip(3), &line, 2, 99, &up_to(&[1, 2]));
        assert_eq!((awarded(&choice), choice.passes.of(&Lane::Common, 1)), (vec![(5, 1)], 3));
        assert_eq!(awarded(&choose_in(skip(3), &line[..1], 3, 99, &choice.passes)), []);
        assert_eq!(awarded(&choose_in(skip(3), &[entry(1, 4, 4), entry(6, 1, 1)], 3, 99, &choice.passes)), []);
        let served = choose_in(skip(3), &[entry(1, 4, 4), entry(6, 1, 1)], 5, 99, &choice.passes);
        assert_eq!(awarded(&served), [(1, 4), (6, 1)]);
    }

    #[test]
    fn whoever_would_take_fewer_is_offered_what_is_free() {
        let line = [entry(1, 4, 2), entry(2, 1, 1)];
        assert_eq!(awarded(&choose_in(Fit::Partial, &line, 3, 99, &nobody())), [(1, 3)]);
        assert_eq!(awarded(&choose_in(Fit::Partial, &line, 1, 99, &nobody())), []);
        assert_eq!(awarded(&choose_in(Fit::Partial, &line, 5, 99, &nobody())), [(1, 4), (2, 1)]);
    }
}
