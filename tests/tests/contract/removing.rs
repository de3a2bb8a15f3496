//! Entries that an organiser removes, and the actor that is noted on a changed entry.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::values::credential::Role;
use waitlist_domain::values::identifier::KeyId;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_store::Table;
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::{Claims, Departures};
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::queries::events::{LineStatistics, Statistics};
use waitlist_tests::entry_sort_key_of;

use super::fixture::{Fixture, HOUR, contract, event_id, line, refusal};

contract! {
    a_removed_entry_makes_way_for_the_next
    a_removed_offer_passes_its_seats_to_the_next
    an_entry_that_has_ended_is_not_removed
    a_removed_customer_may_join_again
    a_removal_is_no_leave_and_its_offer_has_ended
    a_command_that_is_repeated_is_done_once
    a_command_that_is_repeated_after_others_is_done_once
    each_change_notes_who_made_it_and_an_organiser_s_why
}

impl Fixture {
    /// The table for an organiser's command of this name.
    pub(crate) fn commanded(&self, command: &str, why: Option<&str>) -> Table {
        self.table.acting_as(self.mandate(command, why))
    }

    /// An organiser's mandate for a command of this name.
    pub(crate) fn mandate(&self, command: &str, why: Option<&str>) -> Mandate {
        Mandate {
            by: Actor::Key(Role::Organiser, KeyId::from_bits([7; 16])),
            why: why.map(|why| Label::parse(why).expect("valid")),
            command: Some(command.to_owned()),
        }
    }

    pub(crate) async fn statistics(&self) -> LineStatistics {
        Statistics::new(&self.table).get(&event_id()).await.expect("answers").1.remove(0)
    }

    async fn remove(&self, name: &str) -> Result<waitlist_domain::entry::Entry, waitlist_domain::Error> {
        let table = self.commanded(&format!("remove {name}"), None);
        Departures::new(&table).remove(&self.entry(name).await).await
    }

    /// The actor of an entry's last change, and the reason.
    pub(crate) async fn last_change(&self, name: &str) -> (String, Option<String>) {
        let key = |text: String| AttributeValue::S(text);
        let found = self
            .client
            .get_item()
            .table_name(self.table_name())
            .key("pk", key(format!("CUSTOMER#{name}")))
            .key("sk", key(entry_sort_key_of("camp", "camper", "")))
            .consistent_read(true)
            .send()
            .await;
        let item = found.expect("the table answers").item.expect("the entry is there");
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        (text("by").expect("it is noted"), text("why"))
    }
}

async fn a_removed_entry_makes_way_for_the_next(fixture: Fixture) {
    fixture.three_wait().await;
    assert_eq!(fixture.remove("ada").await.expect("she waits").status, Status::Removed);
    assert_eq!((fixture.position("bob").await, fixture.position("cyd").await), (Some(1), Some(2)));
    fixture.a_seat_comes_free().await;
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Removed, Status::Offered));
}

async fn a_removed_offer_passes_its_seats_to_the_next(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let claimed = Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("in time");
    assert_eq!(claimed.status, Status::Claimed);
    fixture.remove("ada").await.expect("she holds an offer");
    assert_eq!(fixture.seats().await, (1, 0, 1, true));
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("bob").await, Status::Offered);
}

async fn an_entry_that_has_ended_is_not_removed(fixture: Fixture) {
    fixture.three_wait().await;
    let ada = fixture.entry("ada").await;
    Departures::new(&fixture.table).leave(&ada).await.expect("she waits");
    assert_eq!(refusal(fixture.remove("ada").await), Refusal::EntryEnded { status: "left" });
    // A command decided from a read before the end fails as well.
    let removal = Departures::new(&fixture.commanded("remove", None)).remove(&ada).await;
    assert_eq!(refusal(removal), Refusal::EntryEnded { status: "left" });
}

async fn a_removed_customer_may_join_again(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.remove("ada").await.expect("she waits");
    assert_eq!(fixture.join("ada").await, 3);
    assert_eq!(fixture.position("bob").await, Some(1));
}

async fn a_removal_is_no_leave_and_its_offer_has_ended(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    fixture.remove("ada").await.expect("she holds an offer");
    fixture.remove("bob").await.expect("he waits");
    let statistics = fixture.statistics().await;
    let outcomes = statistics.line.seats.outcomes;
    assert_eq!((statistics.joined, statistics.left, statistics.line.numbers.waiting()), (3, 0, 1));
    assert_eq!((outcomes.offers, outcomes.left, outcomes.withdrawn), (1, 0, 1));
    assert_eq!(outcomes.conversion_rate(), Some(0.0));
}

async fn a_command_that_is_repeated_is_done_once(fixture: Fixture) {
    fixture.three_wait().await;
    let ada = fixture.entry("ada").await;
    let removals = Departures::new(&fixture.commanded("first", None));
    removals.remove(&ada).await.expect("she waits");
    assert_eq!(removals.remove(&ada).await.expect("the same command").status, Status::Removed);
    let bob = fixture.entry("bob").await;
    let moves = Moves::new(&fixture.commanded("second", None));
    let moved = moves.move_to(&bob, &Destination::End).await.expect("he waits");
    let again = moves.move_to(&fixture.entry("bob").await, &Destination::End).await.expect("the same command");
    assert_eq!((again.number, again.lane), (moved.number, moved.lane));
    // It is the same command even if the customer did something in between.
    fixture.a_seat_comes_free().await;
    fixture.a_seat_comes_free().await;
    Claims::new(&fixture.table).claim(&fixture.entry("bob").await, "claim").await.expect("in time");
    let again = moves.move_to(&fixture.entry("bob").await, &Destination::End).await.expect("the same command");
    assert_eq!((again.number, again.status), (moved.number, Status::Claimed));
}

async fn a_command_that_is_repeated_after_others_is_done_once(fixture: Fixture) {
    fixture.three_wait().await;
    let to_the_end = async |command: &str| {
        let moves = Moves::new(&fixture.commanded(command, None));
        moves.move_to(&fixture.entry("ada").await, &Destination::End).await.expect("she waits").number
    };
    assert_eq!(to_the_end("first").await, 4);
    for (command, number) in [("second", 5), ("third", 6), ("fourth", 7)] {
        assert_eq!(to_the_end(command).await, number);
        assert_eq!(to_the_end("first").await, number, "after the {command}");
    }
}

async fn each_change_notes_who_made_it_and_an_organiser_s_why(fixture: Fixture) {
    fixture.three_wait().await;
    let moves = Moves::new(&fixture.commanded("move", Some("A guest of honour")));
    moves.move_to(&fixture.entry("cyd").await, &Destination::Front).await.expect("she waits");
    let (by, why) = fixture.last_change("cyd").await;
    assert_eq!(by, format!("organiser:{}", KeyId::from_bits([7; 16])));
    assert_eq!(why.as_deref(), Some("A guest of honour"));
    fixture.a_seat_comes_free().await;
    assert_eq!(fixture.last_change("cyd").await, ("waitlist".to_owned(), None));
    let customers = Claims::new(&fixture.table.acting_as(Mandate::of(Actor::Customer)));
    customers.claim(&fixture.entry("cyd").await, "claim").await.expect("in time");
    assert_eq!(fixture.last_change("cyd").await, ("customer".to_owned(), None));
    fixture.advance(2 * HOUR);
    let place = fixture.entry("cyd").await.entry.place;
    Promotions::new(&fixture.table).expire(&line(), &[place]).await.expect("it is due");
    assert_eq!(fixture.last_change("cyd").await, ("timer".to_owned(), None));
    assert_eq!(fixture.last_change("ada").await, ("waitlist".to_owned(), None));
}
