//! What a position costs under each order: at most 2.5 read units, and half a unit more for each
//! further tier.

use waitlist_domain::line::order::{Order, Standing};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::credential::{PresentedToken, SecretHash};
use waitlist_store::commands::joining::Joins;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::queries::entries::Entries;

use super::fixture::{HOUR, SECOND, attendee, on_dynoxide_that_measures};
use super::ordering::{priority, weighted};

const TIERS: [&str; 4] = ["vip", "loyalty", "member", "general"];

fn by_weights(tiers: &[&str]) -> Order {
    weighted(&tiers.iter().copied().zip(1..).collect::<Vec<_>>())
}

/// The read units of an entry and its position, for an entry in the last of these tiers.
fn cost(order_of: impl FnOnce(&[&str]) -> Order, tiers: &[&str]) -> f64 {
    let mut cost = 0.0;
    on_dynoxide_that_measures(async |fixture, cloud| {
        fixture.sold_out_in_order(order_of(tiers)).await;
        for number in 1..=3 {
            for tier in tiers {
                fixture.join_tier(&format!("{tier}{number}"), Some(tier)).await.expect("open");
            }
        }
        let last = format!("{}3", tiers.last().expect("some"));
        cloud.take_meter();
        let standing = fixture.standing(&last).await.and_then(Standing::position);
        assert!(standing.is_some(), "{tiers:?}");
        cost = cloud.take_meter().units().read;
    });
    cost
}

#[test]
fn under_priority_a_position_costs_the_same_with_any_number_of_tiers() {
    for count in 1..=TIERS.len() {
        assert_eq!(cost(priority, &TIERS[..count]), 2.5, "{count} tiers");
    }
}

#[test]
fn under_weighted_a_position_costs_half_a_unit_more_where_tiers_take_turns() {
    assert_eq!(cost(by_weights, &TIERS[..1]), 2.5, "a single tier takes no turns with anybody");
    for count in 2..=TIERS.len() {
        assert_eq!(cost(by_weights, &TIERS[..count]), 3.0, "{count} tiers");
    }
}

#[test]
fn without_lanes_by_tier_a_position_costs_as_much_as_first_come_first_served() {
    on_dynoxide_that_measures(async |fixture, cloud| {
        fixture.sold_out_in_order(fixture.lottery(&TIERS)).await;
        fixture.join_tier("ada", Some("vip")).await.expect("open");
        cloud.take_meter();
        fixture.standing("ada").await.expect("she is in the draw");
        assert_eq!(cloud.take_meter().units().read, 2.5);
        fixture.advance(HOUR + 30 * SECOND);
        fixture.draw().await;
        cloud.take_meter();
        fixture.standing("ada").await.expect("she is drawn");
        assert_eq!(cloud.take_meter().units().read, 2.5);
    });
}

#[test]
fn a_place_beside_the_others_of_its_address_costs_at_most_four_units() {
    on_dynoxide_that_measures(async |fixture, cloud| {
        fixture.sold_out(1).await;
        let (entries, token) = (Entries::new(&fixture.table), SecretHash::of("mailed"));
        for number in 0..5 {
            let mut wish = fixture.wish("ada", 1);
            wish.place.attendee_id = attendee(&format!("child-{number}"));
            Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
        }
        let shown = fixture.entry("ada").await;
        let notifying = Notifying::new(&fixture.table);
        assert!(notifying.add_message_token(&shown.entry, Channel::Email, &token).await.expect("the table answers"));
        let token = PresentedToken::unsealed(token, shown.entry.place.tag());
        let look = async |with_others: bool| {
            cloud.take_meter();
            let found = entries.lately_shown_by(&shown.entry.place.customer_id, &token).await;
            let found = found.expect("the table answers").expect("it is shown");
            let others = match with_others {
                true => entries.others_at_address_of(&found, &found.entry.id).await.expect("the table answers"),
                false => Vec::new(),
            };
            assert_eq!(others.len(), if with_others { 4 } else { 0 });
            let others = others.iter().map(|(stored, _)| &stored.entry);
            let standings = entries.standings([&found.entry].into_iter().chain(others)).await;
            assert!(standings.expect("the table answers").iter().all(Option::is_some));
            cloud.take_meter().units().read
        };
        look(false).await;
        let (page, refresh) = (look(true).await, look(false).await);
        assert!(page <= 4.0 && refresh <= 3.0, "{page} {refresh}");
    });
}
