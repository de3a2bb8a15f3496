//! Lines: seats, numbers and the position index, as the table holds them.

use std::collections::{BTreeMap, BTreeSet};

use waitlist_domain::line::position_index::{Bitmap, Location, Mark, NUMBERS_PER_PAGE, PAGES_PER_DIRECTORY};

use crate::histories::image::Image;
use crate::histories::violation::Violation;

/// The counts of a ticket type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Seats {
    pub(in crate::histories) capacity: u64,
    pub(in crate::histories) sold: u64,
    pub(in crate::histories) held: u64,
    pub(in crate::histories) free: u64,
    pub(in crate::histories) active: bool,
    pub(in crate::histories) offers: u64,
    pub(in crate::histories) converted: u64,
    pub(in crate::histories) expired: u64,
    pub(in crate::histories) declined: u64,
    pub(in crate::histories) left: u64,
    /// Offers that the organiser took back.
    pub(in crate::histories) withdrawn: u64,
    /// Whether the organiser lets nothing be offered for now.
    pub(in crate::histories) is_paused: bool,
    /// The numbers of each lane up to which entries were passed over, once for each time.
    pub(in crate::histories) passes: BTreeMap<String, Vec<u64>>,
    pub(in crate::histories) turns: Turns,
}

/// The turns of a line's tiers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::histories) struct Turns {
    pub(in crate::histories) scale: u128,
    pub(in crate::histories) now: u128,
    pub(in crate::histories) next: BTreeMap<String, u128>,
}

impl Seats {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        Ok(Self {
            capacity: image.count("capacity")?,
            sold: image.count("sold")?,
            held: image.count("held")?,
            free: image.count("free")?,
            active: image.flag("active")?,
            offers: image.count("offers")?,
            converted: image.count("converted")?,
            expired: image.count("expired")?,
            declined: image.count("declined")?,
            left: image.count("left")?,
            withdrawn: if image.has("withdrawn") { image.count("withdrawn")? } else { 0 },
            is_paused: image.has("offering"),
            passes: passes(image)?,
            turns: turns(image)?,
        })
    }

    /// How often the line remembers the entry at this place as passed over.
    pub(in crate::histories) fn passes_of(&self, (lane, number): &(String, u64)) -> usize {
        self.passes.get(lane).into_iter().flatten().filter(|last| *last >= number).count()
    }
}

/// The name of a lane from the key of a map. It begins with `#`, because the common lane has an
/// empty name.
fn lane_named(key: &str) -> String {
    key.strip_prefix('#').unwrap_or(key).to_owned()
}

fn passes(image: Image<'_>) -> Result<BTreeMap<String, Vec<u64>>, Violation> {
    let Ok(lanes) = image.map("passes") else { return Ok(BTreeMap::new()) };
    let of_lane = |key: &str| Ok((lane_named(key), lanes.counts(key)?));
    lanes.names().map(of_lane).collect()
}

fn turns(image: Image<'_>) -> Result<Turns, Violation> {
    let Ok(turns) = image.map("turns") else { return Ok(Turns::default()) };
    let next = turns.map("next")?;
    Ok(Turns {
        scale: turns.moment("scale")?,
        now: turns.moment("now")?,
        next: next.names().map(|key| Ok((lane_named(key), next.moment(key)?))).collect::<Result<_, _>>()?,
    })
}

/// The numbers of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Numbers {
    pub(in crate::histories) next: u64,
    pub(in crate::histories) gone: u64,
    pub(in crate::histories) limit: u64,
    pub(in crate::histories) max_size: u64,
    /// Numbers issued to joins that are to be confirmed, less those resolved.
    pub(in crate::histories) to_confirm: u64,
    /// Unconfirmed entries that were confirmed or have ended.
    pub(in crate::histories) resolved: u64,
    pub(in crate::histories) open: bool,
    pub(in crate::histories) is_watched: bool,
    /// How the organiser restricts joining, if at all.
    pub(in crate::histories) joining: Option<String>,
    /// The last number handed out, by lane.
    pub(in crate::histories) issued: BTreeMap<String, u64>,
    /// The commitment to the seed of the draw, if one is planned.
    pub(in crate::histories) commitment: Option<String>,
    /// Whether its draw has begun: nobody joins the pool any more.
    pub(in crate::histories) is_pool_closed: bool,
    /// Whether the numbers of the pool are marked as well.
    pub(in crate::histories) is_draw_finished: bool,
    /// How many entries were in the draw, once they have their places.
    pub(in crate::histories) entrants: Option<u64>,
    /// Gone numbers by lane and directory.
    pub(in crate::histories) directories: Counts,
    /// The numbers of unconfirmed entries by lane and directory.
    pub(in crate::histories) unconfirmed: Counts,
    /// How many of these are resolved.
    pub(in crate::histories) resolved_marked: Counts,
}

impl Numbers {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        Ok(Self {
            next: image.count("next")?,
            gone: image.count("gone")?,
            limit: image.count("limit")?,
            max_size: image.count("max_size")?,
            to_confirm: image.count("to_confirm")?,
            resolved: image.count("resolved")?,
            open: image.flag("open")?,
            is_watched: image.has("due_shard"),
            joining: image.text_if_any("joining").map(str::to_owned),
            issued: issued(image)?,
            commitment: image.text_if_any("commitment").map(str::to_owned),
            is_pool_closed: image.has("pool_closed_at"),
            is_draw_finished: image.has("draw_finished_at"),
            entrants: if image.has("entrants") { Some(image.count("entrants")?) } else { None },
            directories: Counts::read(image, 'g', "gone")?,
            unconfirmed: Counts::read(image, 'u', "unconfirmed")?,
            resolved_marked: Counts::read(image, 'r', "resolved_marked")?,
        })
    }
}

impl Numbers {
    /// Whether all numbers of the pool are marked whose entries have drawn places.
    pub(in crate::histories) fn is_marked(&self) -> bool {
        self.entrants.is_none() || self.is_draw_finished
    }
}

fn issued(image: Image<'_>) -> Result<BTreeMap<String, u64>, Violation> {
    let of_lane = |name: &str| match name.strip_prefix("issued")? {
        "" => Some(String::new()),
        lane => lane.strip_prefix('#').map(str::to_owned),
    };
    image
        .names()
        .filter_map(|name| Some((name, of_lane(name)?)))
        .map(|(name, lane)| Ok((lane, image.count(name)?)))
        .collect()
}

/// Counts by child, and their stored total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::histories) struct Counts {
    /// Each child with its lane, if there are several.
    pub(in crate::histories) children: BTreeMap<(String, u64), u64>,
    pub(in crate::histories) total: u64,
}

impl Counts {
    pub(in crate::histories) fn read(image: Image<'_>, prefix: char, total: &str) -> Result<Self, Violation> {
        let mut children = BTreeMap::new();
        for name in image.names() {
            let (child, lane) = name.split_once('#').unwrap_or((name, ""));
            if let Some(child) = child.strip_prefix(prefix).and_then(|digits| digits.parse().ok()) {
                children.insert((lane.to_owned(), child), image.count(name)?);
            }
        }
        // An item begins with the marks that come first.
        let total = if image.has(total) { image.count(total)? } else { 0 };
        Ok(Self { children, total })
    }
}

/// Most numbers that one write hands out, by a draw.
const MOST_AT_ONCE: u64 = 100;

/// Everything about one line.
#[derive(Debug, Clone, Default)]
pub(in crate::histories) struct Line {
    pub(in crate::histories) seats: Option<Seats>,
    pub(in crate::histories) numbers: Option<Numbers>,
    pub(in crate::histories) lanes: BTreeMap<String, Lane>,
    pub(in crate::histories) roots: BTreeMap<Mark, Counts>,
    /// At least how often the entry at each place was passed over.
    pub(in crate::histories) passes: BTreeMap<(String, u64), u64>,
    /// The write that handed out each number.
    pub(in crate::histories) issued_by: BTreeMap<(String, u64), u64>,
    /// The write that confirmed the entry with each number.
    pub(in crate::histories) confirmed_by: BTreeMap<(String, u64), u64>,
    /// The last write in which an entry came to ask for fewer seats, or to be content with fewer.
    pub(in crate::histories) fewer_by: BTreeMap<(String, u64), u64>,
    /// The write that closed the pool of its draw.
    pub(in crate::histories) pool_closed_by: Option<u64>,
}

/// Everything about one lane of a line.
#[derive(Debug, Clone, Default)]
pub(in crate::histories) struct Lane {
    pub(in crate::histories) pages: BTreeMap<u64, BTreeMap<Mark, Bitmap>>,
    pub(in crate::histories) directories: BTreeMap<(Mark, u64), Counts>,
    /// Numbers below this one were handed out before the history began, and all of them are gone.
    pub(in crate::histories) first_number: u64,
    /// Numbers under which an entry was stored.
    pub(in crate::histories) used_numbers: BTreeSet<u64>,
}

impl Line {
    /// Notes which numbers a write has handed out.
    pub(in crate::histories) fn note_issued(&mut self, before: Option<&Numbers>, after: &Numbers, write: u64) {
        for (lane, last) in &after.issued {
            let earlier = before.and_then(|before| before.issued.get(lane)).copied().unwrap_or(0);
            // Early numbers are many, and no entry has them.
            let first = earlier.max(last.saturating_sub(MOST_AT_ONCE)) + 1;
            self.issued_by.extend((first..=*last).map(|number| ((lane.clone(), number), write)));
        }
    }

    pub(in crate::histories) fn has_mark(&self, mark: Mark, (lane, number): &(String, u64)) -> bool {
        self.lanes.get(lane).is_some_and(|lane| lane.has_mark(mark, *number))
    }

    /// How many numbers of the whole line bear a mark, by the pages.
    pub(in crate::histories) fn mark_count(&self, mark: Mark) -> u64 {
        self.lanes.values().map(|lane| lane.mark_count(mark)).sum()
    }
}

impl Lane {
    pub(in crate::histories) fn has_mark(&self, mark: Mark, number: u64) -> bool {
        let place = Location::of(number);
        self.pages.get(&place.page).and_then(|marks| marks.get(&mark)).is_some_and(|bits| bits.contains(place.bit))
    }

    /// How many numbers of a page bear a mark. Pages that were full before the history began are
    /// not stored.
    pub(in crate::histories) fn page_count(&self, mark: Mark, page: u64) -> u64 {
        let stored = self.pages.get(&page).and_then(|marks| marks.get(&mark)).map(Bitmap::count);
        let was_full = (page + 1) * NUMBERS_PER_PAGE < self.first_number;
        let early = matches!(mark, Mark::Gone | Mark::Unused);
        stored.unwrap_or(if was_full && early { NUMBERS_PER_PAGE } else { 0 })
    }

    fn mark_count(&self, mark: Mark) -> u64 {
        let last = self.pages.keys().last().copied().unwrap_or(0);
        (0..=last).map(|page| self.page_count(mark, page)).sum()
    }

    /// How many numbers of a directory bear a mark, by the directory's own account.
    pub(in crate::histories) fn directory_total(&self, mark: Mark, directory: u64) -> u64 {
        let stored = self.directories.get(&(mark, directory)).map(|counts| counts.total);
        let was_full = (directory + 1) * PAGES_PER_DIRECTORY * NUMBERS_PER_PAGE < self.first_number;
        stored.unwrap_or(if was_full { NUMBERS_PER_PAGE * PAGES_PER_DIRECTORY } else { 0 })
    }
}
