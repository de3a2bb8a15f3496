//! Invocations under way. Each gets its turns one at a time, and may be delayed, crash or time out.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use aws_lambda_events::sqs::SqsBatchResponse;
use aws_lambda_events::streams::DynamoDbEventResponse;
use waitlist_runtime::http::Response;
use waitlist_tests::{Crashed, Message, StreamRecord};

use super::functions::Consumer;

/// What an invocation is for.
#[derive(Clone)]
pub(super) enum Job {
    /// A run of the request with this index.
    Request(usize),
    /// A batch of the stream, for this reader.
    Relay(usize, Vec<StreamRecord>),
    Queue(Consumer, Vec<Message>),
    Sweep,
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(index) => write!(formatter, "request {index}"),
            Self::Relay(reader, records) => {
                write!(formatter, "relay {reader}")?;
                records.iter().try_for_each(|record| write!(formatter, " {}", record.item()))
            }
            Self::Queue(consumer, messages) => {
                write!(formatter, "{consumer:?}")?;
                messages.iter().try_for_each(|message| write!(formatter, " {} {}", message.id, message.body))
            }
            Self::Sweep => write!(formatter, "sweep"),
        }
    }
}

/// The result of an invocation.
#[derive(Debug)]
pub(super) enum InvocationResult {
    Request(Response),
    Relay(DynamoDbEventResponse),
    Queue(SqsBatchResponse),
    Sweep(bool),
}

/// An invocation's work.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<InvocationResult, Crashed>>>>;

/// One invocation.
pub(super) struct Running {
    /// Counts invocations.
    pub(super) number: usize,
    pub(super) job: Job,
    work: Work,
    wakeful: Arc<Wakeful>,
    pub(super) started_at: i64,
    /// When Lambda ends it.
    pub(super) ends_at: i64,
    /// Until when it is delayed.
    pub(super) held_up_until: i64,
    /// Faults that struck its calls.
    pub(super) faults: usize,
    /// Whether it changed anything that customers or organisers see.
    pub(super) has_written: bool,
    /// How many writes of capacities there had been when it began.
    pub(super) capacity_writes_before: usize,
    /// How many writes of anything there had been then.
    pub(super) writes_before: u64,
    /// The time of its last call in an earlier turn, or of its beginning.
    pub(super) called_at: i64,
}

impl Running {
    pub(super) fn new(number: usize, job: Job, work: Work, now: i64, waiter: &Waiter) -> Self {
        let time = match &job {
            Job::Request(_) => 10_000,
            Job::Queue(consumer, _) => consumer.time(),
            Job::Relay(..) | Job::Sweep => 30_000,
        };
        Self {
            number,
            job,
            work,
            wakeful: Arc::new(Wakeful { is_awake: AtomicBool::new(true), waiter: waiter.clone() }),
            started_at: now,
            ends_at: now + time,
            held_up_until: now,
            faults: 0,
            has_written: false,
            capacity_writes_before: 0,
            writes_before: 0,
            called_at: now,
        }
    }

    pub(super) fn is_awake(&self) -> bool {
        self.wakeful.is_awake.load(Ordering::Relaxed)
    }

    /// Gives it a turn.
    pub(super) fn poll(&mut self) -> Poll<Result<InvocationResult, Crashed>> {
        self.wakeful.is_awake.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&self.wakeful));
        self.work.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

/// Wakes the world when an invocation can continue.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiter(Arc<Mutex<Option<Waker>>>);

impl Waiter {
    pub(super) fn set(&self, waker: &Waker) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }

    fn wake(&self) {
        if let Some(waker) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake_by_ref();
        }
    }
}

struct Wakeful {
    is_awake: AtomicBool,
    waiter: Waiter,
}

impl Wake for Wakeful {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_awake.store(true, Ordering::Relaxed);
        self.waiter.wake();
    }
}
