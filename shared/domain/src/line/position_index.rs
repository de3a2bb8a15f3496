//! The position index counts marked numbers below any number, at the same cost in lines of any
//! length.
//!
//! A page holds a bitmap of 1,024 numbers for each mark. A directory holds the counts of 64 pages,
//! and the root the counts of all directories. Each level is raised, never lowered, to what the
//! level below holds. So writes that are repeated or out of order can't corrupt it.

use serde::{Deserialize, Serialize};

pub const NUMBERS_PER_PAGE: u64 = 1024;
pub const PAGES_PER_DIRECTORY: u64 = 64;

/// A mark of a number. It never goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// No entry waits with it any more.
    Gone,
    /// It seemed never to get an entry, after a repeated join or a crash in the middle of one.
    Unused,
    /// It had an entry after all, which had left the line before the number was marked gone.
    Found,
    /// Its entry's offer was claimed.
    Claimed,
    /// Its entry left the line, waiting or with an offer.
    Left,
    /// Its entry got another number.
    Moved,
    /// Its entry joined without a confirmed address.
    Unconfirmed,
    /// That entry was confirmed, or has ended.
    Resolved,
}

impl Mark {
    pub const ALL: [Self; 8] = [
        Self::Gone,
        Self::Unused,
        Self::Found,
        Self::Claimed,
        Self::Left,
        Self::Moved,
        Self::Unconfirmed,
        Self::Resolved,
    ];

    /// Whether a number may get this mark, by the marks that it has.
    ///
    /// An audit that finds no entry may be late: a number that is gone had an entry or was audited
    /// before. Only a number that was taken for unused can be found.
    pub fn may_be_set(self, has: impl Fn(Self) -> bool) -> bool {
        match self {
            Self::Unused => !has(Self::Gone),
            Self::Found => has(Self::Unused),
            Self::Gone | Self::Claimed | Self::Left | Self::Moved | Self::Unconfirmed | Self::Resolved => true,
        }
    }
}

/// The address of a number in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pub directory: u64,
    /// The page, counted over the whole line.
    pub page: u64,
    pub bit: u64,
}

impl Location {
    /// The address of a number, which is 1 or more.
    pub fn of(number: u64) -> Self {
        let index = number - 1;
        let page = index / NUMBERS_PER_PAGE;
        Self { directory: page / PAGES_PER_DIRECTORY, page, bit: index % NUMBERS_PER_PAGE }
    }
}

/// The numbers of a page that bear a mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap(Vec<u8>);

impl Bitmap {
    /// Reads stored bytes. Missing bytes are zero.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store, without zeros at the end.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds a number. Returns whether it is new.
    pub fn insert(&mut self, bit: u64) -> bool {
        let (byte, mask) = Self::locate(bit);
        if self.0.len() <= byte {
            self.0.resize(byte + 1, 0);
        }
        let is_new = self.0[byte] & mask == 0;
        self.0[byte] |= mask;
        is_new
    }

    /// Whether it holds a number.
    pub fn contains(&self, bit: u64) -> bool {
        let (byte, mask) = Self::locate(bit);
        self.0.get(byte).is_some_and(|bits| bits & mask != 0)
    }

    /// How many numbers it holds.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// How many numbers it holds below `bit`.
    pub fn count_below(&self, bit: u64) -> u64 {
        let (byte, mask) = Self::locate(bit);
        let whole: u64 = self.0.iter().take(byte).map(|bits| u64::from(bits.count_ones())).sum();
        let partial = self.0.get(byte).map_or(0, |bits| u64::from((bits & (mask - 1)).count_ones()));
        whole + partial
    }

    /// The numbers in either.
    pub fn union(&self, other: &Self) -> Self {
        let longer = self.0.len().max(other.0.len());
        let byte = |bytes: &[u8], at: usize| bytes.get(at).copied().unwrap_or(0);
        Self((0..longer).map(|at| byte(&self.0, at) | byte(&other.0, at)).collect())
    }

    /// The numbers in this and not in the other.
    pub fn without(&self, other: &Self) -> Self {
        let kept = |(at, byte): (usize, &u8)| byte & !other.0.get(at).copied().unwrap_or(0);
        Self(self.0.iter().enumerate().map(kept).collect())
    }

    fn locate(bit: u64) -> (usize, u8) {
        debug_assert!(bit < NUMBERS_PER_PAGE, "a bit belongs to its page");
        let byte = usize::try_from(bit / 8).expect("a page has 128 bytes");
        (byte, 1 << (bit % 8))
    }
}

/// The counts of one level: of a directory's pages or of the root's directories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(std::collections::BTreeMap<u64, u64>);

impl Counts {
    /// Counts by child.
    pub fn new(counts: impl IntoIterator<Item = (u64, u64)>) -> Self {
        Self(counts.into_iter().collect())
    }

    /// The count of a child.
    pub fn of(&self, child: u64) -> u64 {
        self.0.get(&child).copied().unwrap_or(0)
    }

    /// Raises the count of a child. Never lowers it.
    pub fn raise(&mut self, child: u64, count: u64) {
        let stored = self.0.entry(child).or_insert(0);
        *stored = (*stored).max(count);
    }

    /// The sum of both, child by child.
    pub fn plus(&self, other: &Self) -> Self {
        let children = self.0.keys().chain(other.0.keys());
        Self::new(children.map(|&child| (child, self.of(child) + other.of(child))))
    }

    /// This less the other, child by child, and at least 0.
    pub fn minus(&self, other: &Self) -> Self {
        Self::new(self.0.iter().map(|(&child, count)| (child, count.saturating_sub(other.of(child)))))
    }

    /// The first child from `from` on with any marks.
    pub fn first_with_any(&self, from: u64) -> Option<u64> {
        self.0.range(from..).find(|(_, count)| **count > 0).map(|(&child, _)| child)
    }

    /// The sum over all children.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// The sum over the children before `child`.
    pub fn total_before(&self, child: u64) -> u64 {
        self.0.range(..child).map(|(_, count)| count).sum()
    }

    /// The first child from `from` on with fewer than `full` marks.
    pub fn first_not_full(&self, from: u64, full: u64) -> u64 {
        let mut child = from;
        while self.of(child) >= full {
            child += 1;
        }
        child
    }
}

/// The way to a number in the index: root, directory and page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    pub root: Counts,
    /// The counts by page in the number's directory.
    pub directory: Counts,
    pub page: Bitmap,
}

impl Path {
    /// The count of marked numbers below `number`.
    pub fn count_below(&self, number: u64) -> u64 {
        let location = Location::of(number);
        self.root.total_before(location.directory)
            + self.directory.total_before(location.page)
            + self.page.count_below(location.bit)
    }
}

/// The position of a number: 1 is next.
pub fn position(number: u64, gone: &Path) -> u64 {
    number.saturating_sub(gone.count_below(number)).max(1)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// The whole index in memory, raised level by level as in the store.
    fn path_to(number: u64, marked: &BTreeSet<u64>) -> Path {
        let location = Location::of(number);
        let mut path = Path::default();
        for &other in marked {
            let at = Location::of(other);
            path.root.raise(at.directory, path.root.of(at.directory) + 1);
            if at.directory == location.directory {
                path.directory.raise(at.page, path.directory.of(at.page) + 1);
            }
            if at.page == location.page {
                path.page.insert(at.bit);
            }
        }
        path
    }

    proptest! {
        #[test]
        fn a_position_is_one_more_than_the_numbers_still_waiting_below(
            marked in proptest::collection::btree_set(1u64..400_000, 0..200),
            number in 1u64..400_000,
        ) {
            prop_assume!(!marked.contains(&number));
            let waiting_below = (number - 1) - marked.range(..number).count() as u64;
            prop_assert_eq!(position(number, &path_to(number, &marked)), waiting_below + 1);
        }

        #[test]
        fn marking_twice_or_in_another_order_makes_the_same_bitmap(mut bits in proptest::collection::vec(0u64..NUMBERS_PER_PAGE, 0..100)) {
            let mut one = Bitmap::default();
            bits.iter().for_each(|&bit| { one.insert(bit); });
            let repeated = bits.clone();
            bits.reverse();
            let mut other = Bitmap::default();
            bits.iter().chain(&repeated).for_each(|&bit| { other.insert(bit); });
            prop_assert_eq!(&one, &other);
            let distinct: BTreeSet<_> = bits.iter().copied().collect();
            prop_assert_eq!(one.count(), distinct.len() as u64);
            prop_assert!(distinct.iter().all(|&bit| one.contains(bit)));
        }
    }

    fn bitmap(bits: &BTreeSet<u64>) -> Bitmap {
        let mut bitmap = Bitmap::default();
        bits.iter().for_each(|&bit| assert!(bitmap.insert(bit), "{bit} is new"));
        bitmap
    }

    fn counts(counts: &BTreeMap<u64, u64>) -> Counts {
        Counts::new(counts.iter().map(|(&child, &count)| (child, count)))
    }

    proptest! {
        #[test]
        fn a_bitmap_is_a_set_of_numbers(
            [some, others] in proptest::array::uniform2(proptest::collection::btree_set(0u64..64, 0..40)),
            bit in 0u64..64,
        ) {
            let (one, other) = (bitmap(&some), bitmap(&others));
            prop_assert_eq!(one.contains(bit), some.contains(&bit));
            prop_assert_eq!(one.clone().insert(bit), !some.contains(&bit));
            prop_assert_eq!(one.count_below(bit), some.range(..bit).count() as u64);
            let held = |bitmap: &Bitmap| (0..64).filter(|&bit| bitmap.contains(bit)).collect::<BTreeSet<u64>>();
            prop_assert_eq!(held(&one.union(&other)), &some | &others);
            prop_assert_eq!(held(&one.without(&other)), &some - &others);
            prop_assert_eq!(Bitmap::from_bytes(one.as_bytes().to_vec()), one);
        }

        #[test]
        fn counts_are_added_and_taken_away_child_by_child(
            [some, others] in proptest::array::uniform2(proptest::collection::btree_map(0u64..8, 0u64..4, 0..8)),
            child in 0u64..9,
        ) {
            let (one, other) = (counts(&some), counts(&others));
            let [mine, theirs] = [&some, &others].map(|counts| counts.get(&child).copied().unwrap_or(0));
            prop_assert_eq!(one.plus(&other).of(child), mine + theirs);
            prop_assert_eq!(one.minus(&other).of(child), mine.saturating_sub(theirs));
            prop_assert_eq!(one.total(), some.values().sum::<u64>());
            prop_assert_eq!(one.total_before(child), some.range(..child).map(|(_, count)| count).sum::<u64>());
            let marked = (child..9).find(|at| some.get(at).is_some_and(|&count| count > 0));
            prop_assert_eq!(one.first_with_any(child), marked);
            let with_room = (child..=9).find(|at| some.get(at).is_none_or(|&count| count < 2));
            prop_assert_eq!(Some(one.first_not_full(child, 2)), with_room);
        }
    }

    #[test]
    fn a_bitmap_is_stored_with_a_bit_for_each_number_and_no_more_bytes_than_it_needs() {
        let bitmap = bitmap(&BTreeSet::from([0, 3, 9]));
        assert_eq!(bitmap.as_bytes(), [0b1001, 0b10]);
        assert_eq!(Bitmap::from_bytes(vec![0b1001, 0b10]), bitmap);
    }

    #[test]
    fn the_numbers_below_are_counted_in_other_directories_in_other_pages_and_in_the_page() {
        let page = 65_537 + NUMBERS_PER_PAGE;
        let marked = BTreeSet::from([1, 65_537, page, page + 1, page + 9]);
        assert_eq!(path_to(page + 8, &marked).count_below(page + 8), 4);
    }

    #[test]
    fn a_number_that_is_gone_is_not_unused_and_only_an_unused_one_is_found() {
        let gone = |mark| mark == Mark::Gone;
        let retired = |mark| matches!(mark, Mark::Gone | Mark::Unused);
        assert!(Mark::Unused.may_be_set(|_| false) && !Mark::Unused.may_be_set(gone));
        assert!(Mark::Found.may_be_set(retired) && !Mark::Found.may_be_set(gone));
    }

    #[test]
    fn the_first_number_of_a_page_and_directory_stands_at_its_start() {
        assert_eq!(Location::of(1), Location { directory: 0, page: 0, bit: 0 });
        assert_eq!(Location::of(1024), Location { directory: 0, page: 0, bit: 1023 });
        assert_eq!(Location::of(1025), Location { directory: 0, page: 1, bit: 0 });
        assert_eq!(Location::of(65_537), Location { directory: 1, page: 64, bit: 0 });
    }
}
