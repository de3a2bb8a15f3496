//! First come, first served.

use waitlist_domain::entry::Status;

use crate::histories::mirror::{Change, Mirror};
use crate::histories::violation::{Violation, ensure};

/// Checks that nobody is left waiting before one who was offered seats just now.
pub(super) fn nobody_is_passed_over(mirror: &Mirror, change: &Change) -> Result<(), Violation> {
    let Change::Entry { before: Some(before), after: Some(after) } = change else { return Ok(()) };
    if before.status != Status::Waiting || after.status != Status::Offered {
        return Ok(());
    }
    let passed_over = mirror.waiting(&after.line).into_iter().find(|entry| entry.number < after.number);
    ensure!(passed_over.is_none(), "nobody is passed over", "{after:?} before {passed_over:?}");
    Ok(())
}
