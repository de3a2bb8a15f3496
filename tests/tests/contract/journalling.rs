use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use tokio::sync::Notify;
use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::listing::Direction;
use waitlist_domain::entry::own_change::OwnChange;
use waitlist_domain::history::explanation::evidence::Evidence;
use waitlist_domain::history::explanation::explain;
use waitlist_domain::history::funnel::{Funnel, Stage, Wait};
use waitlist_domain::history::journal::{
    Deed, Delivery, EntryChange, JournalCursor, JournalId, Row, Rule, SeatsChangeKind,
};
use waitlist_domain::line::order::Standing;
use waitlist_domain::line::steering::Offering;
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::contact::{ContactChange, PersonName, PhoneChange};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::unreachable::Cause;
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::notifying::{Beginning, Notifying, UNREACHABLE};
use waitlist_store::commands::offers::{Claims, Conversions, Departures};
use waitlist_store::commands::own_changes::OwnChanges;
use waitlist_store::commands::registrations::Cancellations;
use waitlist_store::commands::steering::{Steer, Steering};
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;
use waitlist_store::followers::changes::Change;
use waitlist_store::followers::journal::{JournalKeeping, JournalReading};
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::events::{Events, Statistics};
use waitlist_store::queries::listing::EntryLists;
use waitlist_store::{Journalled, Table};
use waitlist_tests::{Item, scan_all};

use super::fixture::{Fixture, HOUR, SECOND, contract, event_id, line, refusal};
use super::interleaving::held_up;
use super::ordering::{priority, tier};

contract! {
    a_write_under_a_mandate_is_journalled_with_its_actor_and_reason
    an_entry_s_history_is_told_in_order
    an_edit_that_changes_nothing_is_a_step_as_well
    a_customer_s_own_change_is_a_row_without_what_they_wrote
    a_bounce_is_told_in_the_history_and_counted
    a_row_is_written_and_counted_once_however_often_it_comes
    rows_that_are_there_already_do_not_keep_others_from_being_counted
    two_writers_of_the_same_rows_count_them_once
    a_change_counted_before_its_row_was_written_stays_counted_once
    a_row_that_was_counted_and_never_written_is_written_when_it_comes_again
    the_offers_of_one_write_stand_at_one_moment
    pages_of_a_journal_neither_skip_nor_repeat_a_row_in_either_direction
    an_entry_is_found_by_its_id_until_its_person_joins_again
    an_offer_is_explained_by_what_set_its_seats_free
    waiting_is_explained_by_what_it_waits_for
    sums_are_read_with_the_statistics
    lists_know_the_event_s_tiers_and_those_that_somebody_was_in
}

/// Items, by their keys.
type Images = BTreeMap<String, Value>;

impl Fixture {
    fn journal(&self) -> JournalId {
        JournalId { event_id: event_id(), ticket_type_id: Some(line().ticket_type_id) }
    }

    /// The journal's rows for everything in the table, as if each item had been written in one step
    /// since `before`.
    async fn journalled(&self, before: &Images) -> (Vec<Journalled>, Images) {
        let mut after = BTreeMap::new();
        let mut rows = Vec::new();
        for item in scan_all(&self.client, self.table_name()).await {
            let image = image_of(&item);
            let name = format!("{}|{}", image["pk"]["S"], image["sk"]["S"]);
            let earlier = before.get(&name).cloned();
            if earlier.as_ref() != Some(&image) {
                let change = Change::from_images(earlier, Some(image.clone())).expect("it is well formed");
                rows.extend(change.journalled().expect("it is well formed"));
            }
            after.insert(name, image);
        }
        (rows, after)
    }

    async fn keep(&self, rows: &[Journalled]) {
        JournalKeeping::new(&self.table).keep(rows.to_vec()).await.expect("nothing disturbs it");
    }

    async fn all_rows(&self) -> Vec<Row> {
        let page = JournalReading::new(&self.table).page(&[self.journal()], None, Direction::OldestFirst, 1_000).await;
        let page = page.expect("the table answers");
        assert_eq!(page.next, None);
        page.rows.into_iter().map(|(_, row)| row).collect()
    }

    async fn history(&self, name: &str) -> Vec<Row> {
        JournalReading::new(&self.table).history(&self.entry(name).await).await.expect("the table answers")
    }

    async fn explanation(&self, name: &str) -> String {
        let stored = self.entry(name).await;
        let reading = JournalReading::new(&self.table);
        let now = self.table.now();
        let looking_back = reading.looking_back(&line(), stored.explained_from(now)).await.expect("the table answers");
        let history = self.history(name).await;
        let (event, counts) = Events::new(&self.table).get_with_line(&line()).await.expect("it is there");
        let standings = Entries::new(&self.table).standings([&stored.entry]).await.expect("the table answers");
        let evidence = Evidence {
            entry: &stored.entry,
            event: &event,
            standing: standings[0].map(|found| found.standing),
            unconfirmed_before: standings[0].map_or(0, |found| found.unconfirmed_before),
            seats: counts.seats,
            offering: counts.offering,
            passed_over: counts.passes.of(&stored.entry.lane, stored.entry.number),
            history: &history,
            looking_back: &looking_back,
        };
        explain(&evidence, now).join(" ")
    }
}

/// A stream's image of an item.
pub(super) fn image_of(item: &Item) -> Value {
    item.iter().map(|(name, value)| (name.clone(), image_of_value(value))).collect()
}

fn image_of_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({"S": text}),
        AttributeValue::N(digits) => json!({"N": digits}),
        AttributeValue::Bool(flag) => json!({"BOOL": flag}),
        AttributeValue::Null(_) => json!({"NULL": true}),
        AttributeValue::Ns(numbers) => json!({"NS": numbers}),
        AttributeValue::Ss(texts) => json!({"SS": texts}),
        AttributeValue::M(map) => json!({"M": image_of(map)}),
        AttributeValue::L(list) => json!({"L": list.iter().map(image_of_value).collect::<Vec<_>>()}),
        AttributeValue::B(bytes) => json!({"B": format!("{bytes:?}")}),
        other => panic!("{other:?}"),
    }
}

fn changes(rows: &[Row]) -> Vec<EntryChange> {
    let change = |row: &Row| match &row.deed {
        Deed::Entry(deed) => Some(deed.change),
        _ => None,
    };
    rows.iter().filter_map(change).collect()
}

/// Ada waits for a seat, is offered it after an hour, claims it and buys it. Each change is
/// journalled.
async fn bought(fixture: &Fixture) {
    let sale = fixture.sold_out(1).await;
    let (rows, seen) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    fixture.join("ada").await;
    let (rows, seen) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    fixture.advance(HOUR);
    let refund = Mandate { why: Label::parse("Is ill").ok(), ..Mandate::of(Actor::Waitlist) };
    Cancellations::new(&fixture.table.acting_as(refund)).cancel(&sale.id).await.expect("it is confirmed");
    let (rows, seen) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    fixture.advance(SECOND);
    assert_eq!(fixture.promote().await.offered, 1);
    let (rows, seen) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    fixture.advance(60 * SECOND);
    let customer = fixture.table.acting_as(Mandate::of(Actor::Customer));
    Claims::new(&customer).claim(&fixture.entry("ada").await, "claim-1").await.expect("it is live");
    let (rows, seen) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    fixture.advance(60 * SECOND);
    Conversions::new(&fixture.table).convert(&fixture.entry("ada").await, None).await.expect("it is live");
    let (rows, _) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
}

async fn a_write_under_a_mandate_is_journalled_with_its_actor_and_reason(fixture: Fixture) {
    bought(&fixture).await;
    let rows = fixture.all_rows().await;
    let cancelled = rows.iter().find(|row| match &row.deed {
        Deed::Seats(deed) => deed.change == SeatsChangeKind::Cancelled,
        _ => false,
    });
    assert_eq!(cancelled.expect("it is there").why.as_deref(), Some("Is ill"));
    let claimed = rows.iter().find(|row| changes(std::slice::from_ref(row)) == [EntryChange::Claimed]);
    assert_eq!(claimed.expect("it is there").by, "customer");
}

async fn an_entry_s_history_is_told_in_order(fixture: Fixture) {
    bought(&fixture).await;
    let history = fixture.history("ada").await;
    let expected = [EntryChange::Joined, EntryChange::Offered, EntryChange::Claimed, EntryChange::Converted];
    assert_eq!(changes(&history), expected);
    assert_eq!(history.iter().map(|row| row.step).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let Deed::Entry(offered) = &history[1].deed else { panic!("{history:?}") };
    assert_eq!((offered.rule, offered.after), (Some(Rule::Fifo), Some(HOUR + SECOND)));
}

async fn an_edit_that_changes_nothing_is_a_step_as_well(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let (rows, seen) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    fixture.advance(SECOND);
    let change = ContactChange { name: None, email: None, phone: PhoneChange::Keep };
    let changes_of = ContactChanges::new(&fixture.commanded("edit", Some("As agreed")));
    changes_of.change(&fixture.entry("ada").await, &change).await.expect("she is there");
    let (rows, _) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    let history = fixture.history("ada").await;
    assert_eq!(changes(&history), [EntryChange::Joined, EntryChange::Edited]);
    assert_eq!(history[1].why.as_deref(), Some("As agreed"));
}

async fn a_customer_s_own_change_is_a_row_without_what_they_wrote(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 2).await.expect("open");
    let (rows, seen) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    let unchanged = OwnChange {
        name: None,
        phone: PhoneChange::Keep,
        locale: None,
        channels: None,
        answers: None,
        quantity: None,
        minimum: None,
    };
    let renamed = OwnChange { name: PersonName::parse("Ada King").ok(), ..unchanged.clone() };
    let fewer = OwnChange { quantity: Some(Quantity::ONE), ..unchanged };
    let own = OwnChanges::new(&fixture.table.acting_as(Mandate::of(Actor::Customer)));
    let mut seen = seen;
    for change in [renamed, fewer] {
        fixture.advance(SECOND);
        own.change(&fixture.entry("ada").await, &change).await.expect("she waits");
        let (rows, images) = fixture.journalled(&seen).await;
        fixture.keep(&rows).await;
        seen = images;
    }
    let history = fixture.history("ada").await;
    assert_eq!(changes(&history), [EntryChange::Joined, EntryChange::Edited, EntryChange::QuantityChanged]);
    let Deed::Entry(fewer) = &history[2].deed else { panic!("{history:?}") };
    assert_eq!((fewer.quantity, &*history[2].by), (Some(Quantity::ONE), "customer"));
    assert!(!format!("{history:?}").contains("King"));
}

async fn a_bounce_is_told_in_the_history_and_counted(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let (rows, seen) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    fixture.advance(SECOND);
    let entry = fixture.entry("ada").await.entry;
    let mail = Notification::about(&entry, NotificationKind::Joined).remove(0);
    let notifying = Notifying::new(&fixture.table);
    let begin = async |mail: &Notification| match notifying.begin_sending(mail).await.expect("the table answers") {
        Beginning::Proceed(lease) => lease,
        other => panic!("it may be sent: {other:?}"),
    };
    let lease = begin(&mail).await;
    notifying.finish_sending(&lease, "mail-1").await.expect("the table answers");
    let addresses = UnreachableAddresses::new(&fixture.table);
    let reported = addresses.report(Some(&mail.name()), &entry.applicant.email, Cause::Bounced).await;
    reported.expect("the table answers");
    fixture.advance(SECOND);
    let lease = begin(&Notification { address_version: 1, ..mail }).await;
    notifying.give_up(&lease, UNREACHABLE).await.expect("the table answers");
    let (rows, _) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    let history = fixture.history("ada").await;
    assert_eq!(changes(&history), [EntryChange::Joined, EntryChange::Unreachable]);
    let noted = history.iter().find_map(|row| match &row.deed {
        Deed::Entry(deed) if deed.change == EntryChange::Unreachable => Some((row.by.as_str(), deed.rule)),
        _ => None,
    });
    assert_eq!(noted, Some(("provider", Some(Rule::Bounced))));
    let outcomes: Vec<Delivery> = history
        .iter()
        .filter_map(|row| if let Deed::Message(deed) = &row.deed { Some(deed.outcome) } else { None })
        .collect();
    assert_eq!(outcomes, [Delivery::Sent, Delivery::Unreachable]);
    let (_, lines) = Statistics::new(&fixture.table).get(&event_id()).await.expect("the event exists");
    let Funnel { messages_sent, messages_unreachable, bounces, complaints, .. } = lines[0].funnel;
    assert_eq!((messages_sent, messages_unreachable, bounces, complaints), (1, 1, 1, 0));
}

async fn a_row_is_written_and_counted_once_however_often_it_comes(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let (rows, _) = fixture.journalled(&BTreeMap::new()).await;
    for _ in 0..3 {
        fixture.keep(&rows).await;
    }
    let joined = changes(&fixture.all_rows().await);
    assert_eq!(joined, [EntryChange::Joined]);
    assert_eq!(funnel(&fixture).await.total(Stage::Joined), 1);
}

async fn rows_that_are_there_already_do_not_keep_others_from_being_counted(fixture: Fixture) {
    fixture.sold_out(1).await;
    // They join at one moment, so that one item holds all rows.
    for name in ["ada", "bob", "cyd"] {
        fixture.join(name).await;
    }
    let (rows, _) = fixture.journalled(&BTreeMap::new()).await;
    let of_ada = fixture.entry("ada").await.entry.id;
    let first: Vec<Journalled> = rows.iter().filter(|row| row.row.entry_id() == Some(&of_ada)).cloned().collect();
    fixture.keep(&first).await;
    fixture.keep(&rows).await;
    assert_eq!(funnel(&fixture).await.total(Stage::Joined), 3);
    assert_eq!(changes(&fixture.all_rows().await), [EntryChange::Joined; 3]);
}

/// The journal's rows for each of these joins, one second apart.
async fn joinings(fixture: &Fixture, names: &[&str]) -> Vec<Vec<Journalled>> {
    fixture.sold_out(1).await;
    let (rows, mut seen) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    let mut all = Vec::new();
    for name in names {
        fixture.advance(SECOND);
        fixture.join(name).await;
        let (rows, after) = fixture.journalled(&seen).await;
        (seen, all) = (after, [all, vec![rows]].concat());
    }
    all
}

async fn two_writers_of_the_same_rows_count_them_once(fixture: Fixture) {
    let [ada, bob] = &joinings(&fixture, &["ada", "bob"]).await[..] else { panic!("two have joined") };
    let both = [ada.clone(), bob.clone()].concat();
    let slow = async |table: Table| JournalKeeping::new(&table).keep(both.clone()).await;
    let meanwhile = async || fixture.keep(ada).await;
    held_up(&fixture, "UpdateItem FUNNEL#", slow, meanwhile).await.expect("nothing disturbs it");
    assert_eq!(funnel(&fixture).await.total(Stage::Joined), 2);
    assert_eq!(changes(&fixture.all_rows().await), [EntryChange::Joined; 2]);
}

async fn a_change_counted_before_its_row_was_written_stays_counted_once(fixture: Fixture) {
    let [ada, bob, cyd] = &joinings(&fixture, &["ada", "bob", "cyd"]).await[..] else { panic!("three have joined") };
    let slow = async |table: Table| JournalKeeping::new(&table).keep(ada.clone()).await;
    let meanwhile = async || {
        for others in [bob, ada, cyd, bob, ada] {
            fixture.keep(others).await;
        }
    };
    held_up(&fixture, "UpdateItem JOURNAL#", slow, meanwhile).await.expect("nothing disturbs it");
    fixture.keep(&[ada.clone(), bob.clone(), cyd.clone()].concat()).await;
    assert_eq!(funnel(&fixture).await.total(Stage::Joined), 3);
    assert_eq!(changes(&fixture.all_rows().await), [EntryChange::Joined; 3]);
}

async fn a_row_that_was_counted_and_never_written_is_written_when_it_comes_again(fixture: Fixture) {
    let [ada, bob, cyd] = &joinings(&fixture, &["ada", "bob", "cyd"]).await[..] else { panic!("three have joined") };
    let counted = Notify::new();
    let dies = async |table: Table| {
        let keeping = JournalKeeping::new(&table);
        tokio::select! {
            kept = keeping.keep(ada.clone()) => panic!("it was to die before: {kept:?}"),
            () = counted.notified() => {}
        }
    };
    let meanwhile = async || {
        counted.notify_one();
        std::future::pending().await
    };
    held_up(&fixture, "UpdateItem JOURNAL#", dies, meanwhile).await;
    fixture.keep(bob).await;
    fixture.keep(cyd).await;
    assert_eq!(changes(&fixture.all_rows().await), [EntryChange::Joined; 2]);
    fixture.keep(ada).await;
    assert_eq!(changes(&fixture.all_rows().await), [EntryChange::Joined; 3]);
    assert_eq!(funnel(&fixture).await.total(Stage::Joined), 3);
}

async fn the_offers_of_one_write_stand_at_one_moment(fixture: Fixture) {
    fixture.sold_out(1).await;
    for number in 0..70 {
        fixture.join(&format!("c{number}")).await;
        fixture.advance(1);
    }
    let (rows, seen) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    fixture.put_event(fixture.event(), 71).await.expect("there is room");
    fixture.promote().await;
    let (rows, _) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    let rows = fixture.all_rows().await;
    let offers: Vec<&Row> =
        rows.iter().filter(|row| changes(std::slice::from_ref(row)) == [EntryChange::Offered]).collect();
    assert_eq!(offers.len(), 70);
    assert!(offers.iter().all(|row| row.at == offers[0].at));
    assert_eq!(funnel(&fixture).await.total(Stage::Offers), 70);
}

async fn pages_of_a_journal_neither_skip_nor_repeat_a_row_in_either_direction(fixture: Fixture) {
    fixture.sold_out(1).await;
    for number in 0..23 {
        fixture.join(&format!("c{number}")).await;
        fixture.advance(i64::from(number % 3 == 0));
    }
    let (rows, _) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    let journals = [JournalId { ticket_type_id: None, ..fixture.journal() }, fixture.journal()];
    let reading = JournalReading::new(&fixture.table);
    let mut read = Vec::new();
    for direction in [Direction::OldestFirst, Direction::NewestFirst] {
        let mut names = Vec::new();
        let mut after: Option<JournalCursor> = None;
        loop {
            let page = reading.page(&journals, after.as_ref(), direction, 4).await.expect("the table answers");
            names.extend(page.rows.iter().map(|(_, row)| row.name()));
            let Some(next) = page.next else { break };
            after = Some(JournalCursor::parse(&next.to_string()).expect("it is read back"));
        }
        read.push(names);
    }
    read[1].reverse();
    assert_eq!(read[0], read[1]);
    let mut distinct = read[0].clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), read[0].len());
    assert_eq!(distinct.len(), rows.len());
}

async fn an_entry_is_found_by_its_id_until_its_person_joins_again(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let (rows, _) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    let first = fixture.entry("ada").await;
    let reading = JournalReading::new(&fixture.table);
    let found = reading.entry(&first.entry.id).await.expect("the table answers").expect("it is there");
    assert_eq!(found.entry, first.entry);
    Departures::new(&fixture.table).leave(&first).await.expect("she waits");
    fixture.join("ada").await;
    assert!(reading.entry(&first.entry.id).await.expect("the table answers").is_none());
}

async fn an_offer_is_explained_by_what_set_its_seats_free(fixture: Fixture) {
    bought(&fixture).await;
    let told = fixture.explanation("ada").await;
    for part in [
        "asked for 1 seat",
        "it was offered 1 seat",
        "first come, first served",
        "a registration was cancelled (1 seat)",
        "Is ill",
        "its offer became a registration",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

async fn waiting_is_explained_by_what_it_waits_for(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let told = fixture.explanation("ada").await;
    assert!(told.contains("position 1") && told.contains("No seat is free: of 1 seat, 1 is sold"), "{told}");
    let (_, seen) = fixture.journalled(&BTreeMap::new()).await;
    let why = Label::parse("A storm").ok();
    let organiser = fixture.table.acting_as(Mandate { why, ..Mandate::of(Actor::Waitlist) });
    let steer = Steer { joining: None, offering: Some(Offering::Paused) };
    Steering::new(&organiser).steer(&[line()], steer).await.expect("the line is there");
    let (rows, _) = fixture.journalled(&seen).await;
    fixture.keep(&rows).await;
    let told = fixture.explanation("ada").await;
    assert!(told.contains("Nothing is offered") && told.contains("A storm"), "{told}");
    assert_eq!(fixture.status("ada").await, Status::Waiting);
    assert_eq!(fixture.position("ada").await, Standing::Line(1).position());
}

async fn sums_are_read_with_the_statistics(fixture: Fixture) {
    bought(&fixture).await;
    let funnel = funnel(&fixture).await;
    for stage in [Stage::Joined, Stage::Offers, Stage::Claimed, Stage::Converted] {
        assert_eq!(funnel.total(stage), 1, "{stage:?}");
    }
    assert_eq!(funnel.total(Stage::Expired), 0);
    assert_eq!(funnel.seats_refilled, 1);
    let to_offer = funnel.waits[&Wait::Offer].percentile(50).expect("there is one");
    assert!((to_offer - HOUR).abs() * 10 <= HOUR, "{to_offer}");
}

async fn lists_know_the_event_s_tiers_and_those_that_somebody_was_in(fixture: Fixture) {
    fixture.sold_out_in_order(priority(&["vip", "general"])).await;
    let wish = Join { tier: Some(tier("vip")), ..fixture.wish("ada", 1) };
    Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("the line is open");
    let (rows, _) = fixture.journalled(&BTreeMap::new()).await;
    fixture.keep(&rows).await;
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    let lists = EntryLists::new(&fixture.table);
    let event = fixture.event_in_order(priority(&["general"]));
    for known in ["general", "vip"] {
        lists.check_tier(&event, &tier(known)).await.expect("it is known");
    }
    assert!(matches!(refusal(lists.check_tier(&event, &tier("royal")).await), Refusal::Invalid(_)));
}

async fn funnel(fixture: &Fixture) -> Funnel {
    let (_, mut lines) = Statistics::new(&fixture.table).get(&event_id()).await.expect("it is there");
    lines.remove(0).funnel
}
