//! Which tests run beside each other.
//!
//! Those that hold deadlines to the second would measure their neighbours' load on the local cloud, and one stops the
//! timers on purpose; others have messages sent slowly, or badly, to everybody. So there are three kinds, and at any time
//! all tests that run are of one kind.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// What a test asks of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing that others could disturb.
    Patient,
    /// That deadlines are met in time.
    Punctual,
    /// That nobody else runs.
    Alone,
}

/// The kind that runs, and how many tests of it.
static RUNNING: Mutex<Option<(Kind, usize)>> = Mutex::new(None);
static CHANGED: Notify = Notify::const_new();

/// A test's leave to run, while it is held.
#[derive(Debug)]
pub struct Turn(());

fn running() -> MutexGuard<'static, Option<(Kind, usize)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kind {
    /// How many tests of this kind may run at once.
    const fn most(self) -> usize {
        match self {
            Self::Patient => usize::MAX,
            Self::Punctual => 4,
            Self::Alone => 1,
        }
    }
}

impl Turn {
    /// Waits until tests of this kind may run.
    pub async fn of(kind: Kind) -> Self {
        loop {
            let changed = CHANGED.notified();
            if Self::join_those_of(kind) {
                return Self(());
            }
            changed.await;
        }
    }

    fn join_those_of(kind: Kind) -> bool {
        let mut running = running();
        let count = match *running {
            Some((other, count)) if other != kind || count == kind.most() => return false,
            Some((_, count)) => count,
            None => 0,
        };
        *running = Some((kind, count + 1));
        true
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = running();
        *running = running.map(|(kind, count)| (kind, count - 1)).filter(|(_, count)| *count > 0);
        CHANGED.notify_waiters();
    }
}
