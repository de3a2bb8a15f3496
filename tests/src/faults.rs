//! What goes wrong in the cloud, and when.

use crate::random::Random;

/// An AWS service of the in-process cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The table.
    DynamoDb,
    /// The queues.
    Sqs,
    /// E-mail.
    Ses,
    /// Text messages.
    Sns,
}

/// One thing that can go wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// DynamoDB refuses the write since another one has hold of the item: `TransactionConflictException`, and for a
    /// transaction `TransactionCanceledException` with the reasons of chosen items.
    TransactionConflict,
    /// Too many requests, in the service's words; nothing is applied.
    Throttled,
    /// Status 500; nothing is applied.
    ServerError,
    /// The request is lost on its way: a timeout, and nothing is applied.
    LostRequest,
    /// The request is held up: a timeout, and it is applied some calls later, when its sender has given it up.
    LateRequest,
    /// The answer is lost on its way: applied, then the connection breaks.
    LostResponse,
    /// Status 200 for a part only: `UnprocessedKeys`, `UnprocessedItems`, failed entries of a batch.
    Partial,
    /// A read that may be eventually consistent is: it sees items as they were up to two seconds ago.
    StaleRead,
    /// The answer takes ten seconds to come.
    SlowAnswer,
    /// SES or SNS refuses this message for good.
    Refused,
    /// The function's process dies before the call is applied.
    CrashBefore,
    /// The function's process dies after the call is applied, before it knows.
    CrashAfter,
}

impl Fault {
    /// Whether the fault can happen to such a call at all.
    pub fn fits(self, service: Service, operation: &str) -> bool {
        match self {
            Self::TransactionConflict => {
                matches!(operation, "TransactWriteItems" | "TransactGetItems" | "PutItem" | "UpdateItem" | "DeleteItem")
            }
            Self::Partial => matches!(operation, "BatchGetItem" | "BatchWriteItem" | "SendMessageBatch"),
            Self::LateRequest => {
                matches!(operation, "TransactWriteItems" | "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem")
            }
            Self::StaleRead => matches!(operation, "GetItem" | "BatchGetItem" | "Query" | "Scan"),
            Self::Refused => matches!(service, Service::Ses | Service::Sns),
            _ => true,
        }
    }

    /// Whether the process ends with it.
    pub const fn is_crash(self) -> bool {
        matches!(self, Self::CrashBefore | Self::CrashAfter)
    }
}

/// Which call a scripted fault waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Moment {
    /// The call with this number, counted from 0 since the plan was given.
    Call(usize),
    /// The next call of this operation.
    Next(String),
    /// Every call whose request has this text in it.
    About(String),
}

/// When things go wrong: at scripted moments, and by chance, out of the cloud's seed.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    scripted: Vec<(Moment, Fault)>,
    chances: Vec<(Fault, u16)>,
    limit: Option<usize>,
    interleaving: usize,
    calls: usize,
    struck: usize,
}

impl FaultPlan {
    /// All goes well.
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything goes wrong now and then: `per_mille` of calls for each fault that fits, crashes included.
    pub fn storm(per_mille: u16) -> Self {
        use Fault::*;
        [
            TransactionConflict,
            Throttled,
            ServerError,
            LostRequest,
            LateRequest,
            LostResponse,
            Partial,
            StaleRead,
            CrashBefore,
            CrashAfter,
        ]
        .into_iter()
        .fold(Self::none(), |plan, fault| plan.chance(fault, per_mille))
        .interleaving(3)
    }

    /// `fault` strikes `per_mille` of the calls that it fits.
    #[must_use]
    pub fn chance(mut self, fault: Fault, per_mille: u16) -> Self {
        self.chances.push((fault, per_mille));
        self
    }

    /// `fault` strikes the next call of `operation`. Said twice, it strikes the next two.
    #[must_use]
    pub fn next(mut self, operation: &str, fault: Fault) -> Self {
        self.scripted.push((Moment::Next(operation.to_owned()), fault));
        self
    }

    /// `fault` strikes the call with this number, counted from 0; nothing happens where it doesn't fit.
    #[must_use]
    pub fn at_call(mut self, number: usize, fault: Fault) -> Self {
        self.scripted.push((Moment::Call(number), fault));
        self
    }

    /// `fault` strikes every call whose request has `text` in it: the key of a line, for example.
    #[must_use]
    pub fn about(mut self, text: &str, fault: Fault) -> Self {
        self.scripted.push((Moment::About(text.to_owned()), fault));
        self
    }

    /// After so many faults all goes well.
    #[must_use]
    pub const fn at_most(mut self, faults: usize) -> Self {
        self.limit = Some(faults);
        self
    }

    /// Lets other invocations run before and after each call, up to so many turns, as chance has it.
    #[must_use]
    pub const fn interleaving(mut self, turns: usize) -> Self {
        self.interleaving = turns;
        self
    }

    pub(crate) const fn turns(&self, random: &mut Random) -> usize {
        if self.interleaving == 0 { 0 } else { random.below(self.interleaving + 1) }
    }

    /// Whether the plan needs a lagging copy of the table.
    pub(crate) fn has_stale_reads(&self) -> bool {
        self.scripted.iter().any(|(_, fault)| *fault == Fault::StaleRead)
            || self.chances.iter().any(|(fault, per_mille)| *fault == Fault::StaleRead && *per_mille > 0)
    }

    /// What happens to the next call, of those faults that can.
    pub(crate) fn strike(
        &mut self,
        operation: &str,
        body: &str,
        can_strike: impl Fn(Fault) -> bool,
        random: &mut Random,
    ) -> Option<Fault> {
        let number = self.calls;
        self.calls += 1;
        if self.limit.is_some_and(|limit| self.struck >= limit) {
            return None;
        }
        let scripted = self.scripted.iter().position(|(moment, fault)| {
            can_strike(*fault)
                && match moment {
                    Moment::Call(wanted) => *wanted == number,
                    Moment::Next(wanted) => wanted == operation,
                    Moment::About(text) => body.contains(text.as_str()),
                }
        });
        let fault = match scripted {
            Some(index) if matches!(self.scripted[index].0, Moment::About(_)) => Some(self.scripted[index].1),
            Some(index) => Some(self.scripted.remove(index).1),
            None => self
                .chances
                .iter()
                .filter(|(fault, _)| can_strike(*fault))
                .find(|(_, per_mille)| random.chance(*per_mille))
                .map(|(fault, _)| *fault),
        };
        self.struck += usize::from(fault.is_some());
        fault
    }
}
