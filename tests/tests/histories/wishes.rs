//! The wishes of customers, sales systems and organisers, drawn at random. The exact subject of a
//! wish is chosen when its turn comes, from what exists then.

use waitlist_tests::Random;

use super::commands::Command;
use super::event_rules::Order;
use super::mirror::sales::Fit;

/// Customers of a history.
pub(super) const CUSTOMERS: usize = 8;

/// One request to be made.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The kind of request.
    pub(super) what: What,
    /// Random bits that decide everything else.
    pub(super) chance: u64,
    /// Whether it has an idempotency key, if the route honours one.
    pub(super) with_key: bool,
}

/// What is wished for.
#[derive(Debug, Clone)]
pub(super) enum What {
    Sell {
        line: usize,
        quantity: u64,
    },
    Cancel,
    Join {
        customer: usize,
        attendee: usize,
        line: usize,
        quantity: u64,
        /// The fewest seats that the customer would take, if named.
        minimum: Option<u64>,
        /// The index of the tier, if a trusted caller names one.
        tier: Option<usize>,
        /// The index of the access code, if one is presented.
        code: Option<usize>,
        publicly: bool,
    },
    /// Several customers join at once, and seats may come while they do.
    Rush {
        line: usize,
        customers: usize,
        released: Option<u64>,
    },
    Leave {
        customer: usize,
    },
    /// Somebody confirms an address.
    Confirm,
    Claim,
    Convert,
    Decline,
    Release {
        line: usize,
        quantity: u64,
        batch: Batching,
    },
    Pause,
    Resume,
    CancelRelease,
    /// Reads how far a release has come.
    Progress,
    /// Revokes an access code.
    Revoke,
    Change(EventChange),
    Command(Command),
    Position {
        customer: usize,
    },
    Statistics,
    /// Asks for fewer seats, or is content with fewer.
    AskForFewer,
    /// Enters a code that was sent to a phone number, or has one sent.
    ConfirmPhone {
        /// Whether it is the one that was sent.
        rightly: bool,
    },
    /// Repeats an earlier request with its key.
    Repeat,
}

/// Seats to a batch, and the time between batches.
pub(super) type Batch = (u64, &'static str);

/// The pace of a release.
#[derive(Debug, Clone)]
pub(super) enum Batching {
    AsUsual,
    AtOnce,
    Paced(Batch),
}

/// The ids of the questions that a join must answer.
pub(super) type Form = &'static [&'static str];

const FORMS: [Form; 4] = [&[], &["pet"], &["pet", "school"], &["school"]];

/// How an organiser changes the event.
#[derive(Debug, Clone)]
pub(super) enum EventChange {
    Nothing,
    Capacity {
        line: usize,
        capacity: u64,
    },
    Windows {
        notification: &'static str,
        purchase: Option<&'static str>,
        reminder: Option<u8>,
    },
    /// The pace of releases without one of their own.
    Pace(Option<Batch>),
    MaxSize(u64),
    MaxQuantity(u64),
    /// Begins so many milliseconds from then.
    Start(i64),
    Drop {
        line: usize,
    },
    Add {
        line: usize,
        capacity: u64,
    },
    /// Another order, which may be one of the same kind.
    Order(Order),
    /// The same order with its tiers in another sequence, with more or fewer of them, and other
    /// weights.
    Tiers {
        order: Vec<usize>,
        weights: [u64; 3],
    },
    Fit(Fit),
    /// Other questions for those who join.
    Ask(Form),
    /// What public joins must prove, and the time for it.
    Proof(&'static str, &'static str),
}

pub(super) const NOTIFICATION_WINDOWS: [&str; 9] =
    ["1 second", "2 seconds", "5 seconds", "30 seconds", "2 minutes", "14 minutes", "16 minutes", "3 hours", "2 days"];
pub(super) const PURCHASE_WINDOWS: [Option<&str>; 7] =
    [None, None, Some("1 second"), Some("10 seconds"), Some("3 minutes"), Some("20 minutes"), Some("1 day")];
pub(super) const CONFIRM_WITHIN: [&str; 5] = ["2 seconds", "30 seconds", "2 minutes", "20 minutes", "1 day"];
const BATCH_INTERVALS: [&str; 5] = ["1 second", "10 seconds", "90 seconds", "16 minutes", "6 hours"];

impl Wish {
    pub(super) fn draw(random: &mut Random) -> Self {
        let what = match random.below(186) {
            0..8 => What::Sell { line: line(random), quantity: quantity(random) },
            8..18 => What::Cancel,
            18..23 => What::Rush {
                line: line(random),
                customers: 2 + random.below(4),
                released: random.chance(700).then(|| 1 + random.below(3) as u64),
            },
            23..48 => join(random),
            48..54 => What::Leave { customer: random.below(CUSTOMERS) },
            54..63 => What::Claim,
            63..69 => What::Convert,
            69..73 => What::Decline,
            73..81 => What::Release {
                line: line(random),
                quantity: 1 + random.below(5) as u64,
                batch: Batching::draw(random),
            },
            81..89 => What::Change(EventChange::draw(random)),
            89..91 => What::Position { customer: random.below(CUSTOMERS) },
            91..93 => What::Statistics,
            93..99 => What::Pause,
            99..105 => What::Resume,
            105..107 => What::CancelRelease,
            107..109 => What::Progress,
            109..152 => What::Command(Command::draw(random)),
            152..154 => What::Revoke,
            158..162 => What::AskForFewer,
            162..186 => What::ConfirmPhone { rightly: random.chance(800) },
            _ => What::Repeat,
        };
        Self { what, chance: random.next(), with_key: random.chance(600) }
    }
}

impl Batching {
    fn draw(random: &mut Random) -> Self {
        match random.below(10) {
            0..3 => Self::AsUsual,
            3 => Self::AtOnce,
            _ => Self::Paced(batch(random)),
        }
    }
}

impl EventChange {
    /// Whether it changes the order of serving.
    pub(super) fn is_of_order(&self) -> bool {
        matches!(self, Self::Order(_) | Self::Tiers { .. })
    }

    fn draw(random: &mut Random) -> Self {
        match random.below(19) {
            0 => Self::Nothing,
            1..5 => Self::Capacity { line: line(random), capacity: random.below(8) as u64 },
            5..7 => Self::Windows {
                notification: window(random),
                purchase: purchase_window(random),
                reminder: reminder_at(random),
            },
            7 => Self::MaxSize(1 + random.below(5) as u64),
            8 => Self::MaxQuantity(1 + random.below(4) as u64),
            9 => Self::Start([2_000, 60_000, 3_600_000, 500 * 3_600_000][random.below(4)]),
            10 => Self::Drop { line: line(random) },
            11 => Self::Pace(random.chance(700).then(|| batch(random))),
            12 => Self::Order(Order::draw(random)),
            13..16 => Self::Tiers { order: some_tiers(random), weights: [0; 3].map(|_| 1 + random.below(4) as u64) },
            16 => Self::Fit(Fit::draw(random)),
            17 => Self::Ask(form(random)),
            _ => Self::Add { line: line(random), capacity: random.below(4) as u64 },
        }
    }
}

fn some_tiers(random: &mut Random) -> Vec<usize> {
    let mut tiers = vec![0, 1, 2];
    random.shuffle(&mut tiers);
    tiers.truncate(1 + random.below(3).max(random.below(3)));
    tiers
}

fn join(random: &mut Random) -> What {
    let quantity = quantity(random);
    What::Join {
        customer: random.below(CUSTOMERS),
        attendee: if random.chance(700) { 0 } else { 1 + random.below(2) },
        line: line(random),
        quantity,
        minimum: random.chance(400).then(|| 1 + random.below(quantity as usize) as u64),
        tier: random.chance(700).then(|| random.below(3)),
        code: random.chance(400).then(|| random.below(3)),
        publicly: random.chance(250),
    }
}

/// Mostly the first ticket type, so that something happens in it.
fn line(random: &mut Random) -> usize {
    usize::from(random.chance(250))
}

fn quantity(random: &mut Random) -> u64 {
    [1, 1, 1, 1, 2, 2, 3, 5][random.below(8)]
}

fn batch(random: &mut Random) -> Batch {
    (1 + random.below(2) as u64, BATCH_INTERVALS[random.below(BATCH_INTERVALS.len())])
}

pub(super) fn form(random: &mut Random) -> Form {
    FORMS[random.below(FORMS.len())]
}

const REMINDERS: [Option<u8>; 6] = [None, None, Some(1), Some(50), Some(75), Some(99)];

pub(super) fn reminder_at(random: &mut Random) -> Option<u8> {
    REMINDERS[random.below(REMINDERS.len())]
}

pub(super) fn window(random: &mut Random) -> &'static str {
    NOTIFICATION_WINDOWS[random.below(NOTIFICATION_WINDOWS.len())]
}

pub(super) fn purchase_window(random: &mut Random) -> Option<&'static str> {
    PURCHASE_WINDOWS[random.below(PURCHASE_WINDOWS.len())]
}
