//! How much goes wrong in a history.

use waitlist_tests::{Fault, FaultPlan, Random};

/// How much goes wrong.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    /// Faults of single calls, per mille of the calls that they fit.
    pub(super) faults: Vec<(Fault, u16)>,
    /// How often the SDK tries a call.
    pub(super) attempts: u32,
    /// Most turns that pass before and after each call.
    pub(super) interleaving: usize,
    /// Per mille of turns after which an invocation is delayed.
    pub(super) held_up: u16,
    /// The longest such delay (milliseconds).
    pub(super) longest_hold_up: u64,
    /// Per mille of messages of the promotions and timers queues that are lost.
    pub(super) lost: u16,
    /// Per mille of batches that are delivered twice.
    pub(super) doubled: u16,
    /// Per mille of reads of the timers queue that deliver a message early.
    pub(super) early: u16,
    /// How late a queue or the stream delivers at most (milliseconds).
    pub(super) lag: u64,
    /// Per mille of reads after which a queue or the stream has an outage of up to two minutes.
    pub(super) outage: u16,
    /// Per mille of sweeps that do not happen.
    pub(super) missed_sweeps: u16,
}

impl Weather {
    /// Nothing goes wrong, and everything is done at once.
    pub(super) fn calm() -> Self {
        Self {
            faults: Vec::new(),
            attempts: 3,
            interleaving: 0,
            held_up: 0,
            longest_hold_up: 0,
            lost: 0,
            doubled: 0,
            early: 0,
            lag: 0,
            outage: 0,
            missed_sweeps: 0,
        }
    }

    /// No call fails, but indexes lag, invocations overtake each other, and deliveries are late,
    /// early and doubled.
    fn busy(random: &mut Random) -> Self {
        // An index always lags a little, and now and then so much that it shows.
        let stale = [0, 0, 50, 300][random.below(4)];
        Self {
            faults: if stale > 0 { vec![(Fault::StaleRead, stale)] } else { Vec::new() },
            interleaving: 1 + random.below(3),
            held_up: random.below(60) as u16,
            longest_hold_up: [20, 500, 5_000][random.below(3)],
            doubled: random.below(200) as u16,
            early: random.below(200) as u16,
            lag: [0, 50, 1_000, 20_000][random.below(4)],
            outage: random.below(30) as u16,
            ..Self::calm()
        }
    }

    /// Everything that may go wrong.
    fn stormy(random: &mut Random) -> Self {
        let busy = Self::busy(random);
        let mut faults = busy.faults.clone();
        let rate = [5, 15, 40][random.below(3)];
        for fault in FAULTS {
            if random.chance(600) {
                faults.push((fault, 1 + random.below(rate) as u16));
            }
        }
        Self {
            faults,
            attempts: if random.chance(400) { 1 } else { 3 },
            lost: if random.chance(500) { random.below(250) as u16 } else { 0 },
            missed_sweeps: if random.chance(500) { random.below(500) as u16 } else { 0 },
            ..busy
        }
    }

    pub(super) fn draw(random: &mut Random) -> Self {
        match random.below(20) {
            0..3 => Self::calm(),
            3..8 => Self::busy(random),
            _ => Self::stormy(random),
        }
    }

    /// Whether everything is done at once and by the first attempt, so that times can be checked.
    pub(super) fn is_calm(&self) -> bool {
        let none_lost = self.lost == 0 && self.missed_sweeps == 0;
        let none_late = self.lag == 0 && self.interleaving == 0 && self.outage == 0 && self.held_up == 0;
        self.faults.is_empty() && none_lost && none_late
    }

    pub(super) fn plan(&self) -> FaultPlan {
        let none = FaultPlan::none().interleaving(self.interleaving);
        self.faults.iter().fold(none, |plan, (fault, per_mille)| plan.chance(*fault, *per_mille))
    }
}

const FAULTS: [Fault; 8] = [
    Fault::TransactionConflict,
    Fault::Throttled,
    Fault::ServerError,
    Fault::LostRequest,
    Fault::LostResponse,
    Fault::Partial,
    Fault::CrashBefore,
    Fault::CrashAfter,
];
