//! How the relay follows a batch, and how long that takes.

use std::collections::BTreeMap;
use std::fmt;

use crate::record::{LINE_IN_RUSH, Record};

/// Tasks in one message of the queue of retries.
const TASKS_IN_A_MESSAGE: u64 = 20;

/// How the relay follows the records of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Following {
    /// One reader for each shard. All records of a batch together: if one fails, all come again.
    Together,
    /// Ten readers for each shard. Each line by itself, and what fails is put off.
    ByLine,
}

impl Following {
    /// The readers of each shard.
    pub(crate) const fn readers(self) -> usize {
        match self {
            Self::Together => 1,
            Self::ByLine => 10,
        }
    }
}

/// The assumed times, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// An invocation with an empty batch.
    pub(crate) batch: u64,
    /// Each further record of a line: a tenth of a request to a queue, which takes ten messages.
    pub(crate) record: u64,
    /// A request to the queue of retries.
    pub(crate) retry: u64,
    /// An attempt at a line in trouble, until it is given up.
    pub(crate) attempt: u64,
    /// How long such a line is left alone then.
    pub(crate) trouble: u64,
    /// How long Lambda waits after a batch that failed.
    pub(crate) pause: u64,
    /// How often a shard is polled.
    pub(crate) poll: u64,
    /// From the message to promote until the offer is written.
    pub(crate) promote: u64,
}

const MILLISECOND: u64 = 1_000;

impl Times {
    pub(crate) const fn assumed() -> Self {
        Self {
            batch: 20 * MILLISECOND,
            record: MILLISECOND,
            retry: 10 * MILLISECOND,
            attempt: 2_000 * MILLISECOND,
            trouble: 10_000 * MILLISECOND,
            pause: 1_000 * MILLISECOND,
            poll: 250 * MILLISECOND,
            promote: 100 * MILLISECOND,
        }
    }

    fn named(&mut self) -> [(&'static str, &mut u64); 8] {
        [
            ("batch", &mut self.batch),
            ("record", &mut self.record),
            ("retry", &mut self.retry),
            ("attempt", &mut self.attempt),
            ("trouble", &mut self.trouble),
            ("pause", &mut self.pause),
            ("poll", &mut self.poll),
            ("promote", &mut self.promote),
        ]
    }

    /// These times, changed by an argument such as `batch=40`.
    pub(crate) fn with(mut self, argument: String) -> Self {
        let (name, milliseconds) = argument.split_once('=').expect("an argument is name=milliseconds");
        let milliseconds: u64 = milliseconds.parse().expect("a number of milliseconds");
        let mut named = self.named();
        let known = named.iter_mut().find(|(known, _)| *known == name);
        *known.unwrap_or_else(|| panic!("there is no time {name}")).1 = milliseconds * MILLISECOND;
        self
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = *self;
        let named = times.named().map(|(name, time)| format!("{name}={}", *time / MILLISECOND));
        write!(formatter, "{}", named.join(" "))
    }
}

/// What became of a batch.
#[derive(Debug)]
pub(crate) struct Followed {
    /// When each record was done, in microseconds after the beginning. None if it comes again.
    pub(crate) done: Vec<Option<u64>>,
    /// When the reader is free again.
    pub(crate) takes: u64,
    /// Whether the line in trouble was tried.
    pub(crate) has_tried: bool,
}

/// Follows a batch. `fails` says whether the relay of the line in a rush fails now, and
/// `is_left_alone` whether that is known.
pub(crate) fn follow(
    batch: &[Record],
    following: Following,
    times: Times,
    fails: bool,
    is_left_alone: bool,
) -> Followed {
    let mut of_lines: BTreeMap<usize, u64> = BTreeMap::new();
    batch.iter().for_each(|record| *of_lines.entry(record.line).or_default() += 1);
    let in_trouble = of_lines.get(&LINE_IN_RUSH).copied().unwrap_or_default() * u64::from(fails);
    match following {
        Following::Together if in_trouble > 0 => {
            Followed { done: vec![None; batch.len()], takes: times.attempt + times.pause, has_tried: true }
        }
        Following::Together => {
            let takes = times.batch + times.record * batch.len() as u64;
            Followed { done: vec![Some(takes); batch.len()], takes, has_tried: false }
        }
        Following::ByLine => {
            let puts_off = times.retry * in_trouble.div_ceil(TASKS_IN_A_MESSAGE);
            let attempt = if is_left_alone { 0 } else { times.attempt };
            let time_of = |line: usize, records: u64| match line {
                LINE_IN_RUSH if in_trouble > 0 => attempt + puts_off,
                _ => times.record * records,
            };
            let takes = of_lines.iter().map(|(line, records)| times.batch + time_of(*line, *records));
            Followed {
                done: batch
                    .iter()
                    .map(|record| Some(times.batch + time_of(record.line, of_lines[&record.line])))
                    .collect(),
                takes: takes.max().unwrap_or_default(),
                has_tried: in_trouble > 0 && !is_left_alone,
            }
        }
    }
}
