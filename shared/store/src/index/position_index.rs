//! The stored position index.
//!
//! Marks are set from the bottom up: the page, its count in the directory, the directory's count in
//! the root. Each step only raises the stored value. So a late or repeated step changes nothing
//! that is right.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use waitlist_domain::Error;
use waitlist_domain::line::lane::LaneId;
use waitlist_domain::line::numbers::LaneNumbers;
use waitlist_domain::line::position_index::{
    Bitmap, Counts, Location, Mark, NUMBERS_PER_PAGE, PAGES_PER_DIRECTORY, Path,
};

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, count_in, optional_number};
use crate::dynamo::reading::{Consistency, get, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::table::DynamoTable;
use crate::dynamo::writing::{Written, send_update};
use crate::items::key::{Key, mark_name};
use crate::items::numbers_item::{
    GONE_IN_DIRECTORY, RESOLVED_IN_DIRECTORY, RESOLVED_MARKED, UNCONFIRMED, UNCONFIRMED_IN_DIRECTORY, of_lane,
};

/// Most pages that a search for the first waiting numbers reads after its first page: 32,768
/// numbers.
const MOST_PAGES_LOOKED_OVER: u64 = 32;

/// The marks of an entry's old number after a move.
pub(crate) const MARKS_OF_A_MOVE: [Mark; 3] = [Mark::Gone, Mark::Moved, Mark::Found];

/// A number and its new marks.
pub(crate) type Marked = (u64, Vec<Mark>);

/// Sets marks. Marks that are set already cost reads only.
pub(crate) async fn mark(table: &DynamoTable, lane: &LaneId, marked: &[Marked]) -> Result<(), Error> {
    let mut pages: BTreeMap<u64, BTreeMap<Mark, BTreeSet<u64>>> = BTreeMap::new();
    for (number, marks) in marked {
        let location = Location::of(*number);
        for mark in marks {
            pages.entry(location.page).or_default().entry(*mark).or_default().insert(location.bit);
        }
    }
    for (page, marks) in pages {
        let mut counts = mark_page(table, lane, page, &marks).await?;
        // A resolved number counts once more before it counts as gone. So for no moment more numbers
        // seem passed over than are, and nobody who waits is overlooked.
        counts.sort_by_key(|(mark, _)| *mark != Mark::Resolved);
        for (mark, page_count) in counts {
            raise_to_the_root(table, lane, page, mark, page_count).await?;
        }
    }
    Ok(())
}

/// Retires numbers that never got an entry, or never will.
pub(crate) async fn retire(table: &DynamoTable, lane: &LaneId, numbers: &[u64]) -> Result<(), Error> {
    let marked: Vec<Marked> = numbers.iter().map(|number| (*number, vec![Mark::Gone, Mark::Unused])).collect();
    mark(table, lane, &marked).await
}

/// Carries a page's counts of these marks up to the root, if their writer crashed before. Otherwise
/// it costs reads only.
pub(crate) async fn carry_up(table: &DynamoTable, lane: &LaneId, page: u64, marks: &[Mark]) -> Result<(), Error> {
    let stored = get(table, Key::page(lane, page)).await?.unwrap_or_default();
    for &mark in marks {
        let count = bitmap_of(&stored, mark).count();
        raise_to_the_root(table, lane, page, mark, Raise { before: count, after: count }).await?;
    }
    Ok(())
}

/// How many numbers bore a mark before a write, and how many do after it.
#[derive(Debug, Clone, Copy)]
struct Raise {
    before: u64,
    after: u64,
}

/// Adds numbers to the bitmaps of a page.
async fn mark_page(
    table: &DynamoTable,
    lane: &LaneId,
    page: u64,
    marks: &BTreeMap<Mark, BTreeSet<u64>>,
) -> Result<Vec<(Mark, Raise)>, Error> {
    const CONTEXT: &str = "marking a page of the position index";
    let key = Key::page(lane, page);
    let mut stored = get(table, key.clone()).await?.unwrap_or_default();
    retry(table, RetryBudget::MERGE, CONTEXT, async || {
        let mut expression = Expression::new();
        let mut raises = Vec::new();
        let mut is_new = false;
        let stored_bitmaps = Mark::ALL.map(|mark| (mark, bitmap_of(&stored, mark)));
        let has = |mark, bit| stored_bitmaps.iter().any(|(of, bitmap)| *of == mark && bitmap.contains(bit));
        for (&mark, bits) in marks {
            let mut bitmap = bitmap_of(&stored, mark);
            let before = bitmap.count();
            let old = (before > 0).then(|| bitmap.as_bytes().to_vec());
            let mut grew = false;
            for &bit in bits.iter().filter(|&&bit| mark.may_be_set(|other| has(other, bit))) {
                grew |= bitmap.insert(bit);
            }
            if grew {
                is_new = true;
                expression =
                    expression.set(mark_name(mark), bitmap.as_bytes()).when_still(mark_name(mark), old.as_deref());
            }
            let after = bitmap.count();
            if after > 0 {
                raises.push((mark, Raise { before, after }));
            }
        }
        if !is_new {
            return Ok(Attempt::Done(raises));
        }
        Ok(match send_update(CONTEXT, expression.update(table, key.clone())).await? {
            Written::Made(_) => Attempt::Done(raises),
            Written::ConditionFailed(current) => {
                stored = current.unwrap_or_default();
                Attempt::Again
            }
        })
    })
    .await
}

/// Carries a page's count up to its directory, and the directory's count up to the root.
async fn raise_to_the_root(
    table: &DynamoTable,
    lane: &LaneId,
    page: u64,
    mark: Mark,
    count: Raise,
) -> Result<(), Error> {
    let directory = page / PAGES_PER_DIRECTORY;
    let directory_key = Key::directory(lane, mark, directory);
    let directory_count = raise(table, directory_key, Level::Directory(mark), page.to_string(), count).await?;
    let root = match mark {
        Mark::Gone | Mark::Unconfirmed | Mark::Resolved => Level::Numbers(mark),
        Mark::Unused | Mark::Found | Mark::Claimed | Mark::Left | Mark::Moved => Level::Root,
    };
    let child = format!("{directory}{}", of_lane(&lane.lane));
    raise(table, Key::root(&lane.line, mark), root, child, directory_count).await?;
    Ok(())
}

/// The levels above the pages. Their items hold a count for each child, and the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Directory(Mark),
    Root,
    /// The root of the marks behind a position. It is on the numbers item. The line's `limit` rises
    /// with the total of the gone numbers.
    Numbers(Mark),
}

impl Level {
    fn child(self, child: &str) -> String {
        match self {
            Self::Directory(mark) => format!("{}{child}", page_in(mark)),
            Self::Root => format!("{DIRECTORY_CHILD}{child}"),
            Self::Numbers(Mark::Unconfirmed) => format!("{UNCONFIRMED_IN_DIRECTORY}{child}"),
            Self::Numbers(Mark::Resolved) => format!("{RESOLVED_IN_DIRECTORY}{child}"),
            Self::Numbers(_) => format!("{GONE_IN_DIRECTORY}{child}"),
        }
    }

    const fn total(self) -> &'static str {
        match self {
            Self::Directory(Mark::Unconfirmed) => "unconfirmed",
            Self::Directory(Mark::Resolved) => "resolved",
            Self::Directory(_) | Self::Root => "total",
            Self::Numbers(Mark::Unconfirmed) => UNCONFIRMED,
            // `resolved` itself changes with the entries.
            Self::Numbers(Mark::Resolved) => RESOLVED_MARKED,
            Self::Numbers(_) => "gone",
        }
    }
}

const DIRECTORY_CHILD: &str = "c";

/// The beginning of the attributes of a directory that count the numbers of a page with a mark.
const fn page_in(mark: Mark) -> &'static str {
    match mark {
        Mark::Unconfirmed => "u",
        Mark::Resolved => "r",
        _ => DIRECTORY_CHILD,
    }
}

/// Raises the count of a child, if it is lower. Returns the total before and after.
///
/// The present count is guessed from the level below, so that one write usually suffices. If the
/// level below has not changed, the item is read first: a read is cheaper than a failed write.
async fn raise(table: &DynamoTable, key: Key, level: Level, child: String, count: Raise) -> Result<Raise, Error> {
    const CONTEXT: &str = "raising a count of the position index";
    let name = level.child(&child);
    let mut assumed = count.before;
    if count.before == count.after {
        let stored = get(table, key.clone()).await?.unwrap_or_default();
        assumed = count_in(&stored, &name);
        if assumed >= count.after {
            let total = count_in(&stored, level.total());
            return Ok(Raise { before: total, after: total });
        }
    }
    retry(table, RetryBudget::MERGE, CONTEXT, async || {
        let more = count.after - assumed;
        let expression = Expression::new()
            .set(&name, count.after)
            .add_to_missing(level.total(), more)
            .when_still(&name, (assumed > 0).then_some(assumed));
        let expression = if level == Level::Numbers(Mark::Gone) {
            expression.set_to_sum("limit", "limit", more)
        } else {
            expression
        };
        let request = expression.update(table, key.clone()).return_values(ReturnValue::AllNew);
        Ok(match send_update(CONTEXT, request).await? {
            Written::Made(stored) => {
                let after = count_in(&stored, level.total());
                Attempt::Done(Raise { before: after.saturating_sub(more), after })
            }
            Written::ConditionFailed(current) => {
                let stored = current.unwrap_or_default();
                assumed = count_in(&stored, &name);
                if assumed >= count.after {
                    let total = count_in(&stored, level.total());
                    return Ok(Attempt::Done(Raise { before: total, after: total }));
                }
                Attempt::Again
            }
        })
    })
    .await
}

/// The bitmap of a mark on a page item.
pub(crate) fn bitmap_of(page: &Item, mark: Mark) -> Bitmap {
    match page.get(mark_name(mark)) {
        Some(AttributeValue::B(bytes)) => Bitmap::from_bytes(bytes.as_ref().to_vec()),
        _ => Bitmap::default(),
    }
}

/// The counts of a mark on its directory item, by page.
pub(crate) fn counts_of(directory: &Item, mark: Mark) -> Counts {
    let counts = directory.keys().filter_map(|name| {
        let page = name.strip_prefix(page_in(mark))?.parse::<u64>().ok()?;
        Some((page, count_in(directory, name)))
    });
    Counts::new(counts)
}

/// The counts of unconfirmed entries that stand, by page.
fn unconfirmed_of(directory: &Item) -> Counts {
    counts_of(directory, Mark::Unconfirmed).minus(&counts_of(directory, Mark::Resolved))
}

/// The numbers on a page whose entries stand and are unconfirmed.
fn unconfirmed_on(page: &Item) -> Bitmap {
    bitmap_of(page, Mark::Unconfirmed).without(&bitmap_of(page, Mark::Resolved))
}

/// The total of a root item. 0 if it does not exist.
pub(crate) fn total_of(root: Option<&Item>) -> Result<u64, Error> {
    root.map_or(Ok(None), |item| optional_number(item, "total")).map(Option::unwrap_or_default)
}

/// The keys of the directory and the page above a number.
pub(crate) fn keys_to(lane: &LaneId, number: u64) -> [Key; 2] {
    let location = Location::of(number);
    [Key::directory(lane, Mark::Gone, location.directory), Key::page(lane, location.page)]
}

/// The paths to a number, from items that were read together: through the gone numbers, and through
/// the numbers of unconfirmed entries.
pub(crate) fn paths_from(found: &HashMap<Key, Item>, lane: &LaneId, number: u64, roots: &LaneNumbers) -> [Path; 2] {
    let [directory, page] = keys_to(lane, number).map(|key| found.get(&key));
    let gone = Path {
        root: roots.gone.clone(),
        directory: directory.map(|item| counts_of(item, Mark::Gone)).unwrap_or_default(),
        page: page.map(|item| bitmap_of(item, Mark::Gone)).unwrap_or_default(),
    };
    let unconfirmed = Path {
        root: roots.unconfirmed.clone(),
        directory: directory.map(unconfirmed_of).unwrap_or_default(),
        page: page.map(unconfirmed_on).unwrap_or_default(),
    };
    [gone, unconfirmed]
}

/// The first `most` numbers of a lane from `from` on whose entries stand and are unconfirmed. Pages
/// without any are not read.
pub(crate) async fn unconfirmed_from(
    table: &DynamoTable,
    lane: &LaneId,
    numbers: &LaneNumbers,
    from: u64,
    most: usize,
) -> Result<Vec<u64>, Error> {
    let mut found = Vec::new();
    let begin = Location::of(from);
    let mut next = numbers.unconfirmed.first_with_any(begin.directory);
    while let Some(directory) = next {
        let key = Key::directory(lane, Mark::Gone, directory);
        let counts = get(table, key).await?.map(|item| unconfirmed_of(&item)).unwrap_or_default();
        let mut next_page = counts.first_with_any(begin.page);
        while let Some(page) = next_page {
            let bits = get(table, Key::page(lane, page)).await?.map(|item| unconfirmed_on(&item)).unwrap_or_default();
            let of_page = (0..NUMBERS_PER_PAGE).filter(|&bit| bits.contains(bit));
            found.extend(of_page.map(|bit| page * NUMBERS_PER_PAGE + bit + 1).filter(|&number| number >= from));
            if found.len() >= most {
                found.truncate(most);
                return Ok(found);
            }
            next_page = counts.first_with_any(page + 1);
        }
        next = numbers.unconfirmed.first_with_any(directory + 1);
    }
    Ok(found)
}

/// The numbers that do not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    /// Those that are gone.
    Gone,
    /// Those that are passed over: gone, or of unconfirmed entries.
    PassedOver,
}

/// The numbers of some pages that stand. Pages are read as needed and kept for one look at a line.
#[derive(Debug)]
pub(crate) struct StandingNumbers<'table> {
    table: &'table DynamoTable,
    lane: &'table LaneId,
    without: Without,
    root: Counts,
    items: HashMap<Key, Item>,
    asked: BTreeSet<Key>,
}

impl<'table> StandingNumbers<'table> {
    /// Those that are not gone.
    pub(crate) fn not_gone(table: &'table DynamoTable, lane: &'table LaneId, numbers: &LaneNumbers) -> Self {
        Self::new(table, lane, Without::Gone, numbers.gone.clone())
    }

    /// Those that are not passed over.
    pub(crate) fn not_passed_over(table: &'table DynamoTable, lane: &'table LaneId, numbers: &LaneNumbers) -> Self {
        Self::new(table, lane, Without::PassedOver, numbers.passed_over())
    }

    fn new(table: &'table DynamoTable, lane: &'table LaneId, without: Without, root: Counts) -> Self {
        Self { table, lane, without, root, items: HashMap::new(), asked: BTreeSet::new() }
    }

    async fn load(&mut self, keys: impl IntoIterator<Item = Key>) -> Result<(), Error> {
        let missing: Vec<Key> = keys.into_iter().filter(|key| self.asked.insert(key.clone())).collect();
        if !missing.is_empty() {
            self.items.extend(get_all(self.table, missing, Consistency::Strong).await?);
        }
        Ok(())
    }

    /// The first number that stands. No entry stands before it.
    pub(crate) async fn first(&mut self) -> Result<u64, Error> {
        let directory = self.root.first_not_full(0, NUMBERS_PER_PAGE * PAGES_PER_DIRECTORY);
        self.first_on_pages_from(directory * PAGES_PER_DIRECTORY).await
    }

    /// The first number from `from` on that stands. Pages without any are not read.
    pub(crate) async fn first_from(&mut self, from: u64) -> Result<u64, Error> {
        let Location { page, bit, .. } = Location::of(from);
        self.load([Key::page(self.lane, page)]).await?;
        let absent = self.absent_on(page);
        if let Some(bit) = (bit..NUMBERS_PER_PAGE).find(|&bit| !absent.contains(bit)) {
            return Ok(page * NUMBERS_PER_PAGE + bit + 1);
        }
        let directory = (page + 1) / PAGES_PER_DIRECTORY;
        let not_full = self.root.first_not_full(directory, NUMBERS_PER_PAGE * PAGES_PER_DIRECTORY);
        self.first_on_pages_from((page + 1).max(not_full * PAGES_PER_DIRECTORY)).await
    }

    /// The first number that stands on the pages of a directory from `first_page` on.
    async fn first_on_pages_from(&mut self, first_page: u64) -> Result<u64, Error> {
        // The likeliest page is read in the same round trip: short lines have no other.
        let directory_key = Key::directory(self.lane, Mark::Gone, first_page / PAGES_PER_DIRECTORY);
        self.load([directory_key.clone(), Key::page(self.lane, first_page)]).await?;
        let counts = self.items.get(&directory_key).map(|item| self.absent_in(item)).unwrap_or_default();
        let page = counts.first_not_full(first_page, NUMBERS_PER_PAGE);
        self.load([Key::page(self.lane, page)]).await?;
        let absent = self.absent_on(page);
        let bit = (0..NUMBERS_PER_PAGE).find(|&bit| !absent.contains(bit)).unwrap_or(NUMBERS_PER_PAGE);
        Ok(page * NUMBERS_PER_PAGE + bit + 1)
    }

    /// The numbers from `first` to `last` that stand.
    pub(crate) async fn between(&mut self, first: u64, last: u64) -> Result<BTreeSet<u64>, Error> {
        if last < first {
            return Ok(BTreeSet::new());
        }
        let pages = Location::of(first).page..=Location::of(last).page;
        self.load(pages.map(|page| Key::page(self.lane, page)).collect::<Vec<_>>()).await?;
        let mut standing = BTreeSet::new();
        for page in Location::of(first).page..=Location::of(last).page {
            let absent = self.absent_on(page);
            let numbers = (page * NUMBERS_PER_PAGE + 1)..=((page + 1) * NUMBERS_PER_PAGE);
            standing.extend(
                numbers.filter(|number| (first..=last).contains(number) && !absent.contains(Location::of(*number).bit)),
            );
        }
        Ok(standing)
    }

    /// The first `most` numbers up to `last` that stand, and the last number that was searched.
    ///
    /// No other number before that stands. The search stops [`MOST_PAGES_LOOKED_OVER`] pages after
    /// its first page.
    pub(crate) async fn first_standing(&mut self, most: u64, last: u64) -> Result<(Vec<u64>, u64), Error> {
        let mut from = self.first().await?;
        let mut standing = Vec::new();
        let first_page = Location::of(from).page;
        while from <= last {
            let page = Location::of(from).page;
            let end = ((page + 1) * NUMBERS_PER_PAGE).min(last);
            standing.extend(self.between(from, end).await?);
            if standing.len() as u64 >= most {
                standing.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                return Ok((standing, end));
            }
            if page - first_page >= MOST_PAGES_LOOKED_OVER {
                return Ok((standing, end));
            }
            from = end + 1;
        }
        Ok((standing, last))
    }

    /// Whether the entry with this number was unconfirmed and is resolved. Its page was read.
    pub(crate) fn is_resolved(&self, number: u64) -> bool {
        let Location { page, bit, .. } = Location::of(number);
        self.items.get(&Key::page(self.lane, page)).is_some_and(|item| bitmap_of(item, Mark::Resolved).contains(bit))
    }

    /// The numbers of a page that do not stand.
    fn absent_on(&self, page: u64) -> Bitmap {
        let Some(item) = self.items.get(&Key::page(self.lane, page)) else { return Bitmap::default() };
        let gone = bitmap_of(item, Mark::Gone);
        match self.without {
            Without::Gone => gone,
            Without::PassedOver => gone.union(&unconfirmed_on(item)),
        }
    }

    /// The counts of the numbers that do not stand, by page.
    fn absent_in(&self, directory: &Item) -> Counts {
        let gone = counts_of(directory, Mark::Gone);
        match self.without {
            Without::Gone => gone,
            Without::PassedOver => gone.plus(&unconfirmed_of(directory)),
        }
    }
}
