use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::listing::{Direction, EntryCursor, EntryWish, EventCursor, SearchText, Statuses};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::LAST_NUMBER;
use waitlist_domain::line::order::Order;
use waitlist_domain::values::identifier::{EventId, TicketTypeId, TierId};
use waitlist_domain::values::scope::{EventPattern, Scope};
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::Departures;
use waitlist_store::queries::listing::{EntryLists, EventLists};

use super::fixture::{Fixture, HOUR, contract, line, refusal};
use super::interleaving::counted;
use super::ordering::priority;

contract! {
    everybody_is_listed_page_by_page_in_either_direction
    a_list_neither_skips_nor_repeats_unchanged_entries_while_others_come_and_go
    entries_are_found_by_tier_wherever_in_the_line_they_stand
    entries_are_found_by_status_and_by_a_part_of_name_or_address
    many_other_entries_do_not_hide_one_match
    few_matches_among_many_entries_are_found_with_few_requests
    a_list_neither_skips_nor_repeats_unchanged_entries_while_the_event_is_changed
    a_moved_entry_is_not_listed_at_its_old_place
    events_are_listed_by_when_they_begin
    few_events_of_a_scope_among_many_are_listed_without_a_word_about_the_others
    a_page_behind_the_last_number_is_empty
    a_cursor_of_another_list_is_refused
}

/// Reads page after page of `rows` each, and does `between` after each page.
async fn pages(
    fixture: &Fixture,
    wish: &EntryWish,
    direction: Direction,
    rows: usize,
    between: impl AsyncFn(usize),
) -> Vec<String> {
    let lists = EntryLists::new(&fixture.table);
    let (mut names, mut after): (Vec<String>, Option<EntryCursor>) = (Vec::new(), None);
    for page in 0.. {
        let found = lists.page(&[line()], wish, direction, after.as_ref(), rows).await.expect("the table answers");
        assert!(found.entries.len() <= rows);
        names.extend(found.entries.iter().map(|entry| entry.applicant.name.as_str().to_owned()));
        after = found.next;
        if after.is_none() {
            break;
        }
        between(page).await;
    }
    names
}

async fn nothing(_: usize) {}

async fn leave(fixture: &Fixture, name: &str) {
    Departures::new(&fixture.table).leave(&fixture.entry(name).await).await.expect("in line");
}

async fn everybody_is_listed_page_by_page_in_either_direction(fixture: Fixture) {
    fixture.sold_out(1).await;
    let mut everybody = ["ada", "bob", "cyd", "dot", "eve"];
    for name in everybody {
        fixture.join(name).await;
    }
    leave(&fixture, "bob").await;
    fixture.put_event(fixture.event(), 2).await.expect("one more");
    fixture.promote().await;
    for rows in [1, 2, 5, 200] {
        assert_eq!(pages(&fixture, &EntryWish::default(), Direction::OldestFirst, rows, nothing).await, everybody);
    }
    everybody.reverse();
    for rows in [1, 2, 5, 200] {
        assert_eq!(pages(&fixture, &EntryWish::default(), Direction::NewestFirst, rows, nothing).await, everybody);
    }
}

async fn a_moved_entry_is_not_listed_at_its_old_place(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob"] {
        fixture.join(name).await;
    }
    // The index still shows her as number 1 of the common lane. She is number 1 at the front.
    fixture.reads_elsewhere("ada", "-front").await;
    let listed = pages(&fixture, &EntryWish::default(), Direction::OldestFirst, 10, nothing).await;
    assert_eq!(listed, ["bob"]);
}

async fn a_list_neither_skips_nor_repeats_unchanged_entries_while_others_come_and_go(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob", "cyd", "dot", "eve"] {
        fixture.join(name).await;
    }
    let disturb = async |page: usize| match page {
        0 => leave(&fixture, "ada").await,
        1 => {
            fixture.join("ada").await;
            leave(&fixture, "dot").await;
        }
        _ => {}
    };
    let names = pages(&fixture, &EntryWish::default(), Direction::OldestFirst, 2, disturb).await;
    assert_eq!(names, ["ada", "bob", "cyd", "dot", "eve", "ada"], "Ada joined again, at the end");
}

async fn entries_are_found_by_status_and_by_a_part_of_name_or_address(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob", "adam", "eve"] {
        fixture.join(name).await;
    }
    leave(&fixture, "eve").await;
    fixture.put_event(fixture.event(), 2).await.expect("one more");
    fixture.promote().await;
    let found = async |statuses: Option<&[Status]>, text: Option<&str>| {
        let statuses = statuses.map(|statuses| Statuses::new(statuses.iter().copied()));
        let text = text.map(|text| SearchText::parse(text).expect("valid"));
        let wish = EntryWish { statuses, text, ..EntryWish::default() };
        pages(&fixture, &wish, Direction::OldestFirst, 1, nothing).await
    };
    assert_eq!(found(Some(&[Status::Waiting]), None).await, ["bob", "adam"]);
    assert_eq!(found(Some(&[Status::Offered, Status::Left]), None).await, ["ada", "eve"]);
    assert_eq!(found(None, Some("ada")).await, ["ada", "adam"]);
    assert_eq!(found(Some(&[Status::Waiting]), Some("adam@example.org")).await, ["adam"]);
}

async fn entries_are_found_by_tier_wherever_in_the_line_they_stand(fixture: Fixture) {
    let tier = |id: &str| TierId::parse(id).expect("valid");
    let mut event = fixture.event();
    event.rules.order = Order::Priority { tiers: ["vip", "general"].map(tier).to_vec() };
    fixture.put_event(event, 0).await.expect("valid");
    for (name, of) in [("ada", "general"), ("bob", "vip"), ("cyd", "vip"), ("dot", "general")] {
        let wish = Join { tier: Some(tier(of)), ..fixture.wish(name, 1) };
        Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("the line is open");
    }
    let cyd = fixture.entry("cyd").await;
    Moves::new(&fixture.table).move_to(&cyd, &Destination::Front).await.expect("they wait");
    let found = async |of: &str, statuses: Option<Vec<Status>>, rows: usize| {
        let wish = EntryWish { tier: Some(tier(of)), statuses: statuses.map(Statuses::new), ..EntryWish::default() };
        pages(&fixture, &wish, Direction::OldestFirst, rows, nothing).await
    };
    for rows in [1, 2, 200] {
        assert_eq!(found("vip", None, rows).await, ["cyd", "bob"]);
        assert_eq!(found("general", None, rows).await, ["ada", "dot"]);
    }
    leave(&fixture, "dot").await;
    assert_eq!(found("general", Some(vec![Status::Left]), 1).await, ["dot"]);
    assert_eq!(found("royal", None, 1).await, [""; 0]);
}

async fn many_other_entries_do_not_hide_one_match(fixture: Fixture) {
    fixture.sold_out(1).await;
    for number in 0..1_050 {
        fixture.join(&format!("guest{number}")).await;
    }
    fixture.join("ada").await;
    let wish = EntryWish { text: SearchText::parse("ada").ok(), ..EntryWish::default() };
    let lists = EntryLists::new(&fixture.table);
    let page = lists.page(&[line()], &wish, Direction::OldestFirst, None, 200).await.expect("the table answers");
    assert_eq!((page.entries.len(), page.looked_at, page.next.is_some()), (0, 1_000, true));
    assert_eq!(pages(&fixture, &wish, Direction::OldestFirst, 200, nothing).await, ["ada"]);
    assert_eq!(pages(&fixture, &wish, Direction::NewestFirst, 200, nothing).await, ["ada"]);
}

async fn few_matches_among_many_entries_are_found_with_few_requests(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    for number in 0..350 {
        fixture.join(&format!("guest{number}")).await;
    }
    fixture.join("adam").await;
    let wish = EntryWish { text: SearchText::parse("ada").ok(), ..EntryWish::default() };
    for (rows, names) in [(1, vec!["ada"]), (2, vec!["ada", "adam"]), (3, vec!["ada", "adam"])] {
        let page =
            async |table| EntryLists::new(&table).page(&[line()], &wish, Direction::OldestFirst, None, rows).await;
        let (page, requests) = counted(&fixture, page).await;
        let page = page.expect("the table answers");
        let found: Vec<&str> = page.entries.iter().map(|entry| entry.applicant.name.as_str()).collect();
        assert_eq!(found, names);
        assert!(requests <= 12, "{requests} requests for {rows} rows");
        assert_eq!(pages(&fixture, &wish, Direction::OldestFirst, rows, nothing).await, ["ada", "adam"]);
    }
}

async fn a_list_neither_skips_nor_repeats_unchanged_entries_while_the_event_is_changed(fixture: Fixture) {
    for direction in [Direction::OldestFirst, Direction::NewestFirst] {
        fixture.put_event(fixture.event_in_order(priority(&["vip", "general"])), 0).await.expect("valid");
        fixture.join_all(&["general1", "vip1", "general2", "vip2"]).await;
        let turn_round = async |page: usize| {
            let tiers = if page.is_multiple_of(2) { ["general", "vip"] } else { ["vip", "general"] };
            fixture.put_event(fixture.event_in_order(priority(&tiers)), 0).await.expect("valid");
        };
        let mut names = pages(&fixture, &EntryWish::default(), direction, 1, turn_round).await;
        names.sort();
        assert_eq!(names, ["general1", "general2", "vip1", "vip2"]);
    }
}

async fn events_are_listed_by_when_they_begin(fixture: Fixture) {
    let put = async |id: &str, begins_in: i64| {
        let starts_at = fixture.table.now().plus_milliseconds(begins_in * HOUR);
        let event = Event { id: EventId::parse(id).expect("valid"), starts_at, ..fixture.event() };
        let wanted = WantedEvent { event, capacities: vec![Some(3)] };
        EventChanges::new(&fixture.table).put(&wanted).await.expect("the event is valid");
    };
    for (id, begins_in) in [("second", 2), ("first", 1), ("third", 3), ("fourth", 4)] {
        put(id, begins_in).await;
    }
    let listed = async |direction: Direction| {
        let lists = EventLists::new(&fixture.table);
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = lists.page(direction, after.as_ref(), 2).await.expect("the table answers");
            assert!(page.events.iter().all(|(event, _)| event.lines.len() == 1));
            ids.extend(page.events.into_iter().map(|(listed, _)| listed.event.id.as_str().to_owned()));
            after = page.next;
            if after.is_none() {
                return ids;
            }
        }
    };
    assert_eq!(listed(Direction::OldestFirst).await, ["first", "second", "third", "fourth"]);
    put("first", 9).await;
    assert_eq!(listed(Direction::NewestFirst).await, ["first", "fourth", "third", "second"]);
    // A page may end after any of them.
    let lists = EventLists::new(&fixture.table);
    let whole = lists.page(Direction::NewestFirst, None, 4).await.expect("the table answers");
    let behind_second =
        lists.page(Direction::NewestFirst, Some(&whole.events[1].1), 1).await.expect("the table answers");
    assert_eq!(behind_second.events[0].0.event.id.as_str(), "third");
}

/// Stores what the index has of many events whose ids begin with `hidden`. Three begin at a time.
async fn put_hidden_events(fixture: &Fixture, count: i64) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let number = |number: i64| AttributeValue::N(number.to_string());
    let first = fixture.table.now().milliseconds() + 2 * HOUR;
    let requests: Vec<WriteRequest> = (0..count)
        .map(|event| {
            let put = PutRequest::builder()
                .item("pk", text(&format!("EVENT#hidden-{event}")))
                .item("sk", text("EVENT"))
                .item("due_shard", text("EVENTS"))
                .item("due_at", number(first + event / 3));
            WriteRequest::builder().put_request(put.build().expect("it has items")).build()
        })
        .collect();
    for requests in requests.chunks(25) {
        let write = fixture.client.batch_write_item().request_items(fixture.table_name(), requests.to_vec());
        write.send().await.expect("the table takes them");
    }
}

async fn few_events_of_a_scope_among_many_are_listed_without_a_word_about_the_others(fixture: Fixture) {
    for (id, begins_in) in [("shown-1", 1), ("shown-2", 1), ("shown-3", 900)] {
        let starts_at = fixture.table.now().plus_milliseconds(begins_in * HOUR);
        let event = Event { id: EventId::parse(id).expect("valid"), starts_at, ..fixture.event() };
        let wanted = WantedEvent { event, capacities: vec![Some(3)] };
        EventChanges::new(&fixture.table).put(&wanted).await.expect("the event is valid");
    }
    put_hidden_events(&fixture, 2_100).await;
    let scope = Scope::new(vec![EventPattern::parse("shown-*").expect("valid")]).expect("valid");
    let lists = EventLists::new(&fixture.table.within(scope));
    for direction in [Direction::OldestFirst, Direction::NewestFirst] {
        for rows in [1, 3, 200] {
            let (mut ids, mut after, mut pages) = (Vec::new(), None, 0);
            loop {
                let page = lists.page(direction, after.as_ref(), rows).await.expect("the table answers");
                assert!(page.events.len() <= rows);
                ids.extend(page.events.into_iter().map(|(listed, _)| listed.event.id.as_str().to_owned()));
                pages += 1;
                let Some(next) = page.next else { break };
                let next = next.to_string();
                assert!(!next.contains("hidden"), "{next}");
                after = Some(EventCursor::parse(&next).expect("a cursor is read back"));
            }
            assert!((2..=5).contains(&pages), "{pages} pages of {rows}: each looks at a part of the events");
            ids.sort();
            assert_eq!(ids, ["shown-1", "shown-2", "shown-3"], "{direction:?}, {rows} on a page");
        }
    }
}

fn cursor(number: u64, lane: Lane, ticket_type: &str) -> EntryCursor {
    EntryCursor { ticket_type_id: TicketTypeId::parse(ticket_type).expect("valid"), lane, number }
}

async fn a_page_behind_the_last_number_is_empty(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let lists = EntryLists::new(&fixture.table);
    for (direction, number) in [(Direction::OldestFirst, LAST_NUMBER), (Direction::NewestFirst, 0)] {
        let after = cursor(number, Lane::Common, "camper");
        let page = lists.page(&[line()], &EntryWish::default(), direction, Some(&after), 2).await;
        let page = page.expect("the table answers");
        assert!(page.entries.is_empty() && page.next.is_none(), "{page:?}");
    }
}

async fn a_cursor_of_another_list_is_refused(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let lists = EntryLists::new(&fixture.table);
    for after in [cursor(1, Lane::Common, "other"), cursor(1, Lane::Front, "camper")] {
        let page = lists.page(&[line()], &EntryWish::default(), Direction::OldestFirst, Some(&after), 2).await;
        assert_eq!(refusal(page), Refusal::Invalid(vec![EntryCursor::of_another_list()]), "{after}");
    }
}
