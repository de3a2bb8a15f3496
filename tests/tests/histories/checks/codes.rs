//! Access codes: each admits as many entries as it may, and only while it is valid.

use crate::histories::mirror::code::Code;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::stays::Stays;
use crate::histories::violation::{Violation, ensure};

/// Checks the changes of codes in one write.
pub(super) fn step(mirror: &Mirror, stays: &Stays, changes: &[Change], now: i64) -> Result<(), Violation> {
    for change in changes {
        match change {
            Change::Code { before: Some(before), after } => goes_on(before, after, now)?,
            Change::Entry { before, after: Some(after) } => {
                let is_new = before.as_ref().is_none_or(|before| before.id != after.id);
                let code = after.code.as_ref().map(|id| mirror.codes.get(id));
                let is_of_its_tier =
                    code.is_none_or(|code| code.is_some_and(|code| Some(&code.tier) == after.tier.as_ref()));
                // Afterwards an organiser may move them to any tier.
                ensure!(is_of_its_tier || !is_new, "a code lets people join its tier", "{after:?} by {code:?}");
                let is_counted = after.code.is_none() || changes.iter().any(|change| is_use(change, &after.code));
                // The writer's clock counts, because the write may have been held up on its way.
                let is_in_time = code.flatten().is_none_or(|code| after.joined_at < code.ends_at);
                ensure!(is_in_time || !is_new, "a code is used before its end", "{after:?} by {code:?}");
                ensure!(!is_new || is_counted, "a use is counted in the write that makes the entry", "{after:?}");
            }
            _ => {}
        }
    }
    let of = |code: &Code| stays.all.values().filter(|stay| stay.entry.code.as_ref() == Some(&code.id)).count() as u64;
    for code in mirror.codes.values() {
        ensure!(code.used == of(code), "a code counts the entries made with it", "{code:?}: {}", of(code));
        ensure!(code.used <= code.max_uses, "a code lets in no more than it may", "{code:?}");
    }
    Ok(())
}

fn is_use(change: &Change, code: &Option<String>) -> bool {
    matches!(change, Change::Code { before: Some(before), after }
        if Some(&after.id) == code.as_ref() && after.used == before.used + 1)
}

/// A code is used once more while it is valid, or revoked for good. Nothing else of it ever
/// changes.
fn goes_on(before: &Code, after: &Code, now: i64) -> Result<(), Violation> {
    let used = Code { used: before.used + 1, ..before.clone() };
    let revoked = Code { revoked_at: after.revoked_at, ..before.clone() };
    let is_use = *after == used && before.revoked_at.is_none() && before.used < before.max_uses;
    let is_revoked = *after == revoked && before.revoked_at.is_none() && after.revoked_at.is_some_and(|at| at <= now);
    ensure!(is_use || is_revoked, "a code is used while it is good", "{before:?} became {after:?} at {now}");
    Ok(())
}
