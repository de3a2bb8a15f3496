//! Access codes: people join a tier with one, without the organiser.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use waitlist_domain::entry::Status;
use waitlist_domain::event::Event;
use waitlist_domain::event::access_code::{self, AccessCode, Grant, GrantStatus, MOST_CODES, MaxUses};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::Order;
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::values::identifier::{CodeId, EventId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::{Error, Refusal};
use waitlist_store::commands::access_codes::{AccessCodes, WantedCode};
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::queries::entries::{Entries, EntryFilter};
use waitlist_tests::scan_all;

use super::fixture::{Fixture, HOUR, SECOND, contract, customer, event_id, line, refusal};
use super::interleaving::held_up;

contract! {
    a_code_leads_into_its_tier_in_any_spelling
    a_code_lets_in_just_as_many_as_it_may_though_they_come_at_once
    a_repeated_join_by_a_code_uses_nothing_up_and_keeps_its_place
    unknown_used_up_ended_and_revoked_codes_are_refused_alike_and_cost_no_number
    a_code_of_another_event_or_of_a_tier_that_is_gone_is_refused_alike
    a_code_that_ends_during_a_join_refuses_it_and_its_number_is_unused
    every_bad_field_of_a_join_is_named_at_once
    a_code_is_listed_as_it_stands_and_stored_as_a_hash
    a_code_is_taken_until_it_is_revoked
    a_code_is_revoked_once_and_its_customers_keep_their_places
    a_code_needs_a_tier_of_the_event_and_an_end_to_come
    an_event_has_at_most_so_many_codes
}

const CODE: &str = "MEMBERS-2027";

fn tier(id: &str) -> TierId {
    TierId::parse(id).expect("valid")
}

impl Fixture {
    fn tiered(&self) -> Event {
        let mut event = self.event();
        event.rules.order = Order::Priority { tiers: ["vip", "general"].map(tier).to_vec() };
        event
    }

    fn wanted(&self, code: &str, max_uses: i64) -> WantedCode {
        WantedCode {
            event_id: event_id(),
            code: AccessCode::parse(code).expect("valid"),
            id: CodeId::from_bits(self.table.random_identifier_bits()),
            tier: tier("vip"),
            max_uses: MaxUses::parse(max_uses).expect("valid"),
            ends_at: self.table.now().plus_milliseconds(HOUR),
            label: None,
        }
    }

    async fn set_up(&self, code: &str, max_uses: i64) -> Grant {
        AccessCodes::new(&self.table).create(&self.wanted(code, max_uses)).await.expect("the event has the tier")
    }

    /// An event with two tiers and no seats, and a code for its first tier.
    async fn with_code(&self, max_uses: i64) -> Grant {
        self.put_event(self.tiered(), 0).await.expect("valid");
        self.set_up(CODE, max_uses).await
    }

    async fn join_by(&self, code: &str, name: &str) -> Result<Joined, Error> {
        let code = Some(AccessCode::parse(code).expect("valid"));
        Joins::new(&self.table).join(&Join { access_code: code, ..self.wish(name, 1) }, |_| Ok(())).await
    }

    async fn is_refused(&self, code: &str, name: &str) {
        let refused = Refusal::Invalid(vec![access_code::refused()]);
        assert_eq!(refusal(self.join_by(code, name).await), refused);
        let page = Entries::new(&self.table).of_customer(&customer(name), &EntryFilter::default(), None).await;
        assert!(page.expect("the table answers").entries.is_empty());
    }

    async fn grant(&self) -> Grant {
        let codes = AccessCodes::new(&self.table).list(&event_id()).await.expect("the event is there");
        codes.into_iter().next().expect("it has a code")
    }

    async fn used(&self) -> u32 {
        self.grant().await.used
    }
}

async fn a_code_leads_into_its_tier_in_any_spelling(fixture: Fixture) {
    fixture.with_code(3).await;
    assert_eq!(fixture.join("bob").await, 1);
    let joined = fixture.join_by(" members-2027 ", "ada").await;
    assert!(matches!(joined, Ok(Joined::New(_, standing)) if standing.position() == Some(1)), "{joined:?}");
    let entry = fixture.entry("ada").await.entry;
    assert_eq!((entry.tier, entry.lane), (Some(tier("vip")), Lane::Tier(tier("vip"))));
    assert_eq!(fixture.position("bob").await, Some(2));
    assert_eq!(fixture.used().await, 1);
}

async fn a_code_lets_in_just_as_many_as_it_may_though_they_come_at_once(fixture: Fixture) {
    fixture.with_code(5).await;
    let names: Vec<String> = (0..20).map(|number| format!("guest{number}")).collect();
    let joined = join_all(names.iter().map(|name| fixture.join_by(CODE, name))).await;
    let (in_line, refused): (Vec<_>, Vec<_>) = joined.into_iter().partition(Result::is_ok);
    assert_eq!((in_line.len(), refused.len()), (5, 15));
    for result in refused {
        assert_eq!(refusal(result), Refusal::Invalid(vec![access_code::refused()]));
    }
    assert_eq!((fixture.used().await, fixture.grant().await.status(fixture.table.now())), (5, GrantStatus::UsedUp));
    // The refused joins left their numbers unused. On a busy machine the sweep and the relay mark
    // them later.
    fixture.advance(30 * SECOND);
    Sweeps::new(&fixture.table).audit(&line()).await.expect("the line is there");
    let lane = line().lane(Lane::Tier(tier("vip")));
    let carried = IndexUpkeep::new(&fixture.table).carry_up(&lane, 0, &[Mark::Gone, Mark::Unused]).await;
    carried.expect("the line is there");
    assert_eq!(fixture.line().await.numbers.waiting(), 5);
    let mut positions = BTreeSet::new();
    for joined in in_line {
        let Ok(Joined::New(entry, _)) = joined else { panic!("nobody had a place: {joined:?}") };
        positions.extend(fixture.position(entry.place.customer_id.as_str()).await);
    }
    assert_eq!(positions, (1..=5).collect());
}

async fn a_repeated_join_by_a_code_uses_nothing_up_and_keeps_its_place(fixture: Fixture) {
    fixture.with_code(2).await;
    fixture.join_by(CODE, "ada").await.expect("it is good");
    let again = fixture.join_by(CODE, "ada").await;
    assert!(matches!(again, Ok(Joined::Existing(_))), "{again:?}");
    assert_eq!(fixture.used().await, 1);
    fixture.join_by(CODE, "bob").await.expect("it is good once more");
    assert_eq!(fixture.used().await, 2);
    // Both conditions of the write fail. The existing place decides.
    let again = held_up(
        &fixture,
        "TransactWriteItems",
        async |table| {
            fixture.set_up("ANOTHER-2027", 1).await;
            let code = Some(AccessCode::parse("ANOTHER-2027").expect("valid"));
            Joins::new(&table).join(&Join { access_code: code, ..fixture.wish("cyd", 1) }, |_| Ok(())).await
        },
        async || drop(fixture.join_by("ANOTHER-2027", "cyd").await.expect("it is good once")),
    )
    .await;
    assert!(matches!(again, Ok(Joined::Existing(_))), "{again:?}");
    assert_eq!(fixture.line().await.numbers.waiting(), 3);
}

async fn unknown_used_up_ended_and_revoked_codes_are_refused_alike_and_cost_no_number(fixture: Fixture) {
    fixture.with_code(1).await;
    let revoked = fixture.set_up("REVOKED-2027", 9).await;
    AccessCodes::new(&fixture.table).revoke(&event_id(), &revoked.id).await.expect("it is there");
    fixture.set_up("SHORT-LIVED", 9).await;
    fixture.join_by(CODE, "ada").await.expect("it is good once");
    fixture.is_refused("MEMBERS-2028", "bob").await;
    fixture.is_refused("REVOKED-2027", "bob").await;
    fixture.is_refused(CODE, "bob").await;
    fixture.advance(HOUR);
    fixture.is_refused("SHORT-LIVED", "bob").await;
    assert_eq!(fixture.line().await.numbers.next, 2);
}

async fn a_code_of_another_event_or_of_a_tier_that_is_gone_is_refused_alike(fixture: Fixture) {
    fixture.with_code(3).await;
    let elsewhere = EventId::parse("fair").expect("valid");
    fixture.put_event(Event { id: elsewhere.clone(), ..fixture.tiered() }, 0).await.expect("valid");
    let mut wish = Join { access_code: AccessCode::parse(CODE).ok(), ..fixture.wish("ada", 1) };
    wish.place.line.event_id = elsewhere;
    let refused = Refusal::Invalid(vec![access_code::refused()]);
    assert_eq!(refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await), refused);
    let mut event = fixture.tiered();
    event.rules.order = Order::Priority { tiers: vec![tier("general")] };
    fixture.put_event(event, 0).await.expect("nobody waits");
    fixture.is_refused(CODE, "ada").await;
}

async fn a_code_that_ends_during_a_join_refuses_it_and_its_number_is_unused(fixture: Fixture) {
    let grant = fixture.with_code(3).await;
    let join = async |table| {
        let code = AccessCode::parse(CODE).ok();
        Joins::new(&table).join(&Join { access_code: code, ..fixture.wish("ada", 1) }, |_| Ok(())).await
    };
    let revoke = async || {
        AccessCodes::new(&fixture.table).revoke(&event_id(), &grant.id).await.expect("it is there");
        // The same text makes a second code.
        fixture.set_up(CODE, 3).await;
    };
    let joined = held_up(&fixture, "TransactWriteItems", join, revoke).await;
    assert_eq!(refusal(joined), Refusal::Invalid(vec![access_code::refused()]));
    let numbers = fixture.line().await.numbers;
    assert_eq!((numbers.next, numbers.waiting(), fixture.used().await), (2, 0, 0));
}

async fn every_bad_field_of_a_join_is_named_at_once(fixture: Fixture) {
    fixture.with_code(3).await;
    let code = AccessCode::parse("MEMBERS-2028").ok();
    let wish = Join { access_code: code, ..fixture.wish("ada", 11) };
    let Refusal::Invalid(errors) = refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await) else {
        panic!("fields are bad");
    };
    let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/accessCode", "/quantity"]);
}

async fn a_code_is_listed_as_it_stands_and_stored_as_a_hash(fixture: Fixture) {
    fixture.with_code(2).await;
    fixture.advance(1000);
    let label = Label::parse("Sponsors").ok();
    let table = fixture.commanded("set-up", Some("As agreed"));
    let wanted = WantedCode { label: label.clone(), ..fixture.wanted("SPONSORS-2027", 1) };
    let created = AccessCodes::new(&table).create(&wanted).await.expect("the event has the tier");
    fixture.join_by("SPONSORS-2027", "ada").await.expect("it is good");
    let codes = AccessCodes::new(&fixture.table).list(&event_id()).await.expect("the event is there");
    assert_eq!(codes.len(), 2);
    assert_eq!(codes[1], Grant { used: 1, label, ..created });
    let items = scan_all(&fixture.client, fixture.table_name()).await;
    let shown = format!("{items:?}").to_uppercase();
    assert!(!shown.contains("SPONSORS-2027") && !shown.contains(CODE));
    assert!(shown.contains("AS AGREED"));
    let nowhere = EventId::parse("nowhere").expect("valid");
    assert_eq!(refusal(AccessCodes::new(&fixture.table).list(&nowhere).await), Refusal::EventNotFound);
}

async fn a_code_is_taken_until_it_is_revoked(fixture: Fixture) {
    let codes = AccessCodes::new(&fixture.table);
    fixture.with_code(1).await;
    let wanted = fixture.wanted("members-2027", 9);
    assert_eq!(refusal(codes.create(&wanted).await), Refusal::CodeTaken);
    fixture.join_by(CODE, "ada").await.expect("it is good");
    codes.revoke(&event_id(), &fixture.grant().await.id).await.expect("it is there");
    let anew = codes.create(&wanted).await.expect("it has made way");
    assert_eq!((anew.used, anew.status(fixture.table.now())), (0, GrantStatus::Open));
    // The request comes again after a lost answer.
    assert_eq!(codes.create(&wanted).await.expect("it is done"), anew);
    assert_eq!(codes.list(&event_id()).await.expect("the event is there"), [anew]);
}

async fn a_code_is_revoked_once_and_its_customers_keep_their_places(fixture: Fixture) {
    let codes = AccessCodes::new(&fixture.table);
    let grant = fixture.with_code(3).await;
    fixture.join_by(CODE, "ada").await.expect("it is good");
    let revoked = codes.revoke(&event_id(), &grant.id).await.expect("it is there");
    assert_eq!(revoked, Grant { used: 1, revoked_at: Some(fixture.table.now()), ..grant.clone() });
    fixture.advance(1000);
    assert_eq!(codes.revoke(&event_id(), &grant.id).await.expect("it is there"), revoked);
    assert_eq!(fixture.status("ada").await, Status::Waiting);
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    assert_eq!(refusal(fixture.join_by(CODE, "ada").await), Refusal::Invalid(vec![access_code::refused()]));
    let unknown = CodeId::from_bits([255; 16]);
    assert_eq!(refusal(codes.revoke(&event_id(), &unknown).await), Refusal::CodeNotFound);
}

async fn a_code_needs_a_tier_of_the_event_and_an_end_to_come(fixture: Fixture) {
    let codes = AccessCodes::new(&fixture.table);
    let wanted = fixture.wanted(CODE, 1);
    assert_eq!(refusal(codes.create(&wanted).await), Refusal::EventNotFound);
    fixture.put_event(fixture.tiered(), 0).await.expect("valid");
    let bad = WantedCode { tier: tier("loyalty"), ends_at: fixture.table.now(), ..wanted };
    let Refusal::Invalid(errors) = refusal(codes.create(&bad).await) else { panic!("fields are bad") };
    let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/tier", "/endsAt"]);
}

async fn an_event_has_at_most_so_many_codes(fixture: Fixture) {
    fixture.with_code(1).await;
    let count = fixture.client.update_item().table_name(fixture.table_name()).update_expression("SET codes = :codes");
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let codes = aws_sdk_dynamodb::types::AttributeValue::N((MOST_CODES - 1).to_string());
    let count =
        count.key("pk", text("CODES#camp")).key("sk", text("CODES")).expression_attribute_values(":codes", codes);
    count.send().await.expect("the table takes it");
    fixture.set_up("THE-LAST-ONE", 1).await;
    let one_more = AccessCodes::new(&fixture.table).create(&fixture.wanted("ONE-TOO-MANY", 1)).await;
    assert_eq!(refusal(one_more), Refusal::TooManyCodes { limit: MOST_CODES });
}
