//! Joining by an access code. It reads once more, and counts the code's use in the write of the
//! entry.

use waitlist_domain::event::access_code::{AccessCode, MaxUses};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::Order;
use waitlist_domain::values::identifier::{CodeId, TierId};
use waitlist_store::commands::access_codes::{AccessCodes, WantedCode};
use waitlist_store::commands::joining::{Join, Joined, Joins};

use crate::line::{IDS, Waitlist, with_thousands};
use crate::report::{Bound, Report, Row};

/// How many entries wait.
const LENGTHS: [u64; 2] = [1_000, 20_000];
const HOUR: i64 = 3_600_000;
/// Twice the cost of an entry without a code, for it is a transaction, and the code's two units.
/// One read unit and one round trip more.
const JOIN: Bound = Bound {
    write_units: Some(6.0),
    read_units: Some(2.0),
    round_trips: Some(4),
    same_at_each_length: true,
    ..Bound::NONE
};

/// Measures a join of a tier by a code.
pub(crate) async fn measure(report: &mut Report) {
    for length in LENGTHS {
        let tiers: Vec<TierId> = ["member", "general"].map(|tier| TierId::parse(tier).expect("valid")).to_vec();
        let lanes: Vec<Lane> = tiers.iter().cloned().map(Lane::Tier).collect();
        let waitlist = Waitlist::sold_out_in_order(IDS, Order::Priority { tiers: tiers.clone() }).await;
        waitlist.load_lanes(&lanes, length);
        let code = AccessCode::parse("Members-7Q2K").expect("valid");
        let wanted = WantedCode {
            event_id: waitlist.line.event_id.clone(),
            code: code.clone(),
            id: CodeId::from_bits(waitlist.table.random_identifier_bits()),
            tier: tiers[0].clone(),
            max_uses: MaxUses::parse(50).expect("valid"),
            ends_at: waitlist.table.now().plus_milliseconds(HOUR),
            label: None,
        };
        AccessCodes::new(&waitlist.table).create(&wanted).await.expect("the event has the tier");
        let joins = Joins::new(&waitlist.table);
        joins.event(&waitlist.line.event_id).await.expect("it exists");
        let wish = Join { access_code: Some(code), ..waitlist.wish(length + 1) };
        let (joined, cost) = waitlist.metered.measure(joins.join(&wish, |_| Ok(()))).await;
        assert!(matches!(joined, Ok(Joined::New(..))), "{joined:?}");
        let length = with_thousands(usize::try_from(length).expect("few"));
        report.add(Row { operation: "join, by an access code", length, times: 1, cost, bound: Some(JOIN) });
    }
}
