//! The draw of a lottery.
//!
//! A draw has steps:
//!
//! 1. Close the pool.
//! 2. Give every entry in the pool its lot, page by page.
//! 3. Write the list in the order of the lots, part by part. Once whole, it counts and the seed is
//!    shown.
//! 4. Move every entry on the list from the pool to its drawn place, part by part.
//! 5. Take effect: in one write all drawn places begin to count, and the pool is empty.
//! 6. Mark the numbers of the pool, page by page.
//!
//! Each step notes how far the draw has come, so a draw of any size ends. A step may be repeated
//! after a crash, or run in two processes at once.
//!
//! Until step 5 every entry counts in the pool. From then on it counts in its drawn place.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::ReturnValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::line::draw::{Lot, Seed};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::LaneNumbers;
use waitlist_domain::line::order::Order;
use waitlist_domain::line::position_index::{Bitmap, Location, Mark, NUMBERS_PER_PAGE, PAGES_PER_DIRECTORY};
use waitlist_domain::line::waiting::Waiting;
use waitlist_domain::offering::promotion::LaneView;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{LineId, TierId};
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, count_in, from_item, malformed, to_item};
use crate::dynamo::reading::{Consistency, get, get_all, get_copy, get_written_once};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, put_once, send_update};
use crate::index::line_index::entries_of_lane;
use crate::index::position_index::{MARKS_OF_A_MOVE, Marked, StandingNumbers, mark, retire};
pub use crate::items::draw_items::Listed;
use crate::items::draw_items::{
    DrawItem, ENTRANTS_TO_A_PART, LeftItem, ListItem, LotItem, Stage, items_of_draw, pool_page_from, pool_page_item,
};
use crate::items::entry_item::{self, NewNumber, NumberedEntry, stored_entry};
use crate::items::event_item::get_event;
use crate::items::key::{Key, LEFT_DRAW, LOTS};
use crate::items::numbers_item::{
    DRAW_FINISHED_AT, DRAWN_AT, ENTRANTS, POOL_CLOSED_AT, RESOLVED, UNCONFIRMED, gone_in, issued_in, lanes_from,
    last_issued_at_in, watch,
};
use crate::items::seeds::{commitment_from, get_seed};
use crate::items::table::Table;

/// How many entries are written concurrently.
const MOST_AT_ONCE: usize = 32;

/// How long one process has the draw to itself (milliseconds): the timeout of the timer function.
const IN_HAND_FOR: i64 = 30_000;

/// The progress of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is nothing to draw: the event has no lottery, or its time has not come.
    NotDue,
    /// An entry may be in the pool that the index does not show yet. Try again in a moment.
    NotSettled,
    /// Another process works on the draw.
    InHand,
    /// The time is up. Continue in a moment.
    Underway,
    /// The drawn places have just begun to count, so seats can be offered. Continue with the rest.
    Drawn,
    /// Nothing is left to do.
    Finished,
}

/// Draws the lots of lines.
#[derive(Debug, Clone)]
pub struct Draws {
    table: Table,
}

impl Draws {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Begins or continues the draw of a line that is due. Works until the time `until`, for at
    /// least one step. Does nothing once the draw is finished.
    pub async fn hold(&self, line: &LineId, until: Timestamp) -> Result<Progress, Error> {
        let Some(numbers) = get(&self.table, Key::numbers(line)).await? else { return Ok(Progress::NotDue) };
        if numbers.contains_key(DRAW_FINISHED_AT) {
            return Ok(Progress::Finished);
        }
        if !numbers.contains_key(POOL_CLOSED_AT) && !self.close_pool(line).await? {
            return Ok(Progress::NotDue);
        }
        if get(&self.table, Key::draw(line)).await?.is_none() && !self.begin(line).await? {
            return Ok(Progress::NotDue);
        }
        let Some(draw) = self.take_in_hand(line).await? else { return Ok(Progress::InHand) };
        let in_hand_until = draw.in_hand_until;
        // Boxed: these futures nest deeper than the compiler computes layouts by default.
        let progress = Box::pin(self.go_on(line, draw, until)).await;
        let let_go = self.let_go(line, in_hand_until).await;
        progress.and_then(|progress| let_go.map(|()| progress))
    }

    /// Closes the pool to newcomers once the draw is due, and returns whether it is closed. If the
    /// event changes at the same time, it is read again: the draw may have been postponed.
    async fn close_pool(&self, line: &LineId) -> Result<bool, Error> {
        const CONTEXT: &str = "closing the pool of a draw";
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let event = get_event(&self.table, &line.event_id).await?;
            let now = self.table.now();
            if event.rules.order.draw_at().is_none_or(|draw_at| now < draw_at) {
                return Ok(Attempt::Done(false));
            }
            // The sweep watches the line until the draw is finished, even if its waitlist is not
            // active.
            let request = watch(Expression::new(), now)
                .set(POOL_CLOSED_AT, now)
                .when_absent(POOL_CLOSED_AT)
                .when_equal("event_version", event.version)
                .update(&self.table, Key::numbers(line));
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(true),
                Written::ConditionFailed(Some(numbers)) if numbers.contains_key(POOL_CLOSED_AT) => Attempt::Done(true),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// Stores the rules of the draw. False if the event has no lottery.
    async fn begin(&self, line: &LineId) -> Result<bool, Error> {
        let event = get_event(&self.table, &line.event_id).await?;
        let Order::Lottery { tiers, draw_at } = event.rules.order else { return Ok(false) };
        let numbers = get(&self.table, Key::numbers(line)).await?.unwrap_or_default();
        let commitment = commitment_from(&numbers)?.ok_or_else(|| malformed("commitment"))?;
        let pool = count_in(&numbers, &issued_in(&Lane::Pool));
        let draw = DrawItem::new(line, (tiers, draw_at), commitment, pool, self.table.now());
        put_once(&self.table, "beginning a draw", to_item(&draw)?).await?;
        Ok(true)
    }

    /// Reserves the draw for this process. Nothing if another process has it.
    async fn take_in_hand(&self, line: &LineId) -> Result<Option<DrawItem>, Error> {
        let now = self.table.now();
        let taken = Expression::new()
            .set("in_hand_until", now.plus_milliseconds(IN_HAND_FOR))
            .when_at_most("in_hand_until", now);
        Ok(match self.update_draw(line, taken).await? {
            Updated::Now(draw) => Some(draw),
            Updated::Before(_) => None,
        })
    }

    async fn let_go(&self, line: &LineId, in_hand_until: Timestamp) -> Result<(), Error> {
        let let_go =
            Expression::new().set("in_hand_until", self.table.now()).when_equal("in_hand_until", in_hand_until);
        self.update_draw(line, let_go).await.map(|_| ())
    }

    async fn go_on(&self, line: &LineId, mut draw: DrawItem, until: Timestamp) -> Result<Progress, Error> {
        loop {
            let stage = draw.stage();
            let next = match stage {
                Stage::Collecting { page } => self.collect(line, &draw, page).await?,
                Stage::Listing { part } => Some(self.list(line, &draw, part).await?),
                Stage::Placing { part } => Some(self.place(line, part).await?),
                Stage::TakingEffect => Some(self.take_effect(line, &draw).await?),
                Stage::Marking { page } => Some(self.mark_pool(line, &draw, page).await?),
                Stage::Finished => {
                    let finished = Expression::new().set(DRAW_FINISHED_AT, self.table.now());
                    self.change_numbers(line, finished.when_absent(DRAW_FINISHED_AT)).await?;
                    return Ok(Progress::Finished);
                }
            };
            let Some(next) = next else { return Ok(Progress::NotSettled) };
            draw = next;
            if stage == Stage::TakingEffect {
                return Ok(Progress::Drawn);
            }
            if self.table.now() >= until && draw.stage() != Stage::Finished {
                return Ok(Progress::Underway);
            }
        }
    }

    /// Gives every entry in a page of the closed pool its lot. Nothing while an entry may be in the
    /// page that the index does not show yet.
    async fn collect(&self, line: &LineId, draw: &DrawItem, page: u64) -> Result<Option<DrawItem>, Error> {
        let view = self.pool_page(line, page * NUMBERS_PER_PAGE + 1..=draw.pool).await?;
        let now = self.table.now();
        let settled = view.settled(now);
        if !settled.is_empty() {
            // At this stage no entry has moved out of the pool. So a number without a visible entry
            // has none.
            let current = self.read(line).await?.ok_or_else(|| malformed("collected"))?;
            if current.collected > page {
                return Ok(Some(current));
            }
            retire(&self.table, &line.lane(Lane::Pool), &settled).await?;
        }
        if view.is_unsettled(now) {
            return Ok(None);
        }
        let (entrants, unconfirmed) = self.entrants(&view.waiting).await?;
        // The pool counts as empty once the draw takes effect. By then it is known who stays in it.
        let marked: Vec<Marked> = unconfirmed.into_iter().map(|number| (number, vec![Mark::Unconfirmed])).collect();
        mark(&self.table, &line.lane(Lane::Pool), &marked).await?;
        let seed = get_seed(&self.table, line).await?;
        let lots = entrants.iter().map(|entrant| self.give_lot(line, &seed, &draw.tiers, entrant));
        stream::iter(lots).buffer_unordered(MOST_AT_ONCE).try_collect::<Vec<()>>().await?;
        let mut bits = Bitmap::default();
        for entrant in &entrants {
            bits.insert(Location::of(entrant.number).bit);
        }
        put_once(&self.table, "noting who is in a draw", pool_page_item(line, page, &bits)).await?;
        self.note(line, Expression::new().set("collected", page + 1).when_equal("collected", page)).await.map(Some)
    }

    /// A page of the pool, from the first of `numbers` on.
    async fn pool_page(&self, line: &LineId, numbers: std::ops::RangeInclusive<u64>) -> Result<LaneView, Error> {
        let (first, last) = (*numbers.start(), (*numbers.end()).min(*numbers.start() + NUMBERS_PER_PAGE - 1));
        let pool = line.lane(Lane::Pool);
        let mut lanes = lanes_from(&get(&self.table, Key::numbers(line)).await?.unwrap_or_default())?;
        let numbers = lanes.remove(&Lane::Pool).unwrap_or_default();
        let standing = StandingNumbers::not_gone(&self.table, &pool, &numbers).between(first, last).await?;
        let mut waiting = entries_of_lane(&self.table, &pool, first..=last, NUMBERS_PER_PAGE).await?;
        waiting.retain(|entry| standing.contains(&entry.number));
        let in_sight: BTreeSet<u64> = waiting.iter().map(|entry| entry.number).collect();
        let unaccounted = standing.difference(&in_sight).copied().collect();
        let LaneNumbers { issued, last_issued_at, .. } = numbers;
        let out_of_sight = Vec::new();
        Ok(LaneView { lane: Lane::Pool, waiting, is_whole: true, out_of_sight, unaccounted, issued, last_issued_at })
    }

    /// The entries in the draw, and the numbers of those that are not, because nobody confirmed
    /// them before the pool was closed. The index may still show one that has left, so the entries
    /// are read.
    async fn entrants(&self, in_sight: &[Waiting]) -> Result<(Vec<Listed>, Vec<u64>), Error> {
        let keys = in_sight.iter().map(|waiting| Key::entry(&waiting.place));
        let found = get_all(&self.table, keys, Consistency::Strong).await?;
        let (mut entrants, mut unconfirmed) = (Vec::new(), Vec::new());
        for waiting in in_sight {
            let Some(item) = found.get(&Key::entry(&waiting.place)) else { continue };
            let entry = stored_entry(item.clone())?.entry;
            let is_same_stay = entry.id == waiting.entry_id && entry.number == waiting.number;
            let is_in_the_pool = is_same_stay && entry.lane == Lane::Pool && entry.status == Status::Waiting;
            if is_in_the_pool && !entry.is_confirmed() {
                unconfirmed.push(entry.number);
            } else if is_in_the_pool {
                entrants.push(Listed {
                    entry_id: entry.id,
                    tier: entry.tier,
                    customer_id: entry.place.customer_id,
                    attendee_id: entry.place.attendee_id,
                    number: entry.number,
                });
            }
        }
        Ok((entrants, unconfirmed))
    }

    async fn give_lot(&self, line: &LineId, seed: &Seed, tiers: &[TierId], entrant: &Listed) -> Result<(), Error> {
        let lot = Lot::of(seed, tiers, &entrant.entry_id, entrant.tier.as_ref());
        let item = to_item(&LotItem::new(line, &lot, entrant.clone(), self.table.now()))?;
        put_once(&self.table, "giving somebody their lot", item).await.map(|_| ())
    }

    /// Writes a part of the list. The last part makes the list count.
    async fn list(&self, line: &LineId, draw: &DrawItem, part: u64) -> Result<DrawItem, Error> {
        let after = draw.last_lot.as_deref();
        let lots = items_of_draw(&self.table, line, LOTS, after, ENTRANTS_TO_A_PART).await?;
        let lots: Vec<LotItem> = lots.into_iter().map(from_item).collect::<Result<_, _>>()?;
        let mut change = Expression::new().when_equal("listed", part).when_absent("listed_at");
        let mut count = 0;
        if let Some(last) = lots.last() {
            let last_lot = last.sk.clone();
            let entrants = lots.into_iter().map(|lot| lot.entrant).collect();
            let item = to_item(&ListItem::new(line, part, entrants, last_lot))?;
            let item: ListItem = from_item(put_once(&self.table, "writing the list of a draw", item).await?)?;
            count = item.entrants.len();
            change = change.set("listed", part + 1).set("last_lot", item.last_lot);
            change = change.set("entrants", draw.entrants + count as u64);
        }
        if count < ENTRANTS_TO_A_PART {
            let seed = get_seed(&self.table, line).await?;
            change = change.set("listed_at", self.table.now()).set("seed", seed.as_str());
        }
        self.note(line, change).await
    }

    /// Moves every entry on a part of the list to its drawn place.
    async fn place(&self, line: &LineId, part: u64) -> Result<DrawItem, Error> {
        let item = get(&self.table, Key::draw_list(line, part)).await?;
        let listed: ListItem = from_item(item.ok_or_else(|| malformed("entrants"))?)?;
        let first = part * ENTRANTS_TO_A_PART as u64 + 1;
        let moves = listed.entrants.iter().zip(first..).map(|(listed, number)| self.give_place(line, listed, number));
        let given: Vec<Given> = stream::iter(moves).buffered(MOST_AT_ONCE).try_collect().await?;
        let (mut places, mut kept) = (Vec::new(), Vec::new());
        for ((listed, number), given) in listed.entrants.iter().zip(first..).zip(given) {
            places.extend((given != Given::Place).then_some(number));
            kept.extend((given == Given::NothingAndKept).then_some(listed.number));
        }
        if !places.is_empty() {
            let left = to_item(&LeftItem::new(line, part, places, kept))?;
            put_once(&self.table, "noting who has left a draw", left).await?;
        }
        self.note(line, Expression::new().set("placed", part + 1).when_equal("placed", part)).await
    }

    /// Moves an entry to its drawn place, unless it has left meanwhile.
    async fn give_place(&self, line: &LineId, listed: &Listed, number: u64) -> Result<Given, Error> {
        const CONTEXT: &str = "giving somebody the place that was drawn";
        let place = listed.place(line);
        let read = NumberedEntry { id: &listed.entry_id, lane: &Lane::Pool, number: listed.number };
        let new = NewNumber { lane: Lane::Drawn, number, tier: None, position: Some(number) };
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let now = self.table.now();
            let expression = entry_item::move_to(read, line, &new, now);
            let expression = expression.noted_by(&Mandate::of(Actor::Draw), now);
            let given = match send_update(CONTEXT, expression.update(&self.table, Key::entry(&place))).await? {
                Written::Made(_) => Given::Place,
                Written::ConditionFailed(current) => {
                    let current = current.map(stored_entry).transpose()?.map(|stored| stored.entry);
                    Given::by_now(current.as_ref(), listed, number)
                }
            };
            Ok(Attempt::Done(given))
        })
        .await
    }

    /// Makes the drawn places count and empties the pool in one write. So no entry counts twice or
    /// not at all.
    async fn take_effect(&self, line: &LineId, draw: &DrawItem) -> Result<DrawItem, Error> {
        const CONTEXT: &str = "having the places of a draw count";
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let numbers = get(&self.table, Key::numbers(line)).await?.ok_or_else(|| malformed("next"))?;
            if numbers.contains_key(DRAWN_AT) {
                return Ok(Attempt::Done(()));
            }
            let request = empty_pool(draw, &numbers, self.table.now())?.update(&self.table, Key::numbers(line));
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(()),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await?;
        let places: Vec<u64> = self.left(line).await?.into_iter().flat_map(|left| left.places).collect();
        retire(&self.table, &line.lane(Lane::Drawn), &places).await?;
        self.note(line, Expression::new().set("drawn_at", self.table.now()).when_absent("drawn_at")).await
    }

    /// Marks the numbers of a page of the pool as gone: their entries have drawn places now.
    async fn mark_pool(&self, line: &LineId, draw: &DrawItem, page: u64) -> Result<DrawItem, Error> {
        let entrants = get(&self.table, Key::draw_pool(line, page)).await?.map(|item| pool_page_from(&item));
        let entrants = entrants.unwrap_or_default();
        let kept: BTreeSet<u64> = self.left(line).await?.into_iter().flat_map(|left| left.kept).collect();
        let numbers = page * NUMBERS_PER_PAGE + 1..=((page + 1) * NUMBERS_PER_PAGE).min(draw.pool);
        let moved = numbers.filter(|number| entrants.contains(Location::of(*number).bit) && !kept.contains(number));
        let marked: Vec<Marked> = moved.map(|number| (number, MARKS_OF_A_MOVE.to_vec())).collect();
        mark(&self.table, &line.lane(Lane::Pool), &marked).await?;
        self.note(line, Expression::new().set("marked", page + 1).when_equal("marked", page)).await
    }

    async fn left(&self, line: &LineId) -> Result<Vec<LeftItem>, Error> {
        let items = items_of_draw(&self.table, line, LEFT_DRAW, None, usize::MAX).await?;
        items.into_iter().map(from_item).collect()
    }

    async fn read(&self, line: &LineId) -> Result<Option<DrawItem>, Error> {
        get(&self.table, Key::draw(line)).await?.map(from_item).transpose()
    }

    /// Notes the progress of the draw, unless another process has. Returns the draw as it is stored
    /// then.
    async fn note(&self, line: &LineId, change: Expression) -> Result<DrawItem, Error> {
        Ok(match self.update_draw(line, change).await? {
            Updated::Now(draw) | Updated::Before(draw) => draw,
        })
    }

    async fn update_draw(&self, line: &LineId, change: Expression) -> Result<Updated, Error> {
        const CONTEXT: &str = "noting how far a draw has come";
        let request = change.update(&self.table, Key::draw(line)).return_values(ReturnValue::AllNew);
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            Ok(Attempt::Done(match send_update(CONTEXT, request.clone()).await? {
                Written::Made(draw) => Updated::Now(from_item(draw)?),
                Written::ConditionFailed(draw) => Updated::Before(from_item(draw.ok_or_else(|| malformed("listed"))?)?),
            }))
        })
        .await
    }

    /// Changes the numbers item, unless its condition says that it was done before.
    async fn change_numbers(&self, line: &LineId, change: Expression) -> Result<(), Error> {
        const CONTEXT: &str = "finishing a draw";
        let request = change.update(&self.table, Key::numbers(line));
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            send_update(CONTEXT, request.clone()).await.map(|_| Attempt::Done(()))
        })
        .await
    }
}

/// The result of an update of the draw item.
enum Updated {
    /// It was updated.
    Now(DrawItem),
    /// The condition failed: this is the stored item.
    Before(DrawItem),
}

/// The result of moving an entry to its drawn place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    /// The entry has the place.
    Place,
    /// The entry had been moved elsewhere.
    Nothing,
    /// The entry had left and kept its number in the pool.
    NothingAndKept,
}

impl Given {
    fn by_now(current: Option<&Entry>, listed: &Listed, number: u64) -> Self {
        let Some(entry) = current.filter(|entry| entry.id == listed.entry_id) else { return Self::NothingAndKept };
        match (&entry.lane, entry.number) {
            (Lane::Drawn, place) if place == number => Self::Place,
            (Lane::Pool, place) if place == listed.number => Self::NothingAndKept,
            _ => Self::Nothing,
        }
    }
}

/// Makes all drawn places count. All numbers of the pool are gone then, except for unconfirmed
/// entries.
///
/// The condition is that no number has gone or been resolved since `numbers` was read. So a number
/// that goes at the same time is not lost.
fn empty_pool(draw: &DrawItem, numbers: &Item, now: Timestamp) -> Result<Expression, Error> {
    let pool = lanes_from(numbers)?.remove(&Lane::Pool).unwrap_or_default();
    let went = pool.waiting();
    let entrants = i64::try_from(draw.entrants).map_err(|error| Error::internal("counting a draw", error))?;
    let mut expression = Expression::new()
        .add("next", entrants)
        .set_to_sum("gone", "gone", went)
        .set_to_sum("limit", "limit", went)
        .set(&issued_in(&Lane::Drawn), draw.entrants)
        .set(&last_issued_at_in(&Lane::Drawn), now)
        .set(ENTRANTS, draw.entrants)
        .set(DRAWN_AT, now)
        .when_equal("gone", count_in(numbers, "gone"))
        .when_equal(UNCONFIRMED, count_in(numbers, UNCONFIRMED))
        .when_equal(RESOLVED, count_in(numbers, RESOLVED))
        .when_absent(DRAWN_AT);
    let to_a_directory = NUMBERS_PER_PAGE * PAGES_PER_DIRECTORY;
    for directory in 0..pool.issued.div_ceil(to_a_directory) {
        let of_directory = (pool.issued - directory * to_a_directory).min(to_a_directory);
        let gone = of_directory - pool.unconfirmed.of(directory).min(of_directory);
        // A count begins with the first number that is gone: see `raise`.
        if gone > 0 {
            expression = expression.set(&gone_in(&Lane::Pool, directory), gone);
        }
    }
    Ok(expression)
}

/// The public part of a draw.
#[derive(Debug, Clone)]
pub struct PublicDraw {
    /// The tiers, the first served first.
    pub tiers: Vec<TierId>,
    /// The time for which the draw was announced.
    pub draw_at: Timestamp,
    /// The SHA-256 of the seed, published in advance.
    pub commitment: SecretHash,
    /// The result, once the list is whole.
    pub result: Option<DrawResult>,
}

/// The result of a draw.
#[derive(Debug, Clone)]
pub struct DrawResult {
    /// The secret of the draw, shown afterwards: 64 hexadecimal digits.
    pub seed: String,
    /// The time at which the list was whole.
    pub listed_at: Timestamp,
    /// How many entries were in the draw.
    pub entrants: u64,
    /// A part of the list, in the order drawn.
    pub part: Vec<Listed>,
}

/// Reads the lists of draws.
#[derive(Debug, Clone)]
pub struct DrawLists {
    table: Table,
    /// Parts of held draws, which never change. The latest are first.
    remembered: Arc<Mutex<VecDeque<(LineId, u64, PublicDraw)>>>,
}

/// Most parts that a warm function remembers. Each has less than 250 KB.
const MOST_PARTS_REMEMBERED: usize = 32;

impl DrawLists {
    /// The number of entries in one part of a list.
    pub const ENTRANTS_TO_A_PART: usize = ENTRANTS_TO_A_PART;

    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), remembered: Arc::default() }
    }

    /// Reads draws for a caller to whom only the events of this scope exist.
    pub fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope), remembered: Arc::clone(&self.remembered) }
    }

    /// The draw of a line with a part of its list, counted from 0. Later changes of the event do
    /// not show. Nothing before the draw has begun, and if the table does not show the event. A
    /// draw may seem not to be held for a moment after it was.
    pub async fn held(&self, line: &LineId, part: u64) -> Result<Option<PublicDraw>, Error> {
        if !self.table.shows(&line.event_id) {
            return Ok(None);
        }
        if let Some(draw) = self.remembered(line, part) {
            return Ok(Some(draw));
        }
        let Some(item) = get_copy(&self.table, Key::draw(line)).await? else { return Ok(None) };
        let DrawItem { tiers, draw_at, commitment, seed, listed_at, entrants, listed, .. } = from_item(item)?;
        let Some((seed, listed_at)) = seed.zip(listed_at) else {
            return Ok(Some(PublicDraw { tiers, draw_at, commitment, result: None }));
        };
        let is_listed = part < listed;
        let entries = if is_listed { self.part(line, part).await? } else { Vec::new() };
        let result = Some(DrawResult { seed, listed_at, entrants, part: entries });
        let draw = PublicDraw { tiers, draw_at, commitment, result };
        if is_listed {
            self.remember(line, part, &draw);
        }
        Ok(Some(draw))
    }

    async fn part(&self, line: &LineId, part: u64) -> Result<Vec<Listed>, Error> {
        let item = get_written_once(&self.table, Key::draw_list(line, part)).await?;
        Ok(item.map(from_item::<ListItem>).transpose()?.map(|item| item.entrants).unwrap_or_default())
    }

    fn remembered(&self, line: &LineId, part: u64) -> Option<PublicDraw> {
        let parts = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        parts.iter().find(|(of, number, _)| (of, *number) == (line, part)).map(|(_, _, draw)| draw.clone())
    }

    fn remember(&self, line: &LineId, part: u64, draw: &PublicDraw) {
        let mut parts = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        parts.push_front((line.clone(), part, draw.clone()));
        parts.truncate(MOST_PARTS_REMEMBERED);
    }

    /// The future draw of a line by this order. Nothing if the order is no lottery.
    pub async fn announced(&self, line: &LineId, order: &Order) -> Result<Option<PublicDraw>, Error> {
        let Order::Lottery { tiers, draw_at } = order else { return Ok(None) };
        let numbers = get(&self.table, Key::numbers(line)).await?.unwrap_or_default();
        let commitment = commitment_from(&numbers)?.ok_or_else(|| malformed("commitment"))?;
        Ok(Some(PublicDraw { tiers: tiers.clone(), draw_at: *draw_at, commitment, result: None }))
    }
}
