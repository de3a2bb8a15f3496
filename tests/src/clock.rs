//! The simulated clock: it stands still until somebody moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::TimeSource;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// Where every simulated world begins: 2027-01-04T09:00:00Z, a Monday, in milliseconds.
pub const START_MILLISECONDS: i64 = 1_799_053_200_000;

/// A clock that all parts of one in-process cloud share. Cloning it gives another handle to the same clock.
#[derive(Debug, Clone)]
pub struct Clock {
    advanced: Arc<AtomicI64>,
    tokio_origin: Option<Instant>,
}

impl Clock {
    /// Moves by [`Clock::advance`] alone.
    pub fn standing_still() -> Self {
        Self { advanced: Arc::new(AtomicI64::new(0)), tokio_origin: None }
    }

    /// Moves by [`Clock::advance`] and with tokio's paused time as well, so that code which sleeps finds, when it
    /// wakes, that the time has passed. For use inside a runtime whose time is paused: see [`crate::simulate`].
    pub fn following_tokio() -> Self {
        Self { advanced: Arc::new(AtomicI64::new(0)), tokio_origin: Some(Instant::now()) }
    }

    /// Now, in milliseconds since 1970.
    pub fn milliseconds(&self) -> i64 {
        let slept = self.tokio_origin.map_or(0, |origin| origin.elapsed().as_millis() as i64);
        START_MILLISECONDS + self.advanced.load(Ordering::Relaxed) + slept
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.milliseconds()).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Lets `duration` pass at once.
    pub fn advance(&self, duration: Duration) {
        self.advanced.fetch_add(duration.as_millis() as i64, Ordering::Relaxed);
    }
}

/// For the AWS clients, which date their signatures.
impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.milliseconds().unsigned_abs())
    }
}

/// For dynoxide, which dates its stream records and judges expiry.
impl dynoxide::storage_backend::clock::Clock for Clock {
    fn now_unix_secs(&self) -> u64 {
        self.milliseconds().unsigned_abs() / 1000
    }

    fn now_unix_secs_f64(&self) -> f64 {
        self.milliseconds() as f64 / 1000.0
    }
}
