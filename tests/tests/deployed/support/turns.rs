//! Turns for tests that cannot run beside each other.
//!
//! Tests of deadlines to the second would measure the load of others. One test stops the timers;
//! others slow the messages to everybody or make them fail. So there are three kinds of tests, and
//! only tests of one kind run at any time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// What a test needs from the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing that other tests could disturb.
    Patient,
    /// Deadlines that are met in time.
    Punctual,
    /// No other test.
    Alone,
}

/// The kind that runs, and the number of its tests.
static RUNNING: Mutex<Option<(Kind, usize)>> = Mutex::new(None);
static CHANGED: Notify = Notify::const_new();

/// A test's permission to run, until it is dropped.
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
