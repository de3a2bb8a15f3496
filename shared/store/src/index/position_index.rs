//! The stored position index.
//!
//! Marks are set from the bottom up: the page, its count in the directory, the directory's count in
//! the root. Each step only raises the stored value. So a late or repeated step changes nothing
//! that is right.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use waitlist_domain::Error;
use waitlist_domain::line::lane::LaneId;
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
use crate::items::numbers_item::{GONE_IN_DIRECTORY, of_lane};

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
        for (mark, page_count) in mark_page(table, lane, page, &marks).await? {
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
    let directory_count = raise(table, directory_key, Level::Directory, page.to_string(), count).await?;
    let root = match mark {
        Mark::Gone => Level::Numbers,
        Mark::Unused | Mark::Found | Mark::Claimed | Mark::Left | Mark::Moved => Level::Root,
    };
    let child = format!("{directory}{}", of_lane(&lane.lane));
    raise(table, Key::root(&lane.line, mark), root, child, directory_count).await?;
    Ok(())
}

/// The levels above the pages. Their items hold a count for each child, and the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Directory,
    Root,
    /// The root of the gone numbers. It is on the numbers item, and the line's `limit` rises with
    /// its total.
    Numbers,
}

impl Level {
    fn child(self, child: &str) -> String {
        match self {
            Self::Directory | Self::Root => format!("{DIRECTORY_CHILD}{child}"),
            Self::Numbers => format!("{GONE_IN_DIRECTORY}{child}"),
        }
    }

    const fn total(self) -> &'static str {
        match self {
            Self::Directory | Self::Root => "total",
            Self::Numbers => "gone",
        }
    }
}

const DIRECTORY_CHILD: &str = "c";

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
        let expression =
            if level == Level::Numbers { expression.set_to_sum("limit", "limit", more) } else { expression };
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

/// The counts of a directory item, by page.
pub(crate) fn counts_of(directory: &Item) -> Counts {
    let counts = directory.keys().filter_map(|name| {
        let page = name.strip_prefix(DIRECTORY_CHILD)?.parse::<u64>().ok()?;
        Some((page, count_in(directory, name)))
    });
    Counts::new(counts)
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

/// The path to a number, from items that were read together.
pub(crate) fn path_from(found: &HashMap<Key, Item>, lane: &LaneId, number: u64, root: Counts) -> Path {
    let [directory, page] = keys_to(lane, number);
    Path {
        root,
        directory: found.get(&directory).map(counts_of).unwrap_or_default(),
        page: found.get(&page).map(|item| bitmap_of(item, Mark::Gone)).unwrap_or_default(),
    }
}

/// The gone numbers of some pages. Pages are read as needed and kept for one look at a line.
#[derive(Debug)]
pub(crate) struct GoneNumbers<'table> {
    table: &'table DynamoTable,
    lane: &'table LaneId,
    root: Counts,
    items: HashMap<Key, Item>,
    asked: BTreeSet<Key>,
}

impl<'table> GoneNumbers<'table> {
    pub(crate) fn new(table: &'table DynamoTable, lane: &'table LaneId, root: Counts) -> Self {
        Self { table, lane, root, items: HashMap::new(), asked: BTreeSet::new() }
    }

    async fn load(&mut self, keys: impl IntoIterator<Item = Key>) -> Result<(), Error> {
        let missing: Vec<Key> = keys.into_iter().filter(|key| self.asked.insert(key.clone())).collect();
        if !missing.is_empty() {
            self.items.extend(get_all(self.table, missing, Consistency::Strong).await?);
        }
        Ok(())
    }

    /// The first number that is not gone. No entry waits before it.
    pub(crate) async fn first_not_gone(&mut self) -> Result<u64, Error> {
        let directory = self.root.first_not_full(0, NUMBERS_PER_PAGE * PAGES_PER_DIRECTORY);
        let first_page = directory * PAGES_PER_DIRECTORY;
        // The likeliest page is read in the same round trip: short lines have no other.
        let directory_key = Key::directory(self.lane, Mark::Gone, directory);
        self.load([directory_key.clone(), Key::page(self.lane, first_page)]).await?;
        let counts = self.items.get(&directory_key).map(counts_of).unwrap_or_default();
        let page = counts.first_not_full(first_page, NUMBERS_PER_PAGE);
        self.load([Key::page(self.lane, page)]).await?;
        let bitmap = self.page(page);
        let bit = (0..NUMBERS_PER_PAGE).find(|&bit| !bitmap.contains(bit)).unwrap_or(NUMBERS_PER_PAGE);
        Ok(page * NUMBERS_PER_PAGE + bit + 1)
    }

    /// The numbers from `first` to `last` that are not gone.
    pub(crate) async fn not_gone_between(&mut self, first: u64, last: u64) -> Result<BTreeSet<u64>, Error> {
        if last < first {
            return Ok(BTreeSet::new());
        }
        let pages = Location::of(first).page..=Location::of(last).page;
        self.load(pages.map(|page| Key::page(self.lane, page)).collect::<Vec<_>>()).await?;
        let mut standing = BTreeSet::new();
        for page in Location::of(first).page..=Location::of(last).page {
            let gone = self.page(page);
            let numbers = (page * NUMBERS_PER_PAGE + 1)..=((page + 1) * NUMBERS_PER_PAGE);
            standing.extend(
                numbers.filter(|number| (first..=last).contains(number) && !gone.contains(Location::of(*number).bit)),
            );
        }
        Ok(standing)
    }

    /// The first `most` numbers up to `last` that are not gone, and the last number that was
    /// searched.
    ///
    /// No other number before that waits. The search stops [`MOST_PAGES_LOOKED_OVER`] pages after
    /// its first page.
    pub(crate) async fn first_standing(&mut self, most: u64, last: u64) -> Result<(Vec<u64>, u64), Error> {
        let mut from = self.first_not_gone().await?;
        let mut standing = Vec::new();
        let first_page = Location::of(from).page;
        while from <= last {
            let page = Location::of(from).page;
            let end = ((page + 1) * NUMBERS_PER_PAGE).min(last);
            standing.extend(self.not_gone_between(from, end).await?);
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

    fn page(&self, page: u64) -> Bitmap {
        self.items.get(&Key::page(self.lane, page)).map(|item| bitmap_of(item, Mark::Gone)).unwrap_or_default()
    }
}
