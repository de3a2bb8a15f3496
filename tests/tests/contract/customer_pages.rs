//! The pages of a customer's entries.

use std::collections::BTreeSet;

use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::scope::{EventPattern, Scope};
use waitlist_store::commands::joining::{Joined, Joins};
use waitlist_store::queries::entries::{CUSTOMER_PAGE, Entries, EntryFilter};

use super::fixture::{Fixture, attendee, contract, customer, event_id};

contract! {
    every_entry_of_a_customer_is_on_one_page_and_only_the_last_page_has_no_next
    a_page_is_filled_with_the_entries_that_the_filter_admits
    a_key_of_other_events_is_told_of_no_page
}

async fn joins_for(fixture: &Fixture, attendees: usize) {
    let joins = Joins::new(&fixture.table);
    for number in 0..attendees {
        let mut wish = fixture.wish("parent", 1);
        wish.place.attendee_id = attendee(&format!("child-{number}"));
        assert!(matches!(joins.join(&wish, |_| Ok(())).await, Ok(Joined::New(..))));
    }
}

/// The attendees on each page.
async fn pages(entries: &Entries, filter: &EntryFilter) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = entries.of_customer(&customer("parent"), filter, after.as_ref()).await.expect("the table answers");
        let attendees = page.entries.iter().filter_map(|stored| stored.entry.place.attendee_id.clone());
        pages.push(attendees.map(String::from).collect());
        if page.next.is_none() {
            return pages;
        }
        after = page.next;
    }
}

async fn every_entry_of_a_customer_is_on_one_page_and_only_the_last_page_has_no_next(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entries = Entries::new(&fixture.table);
    joins_for(&fixture, CUSTOMER_PAGE).await;
    let lengths = |pages: &[Vec<String>]| pages.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(&pages(&entries, &EntryFilter::default()).await), [CUSTOMER_PAGE]);
    let mut wish = fixture.wish("parent", 1);
    for number in CUSTOMER_PAGE..=2 * CUSTOMER_PAGE {
        wish = fixture.wish("parent", 1);
        wish.place.attendee_id = attendee(&format!("child-{number}"));
        Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    }
    let found = pages(&entries, &EntryFilter::default()).await;
    assert_eq!(lengths(&found), [CUSTOMER_PAGE, CUSTOMER_PAGE, 1]);
    let distinct: BTreeSet<String> = found.into_iter().flatten().collect();
    assert_eq!(distinct.len(), 2 * CUSTOMER_PAGE + 1);
    assert!(entries.find(&customer("parent"), &wish.entry_id).await.expect("the table answers").is_some());
}

async fn a_page_is_filled_with_the_entries_that_the_filter_admits(fixture: Fixture) {
    fixture.sold_out(1).await;
    joins_for(&fixture, 3 * CUSTOMER_PAGE).await;
    let entries = Entries::new(&fixture.table);
    let last = EntryFilter { attendee_id: attendee("child-70"), event_id: Some(event_id()), ..EntryFilter::default() };
    assert_eq!(pages(&entries, &last).await, [["child-70"]]);
    let elsewhere = EntryFilter { event_id: Some(EventId::parse("fair").expect("valid")), ..EntryFilter::default() };
    assert_eq!(pages(&entries, &elsewhere).await, [Vec::<String>::new()]);
}

async fn a_key_of_other_events_is_told_of_no_page(fixture: Fixture) {
    fixture.sold_out(1).await;
    joins_for(&fixture, 2 * CUSTOMER_PAGE).await;
    let elsewhere = Entries::new(&fixture.table)
        .within(Scope::new(vec![EventPattern::parse("winter-*").expect("valid")]).expect("valid"));
    assert_eq!(pages(&elsewhere, &EntryFilter::default()).await, [Vec::<String>::new()]);
}
