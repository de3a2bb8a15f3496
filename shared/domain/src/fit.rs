//! Fit: what happens where the seats that are free are fewer than the head of the line asked for.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::promotion::Waiting;
use crate::quantity::Quantity;

/// Most passes that an event may allow.
pub const MOST_PASSES: u32 = 100;

/// What an event does with seats that do not suffice for the head of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// They wait for more, and so does everybody behind.
    #[default]
    Strict,
    /// They go to the first whom they suit. Nobody is passed over more than `max_passes` times before seats gather for
    /// them.
    Skip {
        /// How often anybody may be passed over.
        max_passes: NonZeroU32,
    },
    /// They are offered to the head, if it said that it would take as few.
    Partial,
}

impl Fit {
    /// The word for it in requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Skip { .. } => "skip",
            Self::Partial => "partial",
        }
    }

    /// How often anybody may be passed over, where anybody may.
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
    /// Whose.
    pub entry: Waiting,
    /// How many: what it asked for, or under [`Fit::Partial`] fewer.
    pub quantity: Quantity,
}

/// The numbers of those who were offered seats while somebody before them waited on.
///
/// That is all that need be remembered to know how often anybody was passed over. Whoever overtook an entry overtook
/// everybody else between them too, so the first in line has been passed over the most; and how often is the count of
/// overtakers with greater numbers than its own. So there are never more of them to remember than passes allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overtakers(Vec<u64>);

impl Overtakers {
    /// From stored numbers.
    pub fn new(numbers: impl IntoIterator<Item = u64>) -> Self {
        Self(numbers.into_iter().collect())
    }

    /// The numbers to store.
    pub fn numbers(&self) -> &[u64] {
        &self.0
    }

    /// How often the entry with this number was passed over.
    pub fn passes(&self, number: u64) -> u32 {
        u32::try_from(self.0.iter().filter(|&&overtaker| overtaker > number).count()).unwrap_or(u32::MAX)
    }

    /// Somebody overtook the first in line, and with it whoever waits between them. Overtakers of those who wait no
    /// more are forgotten.
    fn overtook(&mut self, first: u64, overtaker: u64) {
        self.0.retain(|&earlier| earlier > first);
        self.0.push(overtaker);
    }
}

/// Who is offered seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The offers, in the order of the line.
    pub awards: Vec<Award>,
    /// The overtakers after that.
    pub overtakers: Overtakers,
    /// Whether everybody in sight was considered, so that with seats left it is worth looking further down the line.
    pub considered_all: bool,
}

/// Chooses among those in sight, in the order of the line, at most `room` of them.
pub fn choose(fit: Fit, waiting: &[Waiting], mut free: u64, room: usize, overtakers: &Overtakers) -> Choice {
    let mut choice = Choice { awards: Vec::new(), overtakers: overtakers.clone(), considered_all: true };
    let mut first_passed = None;
    for entry in waiting {
        if free == 0 || choice.awards.len() == room || !choice.considered_all {
            choice.considered_all = false;
            break;
        }
        match suitable(fit, entry, free) {
            Some(quantity) => {
                if let Some(first) = first_passed {
                    choice.overtakers.overtook(first, entry.number);
                }
                free -= u64::from(quantity);
                choice.awards.push(Award { entry: entry.clone(), quantity });
            }
            None => first_passed = first_passed.or(Some(entry.number)),
        }
        let is_barred = |first| may_not_be_passed(fit, &choice.overtakers, first);
        choice.considered_all = !first_passed.is_some_and(is_barred);
    }
    choice
}

fn may_not_be_passed(fit: Fit, overtakers: &Overtakers, first: u64) -> bool {
    match fit {
        Fit::Strict | Fit::Partial => true,
        Fit::Skip { max_passes } => overtakers.passes(first) >= max_passes.get(),
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
    use proptest::prelude::*;

    use super::*;
    use crate::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
    use crate::time::Timestamp;

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
            joined_at: Timestamp::from_milliseconds(0),
        }
    }

    fn skip(max_passes: u32) -> Fit {
        Fit::Skip { max_passes: NonZeroU32::new(max_passes).expect("some") }
    }

    fn awarded(choice: &Choice) -> Vec<(u64, u32)> {
        choice.awards.iter().map(|award| (award.entry.number, award.quantity.get())).collect()
    }

    fn nobody() -> Overtakers {
        Overtakers::default()
    }

    #[test]
    fn strictly_nobody_is_passed_over() {
        let line = [entry(1, 4, 1), entry(2, 2, 2)];
        assert_eq!(awarded(&choose(Fit::Strict, &line, 2, 99, &nobody())), []);
        assert_eq!(awarded(&choose(Fit::Strict, &line, 5, 99, &nobody())), [(1, 4)]);
    }

    #[test]
    fn seats_that_do_not_suffice_for_the_head_go_to_the_first_whom_they_suit() {
        let line = [entry(1, 4, 4), entry(2, 3, 3), entry(3, 2, 2), entry(4, 1, 1)];
        let choice = choose(skip(3), &line, 2, 99, &nobody());
        assert_eq!((awarded(&choice), choice.overtakers.numbers()), (vec![(3, 2)], &[3][..]));
    }

    #[test]
    fn seats_gather_for_whoever_has_been_passed_over_as_often_as_may_be() {
        let line = [entry(1, 4, 4), entry(5, 1, 1), entry(6, 1, 1)];
        let overtakers = Overtakers::new([2, 3]);
        let choice = choose(skip(3), &line, 2, 99, &overtakers);
        assert_eq!((awarded(&choice), choice.overtakers.passes(1)), (vec![(5, 1)], 3));
        assert_eq!(awarded(&choose(skip(3), &line[..1], 3, 99, &choice.overtakers)), []);
        assert_eq!(awarded(&choose(skip(3), &[entry(1, 4, 4), entry(6, 1, 1)], 3, 99, &choice.overtakers)), []);
        let served = choose(skip(3), &[entry(1, 4, 4), entry(6, 1, 1)], 5, 99, &choice.overtakers);
        assert_eq!(awarded(&served), [(1, 4), (6, 1)]);
    }

    #[test]
    fn whoever_would_take_fewer_is_offered_what_is_free() {
        let line = [entry(1, 4, 2), entry(2, 1, 1)];
        assert_eq!(awarded(&choose(Fit::Partial, &line, 3, 99, &nobody())), [(1, 3)]);
        assert_eq!(awarded(&choose(Fit::Partial, &line, 1, 99, &nobody())), []);
        assert_eq!(awarded(&choose(Fit::Partial, &line, 5, 99, &nobody())), [(1, 4), (2, 1)]);
    }

    /// The rule as one would explain it, with a count of passes for everybody.
    #[derive(Debug, Clone, Default)]
    struct Model {
        waiting: Vec<Waiting>,
        passes: std::collections::BTreeMap<u64, u32>,
    }

    impl Model {
        /// Offers seats to one; nothing if nobody may have any.
        fn serve_one(&mut self, fit: Fit, free: u64) -> Option<(u64, u32)> {
            let fits = |entry: &Waiting| match fit {
                _ if u64::from(entry.quantity) <= free => Some(entry.quantity.get()),
                Fit::Partial if u64::from(entry.minimum) <= free => u32::try_from(free).ok(),
                _ => None,
            };
            let index = match fit {
                Fit::Strict | Fit::Partial => 0,
                Fit::Skip { .. } => self.waiting.iter().position(|entry| fits(entry).is_some())?,
            };
            let quantity = fits(self.waiting.get(index)?)?;
            if let Fit::Skip { max_passes } = fit {
                let passed = || self.waiting[..index].iter().map(|entry| entry.number);
                if passed().any(|number| self.passes.get(&number).is_some_and(|passes| *passes >= max_passes.get())) {
                    return None;
                }
                for number in passed().collect::<Vec<_>>() {
                    *self.passes.entry(number).or_default() += 1;
                }
            }
            Some((self.waiting.remove(index).number, quantity))
        }
    }

    fn any_fit() -> impl Strategy<Value = Fit> {
        prop_oneof![Just(Fit::Strict), Just(Fit::Partial), (1u32..5).prop_map(skip)]
    }

    proptest! {
        /// Seats come free again and again, people join and leave, the head comes and goes from sight in small rooms.
        #[test]
        fn seats_go_to_whom_the_plain_rule_names(
            fit in any_fit(),
            steps in proptest::collection::vec((0u64..6, 1u64..5, 1u64..5, 0usize..8, proptest::bool::ANY), 1..60),
            room in 1usize..4,
        ) {
            let mut model = Model::default();
            let mut waiting: Vec<Waiting> = Vec::new();
            let mut overtakers = Overtakers::default();
            let (mut free, mut next) = (0, 1);
            for (freed, quantity, minimum, leaver, leaves) in steps {
                let joins = entry(next, quantity, minimum.min(quantity));
                waiting.push(joins.clone());
                model.waiting.push(joins);
                next += 1;
                if leaves && leaver < waiting.len() {
                    waiting.remove(leaver);
                    model.waiting.remove(leaver);
                }
                free += freed;
                let mut free_in_model = free;
                let mut expected = Vec::new();
                while let Some((number, quantity)) = model.serve_one(fit, free_in_model) {
                    free_in_model -= u64::from(quantity);
                    expected.push((number, quantity));
                    if free_in_model == 0 { break; }
                }
                let mut served = Vec::new();
                loop {
                    let choice = choose(fit, &waiting, free, room, &overtakers);
                    if choice.awards.is_empty() { break; }
                    for (number, quantity) in awarded(&choice) {
                        free -= u64::from(quantity);
                        waiting.retain(|entry| entry.number != number);
                        served.push((number, quantity));
                    }
                    overtakers = choice.overtakers;
                }
                served.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(served, expected);
                prop_assert_eq!(free, free_in_model);
                if let Fit::Skip { max_passes } = fit {
                    prop_assert!(overtakers.numbers().len() <= max_passes.get() as usize);
                    for entry in &waiting {
                        prop_assert_eq!(overtakers.passes(entry.number), model.passes.get(&entry.number).copied().unwrap_or(0));
                    }
                }
            }
        }
    }
}
