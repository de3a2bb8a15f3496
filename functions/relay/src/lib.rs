//! The relay: reads the table's stream, the outbox of every change, and triggers the consequences.
//!
//! It may see a record twice, late, or out of order with the records of other items. Repetition is
//! harmless: a mark is already set, or a wake-up finds nothing to do.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;
use waitlist_domain::Error;
use waitlist_domain::line::lane::LaneId;
use waitlist_domain::line::position_index::{Location, Mark};
use waitlist_domain::messages::message::{LONGEST_ARMED_AT_ONCE, PromotionRequest, Wake};
use waitlist_domain::values::identifier::LineId;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{Notifications, Promotions, StreamDeadLetters, Timers};
use waitlist_runtime::workers::stream_batches::Follower;
use waitlist_store::Table;
use waitlist_store::commands::places::PlaceNotes;
use waitlist_store::followers::changes::{Change, Consequences, IndexUpkeep};

/// What the relay may touch.
#[derive(Debug)]
pub struct Relay {
    /// Gives the time.
    pub table: Table,
    /// The position index.
    pub index: IndexUpkeep,
    /// The places of persons.
    pub places: PlaceNotes,
    /// Tells customers who have moved up in a line.
    pub movers: Movers,
    /// The queue of lines to promote.
    pub promotions: Promotions,
    /// The queue of wake-ups.
    pub timers: Timers,
    /// The queues of messages to customers.
    pub notifications: Notifications,
    /// The queue of records that are unreadable or about a damaged item.
    pub dead_letters: StreamDeadLetters,
}

/// Handles a batch of stream records.
///
/// Unreadable records and records about damaged items go to the dead letters.
pub async fn handle(relay: &Relay, event: &Value) -> DynamoDbEventResponse {
    let follower = Follower { name: "relay", dead_letters: &relay.dead_letters };
    follower.handle(event, Change::consequences, async |consequences| relay_all(relay, consequences).await).await
}

async fn relay_all(relay: &Relay, consequences: Vec<(&str, Consequences)>) -> Result<(), Error> {
    // Positions come first. When a customer is told of an offer, everybody behind them has already
    // moved up.
    for (lane, marked) in marks_by_lane(&consequences) {
        relay.index.mark(&lane, &marked).await?;
    }
    for ((lane, page), marks) in pages_to_carry_up(&consequences) {
        relay.index.carry_up(&lane, page, &marks.into_iter().collect::<Vec<_>>()).await?;
    }
    for noted in consequences.iter().filter_map(|(_, found)| found.place.as_ref()) {
        relay.places.note(noted).await?;
    }
    let lines = lines_that_moved(&consequences);
    send(relay, consequences).await?;
    for line in &lines {
        relay.movers.tell(line, relay.table.now()).await?;
    }
    Ok(())
}

async fn send(relay: &Relay, consequences: Vec<(&str, Consequences)>) -> Result<(), Error> {
    let now = relay.table.now();
    let mut lines: BTreeMap<LineId, (PromotionRequest, String)> = BTreeMap::new();
    let mut wakes = Vec::new();
    let mut notifications = Vec::new();
    for (sequence_number, found) in consequences {
        // One promotion of a line serves all the changes of this batch.
        for mut promotion in found.promotions {
            if let Some((earlier, _)) = lines.get(&promotion.line) {
                promotion.serve_also(earlier);
            }
            lines.insert(promotion.line.clone(), (promotion, sequence_number.to_owned()));
        }
        wakes.extend(found.wakes.into_iter().filter(|wake| is_near(wake, now.milliseconds())));
        notifications.extend(found.notifications);
    }
    relay.promotions.send(lines.into_values()).await?;
    relay.timers.send(Wake::together(wakes), now).await?;
    relay.notifications.send(notifications).await
}

/// The lines in which customers may have moved up.
///
/// A number that goes always changes its page. A draw gives every entrant a position.
fn lines_that_moved(consequences: &[(&str, Consequences)]) -> BTreeSet<LineId> {
    let pages = consequences.iter().filter_map(|(_, found)| found.page.as_ref());
    let moved = pages.filter(|(_, _, marks)| marks.contains(&Mark::Gone)).map(|(lane, _, _)| lane.line.clone());
    let drawn = consequences.iter().filter_map(|(_, found)| found.drawn.clone());
    moved.chain(drawn).collect()
}

fn is_near(wake: &Wake, now: i64) -> bool {
    wake.due_at().milliseconds() - now <= LONGEST_ARMED_AT_ONCE
}

fn marks_by_lane(consequences: &[(&str, Consequences)]) -> BTreeMap<LaneId, Vec<(u64, Vec<Mark>)>> {
    let mut lanes: BTreeMap<LaneId, Vec<(u64, Vec<Mark>)>> = BTreeMap::new();
    for (lane, number, marks) in consequences.iter().flat_map(|(_, found)| found.marks.clone()) {
        lanes.entry(lane).or_default().push((number, marks));
    }
    lanes
}

/// The changed pages with their marks. Marking the changed entries carries some marks up already,
/// and those are left out.
fn pages_to_carry_up(consequences: &[(&str, Consequences)]) -> BTreeMap<(LaneId, u64), BTreeSet<Mark>> {
    let mut pages: BTreeMap<(LaneId, u64), BTreeSet<Mark>> = BTreeMap::new();
    for (lane, page, marks) in consequences.iter().filter_map(|(_, found)| found.page.clone()) {
        pages.entry((lane, page)).or_default().extend(marks);
    }
    for (lane, number, marks) in consequences.iter().flat_map(|(_, found)| found.marks.clone()) {
        if let Some(changed) = pages.get_mut(&(lane, Location::of(number).page)) {
            changed.retain(|mark| !marks.contains(mark));
        }
    }
    pages.retain(|_, changed| !changed.is_empty());
    pages
}
