//! Joins that count the places of their person: for attendees, and with one place per mailbox.

use waitlist_domain::values::identifier::AttendeeId;
use waitlist_store::commands::joining::{Join, Joined, Joins};

use crate::line::{IDS, Waitlist, with_thousands};
use crate::report::{Bound, Report, Row};

/// How many entries wait.
const LENGTHS: [u64; 2] = [1_000, 20_000];
/// The entry in a transaction, and the item with the person's places: the double of both.
const FIRST: Bound = Bound {
    write_units: Some(6.0),
    read_units: Some(3.0),
    round_trips: Some(3),
    same_at_each_length: true,
    ..Bound::NONE
};
/// The entries at the person's places are read as well.
const FOURTH: Bound = Bound { read_units: Some(6.0), round_trips: Some(4), ..FIRST };
/// It closes the person's place without an attendee.
const FIFTH: Bound = Bound { write_units: Some(8.0), read_units: Some(7.0), ..FOURTH };

/// Measures joins of one person for their attendees.
pub(crate) async fn measure(report: &mut Report) {
    for length in LENGTHS {
        let mut waitlist = Waitlist::sold_out(IDS).await;
        waitlist.load(length);
        let joins = Joins::new(&waitlist.table);
        joins.event(&waitlist.line.event_id).await.expect("it exists");
        for child in 1..=5 {
            let mut wish = waitlist.wish(length + 1);
            wish.place.customer_id = wish.applicant.email.customer_id();
            wish.place.attendee_id = Some(AttendeeId::parse(&format!("child-{child}")).expect("valid"));
            let wish = Join { is_public: true, entry_id: waitlist.another_entry_id(), ..wish };
            let (joined, cost) = waitlist.metered.measure(joins.join(&wish, |_| Ok(()))).await;
            assert!(matches!(joined, Ok(Joined::New(..))), "{joined:?}");
            let (operation, bound) = match child {
                1 => ("join, for a first attendee", FIRST),
                4 => ("join, for a fourth attendee", FOURTH),
                5 => ("join, for a fifth attendee, the last", FIFTH),
                _ => continue,
            };
            let length = with_thousands(usize::try_from(length).expect("few"));
            report.add(Row { operation, length, times: 1, cost, bound: Some(bound) });
        }
    }
}
