//! Offers of 1,000 seats at once, under every order, to lines of several lengths. An offer must
//! cost the same at each.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dynoxide::types::AttributeValue;
use serde_json::{Value, json};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::{Order, WeightedTier};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::identifier::TierId;
use waitlist_store::commands::promotions::Promotions;

use crate::line::{IDS, Waitlist, with_thousands};
use crate::metered::{Cost, TABLE};

/// How many entries wait.
const LENGTHS: [usize; 3] = [1_000, 20_000, 100_000];
const SEATS: usize = 1_000;
/// How far the units of an offer may differ from those at the first length, as a factor.
const MOST_APART: f64 = 1.02;

/// The cost of one order at one length.
struct Row {
    order: Order,
    length: usize,
    cost: Cost,
    /// For information only: it depends on the load of the machine.
    time: Duration,
}

/// The costs of all orders.
pub(crate) struct OrdersReport {
    rows: Vec<Row>,
}

/// Measures every order at every length.
pub(crate) async fn measure() -> OrdersReport {
    let mut rows = Vec::new();
    for order in orders() {
        for length in LENGTHS {
            let (cost, time) = offer(&order, length).await;
            rows.push(Row { order: order.clone(), length, cost, time });
        }
    }
    OrdersReport { rows }
}

fn orders() -> [Order; 4] {
    let tier = |name: &str| TierId::parse(name).expect("valid");
    let names = ["vip", "loyalty", "general"];
    let weighted = |(name, weight)| WeightedTier { id: tier(name), weight: Weight::parse(weight).expect("some") };
    let draw_at = waitlist_domain::values::time::Timestamp::from_milliseconds(0);
    [
        Order::Fifo,
        Order::Priority { tiers: names.map(tier).to_vec() },
        Order::Weighted { tiers: names.into_iter().zip([3, 2, 1]).map(weighted).collect() },
        Order::Lottery { tiers: Vec::new(), draw_at },
    ]
}

/// Offers the seats to a line of this length, with as many entries in each lane.
async fn offer(order: &Order, length: usize) -> (Cost, Duration) {
    let waitlist = Waitlist::sold_out_in_order(IDS, order.clone()).await;
    let lanes: Vec<Lane> = match order {
        Order::Fifo => vec![Lane::Common],
        Order::Lottery { .. } => vec![Lane::Drawn],
        Order::Priority { .. } | Order::Weighted { .. } => order.tiers().into_iter().cloned().map(Lane::Tier).collect(),
    };
    waitlist.load_lanes(&lanes, length as u64);
    if lanes.contains(&Lane::Drawn) {
        waitlist.lots_are_drawn();
    }
    let capacity = waitlist.capacity().await + SEATS as u64;
    waitlist.put_event(capacity).await;
    let promotions = Promotions::new(&waitlist.table);
    let started = Instant::now();
    let (promoted, cost) = waitlist.metered.measure(promotions.promote(&waitlist.line)).await;
    let time = started.elapsed();
    assert_eq!(promoted.expect("nothing disturbs it").offered, SEATS);
    (cost, time)
}

impl Waitlist {
    /// Lets `count` customers stand in these lanes, one in each in turn.
    pub(crate) fn load_lanes(&self, lanes: &[Lane], count: u64) {
        let share = lanes.len() as u64;
        let place =
            |person: u64| (&lanes[usize::try_from((person - 1) % share).unwrap_or(0)], (person - 1) / share + 1);
        let people: Vec<u64> = (1..=count).collect();
        self.import("people", &people, |waitlist, person| {
            let (lane, number) = place(person);
            let mut item = waitlist.waiting_item(person);
            let line = AttributeValue::S(format!("LINE#{}", waitlist.line.lane(lane.clone())));
            item.insert("line".to_owned(), line);
            item.insert("order".to_owned(), AttributeValue::S(format!("{number:012}")));
            item.insert("number".to_owned(), AttributeValue::N(number.to_string()));
            if *lane != Lane::Common {
                item.insert("lane".to_owned(), AttributeValue::S(lane.as_str().to_owned()));
            }
            item
        });
        let mut values = json!({":next": {"N": (count + 1).to_string()}, ":now": {"N": "1"}});
        let mut names = json!({"#next": "next"});
        let mut sets = "SET #next = :next".to_owned();
        for (index, lane) in lanes.iter().enumerate() {
            let suffix = if *lane == Lane::Common { String::new() } else { format!("#{}", lane.as_str()) };
            let issued = (1..=count).rev().map(place).find(|(of, _)| *of == lane).map_or(0, |(_, number)| number);
            names[format!("#issued{index}")] = json!(format!("issued{suffix}"));
            names[format!("#last{index}")] = json!(format!("last_issued_at{suffix}"));
            values[format!(":issued{index}")] = json!({"N": issued.to_string()});
            write!(sets, ", #issued{index} = :issued{index}, #last{index} = :now").expect("a string takes all");
        }
        let request: Value = json!({
            "TableName": TABLE,
            "Key": self.numbers_key(),
            "UpdateExpression": sets,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        });
        self.metered.call("UpdateItem", &request);
    }

    /// Finishes the draw in which the customers got their places.
    fn lots_are_drawn(&self) {
        let request: Value = json!({
            "TableName": TABLE,
            "Key": self.numbers_key(),
            "UpdateExpression": "SET drawn_at = :now",
            "ExpressionAttributeValues": { ":now": {"N": "1"} },
        });
        self.metered.call("UpdateItem", &request);
    }
}

impl OrdersReport {
    /// The units of one offer.
    fn units(row: &Row) -> [f64; 2] {
        let total = row.cost.reported.total();
        #[expect(clippy::cast_precision_loss, reason = "a thousand")]
        let seats = SEATS as f64;
        [total.read / seats, total.write / seats]
    }

    /// The row of the same order at the first length.
    fn first(&self, row: &Row) -> &Row {
        self.rows.iter().find(|other| other.order == row.order).expect("the row itself is of its order")
    }

    /// The sum of units and the time, each in relation to the first length.
    fn ratios(&self, row: &Row) -> [f64; 2] {
        let sum = |row: &Row| Self::units(row).iter().sum::<f64>();
        let first = self.first(row);
        [sum(row) / sum(first), row.time.as_secs_f64() / first.time.as_secs_f64()]
    }

    fn is_within(&self, row: &Row) -> bool {
        let [units, _] = self.ratios(row);
        (1.0 / MOST_APART..=MOST_APART).contains(&units)
    }

    /// Whether every bound holds.
    pub(crate) fn is_within_bounds(&self) -> bool {
        self.rows.iter().all(|row| self.is_within(row))
    }

    /// The table, as text.
    pub(crate) fn table(&self) -> String {
        let mut text = format!("Offers of {} seats at once, under every order\n", with_thousands(SEATS));
        text += "order       waiting   RRU each   WRU each   units, to the first   time, ms   time, to the first   within\n";
        for row in &self.rows {
            let ([read, write], [units, time]) = (Self::units(row), self.ratios(row));
            let within = if self.is_within(row) { "yes" } else { "NO" };
            writeln!(
                text,
                "{:<9} {:>9}   {read:>8.3}   {write:>8.3}   {units:>19.4}   {:>8}   {time:>18.2}   {within}",
                row.order.kind().as_str(),
                with_thousands(row.length),
                row.time.as_millis(),
            )
            .expect("a string takes all");
        }
        text
    }
}
