//! Who is served before whom, by the event's order, as far as its fit has it.

use waitlist_domain::entry::Status;

use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::sales::Fit;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::violation::{Violation, ensure};

/// Whoever joins a higher tier while an offer to a lower one is being written comes too late for it (milliseconds): as
/// long as the function that offers may run.
const TOO_LATE: i64 = 30_000;

/// Checks that nobody is left waiting before one who was offered seats just now, or not too often.
pub(super) fn nobody_is_passed_over(mirror: &mut Mirror, change: &Change) -> Result<(), Violation> {
    let Change::Entry { before: Some(before), after: Some(after) } = change else { return Ok(()) };
    if before.status != Status::Waiting || after.status != Status::Offered {
        return Ok(());
    }
    let Some(event) = &mirror.event else { return Ok(()) };
    let most = match event.fit {
        Fit::Skip(most) => most,
        Fit::Strict | Fit::Partial => 0,
    };
    let comes_before = |entry: &Entry| {
        if entry.lane == after.lane {
            return entry.number < after.number;
        }
        // Who is drawn stands before the others from the moment on in which anybody is served again.
        let was_there = entry.lane == "-drawn"
            || after.offer.as_ref().is_some_and(|offer| entry.numbered_at + TOO_LATE < offer.offered_at);
        let by_rank = event.order.rank(&entry.lane) < event.order.rank(&after.lane);
        // Whose turn it is among tiers the domain's own tests say.
        by_rank && was_there && !event.order.takes_turns()
    };
    let waiting = mirror.waiting(&after.line).into_iter();
    let passed_over: Vec<_> = waiting.filter(|entry| comes_before(entry)).map(Entry::place).collect();
    let line = mirror.lines.entry(after.line.clone()).or_default();
    for place in passed_over {
        let passes = line.passes.entry(place.clone()).or_default();
        *passes += 1;
        ensure!(*passes <= most, "nobody is passed over too often", "{place:?} for the {passes}th time, for {after:?}");
    }
    Ok(())
}
