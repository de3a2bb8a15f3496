//! Reports how far a run has come.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::violation::Violation;

/// How often the progress is told.
const INTERVAL: Duration = Duration::from_secs(20);

/// The progress of one run.
#[derive(Debug)]
pub(super) struct Reporting {
    total: usize,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    told: usize,
    failures: BTreeMap<u64, Violation>,
    said_at: Instant,
}

impl Reporting {
    /// Reports which histories are to be told, and how to repeat them.
    pub(super) fn begin(seeds: &[u64], origin: &str) -> Self {
        let (total, first) = (seeds.len(), seeds.first().copied().unwrap_or_default());
        let is_a_range = seeds.len() > 1 && seeds.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        say(&if is_a_range {
            let again = format!("WAITLIST_HISTORIES={total} WAITLIST_FIRST_SEED={first}");
            format!("{total} from seed {first} on ({origin}); the same again: {again}")
        } else {
            format!("{total} ({origin})")
        });
        let began = Instant::now();
        let state = State { told: 0, failures: BTreeMap::new(), said_at: began };
        Self { total, began, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more history was told. Returns how many have failed so far.
    pub(super) fn note(&self, seed: u64, outcome: Result<(), Violation>) -> usize {
        let mut state = self.state();
        state.told += 1;
        if let Err(violation) = outcome {
            say(&format!("FAILED: seed {seed}: {}", violation.check));
            state.failures.insert(seed, violation);
        }
        if state.said_at.elapsed() >= INTERVAL {
            state.said_at = Instant::now();
            say(&self.progress(&state));
        }
        state.failures.len()
    }

    fn progress(&self, state: &State) -> String {
        let seconds = self.began.elapsed().as_secs_f64();
        let per_second = state.told as f64 / seconds.max(0.001);
        let to_go = Duration::from_secs_f64((self.total - state.told) as f64 / per_second.max(0.001));
        format!(
            "{} of {} told, {per_second:.1} a second, {} to go, {} failed",
            state.told,
            self.total,
            in_words(to_go),
            state.failures.len()
        )
    }

    /// Reports the result, if the run took long. Returns the failures by seed.
    pub(super) fn end(self) -> BTreeMap<u64, Violation> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let took = self.began.elapsed();
        if took >= INTERVAL {
            say(&format!("{} told in {}, {} failed", state.told, in_words(took), state.failures.len()));
        }
        state.failures
    }
}

fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ ..100 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

/// Writes past the test harness, which keeps the output of a test until it has failed.
fn say(line: &str) {
    // There may be no reader.
    let _ = writeln!(std::io::stderr(), "histories: {line}");
}
