//! No entry is served out of turn. Each offer is worked out again, by the rules as a person would
//! explain them.

use waitlist_domain::entry::Status;

use super::writer::Writer;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::line::{Seats, Turns};
use crate::histories::mirror::sales::{Event, Fit, Order};
use crate::histories::mirror::{Change, Mirror};
use crate::histories::requests::Endpoint;
use crate::histories::violation::{Violation, ensure};

/// Seats that were offered to one entry.
#[derive(Debug)]
struct Award<'write> {
    entry: &'write Entry,
    quantity: u64,
}

/// Checks the offers of one write. `mirror` is as it is after the write.
pub(super) fn nobody_is_passed_over(mirror: &mut Mirror, changes: &[Change], writer: &Writer) -> Result<(), Violation> {
    let awards: Vec<Award<'_>> = changes.iter().filter_map(award).collect();
    let Some(line) = awards.first().map(|award| award.entry.line.clone()) else { return Ok(()) };
    if writer.endpoint == Some(Endpoint::Offer) {
        let whole = awards.iter().all(|award| award.quantity == award.entry.quantity);
        ensure!(whole, "out of turn all is offered that was asked for", "{awards:?}");
        return Ok(());
    }
    let Some((before, after)) = changes.iter().find_map(seats) else {
        return Err(Violation::new("seats are offered out of those that are free", format!("{awards:?}")));
    };
    let Some(event) = &mirror.event else { return Ok(()) };
    let passed = Replay::new(mirror, event, &line, writer, (before, after), &awards).serve(&awards)?;
    let most = most_passes(event.fit);
    let passes = &mut mirror.lines.entry(line).or_default().passes;
    for place in passed {
        let certain = passes.entry(place.clone()).or_default();
        *certain += 1;
        let remembered = after.passes_of(&place) as u64 >= *certain;
        ensure!(remembered, "who was passed over is remembered", "{place:?}, {certain} times: {after:?}");
        let told = || format!("{place:?} for the {certain}th time, by {awards:?}");
        ensure!(*certain <= most, "nobody is passed over too often", "{}", told());
    }
    Ok(())
}

fn most_passes(fit: Fit) -> u64 {
    match fit {
        Fit::Skip(most) => most,
        Fit::Strict | Fit::Partial => 0,
    }
}

fn award(change: &Change) -> Option<Award<'_>> {
    let Change::Entry { before: Some(before), after: Some(after) } = change else { return None };
    let is_offered = before.status == Status::Waiting && after.status == Status::Offered;
    let offer = after.offer.as_ref().filter(|_| is_offered)?;
    Some(Award { entry: before, quantity: offer.quantity })
}

fn seats(change: &Change) -> Option<(&Seats, &Seats)> {
    match change {
        Change::Seats { before: Some(before), after: Some(after), .. } => Some((before, after)),
        _ => None,
    }
}

/// The offers of a write, worked out again.
struct Replay<'write> {
    event: &'write Event,
    /// The confirmed entries that waited before the write. Without those that took their number, or
    /// were confirmed or asked for fewer seats, too late for the writer to see, and were offered nothing.
    waiting: Vec<&'write Entry>,
    turns: Turns,
    free: u64,
}

impl<'write> Replay<'write> {
    fn new(
        mirror: &'write Mirror,
        event: &'write Event,
        line: &str,
        writer: &Writer,
        (before, after): (&Seats, &Seats),
        awards: &[Award<'write>],
    ) -> Self {
        let is_too_late = |entry: &Entry| {
            let issued_by = mirror.lines.get(line).and_then(|line| line.issued_by.get(&entry.place()));
            let is_behind =
                awards.iter().any(|award| award.entry.lane == entry.lane && award.entry.number > entry.number);
            // Drawn entries are never too late: they were in the pool before.
            let is_drawn = entry.lane == "-drawn";
            !is_behind && !is_drawn && issued_by.is_none_or(|write| *write > writer.began)
        };
        let is_just_confirmed = |entry: &Entry| {
            let confirmed_by = mirror.lines.get(line).and_then(|line| line.confirmed_by.get(&entry.place()));
            confirmed_by.is_some_and(|write| *write > writer.began)
        };
        // The writer saw them ask for more seats. If it offered them some, the offer restates them.
        let asks_for_fewer_since = |entry: &Entry| {
            let fewer_since = mirror.lines.get(line).and_then(|line| line.fewer_by.get(&entry.place()));
            fewer_since.is_some_and(|write| *write > writer.began)
        };
        let is_too_late = |entry: &Entry| is_just_confirmed(entry) || asks_for_fewer_since(entry) || is_too_late(entry);
        let waiting = mirror.entries_of(line).filter(|entry| entry.is_in_turn());
        let waiting = waiting.filter(|entry| !is_too_late(entry)).chain(awards.iter().map(|award| award.entry));
        // This includes the seats of offers that ended in the same write.
        let free = after.free + awards.iter().map(|award| award.quantity).sum::<u64>();
        Self { event, waiting: waiting.collect(), turns: on_scale_of(&event.order, &before.turns), free }
    }

    /// Serves the same entries again. Returns the places of entries that were passed over, once for
    /// each time.
    fn serve(mut self, awards: &[Award<'write>]) -> Result<Vec<(String, u64)>, Violation> {
        let mut passed = Vec::new();
        for _ in awards {
            let sequence = sequence(&self.event.order, &self.waiting, &self.turns);
            let is_awarded = |entry: &Entry| awards.iter().find(|award| award.entry.id == entry.id);
            let at = sequence.iter().position(|(entry, _)| is_awarded(entry).is_some()).unwrap_or(0);
            let award = is_awarded(sequence[at].0).expect("as many are served as were served");
            for (entry, _) in &sequence[..at] {
                self.may_be_passed(entry, award)?;
                passed.push(entry.place());
            }
            self.is_given_what_it_should(award)?;
            self.turns = turns_after(&self.event.order, &self.turns, &sequence, at);
            self.free -= award.quantity;
            let served = &award.entry.id;
            self.waiting.retain(|entry| entry.id != *served);
        }
        Ok(passed)
    }

    fn may_be_passed(&self, entry: &Entry, award: &Award<'_>) -> Result<(), Violation> {
        let told = || format!("{entry:?} by {award:?} of {} free, {:?}", self.free, self.event.order);
        let may_be = matches!(self.event.fit, Fit::Skip(_)) && entry.lane != "-pool";
        ensure!(may_be, "nobody is passed over", "{}", told());
        let suits = entry.quantity <= self.free;
        ensure!(!suits, "only those are passed over whom the seats do not suit", "{}", told());
        Ok(())
    }

    /// Whether the award is right: all seats that the entry asked for, or under `partial` all that
    /// are free.
    fn is_given_what_it_should(&self, award: &Award<'_>) -> Result<(), Violation> {
        let wanted = award.entry.quantity;
        let is_all_there_is = award.quantity == self.free;
        let in_part = self.event.fit == Fit::Partial && award.quantity >= award.entry.minimum && is_all_there_is;
        ensure!(
            award.quantity == wanted || in_part,
            "everybody is offered what they asked for, or all there is",
            "{award:?} of {} free",
            self.free
        );
        Ok(())
    }
}

/// The waiting entries in the order of serving. Each has its turn if its tier takes turns.
fn sequence<'entry>(order: &Order, waiting: &[&'entry Entry], turns: &Turns) -> Vec<(&'entry Entry, Option<u128>)> {
    let mut sequence: Vec<(&Entry, Option<u128>)> = waiting
        .iter()
        .map(|entry| {
            let ahead = waiting.iter().filter(|other| other.lane == entry.lane && other.number < entry.number).count();
            let turn = interval(order, turns, &entry.lane)
                .map(|interval| first_turn(turns, &entry.lane) + interval * ahead as u128);
            (*entry, turn)
        })
        .collect();
    sequence.sort_by_key(|(entry, turn)| (*turn, order.rank(&entry.lane), entry.number));
    sequence
}

/// The turn of the first entry of a lane.
fn first_turn(turns: &Turns, lane: &str) -> u128 {
    turns.next.get(lane).copied().unwrap_or(0).max(turns.now)
}

/// The interval between the turns of a lane, if it takes turns.
fn interval(order: &Order, turns: &Turns, lane: &str) -> Option<u128> {
    let tier = order.tiers.iter().position(|tier| tier == lane)?;
    order.weights.get(tier).map(|weight| turns.scale / u128::from(*weight))
}

/// After a change of the weights all turns begin anew.
fn on_scale_of(order: &Order, turns: &Turns) -> Turns {
    let all_divide = |scale: &u128| order.weights.iter().all(|weight| scale.is_multiple_of(u128::from(*weight)));
    let scale = (1..).find(all_divide).unwrap_or(1);
    if !order.takes_turns() || turns.scale == scale { turns.clone() } else { Turns { scale, ..Turns::default() } }
}

/// The turns after one entry was served: its tier has used up a turn.
fn turns_after(order: &Order, turns: &Turns, sequence: &[(&Entry, Option<u128>)], at: usize) -> Turns {
    let (served, turn) = sequence[at];
    let mut after = turns.clone();
    if let Some(interval) = interval(order, turns, &served.lane) {
        after.next.insert(served.lane.clone(), first_turn(turns, &served.lane) + interval);
        let rest = sequence.iter().enumerate().filter(|(index, _)| *index != at);
        after.now = rest.filter_map(|(_, (_, turn))| *turn).next().or(turn).unwrap_or(turns.now);
    }
    after
}
