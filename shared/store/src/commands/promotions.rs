//! Promotion: free seats, and the seats of lapsed offers, are offered to the head of the line.
//!
//! No other module offers seats in the order of the line. Promotions of one line may run
//! concurrently. The conditions of each write restate what it was decided from, and a write that
//! fails is decided anew.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::TransactWriteItem;
use waitlist_domain::Error;
use waitlist_domain::entry::Status;
use waitlist_domain::event::Event;
use waitlist_domain::history::journal::Rule;
use waitlist_domain::line::fit::Award;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::numbers::{LAST_NUMBER, LaneNumbers};
use waitlist_domain::line::order::Order;
use waitlist_domain::line::position_index::{Mark, NUMBERS_PER_PAGE};
use waitlist_domain::line::seats::{Activation, OfferEnd};
use waitlist_domain::line::steering::Offering;
use waitlist_domain::line::waiting::Waiting;
use waitlist_domain::messages::message::PromotionRequest;
use waitlist_domain::offering::permission::{Hindrance, Recipient, may_offer};
use waitlist_domain::offering::promotion::{
    LaneView, MOST_ENDED_AT_ONCE, MOST_ENTRIES_AT_ONCE, Plan, View, make_offer, plan,
};
use waitlist_domain::values::identifier::{EntryId, LineId, PlaceId};
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::failure::Failure;
use crate::dynamo::reading::{Consistency, get, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{FailedCondition, Transacted, transact};
use crate::index::line_index::entries_of_lane;
use crate::index::position_index::{Marked, StandingNumbers, mark, retire};
use crate::items::entry_item::{self, NumberedEntry, StoredEntry, stored_entry};
use crate::items::event_item::event_from;
use crate::items::key::Key;
use crate::items::line::{Line, line_from};
use crate::items::seats_item::{Preconditions, ServingState, seats_from, write_seats};
use crate::items::table::Table;

/// Most pages of the position index that one look at a line reads: 32,768 numbers.
const MOST_PAGES_ACCOUNTED_FOR: u64 = 32;

/// Most writes of one promotion, so that it ends well within the function's timeout. A later
/// promotion does the rest.
const MOST_WRITES: usize = 25;

/// The result of a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promoted {
    /// How many offers were made.
    pub offered: usize,
    /// How many overdue offers were ended.
    pub expired: usize,
    /// Whether to promote again in a moment. The plan asks for it ([`Plan::look_again`]), or the
    /// limit of writes was reached.
    pub look_again: bool,
}

/// Offers free seats to the heads of lines.
#[derive(Debug, Clone)]
pub struct Promotions {
    table: Table,
}

/// An offer whose deadline has passed.
#[derive(Debug, Clone)]
struct Overdue {
    place: PlaceId,
    entry_id: EntryId,
    lane: Lane,
    number: u64,
    quantity: Quantity,
}

/// How far down the line a look reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// As many entries as the free seats could serve.
    Head,
    /// As many entries as can be accounted for at once.
    Far,
}

/// A line with its event and its head, as they were read.
struct Look {
    event: Event,
    offering: Offering,
    view: View,
}

impl Look {
    /// Whether the entries of a lane may be offered seats.
    fn permission(&self, lane: &Lane, now: Timestamp) -> Result<(), Hindrance> {
        may_offer(Recipient::InTurn(lane), &self.event, self.offering, now)
    }
}

impl Promotions {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Does what a promotion request asks for.
    ///
    /// If only newcomers caused it, the line is read only if enough seats are free for one of them.
    /// For those seats suited no earlier entry, or there is a request for that too.
    pub async fn promote_for(&self, promotion: &PromotionRequest) -> Result<Promoted, Error> {
        match promotion.newcomers_need {
            Some(need) if self.free(&promotion.line).await? < need.into() => Ok(Promoted::default()),
            _ => self.promote(&promotion.line).await,
        }
    }

    /// Offers the line's free seats to its head.
    pub async fn promote(&self, line: &LineId) -> Result<Promoted, Error> {
        // Boxed, here and below: these futures nest deeper than the compiler computes layouts by
        // default.
        Box::pin(self.promote_after(line, Vec::new())).await
    }

    /// Ends the overdue offers at these places and offers their seats to the head of the line, in
    /// the same write. Skips places of other lines and offers that are not overdue.
    pub async fn expire(&self, line: &LineId, places: &[PlaceId]) -> Result<Promoted, Error> {
        let overdue = self.overdue(places.iter().filter(|place| place.line == *line)).await?;
        if overdue.is_empty() { Ok(Promoted::default()) } else { Box::pin(self.promote_after(line, overdue)).await }
    }

    async fn free(&self, line: &LineId) -> Result<u64, Error> {
        let seats = get(&self.table, Key::seats(line)).await?;
        seats.map_or(Ok(0), |seats| Ok(seats_from(&seats)?.free))
    }

    async fn promote_after(&self, line: &LineId, mut overdue: Vec<Overdue>) -> Result<Promoted, Error> {
        let mut promoted = Promoted::default();
        let mut reach = Reach::Head;
        for _ in 0..MOST_WRITES {
            let wrote = retry(&self.table, RetryBudget::WORKER, "promoting the head of a line", async || {
                let chunk = overdue.len().min(MOST_ENDED_AT_ONCE);
                let Some((look, plan)) = self.plan(line, &overdue[..chunk], &mut reach).await? else {
                    return Ok(Attempt::Done(false));
                };
                promoted.look_again = plan.look_again;
                if !changes_anything(&plan, chunk) {
                    return Ok(Attempt::Done(false));
                }
                match self.write(line, &look, &plan, &overdue[..chunk]).await? {
                    Transacted::Made => {
                        promoted.offered += plan.offer.len();
                        promoted.expired += chunk;
                        overdue.drain(..chunk);
                        self.mark_gone(line, &plan.offer).await?;
                        Ok(Attempt::Done(true))
                    }
                    Transacted::ConditionsFailed(failed) => {
                        self.learn(line, &plan, &failed).await?;
                        let places: Vec<PlaceId> = overdue.drain(..).map(|entry| entry.place).collect();
                        overdue = self.overdue(places.iter()).await?;
                        Ok(Attempt::Again)
                    }
                }
            });
            if !wrote.await? {
                return Ok(promoted);
            }
        }
        Ok(Promoted { look_again: true, ..promoted })
    }

    /// Reads the line and decides whom to offer its seats. First retires numbers that block the
    /// line and will never get an entry. Nothing if the line is gone.
    async fn plan(&self, line: &LineId, overdue: &[Overdue], reach: &mut Reach) -> Result<Option<(Look, Plan)>, Error> {
        loop {
            let Some(look) = self.look(line, overdue, *reach).await? else { return Ok(None) };
            let now = self.table.now();
            // The event may have begun while the line was read.
            let plan = plan(&look.view, &look.event.rules, |lane| look.permission(lane, now), now);
            if plan.look_further && *reach == Reach::Head {
                *reach = Reach::Far;
                continue;
            }
            if plan.retire.is_empty() {
                return Ok(Some((look, plan)));
            }
            self.retire(line, &plan.retire).await?;
        }
    }

    async fn overdue(&self, places: impl Iterator<Item = &PlaceId>) -> Result<Vec<Overdue>, Error> {
        let found = get_all(&self.table, places.map(Key::entry), Consistency::Strong).await?;
        let mut entries: Vec<StoredEntry> = found.into_values().map(stored_entry).collect::<Result<_, _>>()?;
        entries.sort_by(|one, other| (&one.entry.lane, one.entry.number).cmp(&(&other.entry.lane, other.entry.number)));
        let now = self.table.now();
        Ok(entries
            .into_iter()
            .map(|stored| stored.entry)
            .filter(|entry| entry.is_overdue(now))
            .map(|entry| Overdue {
                quantity: entry.offer.as_ref().map_or(entry.applicant.quantity, |offer| offer.quantity),
                entry_id: entry.id,
                lane: entry.lane,
                number: entry.number,
                place: entry.place,
            })
            .collect())
    }

    /// Reads the line and as much of its head as `reach` says. Nothing if the line is gone.
    async fn look(&self, line: &LineId, overdue: &[Overdue], reach: Reach) -> Result<Option<Look>, Error> {
        let keys = [Key::event(&line.event_id), Key::seats(line), Key::numbers(line)];
        let mut found = get_all(&self.table, keys, Consistency::Strong).await?;
        let event = found.remove(&Key::event(&line.event_id)).map(event_from).transpose()?;
        let (Some(event), Some(counts)) = (event, line_from(&found, line)?) else { return Ok(None) };
        let freed: u64 = overdue.iter().map(|entry| u64::from(entry.quantity)).sum();
        let free = counts.seats.free + freed;
        let wanted = match reach {
            Reach::Head => free.min(MOST_ENTRIES_AT_ONCE as u64),
            Reach::Far if free == 0 => 0,
            Reach::Far => MOST_PAGES_ACCOUNTED_FOR * NUMBERS_PER_PAGE,
        };
        let lanes = self.lanes(line, &counts, &event, wanted).await?;
        let offering = counts.offering;
        let view = View {
            seats: counts.seats,
            numbers: counts.numbers,
            passes: counts.passes,
            turns: counts.turns,
            lanes,
            overdue: overdue.iter().map(|entry| entry.quantity).collect(),
        };
        Ok(Some(Look { event, offering, view }))
    }

    /// The heads of the lanes, as far as `wanted` entries may be served there.
    async fn lanes(&self, line: &LineId, counts: &Line, event: &Event, wanted: u64) -> Result<Vec<LaneView>, Error> {
        let order = &event.rules.order;
        let take_turns = matches!(order, Order::Weighted { .. });
        let mut still_wanted = wanted;
        let mut views = Vec::new();
        for lane in order.lanes() {
            let none = LaneNumbers::default();
            let numbers = counts.lanes.get(&lane).unwrap_or(&none);
            let permission = may_offer(Recipient::InTurn(&lane), event, counts.offering, self.table.now());
            let passing = if counts.is_resolution_marked { Passing::OverUnconfirmed } else { Passing::OverGone };
            let view = if passing.stand_in(numbers) == 0 || still_wanted == 0 || permission.is_err() {
                out_of_sight(lane, numbers, passing)
            } else {
                head(&self.table, &line.lane(lane), numbers, still_wanted, passing).await?
            };
            // If tiers take turns, each of them may get all the offers.
            if !take_turns || view.lane == Lane::Front {
                still_wanted = still_wanted.saturating_sub(view.waiting.len() as u64);
            }
            views.push(view);
        }
        Ok(views)
    }

    async fn write(&self, line: &LineId, look: &Look, plan: &Plan, overdue: &[Overdue]) -> Result<Transacted, Failure> {
        let now = self.table.now();
        let rules = &look.event.rules;
        let offers = plan.offer.iter().map(|award| {
            let Award { entry, lane, quantity, .. } = award;
            let offer = make_offer(*quantity, rules, now);
            let rule = Rule::of_award(&rules.order, award);
            let read = NumberedEntry { id: &entry.entry_id, lane, number: entry.number };
            let expression = entry_item::offer(read, entry.quantity, &offer, rule);
            expression.noted_by(self.table.mandate(), now).in_transaction(&self.table, Key::entry(&entry.place))
        });
        let ends = overdue.iter().map(|entry| {
            let Overdue { entry_id: id, lane, number, .. } = entry;
            let read = NumberedEntry { id, lane, number: *number };
            let expression = entry_item::end_offer(read, OfferEnd::Expired, None, now);
            expression.noted_by(&Mandate::of(Actor::Timer), now).in_transaction(&self.table, Key::entry(&entry.place))
        });
        let before = ServingState { passes: &look.view.passes, turns: &look.view.turns };
        let after = ServingState { passes: &plan.passes, turns: &plan.turns };
        // A change without offers, such as the end of an active waitlist, may rest on old rules.
        let is_offering = plan.seats.outcomes.offers > 0;
        let event = is_offering.then_some(&look.event);
        let preconditions = Preconditions { event, is_offering, serving_state: Some([before, after]) };
        let seats = write_seats(&self.table, line, &plan.seats, preconditions, now);
        let items: Vec<TransactWriteItem> = offers.chain(ends).chain(seats).collect();
        transact(&self.table, "offering seats", items).await
    }

    async fn mark_gone(&self, line: &LineId, offered: &[Award]) -> Result<(), Error> {
        let offered = offered.iter().map(|award| (award.lane.clone(), award.entry.number, vec![Mark::Gone]));
        self.mark_all(line, offered).await
    }

    async fn retire(&self, line: &LineId, lanes: &[(Lane, Vec<u64>)]) -> Result<(), Error> {
        for (lane, numbers) in lanes {
            retire(&self.table, &line.lane(lane.clone()), numbers).await?;
        }
        Ok(())
    }

    async fn mark_all(
        &self,
        line: &LineId,
        marked: impl IntoIterator<Item = (Lane, u64, Vec<Mark>)>,
    ) -> Result<(), Error> {
        let mut lanes: BTreeMap<Lane, Vec<Marked>> = BTreeMap::new();
        for (lane, number, marks) in marked {
            lanes.entry(lane).or_default().push((number, marks));
        }
        for (lane, marked) in lanes {
            mark(&self.table, &line.lane(lane), &marked).await?;
        }
        Ok(())
    }

    /// Marks the planned entries that no longer wait as gone.
    ///
    /// Their mark was missing because of a crash after the offer, or the index lags. With the mark,
    /// the next look does not see them again.
    async fn learn(&self, line: &LineId, plan: &Plan, failed: &[Option<FailedCondition>]) -> Result<(), Error> {
        let mut gone = Vec::new();
        for (Award { entry, lane, .. }, failure) in plan.offer.iter().zip(failed) {
            let Some(failure) = failure else { continue };
            let current = failure.item.clone().map(stored_entry).transpose()?.map(|stored| stored.entry);
            let still_waits = current.is_some_and(|current| {
                let is_same_stay = current.id == entry.entry_id && current.status == Status::Waiting;
                is_same_stay && current.number == entry.number && current.lane == *lane
            });
            if !still_waits {
                gone.push((lane.clone(), entry.number, vec![Mark::Gone]));
            }
        }
        self.mark_all(line, gone).await
    }
}

fn changes_anything(plan: &Plan, expired: usize) -> bool {
    let activation = matches!(plan.seats.activation, Activation::Activate | Activation::Deactivate(_));
    !plan.offer.is_empty() || expired > 0 || activation
}

/// Which numbers a look at a line passes over without reading their entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    /// Those that are gone or of unconfirmed entries.
    OverUnconfirmed,
    /// Those that are gone. Somebody was confirmed whose number is not marked yet, so entries are
    /// read.
    OverGone,
}

impl Passing {
    /// How many entries of a lane may have a claim.
    fn stand_in(self, numbers: &LaneNumbers) -> u64 {
        match self {
            Self::OverUnconfirmed => numbers.waiting(),
            Self::OverGone => numbers.standing(),
        }
    }
}

/// The entries at the head of a lane, and the numbers there that are unaccounted for.
async fn head(
    table: &Table,
    lane: &LaneId,
    numbers: &LaneNumbers,
    wanted: u64,
    passing: Passing,
) -> Result<LaneView, Error> {
    let mut standing = match passing {
        Passing::OverUnconfirmed => StandingNumbers::not_passed_over(table, lane, numbers),
        Passing::OverGone => StandingNumbers::not_gone(table, lane, numbers),
    };
    let first = standing.first().await?;
    let (seen, is_whole) = read_on(table, lane, &mut standing, first, wanted).await?;
    let last = if is_whole { numbers.issued } else { seen.last().map_or(0, |last| last.number) };
    let Accounted { waiting, out_of_sight, unaccounted } = account_for(&mut standing, seen, first, last).await?;
    let &LaneNumbers { issued, last_issued_at, .. } = numbers;
    Ok(LaneView { lane: lane.lane.clone(), waiting, is_whole, out_of_sight, unaccounted, issued, last_issued_at })
}

/// A lane whose entries are not read.
fn out_of_sight(lane: Lane, numbers: &LaneNumbers, passing: Passing) -> LaneView {
    LaneView {
        lane,
        waiting: Vec::new(),
        is_whole: passing.stand_in(numbers) == 0,
        out_of_sight: Vec::new(),
        unaccounted: Vec::new(),
        issued: numbers.issued,
        last_issued_at: numbers.last_issued_at,
    }
}

/// Reads entries from the number `first` on, until `wanted` of them still wait. Also returns
/// whether no others follow.
///
/// The index goes on showing entries that no longer wait, and shows unconfirmed ones. Where nobody
/// stands it is not read.
async fn read_on(
    table: &Table,
    lane: &LaneId,
    standing: &mut StandingNumbers<'_>,
    first: u64,
    wanted: u64,
) -> Result<(Vec<Waiting>, bool), Error> {
    let mut seen: Vec<Waiting> = Vec::new();
    loop {
        let from = match seen.last() {
            None => first,
            Some(last) => standing.first_from(last.number + 1).await?,
        };
        let more = entries_of_lane(table, lane, from..=LAST_NUMBER, wanted).await?;
        let is_whole = (more.len() as u64) < wanted;
        seen.extend(more);
        let last = seen.last().map_or(first, |last| last.number);
        let numbers = standing.between(first, last).await?;
        let waits = |entry: &&Waiting| entry.is_confirmed && numbers.contains(&entry.number);
        let stand = seen.iter().filter(waits).count() as u64;
        if is_whole || stand >= wanted || last - first >= MOST_PAGES_ACCOUNTED_FOR * NUMBERS_PER_PAGE {
            return Ok((seen, is_whole));
        }
    }
}

/// The numbers that stand, told apart by what the index shows of them.
struct Accounted {
    /// The confirmed entries.
    waiting: Vec<Waiting>,
    /// The numbers whose entry was confirmed, which the index does not show yet.
    out_of_sight: Vec<u64>,
    /// The numbers without an entry.
    unaccounted: Vec<u64>,
}

/// Tells apart the numbers from `first` to `last` that stand. An unconfirmed entry whose number is
/// not marked yet is nobody's concern.
async fn account_for(
    standing: &mut StandingNumbers<'_>,
    seen: Vec<Waiting>,
    first: u64,
    last: u64,
) -> Result<Accounted, Error> {
    let reach = MOST_PAGES_ACCOUNTED_FOR * NUMBERS_PER_PAGE;
    let last = last.min(first.saturating_add(reach - 1));
    let numbers: BTreeSet<u64> = standing.between(first, last).await?;
    let in_sight: BTreeSet<u64> = seen.iter().map(|entry| entry.number).collect();
    let stands = |entry: &Waiting| entry.number <= last && numbers.contains(&entry.number);
    let (waiting, unconfirmed): (Vec<Waiting>, Vec<Waiting>) =
        seen.into_iter().filter(stands).partition(|entry| entry.is_confirmed);
    let out_of_sight = unconfirmed.iter().map(|entry| entry.number).filter(|&number| standing.is_resolved(number));
    Ok(Accounted {
        waiting,
        out_of_sight: out_of_sight.collect(),
        unaccounted: numbers.difference(&in_sight).copied().collect(),
    })
}
