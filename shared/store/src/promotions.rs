//! Promotion: seats that are free, or whose offer has lapsed, go to the head of the line.
//!
//! The only place where free seats are spent on the line. Any number of these may run at once for one line: each
//! writes under conditions that restate what it decided from, and whoever loses looks again.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use waitlist_domain::Error;
use waitlist_domain::entry::Status;
use waitlist_domain::event::Event;
use waitlist_domain::fit::Award;
use waitlist_domain::identifier::{EntryId, LineId, PlaceId};
use waitlist_domain::position_index::{Mark, NUMBERS_PER_PAGE};
use waitlist_domain::promotion::{MOST_ENTRIES_AT_ONCE, Plan, View, Waiting, make_offer, plan};
use waitlist_domain::quantity::Quantity;
use waitlist_domain::seats::{Activation, OfferEnd};
use waitlist_domain::time::Timestamp;

use crate::entry_item::{self, StoredEntry, stored_entry};
use crate::events::event_from;
use crate::failure::{FailedCondition, Item, TransactionFailure, fault};
use crate::key::{Key, line_order, line_partition};
use crate::line_items::{Line, Overtaking, line_from, write_offered_seats};
use crate::position_index::{GoneNumbers, Marked, mark};
use crate::reading::{Consistency, get_all, key_of, malformed, number, optional_number, text};
use crate::table::{Attempts, Table};
use crate::transaction;

/// Most pages of the position index that one look at a line reads to account for its numbers: 32,768 numbers.
const MOST_PAGES_ACCOUNTED_FOR: u64 = 32;

/// Most writes of one promotion, so that it ends well within the function's time; the rest is left to another.
const MOST_WRITES: usize = 25;

/// What came of looking at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promoted {
    /// Offers made.
    pub offered: usize,
    /// Overdue offers ended.
    pub expired: usize,
    /// Seats stay free behind a number that is not settled yet: look again in a moment.
    pub look_again: bool,
}

/// Promoting the head of a line.
#[derive(Debug, Clone)]
pub struct Promotions {
    table: Table,
}

/// An offer whose deadline has passed.
#[derive(Debug, Clone)]
struct Overdue {
    place: PlaceId,
    entry_id: EntryId,
    quantity: Quantity,
}

/// How far down the line a look reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// As many entries as the free seats could serve.
    Head,
    /// As many as can be accounted for at once.
    Far,
}

/// The entries at the head of a line, and the numbers there without one.
struct Head {
    waiting: Vec<Waiting>,
    unaccounted: Vec<u64>,
    is_whole_line: bool,
}

/// A line, its event and its head as they were read.
struct Look {
    event: Event,
    view: View,
}

impl Promotions {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Offers the line's free seats to its head.
    pub async fn promote(&self, line: &LineId) -> Result<Promoted, Error> {
        // Boxed, here and below: these futures nest deeper than the compiler computes layouts by default.
        Box::pin(self.promote_after(line, Vec::new())).await
    }

    /// Ends those of the places' offers that are overdue, and passes their seats to the head of the line in the same
    /// write. Places that are not overdue, or of another line, are left alone.
    pub async fn expire(&self, line: &LineId, places: &[PlaceId]) -> Result<Promoted, Error> {
        let overdue = self.overdue(places.iter().filter(|place| place.line == *line)).await?;
        if overdue.is_empty() { Ok(Promoted::default()) } else { Box::pin(self.promote_after(line, overdue)).await }
    }

    async fn promote_after(&self, line: &LineId, mut overdue: Vec<Overdue>) -> Result<Promoted, Error> {
        const CONTEXT: &str = "promoting the head of a line";
        let mut promoted = Promoted::default();
        let mut attempts = Attempts::new(&self.table);
        let mut writes = 0;
        let mut reach = Reach::Head;
        loop {
            let chunk = overdue.len().min(MOST_ENTRIES_AT_ONCE / 2);
            let Some(look) = self.look(line, &overdue[..chunk], reach).await? else { return Ok(promoted) };
            let now = self.table.now();
            let plan = plan(&look.view, &look.event.rules, look.event.is_closed(now), now);
            promoted.look_again = plan.look_again;
            if plan.look_further && reach == Reach::Head {
                reach = Reach::Far;
                continue;
            }
            if !plan.retire.is_empty() {
                self.retire(line, &plan.retire).await?;
                continue;
            }
            if !changes_anything(&plan, chunk) {
                return Ok(promoted);
            }
            match self.write(line, &look, &plan, &overdue[..chunk]).await {
                Ok(()) => {
                    promoted.offered += plan.offer.len();
                    promoted.expired += chunk;
                    overdue.drain(..chunk);
                    self.mark_gone(line, &plan.offer).await?;
                    writes += 1;
                    if writes == MOST_WRITES {
                        return Ok(Promoted { look_again: true, ..promoted });
                    }
                    continue;
                }
                Err(TransactionFailure::Conditions(failed)) => {
                    self.learn(line, &plan, &failed).await?;
                    let places: Vec<PlaceId> = overdue.into_iter().map(|entry| entry.place).collect();
                    overdue = self.overdue(places.iter()).await?;
                }
                Err(TransactionFailure::Conflict) => {}
                Err(TransactionFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    async fn overdue(&self, places: impl Iterator<Item = &PlaceId>) -> Result<Vec<Overdue>, Error> {
        let found = get_all(&self.table, places.map(Key::entry), Consistency::Strong).await?;
        let mut entries: Vec<StoredEntry> = found.into_values().map(stored_entry).collect::<Result<_, _>>()?;
        entries.sort_by_key(|stored| stored.entry.number);
        let now = self.table.now();
        Ok(entries
            .into_iter()
            .map(|stored| stored.entry)
            .filter(|entry| entry.is_overdue(now))
            .map(|entry| Overdue {
                quantity: entry.offer.as_ref().map_or(entry.quantity, |offer| offer.quantity),
                entry_id: entry.id,
                place: entry.place,
            })
            .collect())
    }

    /// Reads the line and as much of its head as its free seats could serve; nothing if the line is gone.
    async fn look(&self, line: &LineId, overdue: &[Overdue], reach: Reach) -> Result<Option<Look>, Error> {
        let keys = [Key::event(&line.event_id), Key::seats(line), Key::numbers(line)];
        let mut found = get_all(&self.table, keys, Consistency::Strong).await?;
        let event = found.remove(&Key::event(&line.event_id)).map(event_from).transpose()?;
        let (Some(event), Some(counts)) = (event, line_from(&found, line)?) else { return Ok(None) };
        let freed: u64 = overdue.iter().map(|entry| u64::from(entry.quantity)).sum();
        let wanted = match reach {
            Reach::Head => (counts.seats.free + freed).min(MOST_ENTRIES_AT_ONCE as u64),
            Reach::Far => MOST_PAGES_ACCOUNTED_FOR * NUMBERS_PER_PAGE,
        };
        let head = if wanted == 0 || counts.numbers.waiting() == 0 {
            Head { waiting: Vec::new(), unaccounted: Vec::new(), is_whole_line: true }
        } else {
            self.head(line, &counts, wanted).await?
        };
        let view = View {
            seats: counts.seats,
            numbers: counts.numbers,
            overtakers: counts.overtakers,
            waiting: head.waiting,
            is_whole_line: head.is_whole_line,
            unaccounted: head.unaccounted,
            overdue: overdue.iter().map(|entry| entry.quantity).collect(),
        };
        Ok(Some(Look { event, view }))
    }

    /// The entries at the head of the line, and the numbers there that are not accounted for.
    async fn head(&self, line: &LineId, counts: &Line, wanted: u64) -> Result<Head, Error> {
        let mut gone = GoneNumbers::new(&self.table, line, counts.gone.clone());
        let first = gone.first_not_gone().await?;
        let (seen, is_whole_line) = self.read_on(line, &mut gone, first, wanted).await?;
        let last = if is_whole_line { counts.numbers.next - 1 } else { seen.last().map_or(0, |last| last.number) };
        let (waiting, unaccounted) = account_for(&mut gone, seen, first, last).await?;
        Ok(Head { waiting, unaccounted, is_whole_line })
    }

    /// Reads entries from the number `first` on until `wanted` of them still stand in line, and whether there are no
    /// others behind them. Those who do not stand in line any more stay in the index.
    async fn read_on(
        &self,
        line: &LineId,
        gone: &mut GoneNumbers<'_>,
        first: u64,
        wanted: u64,
    ) -> Result<(Vec<Waiting>, bool), Error> {
        let mut seen: Vec<Waiting> = Vec::new();
        loop {
            let from = seen.last().map_or(first, |last| last.number + 1);
            let more = query_line(&self.table, line, from, None, wanted).await?;
            let is_whole_line = (more.len() as u64) < wanted;
            seen.extend(more);
            let last = seen.last().map_or(first, |last| last.number);
            let standing = gone.not_gone_between(first, last).await?;
            let stand = seen.iter().filter(|entry| standing.contains(&entry.number)).count() as u64;
            if is_whole_line || stand >= wanted || last - first >= MOST_PAGES_ACCOUNTED_FOR * NUMBERS_PER_PAGE {
                return Ok((seen, is_whole_line));
            }
        }
    }

    async fn write(
        &self,
        line: &LineId,
        look: &Look,
        plan: &Plan,
        overdue: &[Overdue],
    ) -> Result<(), TransactionFailure> {
        let now = self.table.now();
        let offers = plan.offer.iter().map(|Award { entry, quantity }| {
            let offer = make_offer(*quantity, &look.event.rules, now);
            let expression = entry_item::offer(&entry.entry_id, entry.number, &offer);
            expression.in_transaction(&self.table, Key::entry(&entry.place))
        });
        let ends = overdue.iter().map(|entry| {
            let expression = entry_item::end_offer(&entry.entry_id, OfferEnd::Expired, None, now);
            expression.in_transaction(&self.table, Key::entry(&entry.place))
        });
        let overtaking = Overtaking { before: &look.view.overtakers, after: &plan.overtakers };
        let seats = write_offered_seats(&self.table, line, &plan.seats, &overtaking, now);
        let items: Vec<TransactWriteItem> = offers.chain(ends).chain(seats).collect();
        transaction::write(&self.table, "offering seats", items).await
    }

    async fn mark_gone(&self, line: &LineId, offered: &[Award]) -> Result<(), Error> {
        let marked: Vec<Marked> = offered.iter().map(|award| (award.entry.number, vec![Mark::Gone])).collect();
        mark(&self.table, line, &marked).await
    }

    async fn retire(&self, line: &LineId, numbers: &[u64]) -> Result<(), Error> {
        let marked: Vec<Marked> = numbers.iter().map(|number| (*number, vec![Mark::Gone, Mark::Unused])).collect();
        mark(&self.table, line, &marked).await
    }

    /// Entries that the index showed and that do not wait any more had not been marked gone: a crash between the
    /// offer and its mark, or an index that lags. Marking them now keeps the next look from seeing them again.
    async fn learn(&self, line: &LineId, plan: &Plan, failed: &[Option<FailedCondition>]) -> Result<(), Error> {
        let mut marked: Vec<Marked> = Vec::new();
        for (Award { entry, .. }, failure) in plan.offer.iter().zip(failed) {
            let Some(failure) = failure else { continue };
            let current = failure.item.clone().map(stored_entry).transpose()?;
            let still_waits = current
                .is_some_and(|current| current.entry.id == entry.entry_id && current.entry.status == Status::Waiting);
            if !still_waits {
                marked.push((entry.number, vec![Mark::Gone]));
            }
        }
        mark(&self.table, line, &marked).await
    }
}

fn changes_anything(plan: &Plan, expired: usize) -> bool {
    !plan.offer.is_empty() || expired > 0 || matches!(plan.seats.activation, Activation::Deactivate(_))
}

/// Sorts the numbers from `first` to `last` into entries in sight that still stand and numbers without any.
async fn account_for(
    gone: &mut GoneNumbers<'_>,
    seen: Vec<Waiting>,
    first: u64,
    last: u64,
) -> Result<(Vec<Waiting>, Vec<u64>), Error> {
    let reach = MOST_PAGES_ACCOUNTED_FOR * NUMBERS_PER_PAGE;
    let last = last.min(first.saturating_add(reach - 1));
    let standing: BTreeSet<u64> = gone.not_gone_between(first, last).await?;
    let waiting: Vec<Waiting> =
        seen.into_iter().filter(|entry| entry.number <= last && standing.contains(&entry.number)).collect();
    let in_sight: BTreeSet<u64> = waiting.iter().map(|entry| entry.number).collect();
    Ok((waiting, standing.difference(&in_sight).copied().collect()))
}

/// Entries of the line index from the number `first` on (to `last`, where given), in order, at most `most`.
pub(crate) async fn query_line(
    table: &Table,
    line: &LineId,
    first: u64,
    last: Option<u64>,
    most: u64,
) -> Result<Vec<Waiting>, Error> {
    let mut entries = Vec::new();
    let mut start: Option<Item> = None;
    loop {
        let still_wanted = most - entries.len() as u64;
        let query = table
            .client
            .query()
            .table_name(&table.name)
            .index_name("line")
            .key_condition_expression("#line = :line AND #order BETWEEN :first AND :last")
            .expression_attribute_names("#line", "line")
            .expression_attribute_names("#order", "order")
            .expression_attribute_values(":line", AttributeValue::S(line_partition(line)))
            .expression_attribute_values(":first", AttributeValue::S(line_order(first)))
            .expression_attribute_values(":last", AttributeValue::S(line_order(last.unwrap_or(999_999_999_999))))
            .limit(i32::try_from(still_wanted).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let page = query.send().await.map_err(|error| fault("reading the head of a line", error))?;
        for item in page.items.unwrap_or_default() {
            entries.push(waiting_from(&item)?);
        }
        start = page.last_evaluated_key;
        if start.is_none() || entries.len() as u64 >= most {
            return Ok(entries);
        }
    }
}

fn waiting_from(item: &Item) -> Result<Waiting, Error> {
    let quantity = Quantity::parse(number(item, "quantity")?).map_err(|_| malformed("quantity"))?;
    let minimum = optional_number(item, "minimum")?.map(Quantity::parse).transpose();
    Ok(Waiting {
        place: key_of(item)?.to_place().ok_or_else(|| malformed("pk"))?,
        entry_id: EntryId::parse(text(item, "entry_id")?).map_err(|_| malformed("entry_id"))?,
        number: number(item, "number")?,
        quantity,
        minimum: minimum.map_err(|_| malformed("minimum"))?.unwrap_or(quantity),
        joined_at: Timestamp::from_milliseconds(number(item, "joined_at")?),
    })
}
