//! Requests for lost links, and the places of a mailbox.

use std::collections::BTreeSet;

use waitlist_domain::messages::link_mail::{DAY, MOST_LINK_MAILS_A_DAY};
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::PlaceId;
use waitlist_store::commands::joining::Joins;
use waitlist_store::commands::link_mails::LinkMails;
use waitlist_store::commands::places::{PlaceNotes, PlaceOfMailbox};
use waitlist_store::queries::mailbox_places::MailboxPlaces;

use super::fixture::{self, Fixture, attendee, contract};

contract! {
    a_request_is_counted_once_and_no_more_than_a_few_a_day_are_noted
    every_place_of_a_mailbox_is_found_by_its_hash
}

fn ada() -> EmailAddress {
    EmailAddress::parse("ada@example.org").expect("valid")
}

/// The items about lost links.
async fn noted(fixture: &Fixture) -> Vec<String> {
    let items = waitlist_tests::scan_all(&fixture.client, fixture.table_name()).await;
    let is_of_links = |key: &String| key.starts_with("LINKS#");
    let of_links = items.iter().filter(|item| item["pk"].as_s().is_ok_and(is_of_links));
    of_links.map(|item| format!("{:?}", item["mails"].as_l().map(Vec::len))).collect()
}

async fn a_request_is_counted_once_and_no_more_than_a_few_a_day_are_noted(fixture: Fixture) {
    let links = LinkMails::new(&fixture.table);
    for name in ["one", "one", "two", "three", "four"] {
        links.ask(&ada(), None, name).await.expect("the table answers");
    }
    assert_eq!(noted(&fixture).await, [format!("Ok({MOST_LINK_MAILS_A_DAY})")]);
    fixture.advance(DAY + 10);
    links.ask(&ada(), None, "five").await.expect("the table answers");
    assert_eq!(noted(&fixture).await, [format!("Ok({})", MOST_LINK_MAILS_A_DAY + 1)], "of the last month");
    let another = EmailAddress::parse("ada+x@example.org").expect("valid");
    links.ask(&another, None, "six").await.expect("the table answers");
    assert_eq!(noted(&fixture).await, [format!("Ok({})", MOST_LINK_MAILS_A_DAY + 2)], "the same mailbox");
}

async fn every_place_of_a_mailbox_is_found_by_its_hash(fixture: Fixture) {
    fixture.sold_out(1).await;
    let joins = Joins::new(&fixture.table);
    let mut joined = Vec::new();
    for (customer, child) in
        [(ada().customer_id().as_str(), "child-1"), (ada().customer_id().as_str(), "child-2"), ("crm", "")]
    {
        let mut wish = fixture.wish("ada", 1);
        wish.place.customer_id = fixture::customer(customer);
        wish.applicant.email = ada();
        wish.place.attendee_id = if child.is_empty() { None } else { attendee(child) };
        joins.join(&wish, |_| Ok(())).await.expect("open");
        joined.push(wish.place.clone());
    }
    let mailbox = SecretHash::of(ada().mailbox().as_str());
    let found = async || -> BTreeSet<PlaceId> {
        let found = MailboxPlaces::new(&fixture.table).of(&mailbox).await.expect("the table answers");
        found.into_iter().map(|stored| stored.entry.place).collect()
    };
    assert_eq!(found().await, BTreeSet::from_iter(joined[..2].iter().cloned()));
    let noted = PlaceOfMailbox { mailbox: mailbox.clone(), place: joined[2].clone() };
    PlaceNotes::new(&fixture.table).note(&noted).await.expect("the table answers");
    assert_eq!(found().await, BTreeSet::from_iter(joined));
    let nobody = MailboxPlaces::new(&fixture.table).of(&SecretHash::of("nobody")).await.expect("the table answers");
    assert!(nobody.is_empty());
}
