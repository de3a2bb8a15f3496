//! The relay: reads the table's stream, the outbox of every change, and triggers the consequences.
//!
//! Several readers read each shard of the stream at once. Within a batch each line is followed by
//! itself. What one line cannot do now waits in the queue of retries, and the stream goes on.
//!
//! So the relay may see a record twice, late, or in any order. Repetition is harmless: a mark is
//! already set, or a wake-up finds nothing to do.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;
use waitlist_domain::Error;
use waitlist_domain::line::lane::LaneId;
use waitlist_domain::line::position_index::{Location, Mark};
use waitlist_domain::messages::message::{LONGEST_ARMED_AT_ONCE, PromotionRequest, Wake};
use waitlist_domain::values::identifier::LineId;
use waitlist_runtime::workers::batches::handle_groups;
use waitlist_runtime::workers::line_batches::LineFollower;
use waitlist_runtime::workers::lines_in_trouble::LinesInTrouble;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{Notifications, Promotions, Retries, StreamDeadLetters, Timers};
use waitlist_runtime::workers::stream_batches::Follower;
use waitlist_runtime::workers::stream_work::Work;
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
    /// The queue of what could not be done at once.
    pub retries: Retries,
    /// The lines that need not be tried now.
    pub trouble: LinesInTrouble,
    /// The queue of records that are unreadable or about a damaged item.
    pub dead_letters: StreamDeadLetters,
}

/// Handles an invocation by the stream or by the queue of retries.
pub async fn answer(relay: &Relay, event: Value) -> Result<Value, serde_json::Error> {
    if event["Records"][0]["eventSource"] == "aws:sqs" {
        serde_json::to_value(handle_retries(relay, serde_json::from_value(event)?).await)
    } else {
        serde_json::to_value(handle(relay, &event).await)
    }
}

/// Handles a batch of stream records.
///
/// Unreadable records and records about damaged items go to the dead letters.
pub async fn handle(relay: &Relay, event: &Value) -> DynamoDbEventResponse {
    let act = async |work: &[Work<Consequences>]| relay_all(relay, work).await;
    line_follower(relay).handle(event, Change::consequences, Consequences::line, act).await
}

/// Handles what was put off. The messages of a line come in order, and hold no other line up.
pub async fn handle_retries(relay: &Relay, event: SqsEvent) -> SqsBatchResponse {
    let act = async |work: &[Work<Consequences>]| relay_all(relay, work).await;
    let retry =
        async |messages: Vec<Vec<Work<Consequences>>>| line_follower(relay).retry(&messages.concat(), act).await;
    let put_aside = async |message: &SqsMessage| relay.dead_letters.send([&message.body]).await;
    handle_groups("relay", event, retry, put_aside).await
}

fn line_follower(relay: &Relay) -> LineFollower<'_> {
    let follower = Follower { name: "relay", dead_letters: &relay.dead_letters };
    LineFollower { follower, table: &relay.table, retries: &relay.retries, trouble: &relay.trouble }
}

async fn relay_all(relay: &Relay, work: &[Work<Consequences>]) -> Result<(), Error> {
    // Positions come first. When a customer is told of an offer, everybody behind them has already
    // moved up.
    for (lane, marked) in marks_by_lane(work) {
        relay.index.mark(&lane, &marked).await?;
    }
    for ((lane, page), marks) in pages_to_carry_up(work) {
        relay.index.carry_up(&lane, page, &marks.into_iter().collect::<Vec<_>>()).await?;
    }
    for noted in work.iter().filter_map(|work| work.task.place.as_ref()) {
        relay.places.note(noted).await?;
    }
    let lines = lines_that_moved(work);
    send(relay, work).await?;
    for line in &lines {
        relay.movers.tell(line, relay.table.now()).await?;
    }
    Ok(())
}

async fn send(relay: &Relay, work: &[Work<Consequences>]) -> Result<(), Error> {
    let now = relay.table.now();
    let mut lines: BTreeMap<LineId, (PromotionRequest, String)> = BTreeMap::new();
    let mut wakes = Vec::new();
    let mut notifications = Vec::new();
    for Work { sequence_number, task, .. } in work {
        // One promotion of a line serves all the changes of this batch.
        for mut promotion in task.promotions.iter().cloned() {
            if let Some((earlier, _)) = lines.get(&promotion.line) {
                promotion.serve_also(earlier);
            }
            lines.insert(promotion.line.clone(), (promotion, sequence_number.clone()));
        }
        wakes.extend(task.wakes.iter().filter(|wake| is_near(wake, now.milliseconds())).cloned());
        notifications.extend(task.notifications.iter().cloned());
    }
    relay.promotions.send(lines.into_values()).await?;
    relay.timers.send(Wake::together(wakes), now).await?;
    relay.notifications.send(notifications).await?;
    relay.notifications.send_link_mails(work.iter().filter_map(|work| work.task.link_mail.as_ref())).await
}

/// The lines in which customers may have moved up.
///
/// A number that goes always changes its page. A draw gives every entrant a position.
fn lines_that_moved(work: &[Work<Consequences>]) -> BTreeSet<LineId> {
    let pages = work.iter().filter_map(|one| one.task.page.as_ref());
    let moved = pages.filter(|(_, _, marks)| marks.contains(&Mark::Gone)).map(|(lane, _, _)| lane.line.clone());
    let drawn = work.iter().filter_map(|one| one.task.drawn.clone());
    moved.chain(drawn).collect()
}

fn is_near(wake: &Wake, now: i64) -> bool {
    wake.due_at().milliseconds() - now <= LONGEST_ARMED_AT_ONCE
}

fn marks_by_lane(work: &[Work<Consequences>]) -> BTreeMap<LaneId, Vec<(u64, Vec<Mark>)>> {
    let mut lanes: BTreeMap<LaneId, Vec<(u64, Vec<Mark>)>> = BTreeMap::new();
    for (lane, number, marks) in work.iter().flat_map(|one| one.task.marks.clone()) {
        lanes.entry(lane).or_default().push((number, marks));
    }
    lanes
}

/// The changed pages with their marks. Marking the changed entries carries some marks up already,
/// and those are left out.
fn pages_to_carry_up(work: &[Work<Consequences>]) -> BTreeMap<(LaneId, u64), BTreeSet<Mark>> {
    let mut pages: BTreeMap<(LaneId, u64), BTreeSet<Mark>> = BTreeMap::new();
    for (lane, page, marks) in work.iter().filter_map(|one| one.task.page.clone()) {
        pages.entry((lane, page)).or_default().extend(marks);
    }
    for (lane, number, marks) in work.iter().flat_map(|one| one.task.marks.clone()) {
        if let Some(changed) = pages.get_mut(&(lane, Location::of(number).page)) {
            changed.retain(|mark| !marks.contains(mark));
        }
    }
    pages.retain(|_, changed| !changed.is_empty());
    pages
}
