//! Draws: the request units for each entrant. A large draw must end in steps that fit the timer's
//! memory.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::{Order, Standing};
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::draws::{DrawLists, Draws, Progress};
use waitlist_store::queries::entries::Entries;
use waitlist_tests::START_MILLISECONDS;

use crate::line::{IDS, Waitlist, with_thousands};
use crate::metered::Cost;

/// How many entries are in a draw.
const ENTRANTS: [usize; 2] = [1_000, 20_000];
const HOUR: u64 = 3_600;
/// The cost of one entrant: the lot, the place in the list and the place in line.
const MOST_WRITE_UNITS: f64 = 6.0;
const MOST_READ_UNITS: f64 = 3.0;
/// How many requests a step may make. It makes 32 concurrently, and the timer has at least 12
/// seconds for a step that it begins.
const MOST_TRIPS: usize = 2_000;
/// How many bytes a step may read, so that in memory it stays well below the function's 256 MB.
const MOST_READ: usize = 16 * 1024 * 1024;

struct Row {
    entrants: usize,
    steps: usize,
    cost: Cost,
    /// For information only, like the longest step: it depends on the load of the machine.
    time: Duration,
    longest_step: Duration,
    most_trips: usize,
    most_read: usize,
}

/// The costs of all draws.
pub(crate) struct DrawsReport {
    rows: Vec<Row>,
}

/// Holds a draw of each size.
pub(crate) async fn measure() -> DrawsReport {
    let mut rows = Vec::new();
    for entrants in ENTRANTS {
        rows.push(draw(entrants).await);
    }
    DrawsReport { rows }
}

/// Holds a draw as a timer would that has time for one step only, again and again until all is
/// done.
async fn draw(entrants: usize) -> Row {
    let draw_at = Timestamp::from_milliseconds(START_MILLISECONDS + 1_000);
    let waitlist = Waitlist::sold_out_in_order(IDS, Order::Lottery { tiers: Vec::new(), draw_at }).await;
    waitlist.load_lanes(&[Lane::Pool], entrants as u64);
    waitlist.advance(HOUR);
    let draws = Draws::new(&waitlist.table);
    let (time, longest_step) = (Duration::ZERO, Duration::ZERO);
    let mut row = Row { entrants, steps: 0, cost: Cost::default(), time, longest_step, most_trips: 0, most_read: 0 };
    loop {
        let started = Instant::now();
        let held = draws.hold(&waitlist.line, waitlist.table.now());
        let (progress, cost) = waitlist.metered.measure(held).await;
        let took = started.elapsed();
        let progress = progress.expect("nothing disturbs it");
        row.steps += 1;
        row.time += took;
        row.longest_step = row.longest_step.max(took);
        row.most_trips = row.most_trips.max(cost.round_trips);
        row.most_read = row.most_read.max(cost.answered);
        row.cost += cost;
        match progress {
            Progress::Underway | Progress::Drawn => {}
            Progress::Finished => break,
            other => panic!("it gets further with each step: {other:?}"),
        }
    }
    is_drawn(&waitlist, entrants as u64).await;
    row
}

/// Checks that the list is whole and that entries have their places on it.
async fn is_drawn(waitlist: &Waitlist, entrants: u64) {
    let parts = entrants.div_ceil(DrawLists::ENTRANTS_TO_A_PART as u64);
    let mut listed = Vec::new();
    for part in 0..parts {
        let held = DrawLists::new(&waitlist.table).held(&waitlist.line, part).await.expect("it answers");
        listed.extend(held.and_then(|draw| draw.result).expect("it was drawn").part);
    }
    assert_eq!(listed.len() as u64, entrants);
    for person in [1, entrants / 2, entrants] {
        let entry = waitlist.find(person).await.entry;
        let place = listed.iter().position(|listed| listed.entry_id == entry.id).expect("they are listed") as u64 + 1;
        let standings = Entries::new(&waitlist.table).standings([&entry]).await.expect("it answers");
        assert_eq!(standings[0].map(|found| found.standing), Some(Standing::Line(place)));
    }
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    fn units(&self) -> [f64; 2] {
        let (total, entrants) = (self.cost.reported.total(), self.entrants as f64);
        [total.read / entrants, total.write / entrants]
    }

    fn is_within(&self) -> bool {
        let [read, write] = self.units();
        let is_cheap = read <= MOST_READ_UNITS && write <= MOST_WRITE_UNITS;
        is_cheap && self.most_trips <= MOST_TRIPS && self.most_read <= MOST_READ
    }
}

impl DrawsReport {
    /// Whether every bound holds.
    pub(crate) fn is_within_bounds(&self) -> bool {
        self.rows.iter().all(Row::is_within)
    }

    /// The table, as text.
    pub(crate) fn table(&self) -> String {
        let mut text = "Draws of lots, by steps\n".to_owned();
        text += "entrants   steps   RRU each   WRU each   time, ms   longest step, ms   most requests of a step   \
                 most that one reads, KB   within\n";
        for row in &self.rows {
            let ([read, write], within) = (row.units(), if row.is_within() { "yes" } else { "NO" });
            writeln!(
                text,
                "{:>8}   {:>5}   {read:>8.3}   {write:>8.3}   {:>8}   {:>16}   {:>23}   {:>23}   {within}",
                with_thousands(row.entrants),
                row.steps,
                row.time.as_millis(),
                row.longest_step.as_millis(),
                with_thousands(row.most_trips),
                with_thousands(row.most_read / 1024),
            )
            .expect("a string takes all");
        }
        text
    }
}
