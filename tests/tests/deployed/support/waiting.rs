//! Waiting for an event, and doing several things at once.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::task::LocalSet;

/// The pause between two looks grows, so that a long wait puts little load on the stack.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// The time now.
#[expect(clippy::disallowed_methods, reason = "the deployed functions go by the real time, so their tests do")]
pub fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// Sleeps until `instant`.
pub async fn sleep_until(instant: DateTime<Utc>) {
    tokio::time::sleep((instant - now()).to_std().unwrap_or_default()).await;
}

/// Looks until something is found. Panics and names `what` after the time `within`.
pub async fn eventually<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + within;
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < give_up, "not within {within:?}: {what}");
        tokio::time::sleep(pause).await;
        pause = (pause * 5 / 4).min(LONGEST_PAUSE);
    }
}

/// Does everything at once. The results are in the order of the tasks.
pub async fn all_at_once<T: 'static, Task>(tasks: impl IntoIterator<Item = Task>) -> Vec<T>
where
    Task: Future<Output = T> + 'static,
{
    let at_once = async {
        // Boxed, so that a whole scene fits the stack of a test's thread.
        let running: Vec<_> = tasks.into_iter().map(|task| tokio::task::spawn_local(Box::pin(task))).collect();
        let mut results = Vec::with_capacity(running.len());
        for task in running {
            results.push(task.await.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic())));
        }
        results
    };
    LocalSet::new().run_until(at_once).await
}

/// Does something and then `afterwards`, even if the first panicked.
pub async fn and_always<T: 'static>(
    task: impl Future<Output = T> + 'static,
    afterwards: impl Future<Output = ()>,
) -> T {
    let outcome = LocalSet::new().run_until(async { tokio::task::spawn_local(Box::pin(task)).await }).await;
    afterwards.await;
    outcome.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()))
}
