//! Send slots: messages are sent no faster than the providers accept. Each message first books a
//! slot with one write. All messages of a channel share one item.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::Error;
use waitlist_domain::messages::send_rate::{Booking, Decision, Guard, Microseconds, Precedence, SendRate, Slots};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::{Alternative, Expression, Value};
use crate::dynamo::failure::unless_contended;
use crate::dynamo::item::{Item, number, optional_number};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::key::Key;
use crate::items::table::Table;

const NEXT: &str = "next";
const SECOND_FROM: &str = "second_from";

/// Books the slots of both channels.
#[derive(Debug, Clone)]
pub struct SendSlots {
    table: Table,
    mail: SendRate,
    texts: SendRate,
    seen: Arc<Mutex<[Seen; Channel::ALL.len()]>>,
}

/// The slots of a channel at the last booking of this warm function. The next booking guesses from
/// them, and most often its first write succeeds.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    slots: Slots,
    /// Whether there was a queue.
    was_busy: bool,
}

impl Seen {
    fn guess(self, now: Microseconds) -> Slots {
        let next = if self.was_busy { self.slots.next.max(now + 1) } else { self.slots.next };
        Slots { next, ..self.slots }
    }
}

impl SendSlots {
    /// Works on `table`, with these rates of e-mails and text messages.
    pub fn new(table: &Table, mail: SendRate, texts: SendRate) -> Self {
        Self { table: table.clone(), mail, texts, seen: Arc::default() }
    }

    /// Books a slot not after `latest` and sleeps until then. Returns whether it had to sleep.
    ///
    /// Fails with [`Error::Busy`] if no slot is free by `latest`.
    pub async fn wait(&self, channel: Channel, precedence: Precedence, latest: Timestamp) -> Result<bool, Error> {
        let since = self.now();
        let slot = self.book(channel, precedence, latest).await?;
        self.sleep_until(slot).await;
        Ok(slot > since)
    }

    /// Books a slot not after `latest` and returns its time, which is not before now. If none can
    /// be booked yet, it first sleeps until one may be.
    ///
    /// Fails with [`Error::Busy`] if no slot is free by `latest`.
    pub async fn book(
        &self,
        channel: Channel,
        precedence: Precedence,
        latest: Timestamp,
    ) -> Result<Microseconds, Error> {
        const CONTEXT: &str = "booking a slot";
        let latest = microseconds(latest);
        let mut slots = None;
        loop {
            let asked = retry(&self.table, RetryBudget::MERGE, CONTEXT, async || {
                let now = self.now();
                let known = slots.take().unwrap_or_else(|| self.seen(channel).guess(now));
                let booking = match known.decide(self.rate(channel), precedence, now, latest) {
                    Decision::Book(booking) => booking,
                    Decision::AskAgain(at) => return Ok(Attempt::Done(Asked::TooSoon { until: at })),
                };
                let request = guarded(&booking).update(&self.table, Key::send_slots(channel));
                Ok(match send_update(CONTEXT, request.return_values(ReturnValue::UpdatedNew)).await? {
                    Written::Made(booked) => {
                        let next = number(&booked, NEXT)?;
                        self.see(channel, &booking, next);
                        Attempt::Done(Asked::Booked { slot: next - booking.interval })
                    }
                    Written::ConditionFailed(found) => {
                        slots = Some(slots_from(found.unwrap_or_default())?);
                        Attempt::Again
                    }
                })
            });
            match asked.await? {
                Asked::Booked { slot } => return Ok(slot),
                // The guess is never later than the stored slots.
                Asked::TooSoon { until } if until > latest => {
                    return Err(Error::Busy { context: "waiting for a slot" });
                }
                Asked::TooSoon { until } => self.sleep_until(until).await,
            }
        }
    }

    /// Pauses the channel for a moment, because its provider throttles us.
    pub async fn slow_down(&self, channel: Channel) -> Result<(), Error> {
        let next = Slots::after_throttling(self.now());
        let is_sooner = [Alternative::Absent, Alternative::AtMost(NEXT, Value::from(next))];
        let slower = Expression::new().set(NEXT, next).when_any(is_sooner);
        let request = slower.update(&self.table, Key::send_slots(channel));
        // If others have booked later slots, or are booking now, the channel is slow enough.
        unless_contended(send_update("slowing down", request).await).map(drop)
    }

    fn rate(&self, channel: Channel) -> SendRate {
        match channel {
            Channel::Email => self.mail,
            Channel::Sms => self.texts,
        }
    }

    fn seen(&self, channel: Channel) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)[channel as usize]
    }

    fn see(&self, channel: Channel, booking: &Booking, next: Microseconds) {
        let second_from = booking.second_from.unwrap_or(self.seen(channel).slots.second_from);
        let seen = Seen { slots: Slots { next, second_from }, was_busy: booking.guard != Guard::Free };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)[channel as usize] = seen;
    }

    fn now(&self) -> Microseconds {
        microseconds(self.table.now())
    }

    async fn sleep_until(&self, moment: Microseconds) {
        let left = u64::try_from(moment - self.now()).unwrap_or(0);
        tokio::time::sleep(Duration::from_micros(left)).await;
    }
}

/// The result of asking for a slot.
enum Asked {
    Booked {
        slot: Microseconds,
    },
    /// No slot can be booked before then.
    TooSoon {
        until: Microseconds,
    },
}

/// The booking as a conditional update.
fn guarded(booking: &Booking) -> Expression {
    let Booking { now, guard, interval, second_from } = *booking;
    let booked = Expression::new().set_if_some(SECOND_FROM, second_from);
    match guard {
        Guard::Free => booked
            .set(NEXT, now + interval)
            .when_any([Alternative::Absent, Alternative::AtMost(NEXT, Value::from(now))]),
        Guard::InTurn(latest) => booked.add(NEXT, interval).when_at_least(NEXT, now).when_at_most(NEXT, latest),
        Guard::Owed(latest) => booked
            .add(NEXT, interval)
            .when_at_least(NEXT, now)
            .when_at_most(NEXT, latest)
            .when_any([Alternative::Lacks(SECOND_FROM), Alternative::AtMost(SECOND_FROM, Value::from(now))]),
    }
}

fn slots_from(item: Item) -> Result<Slots, Error> {
    let moment = |name| optional_number(&item, name).map(|moment| moment.unwrap_or_default());
    Ok(Slots { next: moment(NEXT)?, second_from: moment(SECOND_FROM)? })
}

const fn microseconds(instant: Timestamp) -> Microseconds {
    instant.milliseconds().saturating_mul(1000)
}
