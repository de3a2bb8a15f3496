//! The table's stream as a simulation of discrete events.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use waitlist_tests::Random;

use crate::record::{LINE_IN_RUSH, Record, Rush, What};
use crate::relay::{Following, Times, follow};
use crate::report::{Delays, Outcome};

/// The shards of the stream: a new table on demand has four partitions.
const SHARDS: usize = 4;
/// The most records in a batch, as in the template.
const MOST_IN_A_BATCH: usize = 100;
/// The lines beside the one in a rush. In each of them a seat comes free once a second.
const OTHER_LINES: usize = 10;

const SECOND: u64 = 1_000_000;
/// How long the rush lasts.
const RUSH_LASTS: u64 = 60 * SECOND;
/// How long the relay of the line in a rush fails, if it does.
const TROUBLE_LASTS: u64 = 600 * SECOND;
/// How often the sweep comes, which makes the offers that the stream is too late for.
const SWEEP: u64 = 60 * SECOND;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A reader can read the record.
    Visible(usize, Record),
    /// A reader is free.
    Free(usize),
    /// A record was followed.
    Followed(Record),
    /// The seat is offered, unless it is already.
    Offered(usize),
}

#[derive(Debug, Clone, Default)]
struct Reader {
    waiting: VecDeque<Record>,
    is_busy: bool,
    leaves_alone_until: u64,
}

/// A free seat, and when it was offered and its customer told.
#[derive(Debug, Clone, Copy, Default)]
struct Seat {
    line: usize,
    free_at: u64,
    offered_at: Option<u64>,
    told_at: Option<u64>,
}

struct World {
    rush: Rush,
    following: Following,
    times: Times,
    random: Random,
    events: BinaryHeap<Reverse<(u64, usize, Event)>>,
    scheduled: usize,
    readers: Vec<Reader>,
    seats: Vec<Seat>,
    /// Records that were followed until the rush was over.
    followed: u64,
}

/// A minute of a rush, and all that follows from it.
pub(crate) fn simulate(rush: Rush, following: Following, times: Times) -> Outcome {
    let mut world = World {
        rush,
        following,
        times,
        random: Random::new(1),
        events: BinaryHeap::new(),
        scheduled: 0,
        readers: vec![Reader::default(); SHARDS * following.readers()],
        seats: Vec::new(),
        followed: 0,
    };
    world.write_changes();
    world.free_seats();
    while let Some(Reverse((now, _, event))) = world.events.pop() {
        world.happens(event, now);
    }
    world.outcome()
}

impl World {
    fn schedule(&mut self, at: u64, event: Event) {
        self.scheduled += 1;
        self.events.push(Reverse((at, self.scheduled, event)));
    }

    /// Writes an item, so that its record can be read at the next poll of its shard.
    fn write(&mut self, at: u64, record: Record) {
        let reader = self.random.below(self.readers.len());
        let offset = (reader / self.following.readers()) as u64 * self.times.poll / SHARDS as u64;
        let polled_at = (at.saturating_sub(offset)).div_ceil(self.times.poll) * self.times.poll + offset;
        self.schedule(polled_at, Event::Visible(reader, record));
    }

    fn write_changes(&mut self) {
        for number in 0..self.rush.rate * RUSH_LASTS / SECOND {
            let record = Record { line: LINE_IN_RUSH, what: What::Change };
            self.write(number * SECOND / self.rush.rate, record);
        }
    }

    /// In each other line a seat comes free once a second, at any moment of it.
    fn free_seats(&mut self) {
        for second in 0..RUSH_LASTS / SECOND {
            for line in 1..=OTHER_LINES {
                let free_at = second * SECOND + self.random.below(1_000_000) as u64;
                let number = self.seats.len();
                self.seats.push(Seat { line, free_at, ..Seat::default() });
                self.write(free_at, Record { line, what: What::SeatFree(number) });
                let swept_at = (free_at / SWEEP + 1) * SWEEP;
                self.schedule(swept_at + self.times.promote, Event::Offered(number));
            }
        }
    }

    fn happens(&mut self, event: Event, now: u64) {
        match event {
            Event::Visible(reader, record) => {
                self.readers[reader].waiting.push_back(record);
                self.begin(reader, now);
            }
            Event::Free(reader) => {
                self.readers[reader].is_busy = false;
                self.begin(reader, now);
            }
            Event::Followed(record) => {
                self.followed += u64::from(now <= RUSH_LASTS);
                match record.what {
                    What::Change => {}
                    What::SeatFree(number) => self.schedule(now + self.times.promote, Event::Offered(number)),
                    What::SeatOffered(number) => self.seats[number].told_at = Some(now),
                }
            }
            Event::Offered(number) => {
                let seat = &mut self.seats[number];
                if seat.offered_at.is_none() {
                    seat.offered_at = Some(now);
                    let record = Record { line: seat.line, what: What::SeatOffered(number) };
                    self.write(now, record);
                }
            }
        }
    }

    /// A reader that is free takes its next batch.
    fn begin(&mut self, reader: usize, now: u64) {
        let of = &mut self.readers[reader];
        if of.is_busy || of.waiting.is_empty() {
            return;
        }
        let count = of.waiting.len().min(MOST_IN_A_BATCH);
        let batch: Vec<Record> = of.waiting.drain(..count).collect();
        let fails = self.rush.is_in_trouble && now < TROUBLE_LASTS;
        let followed = follow(&batch, self.following, self.times, fails, now < of.leaves_alone_until);
        of.is_busy = true;
        if followed.has_tried {
            of.leaves_alone_until = now + self.times.attempt + self.times.trouble;
        }
        let come_again = batch.iter().zip(&followed.done).filter(|(_, done)| done.is_none()).map(|(record, _)| *record);
        come_again.rev().for_each(|record| of.waiting.push_front(record));
        for (record, done) in batch.into_iter().zip(followed.done) {
            if let Some(done) = done {
                self.schedule(now + done, Event::Followed(record));
            }
        }
        self.schedule(now + followed.takes, Event::Free(reader));
    }

    fn outcome(&self) -> Outcome {
        let since_free = |at: fn(&Seat) -> Option<u64>| {
            Delays::new(self.seats.iter().map(|seat| at(seat).expect("all is done in the end") - seat.free_at))
        };
        Outcome {
            followed_a_second: self.followed * SECOND / RUSH_LASTS,
            offered: since_free(|seat| seat.offered_at),
            told: since_free(|seat| seat.told_at),
        }
    }
}
