//! The places of a person: how many they may have, and which are one place.

use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::event::{Event, MaxPlaces, Proof, TicketType};
use waitlist_domain::line::fit::{Fit, MaxPasses};
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::{SecretHash, Token};
use waitlist_domain::values::identifier::{AttendeeId, PlaceId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_store::StoredEntry;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;
use waitlist_store::commands::places::{PlaceNotes, PlaceOfMailbox};
use waitlist_store::queries::entries::{Entries, EntryFilter};
use waitlist_tests::InProcessCloud;

use super::fixture::{Fixture, contract, customer, event_id, on_dynoxide_that_measures, refusal};
use super::interleaving::held_up;

contract! {
    a_person_gets_no_more_places_than_the_event_allows
    spellings_of_one_mailbox_are_one_person
    a_join_under_way_makes_no_place_too_many
    joins_at_once_make_no_place_too_many
    a_closed_place_can_be_taken_and_is_no_entry
    a_lower_limit_holds_at_once
    a_public_join_is_the_place_that_a_sales_system_took_with_the_mailbox
    a_stranger_is_shown_nothing_of_whom_a_sales_system_has
    a_sales_system_may_place_several_customers_under_one_address
    with_one_place_for_each_mailbox_a_sales_system_gets_the_place_that_there_is
    offers_to_all_attendees_of_a_person_count
}

/// The mailbox in most stories.
const ADA: &str = "ada@example.org";

fn ticket_type(id: &str) -> TicketTypeId {
    TicketTypeId::parse(id).expect("valid")
}

impl Fixture {
    /// Puts the event with these sold-out ticket types.
    pub(super) async fn with_types(&self, ids: &[&str], change: impl FnOnce(&mut Event)) {
        let mut event = self.event();
        event.ticket_types =
            ids.iter().map(|id| TicketType { id: ticket_type(id), name: Label::parse(id).expect("valid") }).collect();
        event.rules.proof = Proof::None;
        change(&mut event);
        let capacities = vec![Some(0); ids.len()];
        EventChanges::new(&self.table).put(&WantedEvent { event, capacities }).await.expect("the event is valid");
    }

    async fn with_places(&self, ids: &[&str], most: i64) {
        self.with_types(ids, |event| event.rules.max_places = MaxPlaces::parse(most).expect("valid")).await;
    }

    /// A public join of this mailbox.
    pub(super) fn public(&self, email: &str, of: &str, for_whom: Option<&str>) -> Join {
        let email = EmailAddress::parse(email).expect("valid");
        let mut wish = self.wish("ada", 1);
        wish.is_public = true;
        wish.place.customer_id = email.customer_id();
        wish.place.line.ticket_type_id = ticket_type(of);
        wish.place.attendee_id = for_whom.map(|id| AttendeeId::parse(id).expect("valid"));
        wish.token_hash = SecretHash::of(wish.entry_id.as_str());
        wish.applicant.email = email;
        wish
    }

    pub(super) async fn joins(&self, join: &Join) -> Result<Joined, waitlist_domain::Error> {
        Joins::new(&self.table).join(join, |_| Ok(())).await
    }

    pub(super) async fn joins_anew(&self, join: &Join) {
        assert!(matches!(self.joins(join).await, Ok(Joined::New(..))), "{:?}", join.place);
    }

    async fn at(&self, place: &PlaceId) -> StoredEntry {
        Entries::new(&self.table).at(place).await.expect("the table answers").expect("they joined")
    }

    async fn leaves(&self, join: &Join) {
        let stored = self.at(&join.place).await;
        assert!(Departures::new(&self.table).leave(&stored).await.expect("nothing disturbs it"));
    }

    /// How many places a customer has.
    async fn places_of(&self, join: &Join) -> usize {
        let (reader, filter) = (Entries::new(&self.table), EntryFilter::default());
        let found = reader.of_customer(&join.place.customer_id, &filter, None).await;
        let entries = found.expect("the table answers").entries;
        entries.iter().filter(|stored| !stored.may_rejoin()).count()
    }

    async fn has_no_more_places(&self, join: &Join, limit: u64) {
        assert_eq!(refusal(self.joins(join).await), Refusal::TooManyPlaces { limit });
    }
}

async fn a_person_gets_no_more_places_than_the_event_allows(fixture: Fixture) {
    fixture.with_places(&["camper", "helper"], 3).await;
    let first = fixture.public(ADA, "camper", None);
    fixture.joins_anew(&first).await;
    fixture.joins_anew(&fixture.public(ADA, "camper", Some("one"))).await;
    fixture.joins_anew(&fixture.public(ADA, "helper", Some("one"))).await;
    let numbers = fixture.line().await.numbers;
    for (of, for_whom) in [("camper", Some("two")), ("helper", None), ("helper", Some("two"))] {
        fixture.has_no_more_places(&fixture.public(ADA, of, for_whom), 3).await;
    }
    assert_eq!(fixture.line().await.numbers, numbers, "a refusal takes no number");
    assert!(matches!(fixture.joins(&fixture.public(ADA, "camper", Some("one"))).await, Ok(Joined::Existing(_))));
    fixture.joins_anew(&fixture.public("bob@example.org", "helper", None)).await;
    fixture.leaves(&first).await;
    fixture.joins_anew(&fixture.public(ADA, "helper", None)).await;
    fixture.has_no_more_places(&fixture.public(ADA, "camper", None), 3).await;
    assert_eq!(fixture.places_of(&first).await, 3);
}

async fn spellings_of_one_mailbox_are_one_person(fixture: Fixture) {
    fixture.with_places(&["camper", "helper"], 2).await;
    fixture.joins_anew(&fixture.public("ada.b@gmail.com", "camper", Some("one"))).await;
    let again = fixture.public("AdaB+camp@googlemail.com", "camper", Some("one"));
    assert!(matches!(fixture.joins(&again).await, Ok(Joined::Existing(_))));
    fixture.joins_anew(&fixture.public("ad.ab@gmail.com", "camper", Some("two"))).await;
    fixture.has_no_more_places(&fixture.public("adab@gmail.com", "helper", None), 2).await;
    let written = fixture.at(&again.place).await.entry.applicant.email;
    assert_eq!(written.as_str(), "ada.b@gmail.com", "what they typed is what is written to");
}

async fn a_join_under_way_makes_no_place_too_many(fixture: Fixture) {
    fixture.with_places(&["camper", "helper"], 2).await;
    let slow = fixture.public(ADA, "camper", None);
    let late = held_up(
        &fixture,
        "PutItem",
        async |table| Joins::new(&table).join(&slow, |_| Ok(())).await,
        async || {
            for child in ["one", "two"] {
                fixture.joins_anew(&fixture.public(ADA, "helper", Some(child))).await;
            }
        },
    );
    assert_eq!(refusal(late.await), Refusal::TooManyPlaces { limit: 2 });
    assert_eq!(fixture.places_of(&slow).await, 2);
    assert_eq!(fixture.line().await.numbers.waiting(), 0, "the number that was taken is given back");
}

async fn joins_at_once_make_no_place_too_many(fixture: Fixture) {
    fixture.with_places(&["camper"], 2).await;
    fixture.joins_anew(&fixture.public(ADA, "camper", None)).await;
    let slow = fixture.public(ADA, "camper", Some("slow"));
    let late = held_up(
        &fixture,
        "TransactWriteItems",
        async |table| Joins::new(&table).join(&slow, |_| Ok(())).await,
        async || fixture.joins_anew(&fixture.public(ADA, "camper", Some("fast"))).await,
    );
    assert_eq!(refusal(late.await), Refusal::TooManyPlaces { limit: 2 });
    assert_eq!(fixture.places_of(&slow).await, 2);
    assert_eq!(fixture.line().await.numbers.waiting(), 2, "the number that was taken is given back");
}

async fn a_closed_place_can_be_taken_and_is_no_entry(fixture: Fixture) {
    fixture.with_places(&["camper"], 1).await;
    for _ in 0..2 {
        let child = fixture.public(ADA, "camper", Some("one"));
        let own = fixture.public(ADA, "camper", None);
        fixture.joins_anew(&child).await;
        fixture.has_no_more_places(&own, 1).await;
        assert_eq!(fixture.places_of(&own).await, 1, "what closes the place is not read as an entry");
        fixture.leaves(&child).await;
        fixture.joins_anew(&own).await;
        fixture.has_no_more_places(&child, 1).await;
        fixture.leaves(&own).await;
    }
}

async fn a_lower_limit_holds_at_once(fixture: Fixture) {
    fixture.with_places(&["camper", "helper"], 5).await;
    fixture.joins_anew(&fixture.public(ADA, "camper", None)).await;
    fixture.with_places(&["camper", "helper"], 1).await;
    fixture.has_no_more_places(&fixture.public(ADA, "helper", None), 1).await;
    fixture.with_places(&["camper", "helper"], 2).await;
    fixture.joins_anew(&fixture.public(ADA, "helper", None)).await;
}

/// A sales system's join of this customer with the mailbox.
fn of_customer(fixture: &Fixture, name: &str, for_whom: Option<&str>) -> Join {
    let mut wish = fixture.public(ADA, "camper", for_whom);
    wish.is_public = false;
    wish.place.customer_id = customer(name);
    wish
}

/// What the relay does after a join of a sales system.
async fn is_noted(fixture: &Fixture, join: &Join) {
    let mailbox = SecretHash::of(join.applicant.email.mailbox().as_str());
    let noted = PlaceOfMailbox { mailbox, place: join.place.clone() };
    PlaceNotes::new(&fixture.table).note(&noted).await.expect("nothing disturbs it");
}

/// The customer at whose place a join finds the person.
async fn found_at(fixture: &Fixture, join: &Join) -> String {
    match fixture.joins(join).await.expect("it is answered") {
        Joined::Existing(stored) => stored.entry.place.customer_id.as_str().to_owned(),
        Joined::New(entry, _) => panic!("another place: {:?}", entry.place),
    }
}

async fn a_public_join_is_the_place_that_a_sales_system_took_with_the_mailbox(fixture: Fixture) {
    fixture.with_places(&["camper", "helper"], 2).await;
    for for_whom in [None, Some("one")] {
        let theirs = of_customer(&fixture, "family-42", for_whom);
        fixture.joins_anew(&theirs).await;
        is_noted(&fixture, &theirs).await;
        is_noted(&fixture, &theirs).await;
        let numbers = fixture.line().await.numbers;
        assert_eq!(found_at(&fixture, &fixture.public("Ada+x@example.org", "camper", for_whom)).await, "family-42");
        assert_eq!(fixture.line().await.numbers, numbers, "it takes no number");
    }
    fixture.has_no_more_places(&fixture.public(ADA, "helper", None), 2).await;
    fixture.joins_anew(&of_customer(&fixture, "family-43", Some("two"))).await;
    fixture.leaves(&of_customer(&fixture, "family-42", None)).await;
    fixture.joins_anew(&fixture.public(ADA, "camper", None)).await;
}

async fn a_stranger_is_shown_nothing_of_whom_a_sales_system_has(fixture: Fixture) {
    fixture.with_places(&["camper"], 2).await;
    let theirs = of_customer(&fixture, "family-42", None);
    fixture.joins_anew(&theirs).await;
    is_noted(&fixture, &theirs).await;
    let strangers = fixture.public(ADA, "camper", None);
    let joins = Joins::new(&fixture.table);
    let Ok(Joined::Existing(stored)) = joins.join(&strangers, |_| Ok(())).await else { panic!("they wait") };
    let token = Token::from_bits(&strangers.place.tag(), [7; 32]);
    let stand_in = joins.stand_in(&strangers, &token, &stored).await.expect("the table answers");
    let customer = &strangers.place.customer_id;
    let entries = Entries::new(&fixture.table);
    let shown = async |token: &Token| {
        let shown = entries.shown_by(customer, &token.presented()).await.expect("the table answers");
        shown.map(|shown| (shown.entry.place, shown.entry.status))
    };
    assert_eq!(shown(&stand_in.token).await, Some((strangers.place.clone(), Status::Waiting)));
    assert_eq!(shown(&token).await, None, "nobody was given it");
    let listed = entries.of_customer(customer, &EntryFilter::default(), None).await;
    assert!(listed.expect("the table answers").entries.is_empty(), "it is no entry");
}

async fn a_sales_system_may_place_several_customers_under_one_address(fixture: Fixture) {
    fixture.with_places(&["camper"], 1).await;
    fixture.joins_anew(&fixture.public(ADA, "camper", None)).await;
    for name in ["family-1", "family-2", "family-3"] {
        let theirs = of_customer(&fixture, name, None);
        fixture.joins_anew(&theirs).await;
        is_noted(&fixture, &theirs).await;
    }
    let own = fixture.public(ADA, "camper", None);
    assert_eq!(found_at(&fixture, &own).await, own.place.customer_id.as_str());
    assert_eq!(fixture.line().await.numbers.waiting(), 4);
}

async fn with_one_place_for_each_mailbox_a_sales_system_gets_the_place_that_there_is(fixture: Fixture) {
    fixture.with_types(&["camper"], |event| event.rules.one_place_per_mailbox = true).await;
    let slow = of_customer(&fixture, "family-2", None);
    let late = held_up(
        &fixture,
        "TransactWriteItems",
        async |table| Joins::new(&table).join(&slow, |_| Ok(())).await,
        async || fixture.joins_anew(&of_customer(&fixture, "family-1", None)).await,
    );
    assert!(
        matches!(late.await, Ok(Joined::Existing(stored)) if stored.entry.place.customer_id == customer("family-1"))
    );
    assert_eq!(found_at(&fixture, &of_customer(&fixture, "family-2", None)).await, "family-1");
    assert_eq!(found_at(&fixture, &fixture.public(ADA, "camper", None)).await, "family-1");
    fixture.joins_anew(&of_customer(&fixture, "family-2", Some("two"))).await;
    for child in 3..8 {
        fixture.joins_anew(&of_customer(&fixture, "family-2", Some(&format!("{child}")))).await;
    }
    fixture.has_no_more_places(&fixture.public(ADA, "camper", Some("nine")), 5).await;
    let own = fixture.public("bob@example.org", "camper", None);
    fixture.joins_anew(&own).await;
    let mut theirs = of_customer(&fixture, "family-9", None);
    theirs.applicant.email = own.applicant.email.clone();
    assert_eq!(found_at(&fixture, &theirs).await, own.place.customer_id.as_str());
}

async fn offers_to_all_attendees_of_a_person_count(fixture: Fixture) {
    // A seat is free that does not suit the head of the line, so any other who joins is offered it.
    let mut event = fixture.event();
    event.rules.proof = Proof::None;
    event.rules.fit = Fit::Skip { max_passes: MaxPasses::MOST };
    fixture.put_event(event.clone(), 0).await.expect("valid");
    fixture.try_join("zed", 4).await.expect("open");
    fixture.put_event(event, 1).await.expect("valid");
    for child in [None, Some("one"), Some("two")] {
        let join = fixture.public(ADA, "camper", child);
        fixture.joins_anew(&join).await;
        OffersOutOfTurn::new(&fixture.table).offer(&fixture.at(&join.place).await).await.expect("a seat is free");
        let stored = fixture.at(&join.place).await;
        Departures::new(&fixture.table).decline(&stored, join.entry_id.as_str()).await.expect("it is live");
        fixture.advance(1000);
    }
    for child in [None, Some("two"), Some("three")] {
        let refused = refusal(fixture.joins(&fixture.public(ADA, "camper", child)).await);
        assert!(matches!(refused, Refusal::TooManyOffers { offers: 3, .. }), "{refused:?}");
    }
    fixture.joins_anew(&of_customer(&fixture, "family-42", Some("three"))).await;
    fixture.joins_anew(&fixture.public("bob@example.org", "camper", None)).await;
}

/// What each join consumes: read units, write units and round trips.
async fn costs(fixture: &Fixture, cloud: &InProcessCloud, wishes: &[Join]) -> Vec<(f64, f64, usize)> {
    let joins = Joins::new(&fixture.table);
    joins.event(&event_id()).await.expect("it exists");
    let mut costs = Vec::new();
    for wish in wishes {
        cloud.take_meter();
        cloud.take_calls();
        assert!(matches!(joins.join(wish, |_| Ok(())).await, Ok(Joined::New(..))), "{:?}", wish.place);
        let units = cloud.take_meter().units();
        costs.push((units.read, units.write, cloud.take_calls().len()));
    }
    costs
}

#[test]
fn a_join_without_an_attendee_writes_three_units_and_one_that_counts_twice_as_many() {
    on_dynoxide_that_measures(async |fixture, cloud| {
        fixture.sold_out(1).await;
        let sales = of_customer(&fixture, "family-42", None);
        let own = fixture.public("bob@example.org", "camper", None);
        let children = ["1", "2", "3", "4", "5"].map(|child| fixture.public(ADA, "camper", Some(child)));
        let plain = costs(&fixture, &cloud, &[sales, own]).await;
        assert_eq!(plain, [(0.5, 3.0, 3), (1.0, 3.0, 3)]);
        // The fifth closes the person's place without an attendee.
        let counted = costs(&fixture, &cloud, &children).await;
        assert_eq!(counted, [(3.0, 6.0, 3), (4.0, 6.0, 4), (5.0, 6.0, 4), (6.0, 6.0, 4), (7.0, 8.0, 4)]);
    });
}
