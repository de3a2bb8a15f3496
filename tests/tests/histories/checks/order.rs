//! First come, first served, as far as the event's fit has it.

use waitlist_domain::entry::Status;

use crate::histories::mirror::sales::Fit;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::violation::{Violation, ensure};

/// Checks that nobody is left waiting before one who was offered seats just now, or not too often.
pub(super) fn nobody_is_passed_over(mirror: &mut Mirror, change: &Change) -> Result<(), Violation> {
    let Change::Entry { before: Some(before), after: Some(after) } = change else { return Ok(()) };
    if before.status != Status::Waiting || after.status != Status::Offered {
        return Ok(());
    }
    let most = match mirror.event.as_ref().map(|event| event.fit) {
        Some(Fit::Skip(most)) => most,
        _ => 0,
    };
    let waiting = mirror.waiting(&after.line).into_iter();
    let passed_over: Vec<u64> = waiting.map(|entry| entry.number).filter(|number| *number < after.number).collect();
    let line = mirror.lines.entry(after.line.clone()).or_default();
    for number in passed_over {
        let passes = line.passes.entry(number).or_default();
        *passes += 1;
        ensure!(*passes <= most, "nobody is passed over too often", "{number} for the {passes}th time, for {after:?}");
    }
    Ok(())
}
