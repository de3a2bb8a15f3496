//! Numbers and the position index: they only grow, and never count too much.

use std::collections::BTreeMap;

use waitlist_domain::line::position_index::{Bitmap, Mark, NUMBERS_PER_PAGE, PAGES_PER_DIRECTORY};

use super::writer::Writer;
use crate::histories::mirror::line::{Counts, Lane, Line, Numbers};
use crate::histories::mirror::sales::Event;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::requests::Endpoint;
use crate::histories::violation::{Violation, ensure};

/// Checks that the changed counts only grew.
pub(super) fn grow(change: &Change, writer: &Writer) -> Result<(), Violation> {
    match change {
        Change::Numbers { line, before: Some(before), after } => {
            let Some(after) = after else {
                return Err(Violation::new("numbers are never forgotten", line.as_str()));
            };
            numbers_grow(line, before, after, writer)
        }
        Change::Page { line, page, before, after } => {
            let grew = Mark::ALL.into_iter().all(|mark| bits(before, mark).is_subset(&bits(after, mark)));
            ensure!(grew, "marks only grow", "{line}: page {page}: {before:?} became {after:?}");
            Ok(())
        }
        Change::Counts { line, what, before, after } => {
            let grew = before.iter().zip(after).all(|(before, after)| counts_grow(before, after));
            ensure!(grew, "counts of marks only grow", "{line}: {what}: {before:?}, {after:?}");
            Ok(())
        }
        _ => Ok(()),
    }
}

fn numbers_grow(line: &str, before: &Numbers, after: &Numbers, writer: &Writer) -> Result<(), Violation> {
    let is_draw = before.entrants.is_none() && after.entrants.is_some_and(|more| after.next == before.next + more);
    // Who is confirmed after the draw gets another number, even where the waitlist is at rest.
    let may_be_handed_out = before.open || writer.endpoint.is_some_and(Endpoint::confirms);
    let in_order = after.next == before.next || (after.next == before.next + 1 && may_be_handed_out) || is_draw;
    ensure!(in_order, "numbers are handed out one by one while open", "{line}: {before:?} became {after:?}");
    let issued = |numbers: &Numbers| numbers.issued.values().sum::<u64>();
    let adds_up = after.next - 1 == issued(after);
    ensure!(adds_up, "the numbers of a line are those of its lanes", "{line}: {before:?} became {after:?}");
    let grew = counts_grow(&before.directories, &after.directories)
        && counts_grow(&before.unconfirmed, &after.unconfirmed)
        && counts_grow(&before.resolved_marked, &after.resolved_marked)
        && before.gone <= after.gone
        && before.resolved <= after.resolved;
    ensure!(grew, "counts of marks only grow", "{line}: {before:?} became {after:?}");
    let is_steered = before.joining == after.joining || writer.endpoint == Some(Endpoint::Steer);
    ensure!(is_steered, "a line is steered by an organiser", "{line}: {before:?} became {after:?}");
    if after.next == before.next || is_draw {
        return Ok(());
    }
    // A command of an organiser may exceed the limit, and may give a number while joining is
    // closed.
    // So may a confirmation after the draw.
    let by_hand = writer.endpoint.is_some_and(Endpoint::takes_another_number);
    let may_join = by_hand || (writer.endpoint == Some(Endpoint::Join) && before.joining.is_none());
    ensure!(may_join, "nobody joins while joining is paused or closed", "{line}: {before:?} became {after:?}");
    let fits = by_hand || after.next - 1 <= after.gone + after.max_size + after.to_confirm;
    ensure!(fits, "no more wait than the organiser lets in", "{line}: {after:?}");
    let has_room = after.to_confirm <= before.to_confirm || before.to_confirm < before.max_size;
    ensure!(has_room, "no more wait than the organiser lets in", "{line}: {before:?} became {after:?}");
    Ok(())
}

fn bits(marks: &BTreeMap<Mark, Bitmap>, mark: Mark) -> std::collections::BTreeSet<u64> {
    let Some(bitmap) = marks.get(&mark) else { return std::collections::BTreeSet::new() };
    (0..NUMBERS_PER_PAGE).filter(|bit| bitmap.contains(*bit)).collect()
}

fn counts_grow(before: &Counts, after: &Counts) -> bool {
    let is_kept = |(child, count): (&(String, u64), &u64)| after.children.get(child).is_some_and(|now| now >= count);
    before.total <= after.total && before.children.iter().all(is_kept)
}

/// Checks the index of a line as it is now.
pub(super) fn never_say_too_much(mirror: &Mirror, name: &str) -> Result<(), Violation> {
    let Some(line) = mirror.lines.get(name) else { return Ok(()) };
    for entry in mirror.waiting(name) {
        // An unconfirmed entry gets another number if it is confirmed after a change of the order.
        let serves = |event: &Event| event.order.serves(&entry.lane);
        let is_served = entry.is_unconfirmed() || mirror.event.as_ref().is_none_or(serves);
        ensure!(is_served, "who waits stands where somebody is served", "{name}: {entry:?}");
        ensure!(!line.has_mark(Mark::Gone, &entry.place()), "who waits is not marked gone", "{name}: {entry:?}");
    }
    for lane in line.lanes.values() {
        for ((mark, directory), counts) in &lane.directories {
            directory_is_covered(name, lane, *mark, *directory, counts)?;
        }
    }
    for (mark, counts) in &line.roots {
        root_is_covered(name, line, *mark, counts)?;
    }
    let Some(numbers) = &line.numbers else { return Ok(()) };
    root_is_covered(name, line, Mark::Gone, &numbers.directories)?;
    root_is_covered(name, line, Mark::Unconfirmed, &numbers.unconfirmed)?;
    root_is_covered(name, line, Mark::Resolved, &numbers.resolved_marked)?;
    ensure!(numbers.gone < numbers.next, "only numbers handed out are gone", "{name}: {numbers:?}");
    let follows = numbers.limit == numbers.gone + numbers.max_size + numbers.to_confirm;
    ensure!(follows, "the limit follows the gone numbers", "{name}: {numbers:?}");
    Ok(())
}

fn directory_is_covered(name: &str, lane: &Lane, mark: Mark, directory: u64, counts: &Counts) -> Result<(), Violation> {
    for ((_, page), count) in &counts.children {
        let bits = lane.page_count(mark, *page);
        ensure!(
            *count <= bits,
            "a directory counts no more than its pages",
            "{name}: {mark:?} {page}: {count} of {bits}"
        );
        let belongs = page / PAGES_PER_DIRECTORY == directory;
        ensure!(belongs, "a page has one directory", "{name}: page {page} in {directory}");
    }
    let sum: u64 = counts.children.values().sum();
    ensure!(counts.total == sum, "totals are sums", "{name}: {mark:?} directory {directory}: {counts:?}");
    Ok(())
}

fn root_is_covered(name: &str, line: &Line, mark: Mark, counts: &Counts) -> Result<(), Violation> {
    for ((lane, directory), count) in &counts.children {
        // Drawn entries leave the pool in one write. Their numbers are marked after it.
        let drawn =
            line.numbers.as_ref().filter(|numbers| mark == Mark::Gone && lane == "-pool" && numbers.entrants.is_some());
        let total = line.lanes.get(lane).map_or(0, |lane| lane.directory_total(mark, *directory));
        let total = drawn.and_then(|numbers| numbers.issued.get(lane)).copied().unwrap_or(total);
        ensure!(
            *count <= total,
            "the root counts no more than its directories",
            "{name}: {mark:?}: {count} of {total}"
        );
    }
    let sum: u64 = counts.children.values().sum();
    ensure!(counts.total == sum, "totals are sums", "{name}: {mark:?} root: {counts:?}");
    Ok(())
}
