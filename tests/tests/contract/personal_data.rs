//! What outlives an event: tokens for 30 days, and personal data for the event's retention.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, TicketType};
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PhoneChange};
use waitlist_domain::values::credential::{PresentedToken, SecretHash};
use waitlist_domain::values::identifier::{LineId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_domain::{Error, Refusal};
use waitlist_store::StoredEntry;
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::personal_data::PersonalData;
use waitlist_store::commands::places::{PlaceNotes, PlaceOfMailbox};
use waitlist_store::queries::entries::Entries;
use waitlist_tests::scan_all;

use super::fixture::{Fixture, HOUR, contract, customer, event_id, line, refusal};

contract! {
    a_token_proves_nothing_from_30_days_after_the_start
    personal_data_are_removed_once_the_retention_has_run_out
    the_places_of_a_person_go_with_their_data
    an_event_that_was_put_off_keeps_its_personal_data
    a_removal_that_is_broken_off_goes_on_where_it_stopped
    entries_of_dropped_ticket_types_lose_their_personal_data_too
    a_removed_contact_cannot_be_corrected
    the_counts_of_a_line_stay
}

/// How long after the beginning of a test its event begins.
const UNTIL_START: i64 = 1000 * HOUR;
const DAY: i64 = 24 * HOUR;

impl Fixture {
    fn kept_for(&self, retention: &str) -> Event {
        let mut event = self.event();
        event.rules.retention = Retention::parse(retention).expect("valid");
        event
    }

    async fn people_join(&self, names: &[&str]) {
        self.put_event(self.kept_for("10 days"), 0).await.expect("valid");
        for name in names {
            self.join(name).await;
        }
    }

    /// Removes until nothing is left. Returns how many entries lost their personal data.
    async fn remove_all(&self, at_once: usize) -> usize {
        let personal_data = PersonalData::new(&self.table);
        let mut removed = 0;
        for event in personal_data.due(10).await.expect("the table answers") {
            loop {
                let step = personal_data.remove_some(&event, at_once).await.expect("nothing disturbs it");
                removed += step.removed;
                if step.is_done {
                    break;
                }
            }
        }
        removed
    }

    /// The items that hold this text in any attribute.
    async fn items_with(&self, text: &str) -> Vec<String> {
        let items = scan_all(&self.client, self.table_name()).await;
        let holds = |value: &AttributeValue| format!("{value:?}").contains(text);
        let found = items.iter().filter(|item| item.iter().any(|(name, value)| name != "pk" && holds(value)));
        found.map(|item| format!("{:?} {:?}", item["pk"], item["sk"])).collect()
    }
}

async fn a_token_proves_nothing_from_30_days_after_the_start(fixture: Fixture) {
    fixture.people_join(&["ada"]).await;
    let StoredEntry { entry, .. } = fixture.entry("ada").await;
    let token = PresentedToken::unsealed(entry.token_hash.clone(), entry.place.tag());
    let prove = async || Entries::new(&fixture.table).shown_by(&customer("ada"), &token).await;
    fixture.advance(UNTIL_START + 30 * DAY - 1);
    assert!(prove().await.expect("in time").is_some());
    fixture.advance(1);
    assert!(matches!(refusal(prove().await), Refusal::Unauthenticated(_)));
    let stranger = PresentedToken::unsealed(SecretHash::of("x"), token.place.clone());
    let proven = Entries::new(&fixture.table).shown_by(&customer("ada"), &stranger).await;
    assert!(proven.expect("an unknown token is told nothing").is_none());
}

async fn personal_data_are_removed_once_the_retention_has_run_out(fixture: Fixture) {
    fixture.people_join(&["ada", "bob"]).await;
    let before = fixture.entry("ada").await;
    fixture.advance(UNTIL_START + 10 * DAY - 1);
    assert_eq!(fixture.remove_all(100).await, 0);
    assert!(!fixture.items_with("ada@example.org").await.is_empty());
    fixture.advance(1);
    assert_eq!(fixture.remove_all(100).await, 2);
    for text in ["ada@example.org", "bob@example.org", "+14155550123"] {
        assert_eq!(fixture.items_with(text).await, [""; 0], "{text}");
    }
    let after = fixture.entry("ada").await;
    assert!(after.entry.applicant.is_removed() && !before.entry.applicant.is_removed());
    let ids = |stored: &StoredEntry| (stored.entry.id.clone(), stored.entry.place.clone(), stored.entry.number);
    assert_eq!((ids(&after), after.entry.status), (ids(&before), before.entry.status));
    assert_eq!(PersonalData::new(&fixture.table).due(10).await.expect("the table answers"), []);
}

async fn the_places_of_a_person_go_with_their_data(fixture: Fixture) {
    fixture.people_join(&["ada", "bob"]).await;
    let ada = fixture.entry("ada").await.entry;
    let mailbox = |entry: &Entry| SecretHash::of(entry.applicant.email.mailbox().as_str());
    let noted = PlaceOfMailbox { mailbox: mailbox(&ada), place: ada.place.clone() };
    PlaceNotes::new(&fixture.table).note(&noted).await.expect("nothing disturbs it");
    let places = async || {
        let items = scan_all(&fixture.client, fixture.table_name()).await;
        items.iter().filter(|item| item["pk"].as_s().is_ok_and(|key| key.starts_with("MAILBOX#"))).count()
    };
    assert_eq!(places().await, 1);
    fixture.advance(UNTIL_START + 10 * DAY);
    assert_eq!(fixture.remove_all(100).await, 2);
    assert_eq!(places().await, 0);
}

async fn an_event_that_was_put_off_keeps_its_personal_data(fixture: Fixture) {
    fixture.people_join(&["ada"]).await;
    fixture.advance(UNTIL_START - 1);
    // It begins another 1,000 hours later.
    fixture.put_event(fixture.kept_for("10 days"), 0).await.expect("it has not begun");
    fixture.advance(10 * DAY + 1);
    assert_eq!(fixture.remove_all(100).await, 0);
    assert!(!fixture.entry("ada").await.entry.applicant.is_removed());
}

async fn a_removal_that_is_broken_off_goes_on_where_it_stopped(fixture: Fixture) {
    fixture.people_join(&["ada", "bob", "cyd", "dan", "eve"]).await;
    fixture.advance(UNTIL_START + 10 * DAY);
    let personal_data = PersonalData::new(&fixture.table);
    let mut removed = Vec::new();
    // Each step is another invocation.
    for _ in 0..10 {
        let step = personal_data.remove_some(&event_id(), 2).await.expect("nothing disturbs it");
        removed.push(step.removed);
        if step.is_done {
            break;
        }
    }
    assert_eq!(removed.iter().sum::<usize>(), 5, "{removed:?}");
    assert_eq!(removed[..2], [2, 2], "{removed:?}");
    assert_eq!(removed.last(), Some(&0), "the last walk finds nothing: {removed:?}");
}

async fn entries_of_dropped_ticket_types_lose_their_personal_data_too(fixture: Fixture) {
    let helper = TicketTypeId::parse("helper").expect("valid");
    let mut event = fixture.kept_for("10 days");
    let camper = event.ticket_types.clone();
    event.ticket_types.push(TicketType { id: helper.clone(), name: Label::parse("Helper").expect("valid") });
    let put = async |event: Event| {
        let capacities = event.ticket_types.iter().map(|_| Some(0)).collect();
        EventChanges::new(&fixture.table).put(&WantedEvent { event, capacities }).await
    };
    put(event.clone()).await.expect("valid");
    let mut wish = fixture.wish("ada", 1);
    wish.place.line = LineId { ticket_type_id: helper, ..line() };
    let wish = Join { ..wish };
    Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("the line is open");
    let ada = fixture.entry("ada").await;
    Departures::new(&fixture.table).leave(&ada).await.expect("she waits");
    put(Event { ticket_types: camper, ..event }).await.expect("nobody waits for the other one");
    fixture.advance(UNTIL_START + 10 * DAY);
    assert_eq!(fixture.remove_all(100).await, 1);
    assert_eq!(fixture.items_with("ada@example.org").await, [""; 0]);
}

async fn a_removed_contact_cannot_be_corrected(fixture: Fixture) {
    fixture.people_join(&["ada"]).await;
    let before = fixture.entry("ada").await;
    fixture.advance(UNTIL_START + 10 * DAY);
    fixture.remove_all(100).await;
    let change = ContactChange {
        name: None,
        email: Some(EmailAddress::parse("new@example.org").expect("valid")),
        phone: PhoneChange::Keep,
    };
    // The entry may have been read before the removal.
    for stored in [before, fixture.entry("ada").await] {
        let changed: Result<_, Error> = ContactChanges::new(&fixture.table).change(&stored, &change).await;
        assert_eq!(refusal(changed), Refusal::PersonalDataRemoved);
    }
    assert_eq!(fixture.items_with("new@example.org").await, [""; 0]);
}

async fn the_counts_of_a_line_stay(fixture: Fixture) {
    fixture.people_join(&["ada", "bob"]).await;
    let before = fixture.line().await;
    fixture.advance(UNTIL_START + 10 * DAY);
    fixture.remove_all(100).await;
    let after = fixture.line().await;
    assert_eq!((after.seats, after.numbers), (before.seats, before.numbers));
}
