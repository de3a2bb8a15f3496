//! Explanations by example, of entries that wait and of entries that were offered seats.

use crate::entry::{self, Entry, Status};
use crate::event::{self, Event, WaitlistRules};
use crate::history::explanation::evidence::Evidence;
use crate::history::explanation::explain;
use crate::history::journal::{Deed, EntryChange, EntryDeed, Row, Rule, SeatsChangeKind, SeatsDeed, SteeringDeed};
use crate::line::fit::Fit;
use crate::line::lane::Lane;
use crate::line::order::{Order, Standing};
use crate::line::seats::Seats;
use crate::line::steering::Offering;
use crate::values::identifier::{EntryId, TierId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

/// 22 November 2026, 07:34 UTC, for a camp in Berlin.
const NOON: Timestamp = Timestamp::from_milliseconds(1_795_332_840_498);

fn id(number: u8) -> EntryId {
    EntryId::from_bits([number; 16])
}

fn quantity(count: i64) -> Quantity {
    Quantity::parse(count).expect("valid")
}

fn event(order: Order, fit: Fit) -> Event {
    let rules = WaitlistRules { order, fit, ..WaitlistRules::usual() };
    Event { starts_at: NOON.plus_milliseconds(100_000_000), rules, ..event::example::event() }
}

fn lottery() -> Order {
    Order::Lottery { tiers: Vec::new(), draw_at: NOON }
}

fn entry(seats: i64, lane: Lane) -> Entry {
    let mut entry = Entry { lane, numbered_at: NOON, joined_at: NOON, ..entry::example::entry() };
    entry.applicant.quantity = quantity(seats);
    entry
}

fn row(at: i64, by: &str, why: Option<&str>, deed: Deed) -> Row {
    Row { at: NOON.plus_milliseconds(at), step: 1, by: by.to_owned(), why: why.map(str::to_owned), deed }
}

fn deed(of: u8, change: EntryChange) -> EntryDeed {
    EntryDeed {
        entry_id: id(of),
        change,
        from: None,
        rule: None,
        tier: None,
        lane: None,
        number: None,
        quantity: None,
        expires_at: None,
        after: None,
    }
}

fn offered(at: i64, of: u8, seats: i64, rule: Rule) -> Row {
    let expires_at = Some(NOON.plus_milliseconds(at + 3_600_000));
    let deed =
        EntryDeed { quantity: Some(quantity(seats)), rule: Some(rule), expires_at, ..deed(of, EntryChange::Offered) };
    row(at, "waitlist", None, Deed::Entry(deed))
}

fn withdrawn(at: i64, of: u8, seats: i64) -> Row {
    let from = Some(Status::Offered);
    let deed = EntryDeed { quantity: Some(quantity(seats)), from, ..deed(of, EntryChange::Withdrawn) };
    row(at, "organiser:host", None, Deed::Entry(deed))
}

fn freed(at: i64, change: SeatsChangeKind, freed: i64, why: Option<&str>) -> Row {
    let deed = SeatsDeed { change, freed, capacity: 9, sold: 0, held: 0, free: 9, active: true };
    row(at, "organiser:host", why, Deed::Seats(deed))
}

/// The explanation of an entry that was offered seats. `line` are the rows of its line, in order.
fn told_of_offer(event: &Event, history: &[Row], line: &[Row]) -> String {
    let entry = Entry { status: Status::Offered, ..entry(1, Lane::Common) };
    let looking_back: Vec<Row> = line.iter().rev().cloned().collect();
    let evidence = Evidence {
        entry: &entry,
        event,
        standing: None,
        seats: Seats::default(),
        offering: Offering::Open,
        unconfirmed_before: 0,
        passed_over: 0,
        history,
        looking_back: &looking_back,
    };
    explain(&evidence, NOON).join(" ")
}

/// The explanation of an entry that waits.
fn told_of_waiting(event: &Event, entry: &Entry, position: u64, free: u64, passed_over: u32) -> String {
    told_of_standing(event, entry, Standing::Line(position), free, passed_over)
}

fn told_of_standing(event: &Event, entry: &Entry, standing: Standing, free: u64, passed_over: u32) -> String {
    explain(&Evidence { passed_over, ..waiting(event, entry, standing, free) }, NOON).join(" ")
}

/// The evidence of an entry that waits.
fn waiting<'entry>(event: &'entry Event, entry: &'entry Entry, standing: Standing, free: u64) -> Evidence<'entry> {
    Evidence {
        entry,
        event,
        standing: Some(standing),
        seats: Seats { capacity: free + 1, sold: 1, free, ..Seats::default() },
        offering: Offering::Open,
        unconfirmed_before: 0,
        passed_over: 0,
        history: &[],
        looking_back: &[],
    }
}

fn assert_says(told: &str, part: &str) {
    assert!(told.contains(part), "{part:?} in {told:?}");
}

#[test]
fn times_are_those_of_the_event_s_zone_to_the_second() {
    let told = told_of_waiting(&event(Order::Fifo, Fit::Strict), &entry(1, Lane::Common), 1, 0, 0);
    assert_says(&told, "It joined at 2026-11-22 08:34:00 UTC+01:00 and asked for 1 seat.");
}

#[test]
fn an_entry_whose_phone_number_nobody_confirmed_is_said_to_get_no_text_messages() {
    let mut entry = entry(1, Lane::Common);
    let told = |entry: &Entry| told_of_waiting(&event(Order::Fifo, Fit::Strict), entry, 1, 0, 0);
    assert!(!told(&entry).contains("phone"));
    entry.applicant.is_phone_unproven = true;
    assert_says(&told(&entry), "No text messages go to its phone number, because nobody has confirmed it.");
}

#[test]
fn whoever_joined_after_the_draw_is_not_said_to_have_a_lot() {
    let history = [offered(0, 1, 1, Rule::AfterDraw)];
    let told = told_of_offer(&event(lottery(), Fit::Strict), &history, &history);
    assert_says(&told, "it joined after the draw, so it has no lot");
    let told = told_of_waiting(&event(lottery(), Fit::Strict), &entry(1, Lane::Common), 2, 0, 0);
    assert_says(
        &told,
        "behind all that were drawn those who joined later, as this entry did, first come, first served",
    );
    let told = told_of_waiting(&event(lottery(), Fit::Strict), &entry(1, Lane::Drawn), 2, 0, 0);
    assert_says(&told, "the line is served by lot.");
}

#[test]
fn an_entry_is_offered_nothing_until_its_draw_is_held_to_the_end() {
    for lane in [Lane::Pool, Lane::Drawn] {
        let in_draw = Standing::Draw { entrants: 3 };
        let told = told_of_standing(&event(lottery(), Fit::Strict), &entry(1, lane), in_draw, 2, 0);
        assert_says(&told, "It is one of 3 in a draw that has not been held.");
        assert_says(&told, "Nothing is offered before the lots are drawn.");
    }
}

#[test]
fn why_it_was_offered_seats_stands_with_the_offer_and_not_behind_what_became_of_it() {
    let over = row(5_000, "timer", None, Deed::Entry(deed(1, EntryChange::Expired)));
    let offer = offered(0, 1, 1, Rule::Fifo);
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &[offer.clone(), over], &[offer]);
    assert!(told.ends_with("the time to claim was over, and the offer with it."), "{told}");
    assert_says(&told, "by the waitlist. It was next: ");
}

#[test]
fn each_rule_says_why_an_entry_was_next() {
    let skip = Fit::Skip { max_passes: 3.try_into().expect("some") };
    let in_tiers = Order::Lottery { tiers: vec![TierId::parse("vip").expect("valid")], draw_at: NOON };
    let fifo = || event(Order::Fifo, Fit::Strict);
    for (event, rule, reason) in [
        (fifo(), Rule::Fifo, "the line is served first come, first served"),
        (fifo(), Rule::Priority, "nobody waited in a higher tier"),
        (fifo(), Rule::Weighted, "it was the turn of its tier"),
        (event(lottery(), Fit::Strict), Rule::Lottery, "It was next by the lots that were drawn: everybody before it"),
        (event(in_tiers, Fit::Strict), Rule::Lottery, "by the lots that were drawn, tier after tier"),
        (fifo(), Rule::Front, "the organiser had put it at the front of the line"),
        (event(Order::Fifo, skip), Rule::Skip, "It was the first whom the free seats suited"),
        (fifo(), Rule::Partial, "it would take fewer seats than it asked for"),
        (fifo(), Rule::OutOfTurn, "It was chosen by the organiser, out of turn."),
    ] {
        let history = [offered(0, 1, 1, rule)];
        assert_says(&told_of_offer(&event, &history, &history), reason);
    }
}

#[test]
fn the_end_of_an_offer_and_a_report_are_told_with_their_causes() {
    for (change, rule, told) in [
        (EntryChange::Expired, Rule::PurchaseWindow, "the time to pay was over, and the offer with it."),
        (EntryChange::Expired, Rule::NotificationWindow, "the time to claim was over, and the offer with it."),
        (EntryChange::Unreachable, Rule::Complained, "out of reach, because the recipient complained of a mail"),
        (EntryChange::Unreachable, Rule::Bounced, "out of reach, because a mail came back"),
    ] {
        let deed = EntryDeed { rule: Some(rule), ..deed(1, change) };
        assert_says(
            &told_of_offer(&event(Order::Fifo, Fit::Strict), &[row(0, "timer", None, Deed::Entry(deed))], &[]),
            told,
        );
    }
}

#[test]
fn whoever_left_while_waiting_gave_no_seats_to_anybody() {
    let left = EntryDeed { from: Some(Status::Waiting), ..deed(2, EntryChange::Left) };
    let line = [
        freed(0, SeatsChangeKind::Cancelled, 1, None),
        row(1_000, "customer", None, Deed::Entry(left)),
        offered(1_000, 1, 1, Rule::Fifo),
    ];
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &line[2..], &line);
    assert_says(&told, "The seat had come free: a registration was cancelled (1 seat)");
    assert!(!told.contains("another offer ended"), "{told}");
}

#[test]
fn an_entry_s_own_earlier_offer_is_no_source_of_its_seats() {
    let cancelled = freed(0, SeatsChangeKind::Cancelled, 1, Some("Is ill"));
    let first = offered(1_000, 1, 1, Rule::Fifo);
    let back = [withdrawn(2_000, 1, 1), freed(2_000, SeatsChangeKind::OffersEnded, 1, None)];
    let again = offered(3_000, 1, 1, Rule::Fifo);
    let history = [first.clone(), back[0].clone(), again.clone()];
    let [withdrawal, came_back] = back;
    let told =
        told_of_offer(&event(Order::Fifo, Fit::Strict), &history, &[cancelled, first, withdrawal, came_back, again]);
    assert_says(
        &told,
        "The seat had come free: a registration was cancelled (1 seat) at 2026-11-22 08:34:00 UTC+01:00 (the reason given: \
         Is ill).",
    );
}

#[test]
fn the_seats_of_a_whole_write_are_explained_together() {
    let line = [
        freed(0, SeatsChangeKind::Added, 2, Some("new tents")),
        freed(1_000, SeatsChangeKind::Cancelled, 1, None),
        offered(2_000, 2, 2, Rule::Fifo),
        offered(2_000, 1, 1, Rule::Fifo),
    ];
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &line[3..], &line);
    assert_says(&told, "It was one of several that were offered 3 seats together; these had come free: ");
    assert_says(
        &told,
        "a registration was cancelled (1 seat) at 2026-11-22 08:34:01 UTC+01:00; 2 seats came in addition",
    );
    assert_says(&told, "(the reason given: new tents)");
}

#[test]
fn where_fewer_seats_are_named_than_were_offered_it_says_so() {
    let line = [freed(0, SeatsChangeKind::Cancelled, 1, None), offered(1_000, 1, 2, Rule::Fifo)];
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &line[1..], &line);
    assert_says(&told, "The seats had come free, among others by this: a registration was cancelled");
}

#[test]
fn seats_that_are_offered_on_in_one_write_came_from_others_offers() {
    let mut line: Vec<Row> = (2..5).map(|of| withdrawn(1_000, of, 1)).collect();
    line.push(freed(1_000, SeatsChangeKind::OfferedOn, 2, None));
    line.push(offered(1_000, 1, 1, Rule::Fifo));
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &line[4..], &line);
    assert_says(&told, "The seat had come free: 3 other offers ended at 2026-11-22 08:34:01 UTC+01:00.");
}

#[test]
fn an_organiser_who_has_seats_offered_again_is_named_before_what_they_did() {
    let steering = SteeringDeed { joining: None, offering: Some(Offering::Open.as_str().to_owned()) };
    let line = [
        freed(0, SeatsChangeKind::Cancelled, 1, None),
        row(1_000, "organiser:host", None, Deed::Steering(steering)),
        offered(2_000, 1, 1, Rule::Fifo),
    ];
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &line[2..], &line);
    assert_says(&told, "The seat had come free: the organiser (key host) had seats offered again at 2026-11-22");
}

#[test]
fn whoever_is_put_to_the_end_is_said_to_be_there() {
    let to_the_end = EntryDeed { number: Some(7), ..deed(1, EntryChange::Moved) };
    let history = [row(0, "organiser:host", Some("As agreed"), Deed::Entry(to_the_end))];
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &history, &[]);
    assert_says(
        &told,
        "it was put to the end of the line, where its number is 7, by the organiser (key host), who gave as the reason: As \
         agreed.",
    );
}

#[test]
fn where_seats_may_skip_people_it_says_whether_they_gather_for_the_entry_now() {
    let event = event(Order::Fifo, Fit::Skip { max_passes: 2.try_into().expect("some") });
    let family = entry(4, Lane::Common);
    let told = |position, passed_over| told_of_waiting(&event, &family, position, 1, passed_over);
    assert_says(&told(1, 0), "may still go past it, to the first behind it whom they suit");
    assert_says(&told(1, 1), "It has been passed over once so far; seats gather for it once that was twice.");
    assert_says(&told(1, 2), "seats gather for it now, for it has been passed over twice");
    assert_says(&told(2, 1), "unless they gather for somebody before it who has been passed over twice.");
    assert_says(&told(2, 2), "it is one of them, and not the first.");
}

#[test]
fn one_and_none_are_counted_as_people_say_them() {
    let rule = Fit::Skip { max_passes: 1.try_into().expect("some") };
    let history = [offered(0, 1, 1, Rule::Skip)];
    assert_says(
        &told_of_offer(&event(Order::Fifo, rule), &history, &history),
        "are passed over for that, once at most,",
    );
    let told = told_of_waiting(&event(Order::Fifo, Fit::Strict), &entry(1, Lane::Common), 1, 0, 0);
    assert_says(&told, "No seat is free: of 1 seat, 1 is sold and none is held for others' offers.");
}

#[test]
fn unconfirmed_entries_are_counted_and_stand_in_nobody_s_way() {
    let (event, entry) = (event(Order::Fifo, Fit::Strict), entry(1, Lane::Common));
    let told = |unconfirmed_before| {
        let evidence = waiting(&event, &entry, Standing::Line(3), 1);
        explain(&Evidence { unconfirmed_before, ..evidence }, NOON).join(" ")
    };
    assert!(!told(0).contains("passed over"));
    assert_says(&told(1), "One of those before it has not confirmed the address yet and is passed over.");
    assert_says(&told(1), "1 seat is free, and others come before it");
    assert_says(&told(2), "2 of those before it have not confirmed their addresses yet and are passed over.");
    assert_says(&told(2), "It is next, and 1 seat is free: it is about to be offered 1 seat.");
}

#[test]
fn an_entry_at_the_front_is_said_to_be_there() {
    let told = |lane| told_of_waiting(&event(Order::Fifo, Fit::Strict), &entry(1, lane), 1, 0, 0);
    assert_says(&told(Lane::Front), "It waits at position 1, at the front, where the organiser put it;");
    assert_says(&told(Lane::Common), "It waits at position 1; the line is served");
}

#[test]
fn a_pause_is_told_with_whoever_made_it_and_why() {
    let (event, entry) = (event(Order::Fifo, Fit::Strict), entry(1, Lane::Common));
    let steered = |at, by, why, offering: Offering| {
        let steering = SteeringDeed { joining: None, offering: Some(offering.as_str().to_owned()) };
        row(at, by, why, Deed::Steering(steering))
    };
    let looking_back = [
        freed(3_000, SeatsChangeKind::Cancelled, 1, None),
        steered(2_000, "organiser:host", Some("Rain"), Offering::Paused),
        steered(1_000, "organiser:other", None, Offering::Open),
    ];
    let told = |looking_back: &[Row]| {
        let evidence = waiting(&event, &entry, Standing::Line(1), 1);
        explain(&Evidence { offering: Offering::Paused, looking_back, ..evidence }, NOON).join(" ")
    };
    assert_says(
        &told(&looking_back),
        "paused since 2026-11-22 08:34:02 UTC+01:00 by the organiser (key host), who gave",
    );
    assert_says(&told(&looking_back), "who gave as the reason: Rain.");
    assert_says(&told(&looking_back[2..]), "Nothing is offered: the organiser has paused that.");
}

#[test]
fn only_what_set_the_seats_free_is_named() {
    let paused = SteeringDeed { joining: None, offering: Some(Offering::Paused.as_str().to_owned()) };
    let line = [
        freed(0, SeatsChangeKind::Cancelled, 1, None),
        freed(1_000, SeatsChangeKind::OfferedOn, 1, None),
        row(1_500, "organiser:host", None, Deed::Steering(paused)),
        freed(2_000, SeatsChangeKind::OffersEnded, 1, None),
        freed(3_000, SeatsChangeKind::Created, 1, None),
        offered(4_000, 1, 3, Rule::Fifo),
    ];
    let told = told_of_offer(&event(Order::Fifo, Fit::Strict), &line[5..], &line);
    let at = |second: u8| format!("at 2026-11-22 08:34:0{second} UTC+01:00");
    let sources = format!(
        "the ticket type was made with 1 seat {}; another offer ended (1 seat) {}; another offer ended (1 seat) {}.",
        at(3),
        at(2),
        at(1)
    );
    assert_says(&told, &format!("The seats had come free: {sources}"));
}

#[test]
fn an_entry_that_asks_for_fewer_seats_is_said_to_have_asked_for_more_at_first() {
    let change = |at, change, seats| {
        let deed = EntryDeed { quantity: Some(quantity(seats)), ..deed(1, change) };
        row(at, "customer", None, Deed::Entry(deed))
    };
    let history = [change(0, EntryChange::Joined, 3), change(1_000, EntryChange::QuantityChanged, 2)];
    let (event, entry) = (event(Order::Fifo, Fit::Strict), entry(2, Lane::Common));
    let told =
        explain(&Evidence { history: &history, ..waiting(&event, &entry, Standing::Line(1), 0) }, NOON).join(" ");
    assert_says(&told, "and asked for 3 seats.");
    assert_says(&told, "its customer changed how many seats it asks for, now 2 seats");
}
