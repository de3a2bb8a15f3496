//! Joins and positions in a line with many lanes. The numbers item, which every join writes, grows
//! with the lanes.

use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::{Order, WeightedTier};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::identifier::TierId;
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::followers::changes::IndexUpkeep;

use crate::line::{IDS, Waitlist};
use crate::report::{Bound, Report, Row};

/// How many entries wait.
const LENGTH: u64 = 1_000;
/// How many tiers there are, and how many letters their names have.
const TIERS: [(u8, usize); 5] = [(1, 7), (3, 7), (10, 7), (10, 12), (10, 128)];

/// Measures a join of the last tier, its position, and a number that goes, under `priority` and
/// `weighted`.
pub(crate) async fn measure(report: &mut Report) {
    for (count, letters) in TIERS {
        let name = |index: u8| char::from(b'a' + index).to_string().repeat(letters);
        let tiers: Vec<TierId> = (0..count).map(|index| TierId::parse(&name(index)).expect("valid")).collect();
        let priority = Order::Priority { tiers: tiers.clone() };
        let weight = |tier: &TierId| WeightedTier { id: tier.clone(), weight: Weight::LEAST };
        let weighted = Order::Weighted { tiers: tiers.iter().map(weight).collect() };
        for order in [priority, weighted] {
            let length = format!("1,000, {count} tiers of {letters} letters, {}", order.kind().as_str());
            of_tiers(report, order, &tiers, length).await;
        }
    }
}

async fn of_tiers(report: &mut Report, order: Order, tiers: &[TierId], length: String) {
    let lanes: Vec<Lane> = tiers.iter().cloned().map(Lane::Tier).collect();
    let waitlist = Waitlist::sold_out_in_order(IDS, order).await;
    waitlist.load_lanes(&lanes, LENGTH);
    let upkeep = IndexUpkeep::new(&waitlist.table);
    let mut note = |operation, cost, bound| {
        report.add(Row { operation, length: length.clone(), times: 1, cost, bound });
    };
    let joins = Joins::new(&waitlist.table);
    joins.event(&waitlist.line.event_id).await.expect("it exists");
    // A number goes from each lane and a customer joins it, so that the lane has all its counts and
    // times. This is done twice, and the last time counts.
    let mut person = LENGTH;
    for number in [1, 2] {
        for (lane, tier) in lanes.iter().zip(tiers) {
            let is_last = number == 2 && Some(tier) == tiers.last();
            let (lane, marks) = (waitlist.line.lane(lane.clone()), [(number, vec![Mark::Gone])]);
            let (marked, cost) = waitlist.metered.measure(upkeep.mark(&lane, &marks)).await;
            marked.expect("nothing disturbs it");
            if is_last {
                note("a number goes, among tiers", cost, None);
            }
            person += 1;
            let wish = Join { tier: Some(tier.clone()), ..waitlist.wish(person) };
            let (joined, cost) = waitlist.metered.measure(joins.join(&wish, |_| Ok(()))).await;
            assert!(matches!(joined, Ok(Joined::New(..))), "{joined:?}");
            if is_last {
                note("join, among tiers", cost, None);
            }
        }
    }
    waitlist.warm(person).await;
    let (position, cost) = waitlist.metered.measure(waitlist.position(person)).await;
    // If tiers take turns, the last entry of a tier may not be the last of all.
    let last = LENGTH - tiers.len() as u64 + 1..=LENGTH;
    assert!(position.is_some_and(|position| last.contains(&position)), "{position:?}");
    let read_units = Some(2.0 + 0.5 * (tiers.len() - 1) as f64);
    note("exact position, among tiers", cost, Some(Bound { read_units, ..Bound::NONE }));
}
