//! The plan of a history: the event, the weather and the wishes.

use std::fmt;

use waitlist_domain::line::position_index::{NUMBERS_PER_PAGE, PAGES_PER_DIRECTORY};
use waitlist_domain::messages::send_rate::SendRate;
use waitlist_tests::Random;

use super::event_rules::Order;
use super::mirror::sales::Fit;
use super::planned_codes::PlannedCode;
use super::planned_proof::PlannedProof;
use super::weather::Weather;
use super::wishes::{CONFIRM_WITHIN, EventChange, Form, What, Wish, form, purchase_window, reminder_at, window};

/// The time between one wish and the next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gap {
    /// So many milliseconds.
    Milliseconds(u64),
    /// So many milliseconds after the next deadline of any offer or batch. Before it, if negative.
    NearDeadline(i64),
}

/// Everything that determines a history.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) weather: Weather,
    /// By ticket type.
    pub(super) capacities: Vec<u64>,
    pub(super) notification_window: &'static str,
    pub(super) purchase_window: Option<&'static str>,
    pub(super) reminder_at: Option<u8>,
    /// The positions at which customers hear that they have moved up.
    pub(super) moved_up_at: &'static [u64],
    pub(super) max_size: u64,
    pub(super) max_quantity: u64,
    pub(super) max_offers: u64,
    /// What a public join must prove, and by when.
    pub(super) proof: PlannedProof,
    pub(super) max_places: u64,
    pub(super) one_place_per_mailbox: bool,
    /// The order of serving.
    pub(super) order: Order,
    /// What happens to seats that are too few for the head of a line.
    pub(super) fit: Fit,
    /// The access codes, if there are tiers.
    pub(super) codes: [PlannedCode; 2],
    /// How many messages a second may be sent by each channel.
    pub(super) send_rate: u32,
    /// Per mille of mails that SES reports on.
    pub(super) reported_mails: u16,
    /// Whether everybody who joins chooses to be told by mail alone.
    pub(super) is_mail_only: bool,
    /// Milliseconds from the beginning of the history.
    pub(super) starts_in: i64,
    /// The first number to be handed out. Now and then it is near the edge of a page or directory.
    pub(super) first_number: u64,
    /// The wishes with their times.
    pub(super) wishes: Vec<(Gap, Wish)>,
    /// Whether the clock runs on at the end until nothing is due any more.
    pub(super) to_the_end: bool,
    /// The questions of a join at first.
    pub(super) form: Form,
}

impl Plan {
    pub(super) fn send_rate(&self) -> SendRate {
        SendRate::parse(&self.send_rate.to_string()).expect("it is one of a few")
    }

    pub(super) fn draw(seed: u64) -> Self {
        let random = &mut Random::new(seed);
        let ticket_types = if random.chance(300) { 2 } else { 1 };
        let wishes = 6 + random.below(16);
        let plan = Self {
            seed,
            // This has a random source of its own, so that older histories stay as they were.
            send_rate: [1, 1, 4, 14][Random::new(seed ^ 0x5e4d).below(4)],
            reported_mails: [0, 0, 100, 500][Random::new(seed ^ 0xb0_0ce5).below(4)],
            is_mail_only: Random::new(seed ^ 0x0a11).chance(300),
            weather: Weather::draw(random),
            capacities: (0..ticket_types).map(|_| [0, 0, 0, 0, 1, 1, 2, 3, 6][random.below(9)]).collect(),
            notification_window: window(random),
            purchase_window: purchase_window(random),
            reminder_at: reminder_at(random),
            moved_up_at: [&[][..], &[1], &[2, 1], &[5, 3, 2, 1], &[50, 2]][random.below(5)],
            max_size: if random.chance(200) { 1 + random.below(4) as u64 } else { 10_000 },
            max_quantity: 1 + random.below(5) as u64,
            // This has a random source of its own too.
            max_offers: [1, 2, 3, 100][Random::new(seed ^ 0x0ffe_2000).below(4)],
            proof: PlannedProof::draw(seed),
            max_places: [1, 2, 3, 5, 100][Random::new(seed ^ 0x0091_ace5).below(5)],
            one_place_per_mailbox: Random::new(seed ^ 0x00aa_11b0).chance(250),
            order: Order::draw(random),
            fit: Fit::draw(random),
            codes: [PlannedCode::draw(random), PlannedCode::draw(random)],
            starts_in: if random.chance(100) { 1_000 + random.below(120_000) as i64 } else { 1000 * 3_600_000 },
            first_number: first_number(random),
            wishes: (0..wishes).map(|_| (Gap::draw(random), Wish::draw(random))).collect(),
            to_the_end: random.chance(300),
            form: if random.chance(200) { form(random) } else { &[] },
        };
        plan.without_contradictions().with_confirmations()
    }

    /// Early numbers need a line with one lane, and a draw must come before its event begins.
    fn without_contradictions(self) -> Self {
        let is_late = matches!(self.order, Order::Lottery(_, draw_in) if draw_in >= self.starts_in);
        let order = if is_late { Order::Fifo } else { self.order.clone() };
        let first_number = if order == Order::Fifo { self.first_number } else { 1 };
        Self { order, first_number, ..self }
    }

    /// Lets more people join without a key, and confirm later. Now and then the organiser changes
    /// what is to be proven.
    fn with_confirmations(mut self) -> Self {
        if !self.proof.is_by_mail {
            return self;
        }
        let random = &mut Random::new(self.seed ^ 0x0c04_f124);
        for index in (0..self.wishes.len()).rev() {
            let (_, wish) = &mut self.wishes[index];
            if let What::Join { publicly, tier, .. } = &mut wish.what {
                *publicly |= random.chance(500);
                *tier = tier.filter(|_| !*publicly);
            }
            let joins = match &wish.what {
                What::Join { publicly, .. } => usize::from(*publicly),
                What::Rush { customers, .. } => *customers,
                _ => 0,
            };
            for _ in 0..joins {
                if random.chance(800) {
                    let at = index + 1 + random.below(4);
                    self.insert(at, Gap::draw(random), What::Confirm, random);
                }
            }
        }
        if random.chance(150) {
            let proof = if random.chance(500) { "email" } else { "none" };
            let within = CONFIRM_WITHIN[random.below(CONFIRM_WITHIN.len())];
            let at = random.below(self.wishes.len() + 1);
            self.insert(at, Gap::draw(random), What::Change(EventChange::Proof(proof, within)), random);
        }
        self
    }

    fn insert(&mut self, at: usize, gap: Gap, what: What, random: &mut Random) {
        let wish = Wish { what, chance: random.next(), with_key: random.chance(600) };
        self.wishes.insert(at.min(self.wishes.len()), (gap, wish));
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, weather, wishes, capacities, .. } = self;
        writeln!(formatter, "seed {seed}, capacities {capacities:?}, begins in {} ms, {weather:?}", self.starts_in)?;
        let windows = (self.notification_window, self.purchase_window, self.reminder_at);
        let most = (self.max_size, self.max_quantity, self.max_offers, self.max_places, self.one_place_per_mailbox);
        writeln!(
            formatter,
            "windows {windows:?}, {:?}, {:?}, {:?}, most {most:?}, first number {}, asks {:?}",
            self.order, self.codes, self.fit, self.first_number, self.form
        )?;
        writeln!(formatter, "{:?}", self.proof)?;
        writeln!(formatter, "reports on {} of 1,000 mails, mail only: {}", self.reported_mails, self.is_mail_only)?;
        wishes.iter().try_for_each(|(gap, wish)| writeln!(formatter, "{gap:?}: {:?}", wish.what))
    }
}

impl Gap {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.below(10) {
            0..3 => Self::Milliseconds(0),
            3..6 => Self::Milliseconds(random.below(2_000) as u64),
            6 => Self::Milliseconds(random.below(20_000) as u64),
            7 => Self::Milliseconds(random.below(100_000) as u64),
            8 => Self::NearDeadline(0),
            _ => Self::NearDeadline(random.below(3_000) as i64 - 1_500),
        }
    }
}

fn first_number(random: &mut Random) -> u64 {
    let edge = match random.below(20) {
        0 => NUMBERS_PER_PAGE,
        1 => NUMBERS_PER_PAGE * PAGES_PER_DIRECTORY,
        _ => return 1,
    };
    edge - random.below(5) as u64
}
