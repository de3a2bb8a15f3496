//! The place of a join is read while its network is counted. A join that is not let in does nothing
//! else.

use std::future::ready;

use waitlist_domain::event::Event;
use waitlist_domain::event::access_code::AccessCode;
use waitlist_domain::event::join_challenge::{JoinChallenge, Work};
use waitlist_domain::values::identifier::{EventId, PlaceId};
use waitlist_domain::values::source::Source;
use waitlist_domain::{Error, Refusal};
use waitlist_store::Table;
use waitlist_store::commands::join_limits::JoinLimits;
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_tests::{Item, scan_all};

use super::fixture::{Fixture, contract, customer, event_id, refusal};
use super::interleaving::counted;

contract! {
    a_join_over_the_limit_of_its_network_changes_nothing_and_reads_one_place
    a_join_within_the_limit_of_its_network_sends_no_more_requests_than_before
    a_join_that_is_not_let_in_reads_nothing_but_what_it_would_read_first
    a_place_that_was_taken_after_it_was_read_is_not_taken_again
    what_was_read_by_the_rules_of_an_older_event_is_not_used
}

const ADA: &str = "ada@example.org";

fn anything(_: &Event) -> Result<(), Refusal> {
    Ok(())
}

impl Fixture {
    async fn items(&self) -> Vec<Item> {
        scan_all(&self.client, self.table_name()).await
    }
}

/// Joins that remember the event. To read it is one request.
async fn warm(table: &Table) -> Joins {
    let joins = Joins::new(table);
    joins.event(&event_id()).await.expect("it exists");
    joins
}

/// A warm function takes a join of a network that may send so many.
async fn joins_within(table: &Table, most: u64, join: &Join) -> Result<Joined, Error> {
    let (joins, limits, source) = (warm(table).await, JoinLimits::new(table, most), Source::parse("192.0.2.7"));
    let counting = limits.count_join(source.as_ref(), join.access_code.is_some());
    let prefetched = joins.prefetch_during(counting, join, anything).await?;
    joins.join_with(prefetched, join, anything).await
}

async fn a_join_over_the_limit_of_its_network_changes_nothing_and_reads_one_place(fixture: Fixture) {
    fixture.with_types(&["camper"], |_| ()).await;
    let [ada, bob] = [ADA, "bob@example.org"].map(|email| fixture.public(email, "camper", None));
    assert!(matches!(joins_within(&fixture.table, 1, &ada).await, Ok(Joined::New(..))));
    let items = fixture.items().await;
    for join in [&ada, &bob] {
        let (refused, requests) = counted(&fixture, async |table| joins_within(&table, 1, join).await).await;
        assert_eq!(refusal(refused), Refusal::TooManyJoins { seconds: 3600 });
        assert_eq!(requests, 4, "the event, the secret of hashes, the count and the place");
    }
    assert_eq!(fixture.items().await, items);
}

async fn a_join_within_the_limit_of_its_network_sends_no_more_requests_than_before(fixture: Fixture) {
    fixture.with_types(&["camper"], |_| ()).await;
    let [ada, bob] = [ADA, "bob@example.org"].map(|email| fixture.public(email, "camper", None));
    assert!(matches!(joins_within(&fixture.table, 2, &ada).await, Ok(Joined::New(..))));
    let (joined, requests) = counted(&fixture, async |table| joins_within(&table, 2, &bob).await).await;
    assert!(matches!(joined, Ok(Joined::New(_, standing)) if standing.position() == Some(2)));
    assert_eq!(requests, 6, "the event, the secret, the count, the place, the number and the entry");
    assert_eq!(fixture.line().await.numbers.waiting(), 2);
}

/// The requests of a warm join whose gate refuses it.
async fn requests_of_refused(fixture: &Fixture, join: &Join, check: impl Fn(&Event) -> Result<(), Refusal>) -> usize {
    let gate = || ready(Err(Error::from(Refusal::TooManyJoins { seconds: 7 })));
    let (refused, requests) = counted(fixture, async |table| {
        let joins = warm(&table).await;
        joins.prefetch_during(gate(), join, &check).await
    })
    .await;
    assert_eq!(refusal(refused), Refusal::TooManyJoins { seconds: 7 });
    requests - 1
}

async fn a_join_that_is_not_let_in_reads_nothing_but_what_it_would_read_first(fixture: Fixture) {
    fixture.with_types(&["camper"], |_| ()).await;
    let plain = || fixture.public(ADA, "camper", None);
    assert_eq!(requests_of_refused(&fixture, &plain(), anything).await, 1);
    assert_eq!(requests_of_refused(&fixture, &plain(), |_| Err(Refusal::WaitlistClosed)).await, 0, "it is refused");
    let mut elsewhere = plain();
    elsewhere.place.line.event_id = EventId::parse("nowhere").expect("valid");
    let by_code = Join { access_code: AccessCode::parse("EARLYBIRD-2027").ok(), ..plain() };
    let refused = fixture.public(ADA, "parking", None);
    let of_many_places = fixture.public(ADA, "camper", Some("child"));
    for join in [elsewhere, by_code, refused, of_many_places] {
        assert_eq!(requests_of_refused(&fixture, &join, anything).await, 0, "{join:?}");
    }
    fixture.with_types(&["camper"], |event| event.rules.join_challenge = Some(JoinChallenge::Work)).await;
    assert_eq!(requests_of_refused(&fixture, &Join { work: Work::Missing, ..plain() }, anything).await, 0);
    assert_eq!(requests_of_refused(&fixture, &Join { work: fixture.solved("one"), ..plain() }, anything).await, 0);
}

async fn a_place_that_was_taken_after_it_was_read_is_not_taken_again(fixture: Fixture) {
    fixture.with_types(&["camper"], |_| ()).await;
    let (ada, again) = (fixture.public(ADA, "camper", None), fixture.public(ADA, "camper", None));
    let joins = warm(&fixture.table).await;
    let prefetched = joins.prefetch_during(ready(Ok(())), &again, anything).await.expect("it is let in");
    fixture.joins_anew(&ada).await;
    let joined = joins.join_with(prefetched, &again, anything).await;
    assert!(matches!(joined, Ok(Joined::Existing(stored)) if stored.entry.id == ada.entry_id));
    assert_eq!(fixture.line().await.numbers.waiting(), 1, "the number that was taken is given back");
}

async fn what_was_read_by_the_rules_of_an_older_event_is_not_used(fixture: Fixture) {
    fixture.with_types(&["camper"], |_| ()).await;
    let public = fixture.public(ADA, "camper", None);
    let joins = warm(&fixture.table).await;
    let prefetched = joins.prefetch_during(ready(Ok(())), &public, anything).await.expect("it is let in");
    fixture.with_types(&["camper"], |event| event.rules.one_place_per_mailbox = true).await;
    let place = PlaceId { customer_id: customer("family-42"), ..public.place.clone() };
    fixture.joins_anew(&Join { place, is_public: false, ..fixture.public(ADA, "camper", None) }).await;
    joins.fresh_event(&event_id()).await.expect("it exists");
    let joined = joins.join_with(prefetched, &public, anything).await;
    assert!(matches!(joined, Ok(Joined::Existing(stored)) if stored.entry.place.customer_id == customer("family-42")));
}
